import { type ReactNode, createContext, use } from "react";
import type { Conversation } from "@/bindings";
import { type Latest, useLiveList } from "@/lib/api";

const ConversationsContext = createContext<Latest<readonly Conversation[]>>({ value: undefined, error: undefined });

/** The conversation list lives as long as the session: the rail counts its unread, wherever one is. */
export function ConversationsProvider({ children }: { children: ReactNode }) {
  return <ConversationsContext value={useLiveList("conversations", null)}>{children}</ConversationsContext>;
}

export function useConversations(): Latest<readonly Conversation[]> {
  return use(ConversationsContext);
}
