import { type ReactNode, type RefObject, createContext, use, useEffect, useRef, useState } from "react";
import type { Conversation } from "@/bindings";
import { type Latest, useLiveList } from "@/lib/api";

const ConversationsContext = createContext<Latest<readonly Conversation[]>>({ value: undefined, error: undefined });

const LastOpenContext = createContext<RefObject<string | undefined>>({ current: undefined });

const WatchedContext = createContext<(roomId: string | null) => void>(() => undefined);

/** What comes while one looks is not counted: the core does until it is told that it was read, which would be a badge that flashes. */
function asSeen({ value, error }: Latest<readonly Conversation[]>, watched: string | null): Latest<readonly Conversation[]> {
  return { value: value?.map((each) => (each.room_id === watched && each.unread > 0 ? { ...each, unread: 0 } : each)), error };
}

/** The conversation list lives as long as the session: the rail counts its unread, wherever one is. */
export function ConversationsProvider({ children }: { children: ReactNode }) {
  const conversations = useLiveList("conversations", null);
  const lastOpenRef = useRef<string>(undefined);
  const [watched, setWatched] = useState<string | null>(null);
  return (
    <ConversationsContext value={asSeen(conversations, watched)}>
      <WatchedContext value={setWatched}>
        <LastOpenContext value={lastOpenRef}>{children}</LastOpenContext>
      </WatchedContext>
    </ConversationsContext>
  );
}

/** The conversation that was open last, to be found again by who comes back from elsewhere. */
export function useLastOpen(): RefObject<string | undefined> {
  return use(LastOpenContext);
}

export function useConversations(): Latest<readonly Conversation[]> {
  return use(ConversationsContext);
}

/** Tells that the end of this conversation is in sight, with the window in front, for as long as `watching`. */
export function useWatched(roomId: string, watching: boolean): void {
  const setWatched = use(WatchedContext);
  useEffect(() => {
    if (!watching) return;
    setWatched(roomId);
    return () => setWatched(null);
  }, [roomId, watching, setWatched]);
}
