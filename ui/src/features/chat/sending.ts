import type { Commands } from "@/bindings";
import type { Api } from "@/lib/api";

/** The latest send of each conversation that has not ended. It outlives the field: one may come back to a conversation meanwhile. */
const last = new WeakMap<Api, Map<string, Promise<unknown>>>();

/**
 * Sends once what was sent before in this conversation has been taken: of calls made at the same time the core may take
 * the later one first. One that fails holds up nothing.
 */
export function inOrder<T>(api: Api, roomId: string, send: () => Promise<T>): Promise<T> {
  const rooms = last.get(api) ?? new Map<string, Promise<unknown>>();
  last.set(api, rooms);
  const sending = rooms.get(roomId)?.then(send, send) ?? send();
  rooms.set(roomId, sending);
  const end = () => { if (rooms.get(roomId) === sending) rooms.delete(roomId); };
  sending.then(end, end);
  return sending;
}

export function sendInOrder(api: Api, input: Commands["message_send"]["input"]): Promise<Commands["message_send"]["output"]> {
  return inOrder(api, input.room_id, () => api.call("message_send", input));
}

/** The field after a message could not be sent: its text above what was written since, below what came back before it. */
export function broughtBack(text: string, back: string, failed: string): string {
  if (back === "" || !text.startsWith(back)) return text === "" ? failed : `${failed}\n${text}`;
  return `${back}\n${failed}${text.slice(back.length)}`;
}
