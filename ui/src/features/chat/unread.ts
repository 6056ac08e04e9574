import type { TimelineItem } from "@/bindings";

const DIVIDER = "unread";

/** Stays the same when an item is taken out and comes back, as after a gap. */
function keyOf({ id, content }: TimelineItem): string {
  return content.kind === "message" ? (content.event_id ?? id) : id;
}

function timeOf({ content }: TimelineItem): number | null {
  return "at" in content ? Date.parse(content.at) : null;
}

function isTheirs({ content }: TimelineItem): boolean {
  return content.kind === "message" && !content.own;
}

/**
 * Puts the divider before the first unread message and keeps it there, whatever counts as read meanwhile. It is set anew by what
 * comes while nobody looks, and goes with an own message.
 */
export function heldDivider() {
  /** Key of the message that the divider stands before. */
  let anchor: string | null = null;
  /** The last that was read, Unix milliseconds, until the first message after it is here. */
  let since: number | null = null;
  /** The last message of others. */
  let newest = { key: "", at: 0 };
  let last: string | null = null;
  let started = false;
  /** What came since somebody looked has its divider. */
  let marked = false;

  const find = (items: readonly TimelineItem[]) => {
    if (since === null) return;
    const until = since;
    const first = items.findIndex((item) => isTheirs(item) && (timeOf(item) ?? 0) > until);
    // Before older messages are loaded nobody knows whether it is the first.
    const isFirst = items.slice(0, Math.max(first, 0)).some((item) => item.content.kind === "start" || (timeOf(item) ?? Infinity) <= until);
    if (first >= 0 && isFirst) {
      anchor = keyOf(items[first] as TimelineItem);
      since = null;
    }
  };

  return {
    /** How far the conversation had been read when it was opened. */
    readUpTo: (at: string | null) => {
      if (!started && at !== null) since = Date.parse(at);
    },
    place: (items: readonly TimelineItem[], attentive: boolean): readonly TimelineItem[] => {
      const theirs = items.findLast(isTheirs);
      if (attentive) marked = false;
      else if (started && theirs && keyOf(theirs) !== newest.key && (timeOf(theirs) ?? 0) >= newest.at && !marked) {
        [since, anchor, marked] = [newest.at, null, true];
      }
      const end = items.at(-1);
      if (started && end && keyOf(end) !== last && end.content.kind === "message" && end.content.own && end.content.delivery?.state === "queued") [since, anchor] = [null, null];
      find(items);
      if (theirs) newest = { key: keyOf(theirs), at: timeOf(theirs) ?? 0 };
      last = end ? keyOf(end) : null;
      started ||= items.length > 0;
      const place = anchor === null ? -1 : items.findIndex((item) => keyOf(item) === anchor);
      return place < 0 ? items : items.toSpliced(place, 0, { id: DIVIDER, content: { kind: "unread_divider" } });
    },
  };
}
