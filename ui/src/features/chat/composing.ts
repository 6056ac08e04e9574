import type { Draft, Mention, TimelineItem } from "@/bindings";
import { standing } from "./mentions";

/** What is answered or edited: by its item, and by its event once it has one. */
export interface Target {
  kind: "reply" | "edit";
  /** Of the item, or of the event while that is not loaded. */
  id: string;
  eventId: string | null;
}

export interface Field {
  text: string;
  target: Target | null;
  /** What stood there when an edit began. */
  aside: { text: string; target: Target | null } | null;
}

export const EMPTY: Draft = { text: "", mentions: [], target: null };

export function heldBy(target: Target, item: TimelineItem): boolean {
  return item.id === target.id || (target.eventId !== null && item.content.kind === "message" && item.content.event_id === target.eventId);
}

/** A message that was queued when it was chosen may be out by now. */
export function eventIdOf(target: Target, items: readonly TimelineItem[]): string | null {
  const item = items.find((each) => heldBy(target, each));
  return item?.content.kind === "message" ? (item.content.event_id ?? target.eventId) : target.eventId;
}

export function fromDraft({ target }: Draft): Target | null {
  return target && { kind: target.kind, id: target.event_id, eventId: target.event_id };
}

/** What is kept of the field, with those of the mentions that stand in it. One draft has room for one text: a message that was set aside for an edit goes before the edit. */
export function toDraft({ text, target, aside }: Field, items: readonly TimelineItem[], mentions: readonly Mention[]): Draft {
  if (aside !== null && aside.text.trim() !== "") return toDraft({ ...aside, aside: null }, items, mentions);
  const eventId = target && eventIdOf(target, items);
  const about = target && eventId !== null ? { kind: target.kind, event_id: eventId } : null;
  return text.trim() === "" && about?.kind !== "reply" ? EMPTY : { text, mentions: standing(text, mentions), target: about };
}

export function sameDraft(a: Draft, b: Draft): boolean {
  const ids = ({ mentions }: Draft) => mentions.map(({ id, text }) => `${id} ${text}`).join("\n");
  return a.text === b.text && ids(a) === ids(b) && a.target?.kind === b.target?.kind && a.target?.event_id === b.target?.event_id;
}
