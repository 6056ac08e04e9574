import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import type { ColleagueRow } from "@/bindings";
import { FilterChip } from "@/components/Tag/Tag";
import { ColleaguePicker } from "@/features/directory/ColleaguePicker";
import { nameOf } from "@/lib/words";
import styles from "./NewGroupDialog.module.css";

/** Chooses several colleagues with an account: found one by one in the directory, each a chip. */
export function PeoplePicker({ label, people, onPeople, without }: {
  label: string;
  people: readonly ColleagueRow[];
  onPeople: (people: readonly ColleagueRow[]) => void;
  /** FHIR Practitioner ids of those who are no choice. */
  without: readonly string[];
}) {
  const { t, i18n } = useLingui();
  return (
    <div>
      {people.length > 0 && (
        <div className={styles.chosen} role="group" aria-label={t({ message: plural(people.length, { one: "# colleague chosen", other: "# colleagues chosen" }), comment: "Read aloud: name of the chips of those who are to be invited" })}>
          {people.map((person) => {
            const name = nameOf(person.name, i18n.locale).main;
            return (
              <FilterChip key={person.id} onRemove={() => onPeople(people.filter(({ id }) => id !== person.id))} removeLabel={t({ message: `Remove ${name}`, comment: "Name of the cross on the chip of a colleague who was to be invited" })}>
                {name}
              </FilterChip>
            );
          })}
        </div>
      )}
      {/* Anew after each choice, with an empty field. */}
      <ColleaguePicker key={people.length} brief label={label} without={[...without, ...people.map(({ id }) => id)]} onPick={(person) => onPeople([...people, person])} />
    </div>
  );
}
