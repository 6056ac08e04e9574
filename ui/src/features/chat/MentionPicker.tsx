import { useLingui } from "@lingui/react/macro";
import { UsersRound } from "lucide-react";
import type { Mention } from "@/bindings";
import { useAccount } from "@/app/state";
import { Avatar } from "@/components/Avatar/Avatar";
import { Icon } from "@/components/Icon/Icon";
import { VerifiedMark } from "@/components/VerifiedMark/VerifiedMark";
import { faceOf, personName } from "@/lib/party";
import { useCommand } from "@/lib/query";
import { nameOf, useTerminology, wordOf } from "@/lib/words";
import type { Asked } from "./mentions";
import styles from "./MentionPicker.module.css";

/** Members who are offered at once. */
const MOST = 7;

export interface Option {
  mention: Mention;
  name: string;
  alt: string;
  about: string;
  face: { name: string; accountId: string } | null;
  verified: boolean;
}

/** Who can be named now: everybody, if one may, and the members who match. Not settled while there is no answer to the text yet: then those are whom the former one found. */
export function useMentionOptions(roomId: string, asked: Asked | null): { options: readonly Option[]; settled: boolean } {
  const { t, i18n } = useLingui();
  const { locale } = i18n;
  const account = useAccount();
  const terms = useTerminology(locale);
  const typed = asked?.text ?? "";
  const enabled = asked !== null;
  const details = useCommand("group_details", { room_id: roomId }, { enabled }).data;
  const { data: members = [], isPlaceholderData: isFormer, isPending } = useCommand("group_members", { room_id: roomId, text: typed }, { enabled, keepPrevious: true });
  if (!enabled) return { options: [], settled: true };
  const settled = !isFormer && !isPending;
  const options = members.filter(({ person, invited }) => !invited && person.user_id !== account.user_id).slice(0, MOST).map(({ person }): Option => {
    const name = personName(person, locale);
    return {
      mention: { id: person.user_id, text: `@${name}` },
      name,
      alt: nameOf(person.name, locale).alt,
      about: [person.title && terms.title(person.title), wordOf(person.hospital, locale)].filter(Boolean).join(" · "),
      face: faceOf(person),
      verified: person.verified,
    };
  });
  const everybody = t({ message: "all", comment: "Behind an @ in a message: everybody in the group is named; 所有人" });
  if (details?.may.mention_all !== true || !["all", everybody].some((word) => word.toLowerCase().startsWith(typed.toLowerCase()))) return { options, settled };
  const about = t({ message: "Everybody in the group is told", comment: "Below '@all' in the list of whom a message can name" });
  return { options: [{ mention: { id: roomId, text: `@${everybody}` }, name: `@${everybody}`, alt: "", about, face: null, verified: false }, ...options], settled };
}

/** Whom the message can name, above the field. Keys are the field's. */
export function MentionPicker({ id, options, active, onPick, onActive }: {
  id: string;
  options: readonly Option[];
  active: number;
  onPick: (mention: Mention) => void;
  onActive: (index: number) => void;
}) {
  const { t } = useLingui();
  return (
    <div id={id} className={styles.picker} role="listbox" aria-label={t({ message: "Members to name", comment: "Read aloud: the list of those whom a message can name" })}>
      {options.map(({ mention, name, alt, about, face, verified }, index) => (
        <div
          key={mention.id}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === active}
          className={styles.option}
          // The field keeps the focus.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onPick(mention)}
          onPointerMove={() => onActive(index)}
        >
          {face ? <Avatar name={face.name} accountId={face.accountId} size={28} /> : <span className={styles.all}><Icon icon={UsersRound} size={14} /></span>}
          <span className={styles.words}>
            <span className={styles.first}><b className="truncate">{name}</b>{verified && <VerifiedMark size={12} />}{alt && <small className="truncate">{alt}</small>}</span>
            <small className="truncate">{about}</small>
          </span>
        </div>
      ))}
    </div>
  );
}

