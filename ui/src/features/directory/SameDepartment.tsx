import { useLingui } from "@lingui/react/macro";
import type { ColleagueCard } from "@/bindings";
import { Avatar } from "@/components/Avatar/Avatar";
import { Button } from "@/components/Button/Button";
import { VerifiedMark } from "@/components/VerifiedMark/VerifiedMark";
import { useCommand } from "@/lib/query";
import { count } from "@/lib/time";
import { avatarName, nameOf, useTerminology } from "@/lib/words";
import { hasDepartment, useEveryoneOf } from "./everyone";
import styles from "./SameDepartment.module.css";
import { Section } from "./Section";
import { EVERYBODY, useDirectory } from "./state";

/** Named on the card; the others are one click away. */
const NAMED = 3;

/** Who works beside this colleague, those with the highest titles first. */
export function SameDepartment({ card }: { card: ColleagueCard }) {
  const { t, i18n } = useLingui();
  const { locale } = i18n;
  const everyoneOf = useEveryoneOf();
  const terms = useTerminology(locale);
  const { select } = useDirectory();
  const query = { ...EVERYBODY, organizations: [card.organization_id], departments: [card.department], sort: "title" as const };
  const found = useCommand("directory_search", { ...query, offset: 0, limit: NAMED + 1 }, { enabled: hasDepartment(card) }).data;
  const others = (found?.rows ?? []).filter(({ id }) => id !== card.id).slice(0, NAMED);
  if (!found || others.length === 0) return null;
  const all = count(found.total, locale);
  return (
    <Section title={t({ message: "Same department", comment: "Heading on a colleague's card, and the action that shows them all: colleagues of the same hospital and department" })} aside={all}>
      {others.map((row) => {
        const name = nameOf(row.name, locale);
        return (
          <button key={row.id} type="button" className={styles.person} onClick={() => select(row.id)}>
            <Avatar name={avatarName(row.name)} accountId={row.id} size={24} />
            <span className={styles.name}>{name.main}{row.verified && <VerifiedMark size={12} />}</span>
            <small>{terms.title(row.title)}</small>
          </button>
        );
      })}
      {found.total > others.length + 1 && (
        <Button variant="link" size={28} onClick={() => everyoneOf(card.organization_id, card.department)}>
          {t({ message: `Show all ${all}`, comment: "Shows all colleagues of a department, and how many they are" })}
        </Button>
      )}
    </Section>
  );
}
