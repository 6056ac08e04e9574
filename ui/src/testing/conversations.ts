// What one does in a conversation, in the fake core.
import type { Block, Mention, Pins } from "@/bindings";
import { previewOf } from "./attachments.ts";
import { type FakeCore, type Handlers, type Message, Refused, type Room } from "./fake-core.ts";
import { replyInThread } from "./threads.ts";

function messageOf(room: Room, id: string): Message | undefined {
  const item = [...room.items, ...[...room.threads.values()].flatMap(({ items }) => items)].find((each) => each.id === id || (each.content.kind === "message" && each.content.event_id === id));
  return item?.content.kind === "message" ? item.content : undefined;
}

/** Of all formatting the names alone: the real core reads Markdown. */
function formattedOf(text: string, mentions: readonly Mention[]): Block[] | null {
  const [first] = mentions;
  if (!first) return null;
  const at = text.indexOf(first.text);
  const run = (part: string, mention: string | null) => ({ text: part, strong: false, emphasis: false, code: false, link: null, mention });
  const runs = [run(text.slice(0, at), null), run(first.text, first.id), run(text.slice(at + first.text.length), null)];
  return [{ kind: "paragraph", runs: runs.filter((each) => each.text !== "") }];
}

export function pinsOf(room: Room): Pins {
  const messages = room.items.flatMap(({ content }) => {
    if (content.kind !== "message" || content.event_id === null || !room.pinned.includes(content.event_id)) return [];
    const { sender, at, body, event_id } = content;
    return [{ event_id, sender, at, preview: previewOf(body) }];
  });
  const own = room.group?.members[0]?.role;
  return { messages, may_change: own !== "member" };
}

/** When the last message was sent before those that are unread. */
export function readUpTo(room: Room): string | null {
  const messages = [...room.older.toReversed().flat(), ...room.items].flatMap(({ content }) => (content.kind === "message" ? [content] : []));
  const unread = messages.filter(({ own }) => !own).at(-room.unread);
  return room.unread > 0 && unread ? (messages[messages.indexOf(unread) - 1]?.at ?? null) : null;
}

/** A change of a message that is out: done at once, known to the others once connected. */
function changeLater(core: FakeCore, room: Room, id: string, how: (message: Message) => Partial<Message>): void {
  const offline = core.connection.link !== "online";
  core.change(room, id, (message) => ({ ...how(message), change: offline ? { state: "queued" } : null }));
}

export function conversationCommands(core: FakeCore): Handlers {
  return {
    conversation_accept: ({ room_id }) => {
      const room = core.roomOf(room_id);
      room.membership = "joined";
      if (room.group) room.group.invitedBy = null;
      core.emit("conversations", { type: "reset", items: core.conversations() });
      return null;
    },
    conversation_decline: ({ room_id }) => {
      core.rooms.splice(core.rooms.findIndex(({ id }) => id === room_id), 1);
      core.emit("conversations", { type: "reset", items: core.conversations() });
      return null;
    },
    invitation_report: ({ room_id }) => {
      core.rooms.splice(core.rooms.findIndex(({ id }) => id === room_id), 1);
      core.emit("conversations", { type: "reset", items: core.conversations() });
      return null;
    },
    message_send: ({ room_id, text, mentions, reply_to, thread }) => {
      const room = core.roomOf(room_id);
      const answered = [...room.items, ...(room.threads.get(thread ?? "")?.items ?? [])].find(({ content }) => content.kind === "message" && content.event_id !== null && content.event_id === reply_to);
      const body = { kind: "text" as const, text, formatted: formattedOf(text, mentions), edited: false };
      const item = core.message(room, true, body, 0, { state: "queued" }, { reply: core.replyTo(answered) });
      if (thread === null) {
        room.draft = null;
        core.push(room, item);
      } else replyInThread(core, room, thread, item);
      core.countQueued();
      if (core.connection.link === "online") setTimeout(() => core.setDelivery(room, item.id, { state: "sent" }), core.sendsAfter);
      return null;
    },
    message_retry: ({ room_id, item_id }) => {
      const room = core.roomOf(room_id);
      const state = core.connection.link === "online" ? "sent" as const : "queued" as const;
      if (messageOf(room, item_id)?.change) core.change(room, item_id, () => ({ change: state === "sent" ? null : { state } }));
      else core.setDelivery(room, item_id, { state });
      return null;
    },
    message_edit: ({ room_id, item_id, text, mentions }) => {
      const room = core.roomOf(room_id);
      const unsent = messageOf(room, item_id)?.event_id === null;
      const edited = { body: { kind: "text" as const, text, formatted: formattedOf(text, mentions), edited: !unsent } };
      if (unsent) core.change(room, item_id, () => edited);
      else changeLater(core, room, item_id, () => edited);
      return null;
    },
    message_recall: ({ room_id, item_id }) => {
      const room = core.roomOf(room_id);
      if (messageOf(room, item_id)?.event_id === null) return core.handlers.message_discard?.({ room_id, item_id }) ?? null;
      changeLater(core, room, item_id, () => ({ body: { kind: "recalled" }, reply: null, reactions: [] }));
      return null;
    },
    message_react: ({ room_id, item_id, word }) => {
      core.change(core.roomOf(room_id), item_id, ({ reactions }) => {
        const before = reactions.find((each) => each.word === word);
        const people = before?.people.filter(({ user_id }) => user_id !== core.account.user_id) ?? [];
        const others = reactions.filter((each) => each.word !== word);
        const count = (before?.count ?? 0) + (before?.own ? -1 : 1);
        if (count === 0) return { reactions: others };
        const own = !before?.own;
        const queued = own && core.connection.link !== "online";
        return { reactions: [...others, { ...core.reaction(word, []), count, own, queued, people: own ? [core.person(0), ...people] : people }] };
      });
      return null;
    },
    message_take_reaction_back: ({ room_id, item_id, key }) => {
      core.change(core.roomOf(room_id), item_id, ({ reactions }) => ({ reactions: reactions.flatMap((each) => {
        if (each.key !== key) return [each];
        return each.count > 1 ? [{ ...each, count: each.count - 1, own: false, people: each.people.filter(({ user_id }) => user_id !== core.account.user_id) }] : [];
      }) }));
      return null;
    },
    message_pin: ({ room_id, event_id, pinned }) => {
      if (core.connection.link === "offline") throw new Refused("offline");
      const room = core.roomOf(room_id);
      room.pinned = [...room.pinned.filter((each) => each !== event_id), ...(pinned ? [event_id] : [])];
      core.emit("pins", pinsOf(room), { room_id });
      return null;
    },
    message_readers: ({ room_id, item_id }) => {
      const by = messageOf(core.roomOf(room_id), item_id)?.readers?.by ?? 0;
      const of = messageOf(core.roomOf(room_id), item_id)?.readers?.of ?? 0;
      const people = Array.from({ length: of }, (_, index) => core.person(index + 1));
      return { read: people.slice(0, by), unread: people.slice(by) };
    },
    message_discard: ({ room_id, item_id }) => {
      const room = core.roomOf(room_id);
      if (messageOf(room, item_id)?.change) {
        core.change(room, item_id, () => ({ change: null }));
        return null;
      }
      const index = room.items.findIndex(({ id }) => id === item_id);
      room.items = room.items.toSpliced(index, 1);
      core.emit("timeline", { type: "items", update: { type: "batch", ops: [{ op: "remove", index }] } }, { room_id });
      core.countQueued();
      return null;
    },
    timeline_load_older: ({ room_id }) => {
      const room = core.roomOf(room_id);
      core.emit("timeline", { type: "backwards", state: "loading" }, { room_id });
      const page = room.older.pop() ?? [];
      room.items = [...page, ...room.items];
      setTimeout(() => {
        core.emit("timeline", { type: "items", update: { type: "batch", ops: page.map((item, index) => ({ op: "insert", index, item })) } }, { room_id });
        core.emit("timeline", { type: "backwards", state: room.older.length === 0 ? "reached_start" : "idle" }, { room_id });
      }, 30);
      return null;
    },
    conversation_mark_read: ({ room_id }) => {
      const room = core.roomOf(room_id);
      if (room.unread > 0 || room.markedUnread) {
        room.unread = 0;
        room.mentions = 0;
        room.markedUnread = false;
        core.emit("conversations", { type: "reset", items: core.conversations() });
      }
      return null;
    },
    typing_set: () => null,
    keys_accept: ({ user_id }) => {
      for (const [room_id, doubts] of core.doubts) {
        const left = doubts.filter(({ person, kind }) => person.user_id !== user_id || kind !== "changed_keys");
        core.doubts.set(room_id, left);
        core.emit("doubts", left, { room_id });
      }
      return null;
    },
    draft_save: ({ room_id, thread, draft }) => {
      const kept = draft.text !== "" || draft.target !== null ? draft : null;
      const room = core.roomOf(room_id);
      if (thread === null) room.draft = kept;
      else room.threads.set(thread, { items: [], unread: 0, ...room.threads.get(thread), draft: kept });
      core.emit("conversations", { type: "reset", items: core.conversations() });
      return null;
    },
  };
}
