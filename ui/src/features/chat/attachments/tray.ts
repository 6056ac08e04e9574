import { useSyncExternalStore } from "react";
import type { Mention } from "@/bindings";
import { type Api, useApi } from "@/lib/api";
import { PlatformError } from "@/platform/types";
import { inOrder } from "../sending";
import { THUMBNAIL_TYPE, thumbnailOf } from "./thumbnail";

/** Why a file is not sent: the core's reasons, and those that are known before it is asked. */
export type Problem = { kind: "empty" | "uncleanable" | "unreadable" } | { kind: "too_large"; limit: number } | { kind: "failed"; error: PlatformError };

export interface Attached {
  key: number;
  file: File;
  /** Of an image, as this window shows it. */
  url: string | null;
  problem: Problem | null;
}

/** What is attached to the message that is written in a conversation or a thread; as long as the window lives. */
interface Tray {
  get: () => readonly Attached[];
  subscribe: (listener: () => void) => () => void;
  set: (items: readonly Attached[]) => void;
}

function emptyTray(): Tray {
  let items: readonly Attached[] = [];
  const listeners = new Set<() => void>();
  return {
    get: () => items,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set: (next) => {
      items = next;
      for (const listener of listeners) listener();
    },
  };
}

const trays = new WeakMap<Api, Map<string, Tray>>();

function trayOf(api: Api, roomId: string, thread: string | null): Tray {
  const fields = trays.get(api) ?? new Map<string, Tray>();
  trays.set(api, fields);
  const field = `${roomId} ${thread ?? ""}`;
  const tray = fields.get(field) ?? emptyTray();
  fields.set(field, tray);
  return tray;
}

let lastKey = 0;

/** Images a window shows by itself; the core looks at the bytes. */
const SHOWN = /^image\/(png|jpeg|webp|gif)$/;

function attached(file: File, limit: number): Attached {
  lastKey += 1;
  const problem: Problem | null = file.size === 0 ? { kind: "empty" } : file.size > limit ? { kind: "too_large", limit } : null;
  return { key: lastKey, file, url: SHOWN.test(file.type) ? URL.createObjectURL(file) : null, problem };
}

function release({ url }: Attached): void {
  if (url !== null) URL.revokeObjectURL(url);
}

class Unreadable extends Error {}

async function bytesOf(file: File): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    // A folder, or one that was taken away meanwhile.
    throw new Unreadable();
  }
}

function problemOf(error: unknown, limit: number): Problem {
  if (error instanceof Unreadable) return { kind: "unreadable" };
  const known = PlatformError.from(error);
  if (known.code === "too_large") return { kind: "too_large", limit };
  return known.code === "unsupported_media" ? { kind: "uncleanable" } : { kind: "failed", error: known };
}

export interface FirstOf {
  text: string;
  mentions: Mention[];
  reply_to: string | null;
}

export interface TrayState {
  items: readonly Attached[];
  /** Whether there is something to send. */
  ready: boolean;
  add: (files: readonly File[]) => void;
  remove: (key: number) => void;
  /**
   * Hands everything that can be sent to the core, in its order, the first with text and answer. Rejects if that first one is
   * not taken: whatever was not, is in the tray again with its reason.
   */
  send: (first: FirstOf) => Promise<void>;
}

/** What goes out with the message that is written in a conversation, or in the thread that begins with an event. */
export function useTray(roomId: string, thread: string | null): TrayState {
  const api = useApi();
  const tray = trayOf(api, roomId, thread);
  const items = useSyncExternalStore(tray.subscribe, tray.get);
  const limit = async () => (await api.call("attachment_limit")).bytes;
  return {
    items,
    ready: items.some(({ problem }) => problem === null),
    add: (files) => {
      if (files.length === 0) return;
      // What the core does not know it refuses later.
      limit().catch(() => Number.MAX_SAFE_INTEGER).then((most) => tray.set([...tray.get(), ...files.map((file) => attached(file, most))]), () => undefined);
    },
    remove: (key) => {
      tray.get().filter((each) => each.key === key).forEach(release);
      tray.set(tray.get().filter((each) => each.key !== key));
    },
    send: (first) => {
      const sending = tray.get().filter(({ problem }) => problem === null);
      tray.set(tray.get().filter(({ problem }) => problem !== null));
      const sends = sending.map((each, index) => {
        const { text, mentions, reply_to } = index === 0 ? first : { text: "", mentions: [], reply_to: null };
        const hand = async () => {
          const media_type = each.file.type;
          const upload_id = await api.upload(await bytesOf(each.file), media_type || "application/octet-stream");
          const small = await thumbnailOf(each.file);
          const thumbnail_id = small && await api.upload(small, THUMBNAIL_TYPE);
          await api.call("attachment_send", { room_id: roomId, upload_id, thumbnail_id, name: each.file.name, media_type, caption: text, mentions, reply_to, thread });
        };
        return inOrder(api, roomId, hand).then(
          () => release(each),
          async (error: unknown) => {
            const problem = problemOf(error, await limit().catch(() => 0));
            // In the order they were attached.
            tray.set([...tray.get(), { ...each, problem }].sort((a, b) => a.key - b.key));
            throw error;
          },
        );
      });
      for (const send of sends.slice(1)) send.catch(() => undefined);
      return sends[0] ?? Promise.resolve();
    },
  };
}
