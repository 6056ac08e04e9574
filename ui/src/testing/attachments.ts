// Images and files in conversations, in the fake core.
import type { Attachment, MessageBody, Preview } from "@/bindings";
import { type FakeCore, type Handlers, Refused } from "./fake-core.ts";
import { replyInThread } from "./threads.ts";

/** A message in one line. */
export function previewOf(body: MessageBody): Preview {
  switch (body.kind) {
    case "text":
    case "forwarded": return { kind: "text", body: body.text.split("\n", 1)[0] ?? "" };
    case "image": return { kind: "image", caption: body.file.caption?.text ?? "" };
    case "file": return { kind: "file", name: body.file.name };
    case "poll": return { kind: "poll", question: body.poll.question };
    default: return { kind: body.kind };
  }
}

export function fileOf(name: string, more: Partial<Attachment> = {}): Attachment {
  return { name, media_type: "", size: null, width: null, height: null, caption: null, uploaded: null, thumbnail: false, ...more };
}

export function imageOf(name: string, width: number, height: number, more: Partial<Attachment> = {}): MessageBody {
  return { kind: "image", file: fileOf(name, { media_type: "image/png", size: 410_000, width, height, ...more }) };
}

/** An image by its name alone: what bytes hold, the real core looks at. */
const IMAGE = /\.(png|jpe?g|webp|gif)$/i;

export function attachmentCommands(core: FakeCore): Handlers {
  return {
    attachment_limit: () => ({ bytes: core.attachmentLimit }),
    attachment_send: ({ room_id, upload_id, thumbnail_id, name, media_type, caption, reply_to, thread }) => {
      const room = core.roomOf(room_id);
      const bytes = core.uploads.get(upload_id);
      if (!bytes) throw new Refused("not_found");
      core.uploads.delete(upload_id);
      const thumbnail = thumbnail_id !== null && core.uploads.delete(thumbnail_id);
      if (bytes.length > core.attachmentLimit) throw new Refused("too_large");
      if (/\.(heic|tiff?)$/i.test(name)) throw new Refused("unsupported_media");
      const answered = [...room.items, ...(room.threads.get(thread ?? "")?.items ?? [])].find(({ content }) => content.kind === "message" && content.event_id !== null && content.event_id === reply_to);
      const file = fileOf(name, { media_type, size: bytes.length, caption: caption === "" ? null : { text: caption, formatted: null, edited: false } });
      const body: MessageBody = IMAGE.test(name) ? { kind: "image", file: { ...file, width: 640, height: 480, thumbnail } } : { kind: "file", sort: "other", file };
      const item = core.message(room, true, body, 0, { state: "queued" }, { reply: core.replyTo(answered) });
      if (thread === null) {
        room.draft = null;
        core.push(room, item);
      } else replyInThread(core, room, thread, item);
      core.countQueued();
      if (core.connection.link === "online") setTimeout(() => core.setDelivery(room, item.id, { state: "sent" }), core.sendsAfter);
      return null;
    },
  };
}

/** An echo loop of a heart, drawn; SVG. */
export function drawnEcho(path: string): string {
  const hue = Array.from(path, (each) => each.charCodeAt(0)).reduce((sum, each) => sum + each, 0) % 60;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 480"><rect width="640" height="480" fill="#0b0d0f"/><path d="M320 30 80 440q240 70 480 0z" fill="#23272b"/><path d="M320 120q90 60 60 250-60 50-120 0-30-190 60-250z" fill="#0b0d0f" stroke="#5d666d" stroke-width="6"/><ellipse cx="320" cy="210" rx="26" ry="60" fill="hsl(${hue} 80% 45%)" opacity=".8"/><ellipse cx="345" cy="260" rx="14" ry="34" fill="hsl(215 80% 55%)" opacity=".8"/><rect x="596" y="40" width="14" height="120" fill="url(#s)"/><defs><linearGradient id="s" x2="0" y2="1"><stop stop-color="#ffd34d"/><stop offset=".5" stop-color="#c22"/><stop offset="1" stop-color="#26c"/></linearGradient></defs></svg>`;
}

/** The forum of screen 02 with what its members send. */
export function withAttachments(core: FakeCore): void {
  const forum = core.rooms.find(({ id }) => id.startsWith("!coronary"));
  if (!forum) return;
  const from = (index: number, body: MessageBody, minutes: number, more = {}) => core.message(forum, false, body, minutes, null, { sender: core.person(index), ...more });
  const own = (body: MessageBody, minutes: number, state: "sent" | "queued" | "failed" = "sent") => core.message(forum, true, body, minutes, { state });
  const caption = (text: string) => ({ caption: { text, formatted: null, edited: false } });
  forum.items = [
    ...forum.items.slice(0, -2),
    from(13, imageOf("echo-apical.png", 640, 480), 24),
    from(13, imageOf("四腔心.png", 640, 480, caption("心尖四腔：分流束宽约 12 mm")), 23),
    from(12, { kind: "file", sort: "other", file: fileOf("机械并发症转运流程 v3 · Mechanical complications pathway v3.pdf", { media_type: "application/pdf", size: 1_800_000 }) }, 20),
    from(1, { kind: "file", sort: "video", file: fileOf("左主干造影.mp4", { media_type: "video/mp4", size: 24_000_000 }) }, 19),
    own(imageOf("angiogram.png", 480, 480), 8),
    own({ kind: "file", sort: "other", file: fileOf("lab-results.xlsx", { size: 86_000, ...caption("APTT and lactate of the last two days.") }) }, 6, "failed"),
    own({ kind: "file", sort: "video", file: fileOf("bedside-echo.mp4", { media_type: "video/mp4", size: 38_000_000, uploaded: 42 }) }, 4, "queued"),
    own(imageOf("echo-1400.png", 640, 480, { uploaded: null }), 3, "queued"),
  ];
}
