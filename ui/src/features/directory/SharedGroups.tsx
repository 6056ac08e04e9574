import { Link } from "@tanstack/react-router";
import { useLingui } from "@lingui/react/macro";
import { GroupAvatar } from "@/components/GroupAvatar/GroupAvatar";
import { faceOf } from "@/lib/party";
import { useCommand } from "@/lib/query";
import { count } from "@/lib/time";
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
          <li key={group.room_id}>
            <Link to="/chats/$roomId" params={{ roomId: group.room_id }} className={styles.group}>
              <GroupAvatar faces={group.faces.map(faceOf)} size={28} />
              <span className="truncate" title={group.name}>{group.name}</span>
              <span className={styles.members} title={t({ message: "People in it", comment: "Tooltip of the number of people in a group" })}>{count(group.members, i18n.locale)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}
