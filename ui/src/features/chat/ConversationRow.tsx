import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { BellOff, Check, CheckCheck, CircleAlert, Clock, type LucideIcon, Pin } from "lucide-react";
import type { Conversation, Delivery, LastMessage } from "@/bindings";
import { Avatar } from "@/components/Avatar/Avatar";
import { GroupAvatar } from "@/components/GroupAvatar/GroupAvatar";
import { Icon } from "@/components/Icon/Icon";
import type { MenuAtProps } from "@/components/Menu/Menu";
import { Count } from "@/components/Tag/Tag";
import { VerifiedMark } from "@/components/VerifiedMark/VerifiedMark";
import { useNow } from "@/lib/now";
import { colourOf, faceOf, personName, usePartyName } from "@/lib/party";
import { shortMoment } from "@/lib/time";
import { nameOf } from "@/lib/words";
import styles from "./ConversationList.module.css";
import { usePreviewText } from "./useWords";

const STATES: Record<Delivery["state"], LucideIcon> = { queued: Clock, failed: CircleAlert, sent: Check, read: CheckCheck };

function PreviewText({ last }: { last: LastMessage }) {
  const { t, i18n } = useLingui();
  const said = usePreviewText()(last.preview);
  if (last.own) return ["text", "image", "file", "poll"].includes(last.preview.kind) ? t({ message: `You: ${said}`, comment: "Last message of a conversation, in the list, when it is one's own" }) : said;
  const sender = last.sender ? nameOf(last.sender, i18n.locale).main : "";
  return sender ? t({ message: `${sender}: ${said}`, comment: "Last message of a group, in the list: who wrote it, and what" }) : said;
}

/** What stands below the name: an invitation, what was not sent, or what was said last. */
function Second({ conversation, open }: { conversation: Conversation; open: boolean }) {
  const { t, i18n } = useLingui();
  const { party, last, draft, membership, mentions } = conversation;
  if (membership === "invited") {
    const by = party.kind === "group" && party.invited_by ? personName(party.invited_by, i18n.locale) : "";
    return (
      <span className={styles.invite}>
        {party.kind === "colleague"
          ? t({ message: "Would like to chat with you", comment: "In the list of conversations: an invitation" })
          : by
            ? t({ message: `${by} invites you`, comment: "In the list of conversations: an invitation to a group, by a colleague" })
            : t({ message: "You are invited", comment: "In the list of conversations: an invitation to a group, by nobody knows whom" })}
      </span>
    );
  }
  const named = mentions > 0 && <span className={styles.named}>{t({ message: "@you", comment: "In the list of conversations: an unread message names the doctor; [有人@我]" })}</span>;
  if (draft && draft.text.trim() !== "" && !open) {
    return (
      <>
        {named}
        <span className={styles.draft}>{t({ message: "Draft", comment: "Before what was written and not sent, in the list of conversations" })}</span>
        <span className="truncate">{draft.text}</span>
      </>
    );
  }
  return (
    <>
      {named}
      {last?.delivery && <span className={styles.state} data-state={last.delivery.state}><Icon icon={STATES[last.delivery.state]} size={12} /></span>}
      {last && <span className="truncate" dir="auto"><PreviewText last={last} /></span>}
    </>
  );
}

interface RowProps {
  conversation: Conversation;
  open: boolean;
  active: boolean;
  id: string;
  place: { at: number; of: number };
  onOpen: () => void;
  onMenu: (anchor: MenuAtProps["anchor"]) => void;
}

/** A conversation in the list. */
export function ConversationRow({ conversation, open, active, id, place, onOpen, onMenu }: RowProps) {
  const { t, i18n } = useLingui();
  const now = useNow();
  const partyName = usePartyName();
  const { party, last, unread, membership, muted, marked_unread: marked, placement } = conversation;
  const waits = unread > 0 || marked || membership === "invited";
  const count = marked ? Math.max(1, unread) : unread;
  return (
    <div
      id={id}
      className={styles.row}
      role="option"
      aria-selected={open}
      aria-posinset={place.at}
      aria-setsize={place.of}
      data-active={active || undefined}
      data-unread={(waits && !muted) || undefined}
      data-low={placement === "low_priority" || undefined}
      onClick={onOpen}
      onContextMenu={(event) => {
        event.preventDefault();
        const { clientX, clientY } = event;
        onMenu({ getBoundingClientRect: () => new DOMRect(clientX, clientY, 0, 0) });
      }}
    >
      {party.kind === "colleague"
        ? <Avatar name={faceOf(party.person).name} accountId={colourOf(party.person)} size={40} />
        : <GroupAvatar faces={party.faces.map(faceOf)} size={40} />}
      <div className={styles.words}>
        <div className={styles.first}>
          <span className={styles.name} dir="auto">{partyName(party)}</span>
          {party.kind === "colleague" && party.person.verified && <VerifiedMark size={12} />}
          {last && <time dateTime={last.at} className={styles.time}>{shortMoment(Date.parse(last.at), now, i18n.locale)}</time>}
        </div>
        <div className={styles.second}>
          <Second conversation={conversation} open={open} />
          <span className={styles.end}>
            {muted && <span role="img" aria-label={t({ message: "Muted", comment: "Read aloud: the conversation tells of nothing; 免打扰" })}><Icon icon={BellOff} size={12} /></span>}
            {placement === "pinned" && <span role="img" aria-label={t({ message: "Pinned to the top", comment: "Read aloud: the conversation stands before the others; 置顶" })}><Icon icon={Pin} size={12} /></span>}
            {count > 0 && <Count value={count} muted={muted} label={marked && unread === 0 ? t({ message: "Marked as unread", comment: "Read aloud: the doctor marked the conversation as unread" }) : t({ message: plural(count, { one: "# unread", other: "# unread" }), comment: "Read aloud: number of unread messages" })} />}
          </span>
        </div>
      </div>
    </div>
  );
}
