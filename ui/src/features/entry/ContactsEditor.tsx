import { useLingui } from "@lingui/react/macro";
import { Plus, X } from "lucide-react";
import type { EntryProblem, OwnContact } from "@/bindings";
import { Button, IconButton } from "@/components/Button/Button";
import { Section } from "@/components/Card/Card";
import { InlineSelect } from "@/components/Select/Select";
import styles from "./Entry.module.css";
import { KINDS, faultAt, isEmail, usualVisibility } from "./content";
import { OWN_KINDS, VISIBILITIES, VISIBILITY_ORDER, faultSentence } from "./words";

const MOST = 10;

/** The contacts, each with what it is and whom it is for. */
export function ContactsEditor({ contacts, problems, disabled, onContacts }: {
  contacts: readonly OwnContact[];
  problems: readonly EntryProblem[];
  disabled: boolean;
  onContacts: (contacts: OwnContact[]) => void;
}) {
  const { t, i18n } = useLingui();
  const change = (index: number, part: Partial<OwnContact>) => onContacts(contacts.map((each, at) => (at === index ? { ...each, ...part } : each)));
  return (
    <Section
      title={t({ message: "Contacts", comment: "Part of the doctor's own directory entry" })}
      aside={t({ message: "You decide who sees each of them", comment: "Beside the heading of the own contacts" })}
    >
      {contacts.map((contact, index) => {
        const kind = i18n._(OWN_KINDS[contact.kind]);
        const fault = faultAt(problems, "contacts", index);
        const known = contact.kind === "other" ? [contact.kind] : KINDS;
        return (
          // Rows have no ids of their own, and are only changed at their place.
          <div key={index} className={styles.contact} role="group" aria-label={kind}>
            <div className={styles.kind}>
              <InlineSelect
                quiet
                disabled={disabled || contact.kind === "other"}
                label={t({ message: "Kind of contact", comment: "Read aloud: choice of work phone, mobile, e-mail…" })}
                value={contact.kind}
                options={known.map((each) => ({ value: each, label: i18n._(OWN_KINDS[each]) }))}
                onValue={(next) => change(index, { kind: next, visibility: contact.visibility === usualVisibility(contact.kind) ? usualVisibility(next) : contact.visibility })}
              />
            </div>
            <div className={styles.value}>
              <input
                className={styles.input}
                type={isEmail(contact.kind) ? "email" : "text"}
                inputMode={isEmail(contact.kind) ? "email" : "tel"}
                value={contact.value}
                disabled={disabled || contact.kind === "other"}
                aria-label={kind}
                aria-invalid={fault ? true : undefined}
                aria-describedby={fault ? `contact-${index}` : undefined}
                spellCheck={false}
                autoComplete="off"
                onChange={(event) => change(index, { value: event.target.value })}
              />
              {fault && <p id={`contact-${index}`} className={styles.fault} role="alert">{faultSentence(i18n, fault)}</p>}
            </div>
            <div className={styles.who}>
              <InlineSelect
                disabled={disabled}
                label={t({ message: `Who sees it: ${kind}`, comment: "Read aloud: choice of whom a contact is for; the kind of contact follows" })}
                value={contact.visibility}
                options={VISIBILITY_ORDER.map((each) => ({ value: each, label: i18n._(VISIBILITIES[each]) }))}
                onValue={(visibility) => change(index, { visibility })}
              />
            </div>
            <IconButton
              icon={X}
              size={28}
              disabled={disabled}
              label={t({ message: `Remove ${kind}`, comment: "Takes a contact out of the own entry; its kind follows" })}
              onClick={() => onContacts(contacts.filter((_, at) => at !== index))}
            />
          </div>
        );
      })}
      <div className={styles.add}>
        <Button
          variant="quiet"
          icon={Plus}
          disabled={disabled || contacts.length >= MOST}
          onClick={() => {
            // The kind that is most likely missing.
            const kind = KINDS.find((each) => !contacts.some((contact) => contact.kind === each)) ?? "work_phone";
            onContacts([...contacts, { kind, value: "", visibility: usualVisibility(kind) }]);
          }}
        >
          {t({ message: "Add contact", comment: "Button on the own entry" })}
        </Button>
      </div>
    </Section>
  );
}
