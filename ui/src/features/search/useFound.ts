import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import type { Conversation, MessageQuery, NameMatch } from "@/bindings";
import { useConversations } from "@/app/conversations";
import { EVERYBODY } from "@/features/directory/state";
import { useCommand } from "@/lib/query";
import { type Section, matchAction } from "./sections";
import type { Action } from "./useActions";

/** Rows of a section while something is looked for; the whole list has room without scrolling. */
const MOST = 3;
const MOST_ACTIONS = 4;
/** Conversations that are offered before anything is typed. */
const RECENT = 8;

export const NO_FILTER: Omit<MessageQuery, "text" | "limit"> = { room_id: null, sender: null, kinds: [], since: null, until: null, cursor: null };

const LATIN = /\p{Script=Latin}/u;
const UNMATCHED: NameMatch = { han: [], latin: [] };

/**
 * Everything on this machine that what was typed may mean. Each section is there as soon as it has answered, and shows what it found
 * before until it answers anew, so that nothing moves in between; `isFormer` then. `byPinyin` tells that Latin letters
 * found Han names.
 */
export function useFound(text: string, actions: readonly Action[]): { sections: Section[]; isFormer: boolean; byPinyin: boolean } {
  const { t } = useLingui();
  const looks = text.trim() !== "";
  const options = { enabled: looks, keepPrevious: true };
  const all = useConversations().value ?? [];
  const colleagues = useCommand("directory_search", { ...EVERYBODY, text, offset: 0, limit: MOST }, options);
  const named = useCommand("conversations_find", { text }, options);
  const messages = useCommand("messages_find", { ...NO_FILTER, text, limit: MOST }, options);

  const people = colleagues.data?.total ?? 0;
  const found = messages.data?.found ?? 0;
  const conversation = (each: Conversation, matched = UNMATCHED) => ({ key: `conversation ${each.room_id}`, kind: "conversation" as const, conversation: each, matched });
  const matching = new Map(named.data?.map(({ room_id, matched }) => [room_id, matched]));
  const conversations: Section = {
    id: "conversations",
    title: t({ message: "Chats", comment: "Section of the window: conversations" }),
    aside: "",
    choices: looks
      ? all.filter(({ room_id }) => matching.has(room_id)).slice(0, MOST).map((each) => conversation(each, matching.get(each.room_id)))
      : all.slice(0, RECENT).map((each) => conversation(each)),
  };
  const ways: Section = {
    id: "actions",
    title: t({ message: "Actions", comment: "Heading in the quick switcher: things to do" }),
    aside: "",
    choices: actions.flatMap((action) => {
      const ranges = matchAction(action, text);
      return ranges ? [{ key: `action ${action.id}`, kind: "action" as const, action, ranges }] : [];
    }).slice(0, MOST_ACTIONS),
  };
  if (!looks) return { sections: [conversations, ways], isFormer: false, byPinyin: false };
  return {
    sections: [
      {
        id: "colleagues",
        title: t({ message: "Colleagues", comment: "Read aloud: the list of the directory" }),
        aside: "",
        choices: [
          ...(colleagues.data?.rows ?? []).map((row) => ({ key: `colleague ${row.id}`, kind: "colleague" as const, row })),
          ...(people > MOST ? [{ key: "all colleagues", kind: "all" as const, of: "colleagues" as const, label: t({ message: plural(people, { one: "Show # colleague", other: "Show all # colleagues" }), comment: "Row of the quick switcher, below the first three: opens the directory with what was typed" }) }] : []),
        ],
      },
      conversations,
      {
        id: "messages",
        title: t({ message: "Messages", comment: "Heading in the quick switcher: messages that were found" }),
        aside: found === 0 ? "" : messages.data?.found_more
          ? t({ message: `${found}+ on this device`, comment: "In the quick switcher: more messages than this number were found" })
          : t({ message: plural(found, { one: "# on this device", other: "# on this device" }), comment: "In the quick switcher: so many messages were found" }),
        choices: [
          ...(messages.data?.hits ?? []).map((hit) => ({ key: `message ${hit.event_id}`, kind: "message" as const, hit })),
          ...(found > MOST ? [{ key: "all messages", kind: "all" as const, of: "messages" as const, label: t({ message: "Show all messages", comment: "Row of the quick switcher, below the first three: opens the search of messages with what was typed" }) }] : []),
        ],
      },
      ways,
    ],
    byPinyin: LATIN.test(text) && (colleagues.data?.rows.some(({ matched }) => matched.han.length > 0) ?? false),
    isFormer: [colleagues, named, messages].some(({ isPending, isPlaceholderData }) => isPending || isPlaceholderData),
  };
}
