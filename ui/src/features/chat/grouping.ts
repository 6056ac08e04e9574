import type { Person, TimelineItem } from "@/bindings";

/** Messages of one sender within this many milliseconds stand under one name. */
export const GROUP_MS = 5 * 60_000;

export interface Placed {
  item: TimelineItem;
  /** First of its group: name, title and time stand above it. */
  first: boolean;
  /** Last of its group: an own one carries time and delivery. */
  last: boolean;
  /** Others with whom the same happened, right after it. */
  also: readonly Person[];
}

function together(a: TimelineItem | undefined, b: TimelineItem | undefined): boolean {
  if (a?.content.kind !== "message" || b?.content.kind !== "message") return false;
  // A recalled message is a line of its own.
  if (a.content.body.kind === "recalled" || b.content.body.kind === "recalled") return false;
  return a.content.sender.user_id === b.content.sender.user_id && Math.abs(Date.parse(b.content.at) - Date.parse(a.content.at)) < GROUP_MS;
}

/** Who came or went in the same way right before: ten invitations are one line. */
function alike(a: TimelineItem | undefined, b: TimelineItem): boolean {
  if (a?.content.kind !== "membership_change" || b.content.kind !== "membership_change") return false;
  return a.content.change === b.content.change && a.content.by?.user_id === b.content.by?.user_id;
}

/** Without the dividers of days on which nothing stands here. */
function withoutEmptyDays(items: readonly TimelineItem[]): readonly TimelineItem[] {
  return items.filter(({ content }, index) => {
    if (content.kind !== "day_divider") return true;
    const next = items.slice(index + 1).find((each) => each.content.kind !== "unread_divider");
    return next !== undefined && next.content.kind !== "day_divider";
  });
}

export function placed(all: readonly TimelineItem[]): Placed[] {
  const places: Placed[] = [];
  const items = withoutEmptyDays(all);
  items.forEach((item, index) => {
    const before = places.at(-1);
    if (before && item.content.kind === "membership_change" && alike(items[index - 1], item)) {
      places[places.length - 1] = { ...before, also: [...before.also, item.content.person] };
      return;
    }
    places.push({ item, first: !together(items[index - 1], item), last: !together(item, items[index + 1]), also: [] });
  });
  return places;
}
