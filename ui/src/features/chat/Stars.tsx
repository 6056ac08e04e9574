import { useNavigate } from "@tanstack/react-router";
import { useLingui } from "@lingui/react/macro";
import { ArrowLeft, Star } from "lucide-react";
import type { StarredMessage } from "@/bindings";
import { useConversations } from "@/app/conversations";
import { Avatar } from "@/components/Avatar/Avatar";
import { IconButton } from "@/components/Button/Button";
import { EmptyState } from "@/components/EmptyState/EmptyState";
import { Icon } from "@/components/Icon/Icon";
import { Bar, Pane } from "@/components/Pane/Pane";
import { errorSentence } from "@/lib/errors";
import { useNow } from "@/lib/now";
import { usePartyName } from "@/lib/party";
import { useCommand } from "@/lib/query";
import { useShortcuts } from "@/lib/shortcuts";
import { shortMoment } from "@/lib/time";
import { avatarName, nameOf } from "@/lib/words";
import { type MessageItem, useMessageActions } from "./actions";
import styles from "./Stars.module.css";
import { usePreviewText } from "./useWords";

/** At the corner of a message that is starred. */
export function StarMark({ item }: { item: MessageItem }) {
  const { t } = useLingui();
  const { starred } = useMessageActions();
  if (!starred.has(item.content.event_id ?? "")) return null;
  return <span className={styles.mark}><Icon icon={Star} size={12} /><span className="visually-hidden">{t({ message: "Starred", comment: "Read aloud: mark of a message that one starred; 已收藏" })}</span></span>;
}

/** Events of a conversation that are starred. */
export function useStarred(roomId: string): ReadonlySet<string> {
  const { data } = useCommand("starred_messages", null);
  return new Set((data ?? []).flatMap(({ room_id, event_id }) => (room_id === roomId ? [event_id] : [])));
}

function Row({ star: { message }, place, onOpen }: { star: StarredMessage; place: string; onOpen: () => void }) {
  const { t, i18n } = useLingui();
  const now = useNow();
  const previewText = usePreviewText();
  if (!message) {
    return (
      <button type="button" className={styles.row} data-gone onClick={onOpen}>
        <Icon icon={Star} />
        <span className={styles.words}><span>{t({ message: "Not on this device yet, or recalled", comment: "In place of a starred message that is not here" })}</span><small className="truncate">{place}</small></span>
      </button>
    );
  }
  const { sender, at, preview } = message;
  return (
    <button type="button" className={styles.row} onClick={onOpen}>
      <Avatar name={avatarName(sender.name) || sender.user_id} accountId={sender.practitioner_id || sender.user_id} size={32} />
      <span className={styles.words}>
        <span className={styles.first}><b className="truncate">{nameOf(sender.name, i18n.locale).main || sender.user_id}</b><small className="truncate">{place}</small><time dateTime={at}>{shortMoment(Date.parse(at), now, i18n.locale)}</time></span>
        <bdi className={styles.said}>{previewText(preview)}</bdi>
      </span>
    </button>
  );
}

/** Messages that one starred, in place of the list of conversations. */
export function StarredPane({ onClose }: { onClose: () => void }) {
  const { t, i18n } = useLingui();
  const navigate = useNavigate();
  const partyName = usePartyName();
  const conversations = useConversations().value ?? [];
  const { data: stars, error } = useCommand("starred_messages", null);
  useShortcuts([{ key: "Escape", run: onClose }]);
  const title = t({ message: "Starred messages", comment: "Title and button: messages that one wants to find again; 收藏的消息" });
  const placeOf = (roomId: string) => {
    const party = conversations.find(({ room_id }) => room_id === roomId)?.party;
    return party ? partyName(party) : "";
  };
  return (
    <Pane label={title} side>
      <Bar plain title={title}>
        <span className={styles.push} />
        <IconButton icon={ArrowLeft} size={28} label={t({ message: "Back to chats", comment: "Button: closes the search of messages" })} onClick={onClose} />
      </Bar>
      {error ? <EmptyState icon={Star} title={errorSentence(i18n, error)} /> : stars?.length === 0 && (
        <EmptyState icon={Star} title={t({ message: "Nothing is starred yet", comment: "When no message is starred" })}>
          {t({ message: "Star a message from its menu to find it here again, on all your devices.", comment: "When no message is starred" })}
        </EmptyState>
      )}
      {stars && stars.length > 0 && (
        <ul className={styles.list} aria-label={title}>
          {stars.map((star) => (
            <li key={`${star.room_id} ${star.event_id}`}>
              <Row star={star} place={placeOf(star.room_id)} onOpen={() => void navigate({ to: "/chats/$roomId", params: { roomId: star.room_id }, search: { message: star.event_id } })} />
            </li>
          ))}
        </ul>
      )}
    </Pane>
  );
}
