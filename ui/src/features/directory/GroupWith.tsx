import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { UsersRound } from "lucide-react";
import { useState } from "react";
import type { ColleagueRow } from "@/bindings";
import { useAccount } from "@/app/state";
import { Button } from "@/components/Button/Button";
import { NewGroupDialog } from "@/features/chat/NewGroupDialog";
import { MOST_INVITED } from "@/features/chat/groups";
import { useCommand } from "@/lib/query";
import type { Search } from "./state";

/** Opens the dialog that makes a group of these colleagues. */
function GroupWith({ people }: { people: readonly ColleagueRow[] }) {
  const { t } = useLingui();
  // The dialog keeps whom it was opened with, whatever becomes of the list behind it.
  const [chosen, setChosen] = useState<readonly ColleagueRow[] | null>(null);
  const count = people.length;
  return (
    <>
      <Button size={28} icon={UsersRound} disabled={count === 0} onClick={() => setChosen(people)}>
        {t({ message: plural(count, { one: "Group with this # colleague", other: "Group with these #" }), comment: "Button in the directory: makes a group chat of the colleagues that are chosen or found" })}
      </Button>
      <NewGroupDialog open={chosen !== null} chosen={chosen ?? []} onClose={() => setChosen(null)} />
    </>
  );
}

/** A group of those who were chosen together and have an account. */
export function GroupOfPicked({ picked }: { picked: ReadonlyMap<string, ColleagueRow> }) {
  const account = useAccount();
  return <GroupWith people={[...picked.values()].filter(({ id, joined }) => joined && id !== account.practitioner_id)} />;
}

/** A group of everybody a filter by hospital or department leaves, if they are no more than can be invited at once. */
export function GroupOfFound({ search }: { search: Search }) {
  const { t } = useLingui();
  const account = useAccount();
  const filtered = search.organizations.length > 0 || search.departments.length > 0;
  // Whoever has no account cannot be invited.
  const query = { ...search, joined: ["yes"], offset: 0, limit: MOST_INVITED + 1 };
  const page = useCommand("directory_search", query, { enabled: filtered }).data;
  if (!filtered || !page) return null;
  const people = page.rows.filter(({ id }) => id !== account.practitioner_id);
  const many = page.total - (page.rows.length - people.length) > MOST_INVITED;
  if (many) {
    return (
      <Button size={28} icon={UsersRound} aria-disabled title={t({ message: `A group begins with at most ${MOST_INVITED} colleagues. Narrow the list, or choose some of them.`, comment: "Tooltip of a button that cannot be pressed: too many colleagues are in the list; a number" })}>
        {t({ message: `Group: at most ${MOST_INVITED}`, comment: "Button that cannot be pressed, above a list of too many colleagues for a group; a number" })}
      </Button>
    );
  }
  return people.length > 0 ? <GroupWith people={people} /> : null;
}
