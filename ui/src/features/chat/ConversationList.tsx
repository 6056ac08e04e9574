import { useNavigate } from "@tanstack/react-router";
import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { BookUser, Check, CheckCheck, CircleAlert, Clock, type LucideIcon, MessageSquare, Search, SquarePen } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import type { Conversation, Delivery, LastMessage } from "@/bindings";
import { useConversations } from "@/app/conversations";
import { Avatar } from "@/components/Avatar/Avatar";
import { Button, IconButton } from "@/components/Button/Button";
import { EmptyState } from "@/components/EmptyState/EmptyState";
import { Icon } from "@/components/Icon/Icon";
import { Bar, Pane } from "@/components/Pane/Pane";
import { SkeletonRows } from "@/components/Skeleton/Skeleton";
import { Chip, Count } from "@/components/Tag/Tag";
import { VerifiedMark } from "@/components/VerifiedMark/VerifiedMark";
import { errorSentence } from "@/lib/errors";
import { useNow } from "@/lib/now";
import { shortMoment } from "@/lib/time";
import { avatarName, nameOf } from "@/lib/words";
import styles from "./ConversationList.module.css";
import { usePreviewText } from "./useWords";

const STATES: Record<Delivery["state"], LucideIcon> = { queued: Clock, failed: CircleAlert, sent: Check, read: CheckCheck };

function PreviewText({ last }: { last: LastMessage }) {
  const { t } = useLingui();
  const said = usePreviewText()(last.preview);
  return last.own && last.preview.kind === "text" ? t({ message: `You: ${said}`, comment: "Last message of a conversation, in the list, when it is one's own" }) : said;
}

function Row({ conversation, open, active, id, onOpen }: { conversation: Conversation; open: boolean; active: boolean; id: string; onOpen: () => void }) {
  const { t, i18n } = useLingui();
  const now = useNow();
  const { peer, last, unread, draft, membership } = conversation;
  const name = nameOf(peer.name, i18n.locale).main || peer.user_id;
  const invited = membership === "invited";
  return (
    <div id={id} className={styles.row} role="option" aria-selected={open} data-active={active || undefined} data-unread={unread > 0 || invited || undefined} onClick={onOpen}>
      <Avatar name={avatarName(peer.name) || peer.user_id} accountId={peer.practitioner_id || peer.user_id} size={40} />
      <div className={styles.words}>
        <div className={styles.first}>
          <span className={styles.name}>{name}</span>
          {peer.verified && <VerifiedMark size={12} />}
          {last && <time dateTime={last.at} className={styles.time}>{shortMoment(Date.parse(last.at), now, i18n.locale)}</time>}
        </div>
        <div className={styles.second}>
          {invited ? (
            <span className={styles.invite}>{t({ message: "Would like to chat with you", comment: "In the list of conversations: an invitation" })}</span>
          ) : draft && draft.text.trim() !== "" && !open ? (
            <>
              <span className={styles.draft}>{t({ message: "Draft", comment: "Before what was written and not sent, in the list of conversations" })}</span>
              <span className="truncate">{draft.text}</span>
            </>
          ) : (
            last && (
              <>
                {last.delivery && <span className={styles.state} data-state={last.delivery.state}><Icon icon={STATES[last.delivery.state]} size={12} /></span>}
                <span className="truncate"><PreviewText last={last} /></span>
              </>
            )
          )}
          {unread > 0 && <span className={styles.end}><Count value={unread} label={t({ message: plural(unread, { one: "# unread", other: "# unread" }), comment: "Read aloud: number of unread messages" })} /></span>}
        </div>
      </div>
    </div>
  );
}

/** All conversations, latest first: a listbox with one tab stop. The arrows move, Enter opens, so that passing by marks nothing as read. */
export function ConversationList({ openId, onSearch }: { openId: string | undefined; onSearch: () => void }) {
  const { t, i18n } = useLingui();
  const navigate = useNavigate();
  const { value: all, error } = useConversations();
  const [unreadOnly, setUnreadOnly] = useState(false);
  const [activeId, setActiveId] = useState<string | undefined>(undefined);
  const title = t({ message: "Chats", comment: "Section of the window: conversations" });

  const waiting = (each: Conversation) => each.unread > 0 || each.membership === "invited";
  const unread = all?.filter(waiting).length ?? 0;
  const shown = unreadOnly ? all?.filter((each) => waiting(each) || each.room_id === openId) : all;
  const active = shown?.findIndex(({ room_id }) => room_id === (activeId ?? openId)) ?? -1;

  const open = (conversation: Conversation | undefined) => {
    if (!conversation) return;
    setActiveId(conversation.room_id);
    void navigate({ to: "/chats/$roomId", params: { roomId: conversation.room_id } });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!shown || shown.length === 0 || event.altKey) return;
    const target = { ArrowDown: active + 1, ArrowUp: active - 1, Home: 0, End: shown.length - 1 }[event.key];
    if (target !== undefined) {
      const next = shown[Math.max(0, Math.min(shown.length - 1, target))];
      setActiveId(next?.room_id);
      document.getElementById(`chat-${next?.room_id ?? ""}`)?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" || event.key === " ") open(shown[active]);
    else return;
    event.preventDefault();
  };

  return (
    <Pane label={title} side>
      <Bar plain title={title}>
        <span className={styles.push} />
        <IconButton icon={Search} size={28} label={t({ message: "Search messages", comment: "Action and title: looks for messages in all conversations, with filters" })} onClick={onSearch} />
        <IconButton icon={SquarePen} size={28} label={t({ message: "New chat", comment: "Button: choose a colleague to write to" })} onClick={() => void navigate({ to: "/directory", search: { focus: "search" } })} />
      </Bar>
      <div className={styles.chips}>
        <Chip on={!unreadOnly} onClick={() => setUnreadOnly(false)}>{t({ message: "All", comment: "Filter of the conversations: all of them" })}</Chip>
        <Chip on={unreadOnly} onClick={() => setUnreadOnly(true)} {...(unread > 0 ? { count: unread } : {})}>{t({ message: "Unread", comment: "Filter of the conversations" })}</Chip>
      </div>
      {error ? (
        <EmptyState icon={MessageSquare} title={errorSentence(i18n, error)} />
      ) : shown === undefined ? (
        <SkeletonRows rows={6} />
      ) : all?.length === 0 ? (
        <EmptyState
          icon={MessageSquare}
          title={t({ message: "No chats yet", comment: "Title of the empty list of conversations" })}
          actions={<Button variant="primary" size={28} icon={BookUser} onClick={() => void navigate({ to: "/directory" })}>{t({ message: "Open directory", comment: "Button: go to the directory" })}</Button>}
        >
          {t({ message: "Find a colleague in the directory and write to them.", comment: "In the empty list of conversations" })}
        </EmptyState>
      ) : shown.length === 0 ? (
        <EmptyState icon={MessageSquare} title={t({ message: "Everything is read", comment: "When no conversation is unread" })} />
      ) : (
        <div
          className={styles.list}
          role="listbox"
          tabIndex={0}
          aria-label={title}
          aria-activedescendant={active >= 0 ? `chat-${shown[active]?.room_id ?? ""}` : undefined}
          onKeyDown={onKeyDown}
        >
          {shown.map((conversation, index) => (
            <Row
              key={conversation.room_id}
              id={`chat-${conversation.room_id}`}
              conversation={conversation}
              open={conversation.room_id === openId}
              active={index === active}
              onOpen={() => open(conversation)}
            />
          ))}
        </div>
      )}
    </Pane>
  );
}
