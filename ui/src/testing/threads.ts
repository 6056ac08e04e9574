// Threads of the fake core: what was written about a message, beside the conversation.
import type { Draft, MessageBody, Person, ThreadSummary, TimelineItem, TimelineUpdate, UnreadThread } from "@/bindings";
import { previewOf } from "./attachments.ts";
import { type FakeCore, type Handlers, type Message, type MessageItem, Refused, type Room } from "./fake-core.ts";

export interface Thread {
  items: MessageItem[];
  unread: number;
  draft: Draft | null;
}

const isRoot = (item: TimelineItem, root: string) => item.content.kind === "message" && item.content.event_id === root;

function itemsOf(room: Room, root: string): TimelineItem[] {
  const first = room.items.filter((item) => isRoot(item, root));
  return [...first, ...(room.threads.get(root)?.items ?? [])];
}

export function threadOf(room: Room, root: string): TimelineUpdate[] {
  return [
    { type: "items", update: { type: "reset", items: itemsOf(room, root) } },
    { type: "backwards", state: "idle" },
  ];
}

export function unreadThreads(room: Room): UnreadThread[] {
  return [...room.threads].flatMap(([root, { unread }]) => (unread > 0 ? [{ root, messages: unread }] : []));
}

function summary({ items, unread }: Thread): ThreadSummary | null {
  const said = items.filter(({ content }) => content.body.kind !== "recalled");
  const last = said.at(-1)?.content;
  if (!last) return null;
  return { replies: said.length, unread, sender: last.sender, at: last.at, preview: previewOf(last.body) };
}

/** Shows a thread as it is now, where it is open and at the message that it begins with. */
function refresh(core: FakeCore, room: Room, root: string, thread: Thread): void {
  core.emit("thread", { type: "items", update: { type: "reset", items: itemsOf(room, root) } }, { room_id: room.id, root });
  if (room.items.some((item) => isRoot(item, root))) core.change(room, root, () => ({ thread: summary(thread) }));
  core.emit("conversations", { type: "reset", items: core.conversations() });
}

/** Puts replies of these people into the thread about a message, so many of them not looked at. */
export function writeInThread(core: FakeCore, room: Room, root: MessageItem, replies: readonly [Person | null, MessageBody | string, number][], unread = 0): void {
  const event = root.content.event_id;
  if (event === null) throw new Refused("invalid_input");
  const items = replies.map(([sender, said, minutesAgo]) => core.message(room, sender === null, said, minutesAgo, sender === null ? { state: "read" } : null, sender ? { sender } : {}));
  const thread = room.threads.get(event) ?? { items: [], unread: 0, draft: null };
  thread.items = [...thread.items, ...items];
  thread.unread += unread;
  room.threads.set(event, thread);
  refresh(core, room, event, thread);
}

/** Adds an own reply. */
export function replyInThread(core: FakeCore, room: Room, root: string, item: MessageItem): void {
  const thread = room.threads.get(root) ?? { items: [], unread: 0, draft: null };
  thread.items = [...thread.items, item];
  thread.draft = null;
  room.threads.set(root, thread);
  refresh(core, room, root, thread);
}

/** Changes a message of a thread; false if it is in none. */
export function changeInThread(core: FakeCore, room: Room, id: string, how: (message: Message) => Partial<Message>): boolean {
  for (const [root, thread] of room.threads) {
    const index = thread.items.findIndex((item) => item.id === id || item.content.event_id === id);
    const item = thread.items[index];
    if (!item) continue;
    thread.items = thread.items.with(index, { ...item, content: { ...item.content, ...how(item.content) } });
    refresh(core, room, root, thread);
    return true;
  }
  return false;
}

export function threadCommands(core: FakeCore): Handlers {
  return {
    thread_mark_read: ({ room_id, root }) => {
      const room = core.roomOf(room_id);
      const thread = room.threads.get(root);
      if (thread && thread.unread > 0) {
        thread.unread = 0;
        refresh(core, room, root, thread);
      }
      return null;
    },
    thread_draft: ({ room_id, root }) => core.roomOf(room_id).threads.get(root)?.draft ?? null,
    message_thread: ({ room_id, event_id }) => {
      for (const [root, { items }] of core.roomOf(room_id).threads) if (items.some(({ content }) => content.event_id === event_id)) return root;
      return null;
    },
  };
}
