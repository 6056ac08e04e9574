import { useLingui } from "@lingui/react/macro";
import { Avatar } from "@/components/Avatar/Avatar";
import { useCommand } from "@/lib/query";
import { count } from "@/lib/time";
import { avatarName } from "@/lib/words";
import { Section } from "./Section";
import styles from "./SharedGroups.module.css";

/** Groups that the colleague is in too. */
export function SharedGroups({ id }: { id: string }) {
  const { t, i18n } = useLingui();
  const groups = useCommand("groups_shared", { practitioner_id: id }).data ?? [];
  if (groups.length === 0) return null;
  return (
    <Section title={t({ message: "Groups in common", comment: "Heading on a colleague's card: chat groups that both are in; 共同群组" })} aside={count(groups.length, i18n.locale)}>
      <ul className={styles.groups}>
        {groups.map((group) => (
          <li key={group.room_id} className={styles.group}>
            <span className={styles.faces} aria-hidden>
              {group.faces.map((face) => <Avatar key={face.user_id} name={avatarName(face.name) || face.user_id} accountId={face.practitioner_id || face.user_id} size={14} />)}
            </span>
            <span className="truncate" title={group.name}>{group.name}</span>
            <span className={styles.members} title={t({ message: "People in it", comment: "Tooltip of the number of people in a group" })}>{count(group.members, i18n.locale)}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
