import type { TimelineItem } from "@/bindings";

const DIVIDER = "unread";

/**
 * Keeps the divider before the first unread message where it was met: the core's own moves on as soon as what is on the
 * screen counts as read, which is at once. It is set anew by what comes while nobody looks, and goes with an own message.
 */
export function heldDivider() {
  /** The item that the divider stands before. */
  let anchor: string | null = null;
  let unread: string | null = null;
  let newest: string | null = null;
  /** Items that came while somebody looked: not unread, whether the core's divider comes with them, later or never. */
  const watched = new Set<string>();
  let started = false;

  return (items: readonly TimelineItem[], attentive: boolean): readonly TimelineItem[] => {
    const at = items.findIndex(({ content }) => content.kind === "unread_divider");
    const rest = at < 0 ? items : items.toSpliced(at, 1);
    // Behind what was the newest: it came just now.
    if (started && attentive) for (const { id } of rest.slice(rest.findIndex(({ id }) => id === newest) + 1)) watched.add(id);
    const now = at < 0 ? null : (rest.slice(at).find(({ id }) => !watched.has(id))?.id ?? null);
    if (now !== null && now !== unread) anchor = now;
    unread = now;
    const last = rest.at(-1);
    if (started && last && last.id !== newest && last.content.kind === "message" && last.content.own && last.content.delivery?.state === "queued") anchor = null;
    newest = last?.id ?? null;
    started ||= rest.length > 0;
    const place = anchor === null ? -1 : rest.findIndex(({ id }) => id === anchor);
    return place < 0 ? rest : rest.toSpliced(place, 0, { id: DIVIDER, content: { kind: "unread_divider" } });
  };
}
