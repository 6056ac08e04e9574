import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useLingui } from "@lingui/react/macro";
import { MessageSquare } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useConversations, useLastOpen } from "@/app/conversations";
import { EmptyState } from "@/components/EmptyState/EmptyState";
import { Pane } from "@/components/Pane/Pane";
import { SearchPane } from "@/features/search/SearchPane";
import { useFocusHeir } from "@/lib/focus";
import { useSizeClass } from "@/lib/media";
import { useShortcuts } from "@/lib/shortcuts";
import styles from "./ChatsScreen.module.css";
import { ConversationList } from "./ConversationList";
import { Room } from "./Room";
import { StarredPane } from "./Stars";

export function ChatsScreen() {
  const { t } = useLingui();
  const navigate = useNavigate();
  const single = useSizeClass() === "single";
  const { roomId } = useParams({ strict: false });
  const conversations = useConversations().value;
  const open = conversations?.find(({ room_id }) => room_id === roomId);
  const lastOpenRef = useLastOpen();
  useEffect(() => {
    if (roomId !== undefined) {
      lastOpenRef.current = roomId;
    } else if (!single && conversations?.some(({ room_id }) => room_id === lastOpenRef.current)) {
      void navigate({ to: "/chats/$roomId", params: { roomId: lastOpenRef.current ?? "" }, replace: true });
    }
  }, [roomId, single, conversations, lastOpenRef, navigate]);
  const back = () => void navigate({ to: "/chats" });

  // What is looked for in place of the list; `nth` makes another search of it.
  const [search, setSearch] = useState<{ text: string; roomId: string | null; nth: number } | null>(null);
  const [starred, setStarred] = useState(false);
  const opener = useRef<Element | null>(null);
  const listBox = useRef<HTMLDivElement>(null);
  // From a search that is closed one comes back to where one was.
  const heir = useFocusHeir(() => {
    const before = opener.current;
    if (before instanceof HTMLElement && before.isConnected && before !== document.body) before.focus();
    else listBox.current?.querySelector<HTMLElement>("[role=listbox]")?.focus();
  });
  const look = (text: string, inRoom: string | null) => {
    if (!search) opener.current = document.activeElement;
    setSearch((before) => ({ text, roomId: inRoom, nth: (before?.nth ?? 0) + 1 }));
    if (single && roomId !== undefined) back();
  };
  const { find } = useSearch({ strict: false });
  const [found, setFound] = useState<string | undefined>(undefined);
  if (find !== found) {
    setFound(find);
    if (find !== undefined) setSearch((before) => ({ text: find, roomId: null, nth: (before?.nth ?? 0) + 1 }));
  }
  useEffect(() => {
    if (find !== undefined) void navigate({ to: ".", search: {}, replace: true });
  }, [find, navigate]);
  useShortcuts([
    // An open conversation has its own way back.
    ...(single && roomId !== undefined && !open ? [{ key: "Escape", run: back }] : []),
    { mod: true, key: "f", run: () => look("", open && open.membership !== "invited" ? open.room_id : null) },
  ]);

  const list = (
    <div ref={listBox} className={styles.list} {...heir}>
      {search
        ? <SearchPane key={search.nth} text={search.text} roomId={search.roomId} onClose={() => setSearch(null)} />
        : starred
          ? <StarredPane onClose={() => setStarred(false)} />
          : <ConversationList openId={roomId} onSearch={() => look("", null)} onStarred={() => setStarred(true)} />}
    </div>
  );
  if (single && roomId === undefined) return <div className={styles.screen} data-single>{list}</div>;
  return (
    <div className={styles.screen} data-single={single || undefined}>
      {!single && list}
      {open ? (
        <Room conversation={open} onBack={single ? back : null} onSearch={() => look("", open.room_id)} />
      ) : (
        <Pane label={t({ message: "Chat", comment: "Read aloud: place of the open conversation" })} as="main">
          {conversations && conversations.length > 0 && (
            <EmptyState icon={MessageSquare} title={t({ message: "No chat selected", comment: "In place of a conversation" })}>
              {t({ message: "Choose one at the left, or start one from a colleague’s card.", comment: "In place of a conversation" })}
            </EmptyState>
          )}
        </Pane>
      )}
    </div>
  );
}
