import { createContext, use } from "react";
import type { Attachment, ReactionWord, TimelineContent, TimelineItem } from "@/bindings";

export type Message = Extract<TimelineContent, { kind: "message" }>;
export type MessageItem = TimelineItem & { content: Message };

export function isMessage(item: TimelineItem): item is MessageItem {
  return item.content.kind === "message";
}

/** What names a message to the core. Its item may get another id while one looks at it, when the list is built anew; its event stays. */
export function idOf({ id, content }: MessageItem): string {
  return content.event_id ?? id;
}

/** Whether it waits on this machine or was refused: nobody but its author knows of it. */
export function isUnsent({ delivery }: Message): boolean {
  return delivery?.state === "queued" || delivery?.state === "failed";
}

/** The image or file of a message. */
export function fileOf({ body }: Message): Attachment | null {
  return body.kind === "image" || body.kind === "file" ? body.file : null;
}

/** What the message says, if it can be copied and quoted. */
export function textOf(message: Message): string | null {
  const { body } = message;
  if (body.kind === "poll") return [body.poll.question, ...body.poll.answers.map(({ text }, index) => `${index + 1}. ${text}`)].join("\n");
  return body.kind === "text" || body.kind === "forwarded" ? body.text : (fileOf(message)?.caption?.text ?? null);
}

export const canReply = (message: Message): boolean => message.event_id !== null && message.body.kind !== "recalled";
export const canReact = canReply;
export const canFollow = canReply;
export const canStar = canReply;
/** What was recalled, cannot be read or came unencrypted is not handed on. */
export const canForward = ({ body }: Message): boolean => body.kind === "text" || body.kind === "forwarded";
export const canEdit = (message: Message): boolean => message.own && message.body.kind === "text";
export const canRecall = (message: Message): boolean => message.own && message.body.kind !== "recalled";

export const canEndPoll = ({ body, event_id }: Message): boolean => body.kind === "poll" && body.poll.may_end && event_id !== null;

/** What a message lets one do; given by the open conversation. */
export interface MessageActions {
  reply: (item: MessageItem) => void;
  edit: (item: MessageItem) => void;
  /** Asks first. */
  recall: (item: MessageItem) => void;
  /** Asks first. */
  endPoll: (item: MessageItem) => void;
  copy: (item: MessageItem) => void;
  react: (item: MessageItem, word: ReactionWord) => void;
  /** Takes back an own reaction with what another client sent. */
  unreact: (item: MessageItem, key: string) => void;
  /** Opens the thread that begins with it; null in a thread. */
  thread: ((item: MessageItem) => void) | null;
  /** Goes to the message that another one answers. */
  jump: (eventId: string) => void;
  /** Shows an image over the whole window. */
  open: (item: MessageItem) => void;
  /** Writes an image or a file where the doctor chooses. */
  save: (item: MessageItem) => void;
  menu: (item: MessageItem, anchor: Element | { getBoundingClientRect: () => DOMRect }) => void;
  select: (item: MessageItem) => void;
  /** Asks where to. */
  forward: (item: MessageItem) => void;
  star: (item: MessageItem, starred: boolean) => void;
  /** Events that are starred. */
  starred: ReadonlySet<string>;
  /** Pins it for everybody, or takes it off. */
  pin: (item: MessageItem, pinned: boolean) => void;
  /** Events that are pinned; null if one may not change that. */
  pinned: ReadonlySet<string> | null;
  /** Nothing is written or changed here: a group that one left. */
  readOnly: boolean;
  /** Ids of the items that are selected; null outside of selecting. */
  selected: ReadonlySet<string> | null;
}

const Context = createContext<MessageActions | null>(null);
export const MessageActionsProvider = Context;

export function useMessageActions(): MessageActions {
  const actions = use(Context);
  if (!actions) throw new Error("no conversation around");
  return actions;
}
