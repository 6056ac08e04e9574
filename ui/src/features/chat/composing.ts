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

export const EMPTY: Draft = { text: "", mentions: [], target: null, aside: null };

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

/** What is kept of the field, with those of the mentions that stand in it. */
export function toDraft({ text, target, aside }: Field, items: readonly TimelineItem[], mentions: readonly Mention[]): Draft {
  const before = aside && toDraft({ ...aside, aside: null }, items, mentions);
  const eventId = target && eventIdOf(target, items);
  // An edit of what has no event yet would come back as another message: what stood there before is kept.
  if (target?.kind === "edit" && eventId === null) return before ?? EMPTY;
  const about = target && eventId !== null ? { kind: target.kind, event_id: eventId } : null;
  if (text.trim() === "" && about?.kind !== "reply") return before ?? EMPTY;
  return { text, mentions: standing(text, mentions), target: about, aside: before && !sameDraft(before, EMPTY) ? before : null };
}

/** What was set aside for the edit that a draft is. */
export function asideOf({ aside }: Draft): Field["aside"] {
  return aside && { text: aside.text, target: fromDraft(aside) };
}

export function sameDraft(a: Draft, b: Draft): boolean {
  const ids = ({ mentions }: Draft) => mentions.map(({ id, text }) => `${id} ${text}`).join("\n");
  const same = a.text === b.text && ids(a) === ids(b) && a.target?.kind === b.target?.kind && a.target?.event_id === b.target?.event_id;
  return same && (a.aside && b.aside ? sameDraft(a.aside, b.aside) : a.aside === b.aside);
}

/** What a draft holds that is to be a message: in an edit, what was set aside for it. */
export function newTextOf(draft: Draft | null): string {
  return (draft?.target?.kind === "edit" ? draft.aside?.text : draft?.text) ?? "";
}

/**
 * What an answer left in the draft that was written in a notification and could not be sent, below what stood there: none
 * if the draft is one of those that the field kept itself.
 */
export function cameBack(kept: string, own: readonly string[]): string | null {
  if (kept.trim() === "" || own.includes(kept)) return null;
  const before = own.filter((text) => text.trim() !== "" && kept.startsWith(`${text}\n`)).toSorted((a, b) => b.length - a.length)[0];
  return before === undefined ? kept : kept.slice(before.length + 1);
}
