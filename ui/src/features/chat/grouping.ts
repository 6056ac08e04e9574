import type { TimelineItem } from "@/bindings";

/** Messages of one sender within this many milliseconds stand under one name. */
export const GROUP_MS = 5 * 60_000;

export interface Placed {
  item: TimelineItem;
  /** First of its group: name, title and time stand above it. */
  first: boolean;
  /** Last of its group: an own one carries time and delivery. */
  last: boolean;
}

function together(a: TimelineItem | undefined, b: TimelineItem | undefined): boolean {
  if (a?.content.kind !== "message" || b?.content.kind !== "message") return false;
  // A recalled message is a line of its own.
  if (a.content.body.kind === "recalled" || b.content.body.kind === "recalled") return false;
  return a.content.sender.user_id === b.content.sender.user_id && Math.abs(Date.parse(b.content.at) - Date.parse(a.content.at)) < GROUP_MS;
}

export function placed(items: readonly TimelineItem[]): Placed[] {
  return items.map((item, index) => ({
    item,
    first: !together(items[index - 1], item),
    last: !together(item, items[index + 1]),
  }));
}
