import { useNavigate } from "@tanstack/react-router";
import { useLingui } from "@lingui/react/macro";
import { Archive, BookUser, MessageSquare, Search, SquarePen, Star, UsersRound } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import type { Conversation } from "@/bindings";
import { useConversations } from "@/app/conversations";
import { Button, IconButton } from "@/components/Button/Button";
import { EmptyState } from "@/components/EmptyState/EmptyState";
import { Icon } from "@/components/Icon/Icon";
import { Menu, type MenuAtProps } from "@/components/Menu/Menu";
import { Bar, Pane } from "@/components/Pane/Pane";
import { SkeletonRows } from "@/components/Skeleton/Skeleton";
import { Chip, FilterChip } from "@/components/Tag/Tag";
import { useTallList } from "@/features/directory/useTallList";
import { errorSentence } from "@/lib/errors";
import { useSizeClass } from "@/lib/media";
import { inOrder, isGroup, newIn } from "@/lib/party";
import { ConversationMenu } from "./ConversationMenu";
import { ConversationRow } from "./ConversationRow";
import styles from "./ConversationList.module.css";
import { NewGroupDialog } from "./NewGroupDialog";

/** Heights of the styles: of a row, in a narrow window too, and of the line between pinned and others. */
const ROW = 60;
const NARROW_ROW = 56;
const LINE = 9;

type Filter = "all" | "unread" | "groups" | "archived";

/** All conversations: a listbox with one tab stop. The arrows move, Enter opens, so that passing by marks nothing as read. */
export function ConversationList({ openId, onSearch, onStarred }: { openId: string | undefined; onSearch: () => void; onStarred: () => void }) {
  const { t, i18n } = useLingui();
  const navigate = useNavigate();
  const { value: all, error } = useConversations();
  const [filter, setFilter] = useState<Filter>("all");
  const [founding, setFounding] = useState(false);
  const title = t({ message: "Chats", comment: "Section of the window: conversations" });

  const listed = inOrder(all ?? []);
  const archived = (all ?? []).filter(({ placement }) => placement === "archived");
  const unread = listed.filter((each) => newIn(each) > 0).length;
  const fits = (each: Conversation) => filter === "all" || (filter === "groups" ? isGroup(each) : newIn(each) > 0 || each.room_id === openId);
  const shown = filter === "archived" ? archived : listed.filter(fits);
  const choose = (next: Filter) => () => setFilter(next);
  const toDirectory = () => void navigate({ to: "/directory", search: { focus: "search" } });

  return (
    <Pane label={title} side>
      <Bar plain title={title}>
        <span className={styles.push} />
        <IconButton icon={Search} size={28} label={t({ message: "Search messages", comment: "Action and title: looks for messages in all conversations, with filters" })} onClick={onSearch} />
        <IconButton icon={Star} size={28} label={t({ message: "Starred messages", comment: "Title and button: messages that one wants to find again; 收藏的消息" })} onClick={onStarred} />
        <Menu
          icon={SquarePen}
          size={28}
          label={t({ message: "New chat", comment: "Button: choose a colleague to write to" })}
          entries={[
            { label: t({ message: "Chat with a colleague", comment: "Menu: to the directory, to choose whom to write to" }), icon: BookUser, onSelect: toDirectory },
            { label: t({ message: "New group…", comment: "Menu and button: opens a dialog that makes a group chat" }), icon: UsersRound, onSelect: () => setFounding(true) },
          ]}
        />
      </Bar>
      <div className={styles.chips}>
        {filter === "archived" ? (
          <FilterChip onRemove={choose("all")} removeLabel={t({ message: "Back to all chats", comment: "Button beside 'Archived', above the list of archived conversations" })}>
            {t({ message: "Archived", comment: "Conversations that were put out of sight; 已归档" })}
          </FilterChip>
        ) : (
          <>
            <Chip on={filter === "all"} onClick={choose("all")}>{t({ message: "All", comment: "Filter of the conversations: all of them" })}</Chip>
            <Chip on={filter === "unread"} onClick={choose("unread")} {...(unread > 0 ? { count: unread } : {})}>{t({ message: "Unread", comment: "Filter of the conversations" })}</Chip>
            <Chip on={filter === "groups"} onClick={choose("groups")}>{t({ message: "Groups", comment: "Filter of the conversations: group chats alone; 群聊" })}</Chip>
          </>
        )}
      </div>
      {error ? (
        <EmptyState icon={MessageSquare} title={errorSentence(i18n, error)} />
      ) : all === undefined ? (
        <SkeletonRows rows={6} />
      ) : all.length === 0 ? (
        <EmptyState
          icon={MessageSquare}
          title={t({ message: "No chats yet", comment: "Title of the empty list of conversations" })}
          actions={<Button variant="primary" size={28} icon={BookUser} onClick={() => void navigate({ to: "/directory" })}>{t({ message: "Open directory", comment: "Button: go to the directory" })}</Button>}
        >
          {t({ message: "Find a colleague in the directory and write to them.", comment: "In the empty list of conversations" })}
        </EmptyState>
      ) : shown.length === 0 ? (
        <Nothing filter={filter} onGroup={() => setFounding(true)} />
      ) : (
        <Rows key={filter} title={title} shown={shown} openId={openId} />
      )}
      {archived.length > 0 && filter !== "archived" && (
        <button type="button" className={styles.archived} onClick={choose("archived")}>
          <Icon icon={Archive} size={14} />
          {t({ message: "Archived", comment: "Conversations that were put out of sight; 已归档" })}
          <span>{archived.length}</span>
        </button>
      )}
      <NewGroupDialog open={founding} chosen={[]} onClose={() => setFounding(false)} />
    </Pane>
  );
}

/** The conversations of a filter, of which only those in sight exist. */
function Rows({ title, shown, openId }: { title: string; shown: readonly Conversation[]; openId: string | undefined }) {
  const navigate = useNavigate();
  const size = useSizeClass();
  const [activeId, setActiveId] = useState<string | undefined>(undefined);
  const [menu, setMenu] = useState<{ id: string; anchor: MenuAtProps["anchor"] } | null>(null);
  const active = shown.findIndex(({ room_id }) => room_id === (activeId ?? openId));
  const pinned = shown.filter(({ placement }) => placement === "pinned").length;
  const headed = pinned > 0 && pinned < shown.length ? [pinned] : [];
  const row = size === "narrow" || size === "single" ? NARROW_ROW : ROW;
  const { scroller: scrollerRef, height, rows, page, reveal } = useTallList({ count: shown.length, row, heading: LINE, headed }, "", () => undefined);

  const open = (conversation: Conversation | undefined) => {
    if (!conversation) return;
    setActiveId(conversation.room_id);
    void navigate({ to: "/chats/$roomId", params: { roomId: conversation.room_id } });
  };
  const showMenu = (conversation: Conversation | undefined, anchor: MenuAtProps["anchor"] | null) => {
    // An invitation is answered, not put away; what was left is out of sight already.
    if (!conversation || !anchor || conversation.membership !== "joined") return;
    setActiveId(conversation.room_id);
    setMenu({ id: conversation.room_id, anchor });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (shown.length === 0 || event.altKey) return;
    const target = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + page, PageUp: active - page, Home: 0, End: shown.length - 1 }[event.key];
    if (target !== undefined) {
      const index = Math.max(0, Math.min(shown.length - 1, target));
      setActiveId(shown[index]?.room_id);
      reveal(index);
    } else if (event.key === "Enter" || event.key === " ") open(shown[active]);
    else if (event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) showMenu(shown[active], document.getElementById(`chat-${shown[active]?.room_id ?? ""}`));
    else return;
    event.preventDefault();
  };
  const atMenu = menu && shown.find(({ room_id }) => room_id === menu.id);
  return (
    <>
      <div
        ref={scrollerRef}
        className={styles.list}
        role="listbox"
        tabIndex={0}
        aria-label={title}
        aria-activedescendant={active >= 0 ? `chat-${shown[active]?.room_id ?? ""}` : undefined}
        onKeyDown={onKeyDown}
      >
        <div className={styles.inner} style={{ height }} role="presentation">
          {rows.map(({ index, y }) => {
            const conversation = shown[index];
            if (!conversation) return null;
            return (
              <div key={conversation.room_id} className={styles.slot} style={{ transform: `translateY(${y}px)` }} role="presentation">
                {headed.includes(index) && <div className={styles.line} role="presentation" />}
                <ConversationRow
                  id={`chat-${conversation.room_id}`}
                  conversation={conversation}
                  open={conversation.room_id === openId}
                  active={index === active}
                  place={{ at: index + 1, of: shown.length }}
                  onOpen={() => open(conversation)}
                  onMenu={(anchor) => showMenu(conversation, anchor)}
                />
              </div>
            );
          })}
        </div>
      </div>
      {menu && atMenu && <ConversationMenu conversation={atMenu} anchor={menu.anchor} onClose={() => setMenu(null)} />}
    </>
  );
}

/** Why a filter shows nobody. */
function Nothing({ filter, onGroup }: { filter: Filter; onGroup: () => void }) {
  const { t } = useLingui();
  switch (filter) {
    case "groups":
      return (
        <EmptyState
          icon={UsersRound}
          title={t({ message: "No groups yet", comment: "When one is in no group chat" })}
          actions={<Button size={28} icon={UsersRound} onClick={onGroup}>{t({ message: "New group…", comment: "Menu and button: opens a dialog that makes a group chat" })}</Button>}
        />
      );
    case "archived":
      return <EmptyState icon={Archive} title={t({ message: "Nothing is archived", comment: "When no conversation is archived" })} />;
    default:
      return <EmptyState icon={MessageSquare} title={filter === "unread" ? t({ message: "Everything is read", comment: "When no conversation is unread" }) : t({ message: "All chats are archived", comment: "When the list of conversations is empty because all are archived" })} />;
  }
}
