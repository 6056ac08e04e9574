// Handing messages on, and starring them, in the fake core.
import type { StarredMessage } from "@/bindings";
import { previewOf } from "./attachments.ts";
import { type FakeCore, type Handlers, Refused, type Room } from "./fake-core.ts";

function messagesOf(room: Room) {
  const all = [...room.items, ...[...room.threads.values()].flatMap(({ items }) => items)];
  return all.flatMap((item) => (item.content.kind === "message" ? [{ id: item.id, ...item.content }] : []));
}

export function forwardCommands(core: FakeCore): Handlers {
  return {
    messages_forward: ({ room_id, item_ids, to, title }) => {
      const chosen = messagesOf(core.roomOf(room_id)).filter(({ id, event_id }) => item_ids.includes(event_id ?? id));
      const texts = chosen.map(({ body }) => (body.kind === "text" || body.kind === "forwarded" ? body.text : null));
      if (texts.includes(null)) throw new Refused("invalid_input");
      const delivery = { state: core.connection.link === "online" ? "sent" as const : "queued" as const };
      for (const id of to) {
        const room = core.roomOf(id);
        if (title === null) {
          for (const { body } of chosen) core.push(room, core.message(room, true, body, 0, delivery));
          continue;
        }
        const messages = chosen.map(({ sender, at }, index) => ({ name: sender.name, at, text: texts[index] ?? "" }));
        core.push(room, core.message(room, true, { kind: "forwarded", text: [title, ...texts].join("\n"), messages }, 0, delivery));
      }
      core.countQueued();
      return null;
    },
    message_star: ({ room_id, event_id, starred }) => {
      core.stars = core.stars.filter((star) => star.room_id !== room_id || star.event_id !== event_id);
      if (starred) core.stars = [{ room_id, event_id }, ...core.stars];
      core.emit("changes", ["contacts"]);
      return null;
    },
    starred_messages: () => core.stars.map(({ room_id, event_id }): StarredMessage => {
      const message = messagesOf(core.roomOf(room_id)).find((each) => each.event_id === event_id);
      if (!message || message.body.kind === "recalled") return { room_id, event_id, message: null };
      const { sender, own, at, body } = message;
      return { room_id, event_id, message: { sender, own, at, preview: previewOf(body) } };
    }),
  };
}
