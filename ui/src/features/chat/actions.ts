import { createContext, use } from "react";
import type { Attachment, ReactionWord, TimelineContent, TimelineItem } from "@/bindings";

export type Message = Extract<TimelineContent, { kind: "message" }>;
export type MessageItem = TimelineItem & { content: Message };

export function isMessage(item: TimelineItem): item is MessageItem {
  return item.content.kind === "message";
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
  return message.body.kind === "text" ? message.body.text : (fileOf(message)?.caption?.text ?? null);
}

export const canReply = (message: Message): boolean => message.event_id !== null && message.body.kind !== "recalled";
export const canReact = canReply;
export const canEdit = (message: Message): boolean => message.own && message.body.kind === "text";
export const canRecall = (message: Message): boolean => message.own && message.body.kind !== "recalled";

/** What a message lets one do; given by the open conversation. */
export interface MessageActions {
  reply: (item: MessageItem) => void;
  edit: (item: MessageItem) => void;
  /** Asks first. */
  recall: (item: MessageItem) => void;
  copy: (item: MessageItem) => void;
  react: (item: MessageItem, word: ReactionWord) => void;
  /** Goes to the message that another one answers. */
  jump: (eventId: string) => void;
  /** Shows an image over the whole window. */
  open: (item: MessageItem) => void;
  /** Writes an image or a file where the doctor chooses. */
  save: (item: MessageItem) => void;
  menu: (item: MessageItem, anchor: Element | { getBoundingClientRect: () => DOMRect }) => void;
  select: (item: MessageItem) => void;
  /** Pins it for everybody, or takes it off. */
  pin: (item: MessageItem, pinned: boolean) => void;
  /** Events that are pinned; null if one may not change that. */
  pinned: ReadonlySet<string> | null;
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
