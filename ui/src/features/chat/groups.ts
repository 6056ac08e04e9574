import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import type { ColleagueRow, LeftOut } from "@/bindings";
import { toast } from "@/components/Toast/Toast";
import { nameOf } from "@/lib/words";

/** What the core takes (crates/api, `groups`), in characters and people. */
export const NAME_LIMIT = 80;
export const TOPIC_LIMIT = 500;
export const MOST_INVITED = 50;

/** Names in a note. */
const NAMED = 3;

/** Says who could not be invited. */
export function useLeftOut(): (leftOut: readonly LeftOut[], people: readonly ColleagueRow[]) => void {
  const { t, i18n } = useLingui();
  return (leftOut, people) => {
    const count = leftOut.length;
    if (count === 0) return;
    const found = leftOut.slice(0, NAMED).map(({ practitioner_id }) => people.find(({ id }) => id === practitioner_id));
    const names = new Intl.ListFormat(i18n.locale, { type: "unit" }).format(found.flatMap((person) => (person ? [nameOf(person.name, i18n.locale).main] : [])));
    toast.failed(t({ message: plural(count, { one: `${names} could not be invited. Try again from the group’s details.`, other: `# colleagues could not be invited: ${names}. Try again from the group’s details.` }), comment: "Note in the corner after some colleagues could not be invited to a group; the first of their names" }));
  };
}
