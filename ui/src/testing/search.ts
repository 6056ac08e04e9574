// Finding messages, in the fake core.
import type { MessageHit, MessageQuery, SearchCoverage } from "@/bindings";
import type { FakeCore, Handlers } from "./fake-core.ts";

export const COVERED: SearchCoverage = { complete: true, since: null, filling: "done", undecryptable: 0 };

const BEFORE = 18;
const NEAR = 30;
const LINK = /https?:\/\//;

function rangesIn(text: string, words: readonly string[]): [number, number][] {
  const lower = text.toLowerCase();
  const ranges = words.flatMap((word) => {
    const found: [number, number][] = [];
    for (let at = lower.indexOf(word); at >= 0; at = lower.indexOf(word, at + word.length)) found.push([at, at + word.length]);
    return found;
  });
  return ranges.sort((a, b) => a[0] - b[0]);
}

/** What is around the first word, as the core cuts it. */
function excerptOf(text: string, words: readonly string[]): Pick<MessageHit, "excerpt" | "ranges"> {
  const first = rangesIn(text, words)[0]?.[0] ?? 0;
  let begin = first <= NEAR ? 0 : first - BEFORE;
  if (begin > 0) begin += text.slice(begin, first).indexOf(" ") + 1;
  const excerpt = `${begin > 0 ? "…" : ""}${text.slice(begin, begin + 140).replace(/\s/g, " ")}`;
  return { excerpt, ranges: rangesIn(excerpt, words) };
}

function found(core: FakeCore, query: MessageQuery): MessageHit[] {
  const words = query.text.toLowerCase().split(/\s+/).filter(Boolean);
  const hits = core.rooms.filter(({ id }) => query.room_id === null || id === query.room_id).flatMap((room) =>
    [...room.older.flat(), ...room.items].flatMap(({ content }): MessageHit[] => {
      if (content.kind !== "message" || content.event_id === null) return [];
      const { body, sender, own, at, event_id } = content;
      const text = body.kind === "text" ? body.text : body.kind === "image" || body.kind === "file" ? [body.file.name, body.file.caption?.text].filter(Boolean).join("\n") : null;
      if (text === null) return [];
      const kind = body.kind === "image" || body.kind === "file" ? body.kind : LINK.test(text) ? "link" as const : "text" as const;
      const day = at.slice(0, 10);
      const isMeant = words.every((word) => text.toLowerCase().includes(word))
        && (query.sender === null || sender.user_id === query.sender)
        && (query.kinds.length === 0 || query.kinds.includes(kind))
        && (query.since === null || day >= query.since) && (query.until === null || day <= query.until);
      return isMeant ? [{ room_id: room.id, event_id, sender, own, at, kind, ...excerptOf(text, words) }] : [];
    }));
  return hits.sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
}

export function searchCommands(core: FakeCore): Handlers {
  return {
    messages_find: (query) => {
      const hits = found(core, query);
      const from = Number(query.cursor ?? 0);
      const to = from + query.limit;
      return { hits: hits.slice(from, to), cursor: to < hits.length ? String(to) : null, found: from === 0 ? hits.length : 0, found_more: false, coverage: core.coverage };
    },
    conversations_find: ({ text }) => {
      const words = text.toLowerCase().split(/\s+/).filter(Boolean);
      return core.rooms.flatMap(({ id, group, peer }) => {
        const name = group ? { han: "", latin: group.name } : peer.name;
        // Without the tables of the core, a name is read as its Latin form says.
        const hay = [name.han, name.latin, name.latin.replace(/\s/g, "")].join("\n").toLowerCase();
        if (words.length === 0 || !words.every((word) => hay.includes(word))) return [];
        return [{ room_id: id, matched: { han: rangesIn(name.han, words), latin: rangesIn(name.latin, words) } }];
      });
    },
    search_coverage: () => core.coverage,
  };
}
