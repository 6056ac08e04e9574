import { type ReactNode, type RefObject, createContext, use, useRef } from "react";
import type { Conversation } from "@/bindings";
import { type Latest, useLiveList } from "@/lib/api";

const ConversationsContext = createContext<Latest<readonly Conversation[]>>({ value: undefined, error: undefined });

const LastOpenContext = createContext<RefObject<string | undefined>>({ current: undefined });

/** The conversation list lives as long as the session: the rail counts its unread, wherever one is. */
export function ConversationsProvider({ children }: { children: ReactNode }) {
  const conversations = useLiveList("conversations", null);
  const lastOpenRef = useRef<string>(undefined);
  return (
    <ConversationsContext value={conversations}>
      <LastOpenContext value={lastOpenRef}>{children}</LastOpenContext>
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
