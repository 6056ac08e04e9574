import { useLingui } from "@lingui/react/macro";
import { Plus, X } from "lucide-react";
import type { EntryProblem } from "@/bindings";
import { Button, IconButton } from "@/components/Button/Button";
import { Section } from "@/components/Card/Card";
import { InlineSelect } from "@/components/Select/Select";
import { FilterChip, Tag } from "@/components/Tag/Tag";
import styles from "./Entry.module.css";
import { LANGUAGES, faultAt, languageName } from "./content";
import { faultSentence } from "./words";

const MOST = 12;

/** Fields of special interest, in the doctor's own words. */
export function Interests({ interests, problems, disabled, onInterests }: {
  interests: readonly string[];
  problems: readonly EntryProblem[];
  disabled: boolean;
  onInterests: (interests: string[]) => void;
}) {
  const { t, i18n } = useLingui();
  return (
    <Section
      title={t({ message: "Specialties", comment: "Part of the doctor's own directory entry: fields of special interest; 专长" })}
      aside={t({ message: "Colleagues find you by them", comment: "Beside the heading of the own fields of special interest" })}
    >
      {interests.map((interest, index) => {
        const fault = faultAt(problems, "interests", index);
        return (
          <div key={index} className={styles.line}>
            <div className={styles.value}>
              <input
                className={styles.input}
                value={interest}
                disabled={disabled}
                aria-label={t({ message: `Specialty ${index + 1}`, comment: "Name of a field: a field of special interest, numbered" })}
                aria-invalid={fault ? true : undefined}
                aria-describedby={fault ? `interest-${index}` : undefined}
                onChange={(event) => onInterests(interests.map((each, at) => (at === index ? event.target.value : each)))}
              />
              {fault && <p id={`interest-${index}`} className={styles.fault} role="alert">{faultSentence(i18n, fault)}</p>}
            </div>
            <IconButton
              icon={X}
              size={28}
              disabled={disabled}
              label={t({ message: `Remove specialty ${index + 1}`, comment: "Takes a field of special interest out of the own entry" })}
              onClick={() => onInterests(interests.filter((_, at) => at !== index))}
            />
          </div>
        );
      })}
      <div className={styles.add}>
        <Button variant="quiet" icon={Plus} disabled={disabled || interests.length >= MOST} onClick={() => onInterests([...interests, ""])}>
          {t({ message: "Add specialty", comment: "Button on the own entry" })}
        </Button>
      </div>
    </Section>
  );
}

/** The languages one speaks with colleagues and patients, the preferred first. */
export function Languages({ languages, problems, disabled, onLanguages }: {
  languages: readonly string[];
  problems: readonly EntryProblem[];
  disabled: boolean;
  onLanguages: (languages: string[]) => void;
}) {
  const { t, i18n } = useLingui();
  const plain = languages.map((tag) => languageName(tag, i18n.locale));
  // `zh` and `ZH` have one name.
  const names = plain.map((name, index) => (plain.indexOf(name) === plain.lastIndexOf(name) ? name : `${name} (${languages[index] ?? ""})`));
  const others = LANGUAGES.filter((tag) => !languages.includes(tag));
  const add = t({ message: "Add language", comment: "Choice on the own entry" });
  return (
    <Section title={t({ message: "Languages", comment: "Part of the doctor's own directory entry: which one speaks" })}>
      <div className={styles.chips}>
        {names.map((name, index) =>
          disabled ? (
            <Tag key={index}>{name}</Tag>
          ) : (
            <FilterChip
              key={index}
              removeLabel={t({ message: `Remove ${name}`, comment: "Takes a language out of the own entry; its name follows" })}
              onRemove={() => onLanguages(languages.filter((_, at) => at !== index))}
            >
              {name}
            </FilterChip>
          ))}
        <InlineSelect
          quiet
          disabled={disabled || languages.length >= MOST}
          label={add}
          value=""
          options={[{ value: "", label: add }, ...others.map((tag) => ({ value: tag, label: languageName(tag, i18n.locale) }))]}
          onValue={(tag) => { if (tag) onLanguages([...languages, tag]); }}
        />
        {names.map((name, index) => {
          const fault = faultAt(problems, "languages", index);
          if (!fault) return null;
          const sentence = faultSentence(i18n, fault);
          return <p key={index} className={styles.fault} role="alert">{t({ message: `${name}: ${sentence}`, comment: "Below the own languages: which one cannot be saved, and why" })}</p>;
        })}
      </div>
    </Section>
  );
}
