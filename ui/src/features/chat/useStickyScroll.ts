import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

/** Within this many pixels of the end one is at the end. */
const END = 40;

/**
 * Scrolling of a timeline: at the end it stays at the end; elsewhere the message one reads keeps its place, whatever is
 * added above or below. Done by hand because WebKit has no scroll anchoring. Items carry `data-item` with their id.
 */
export function useStickyScroll(scroller: RefObject<HTMLDivElement | null>, items: readonly unknown[] | undefined) {
  const anchor = useRef<{ id: string; top: number } | null>(null);
  const following = useRef(true);
  const placedOnce = useRef(false);
  const [atEnd, setAtEnd] = useState(true);

  const note = useCallback(() => {
    const node = scroller.current;
    if (!node) return;
    const end = node.scrollHeight - node.scrollTop - node.clientHeight < END;
    following.current = end;
    setAtEnd(end);
    anchor.current = null;
    if (end) return;
    const edge = node.getBoundingClientRect().top;
    for (const child of node.querySelectorAll<HTMLElement>("[data-item]")) {
      const box = child.getBoundingClientRect();
      if (box.bottom > edge) {
        anchor.current = { id: child.dataset["item"] ?? "", top: box.top - edge };
        return;
      }
    }
  }, [scroller]);

  const settle = useCallback(() => {
    const node = scroller.current;
    if (!node) return;
    if (following.current) {
      node.scrollTop = node.scrollHeight;
      return;
    }
    const kept = anchor.current;
    const child = kept && node.querySelector<HTMLElement>(`[data-item="${CSS.escape(kept.id)}"]`);
    if (child) node.scrollTop += child.getBoundingClientRect().top - node.getBoundingClientRect().top - kept.top;
  }, [scroller]);

  useLayoutEffect(() => {
    const node = scroller.current;
    if (!node || items === undefined) return;
    if (!placedOnce.current) {
      placedOnce.current = true;
      node.scrollTop = node.scrollHeight;
      // More unread than fit: begin where the unread begins.
      const divider = node.querySelector<HTMLElement>("[data-unread]");
      const above = divider ? divider.getBoundingClientRect().top - node.getBoundingClientRect().top : 0;
      if (divider && above < 0) node.scrollTop += above - END;
    } else settle();
    note();
  }, [items, scroller, settle, note]);

  // The composer grew, the window shrank.
  useEffect(() => {
    const node = scroller.current;
    if (!node) return;
    const observer = new ResizeObserver(settle);
    observer.observe(node);
    return () => observer.disconnect();
  }, [scroller, settle]);

  const toEnd = useCallback(() => {
    const node = scroller.current;
    if (!node) return;
    node.scrollTop = node.scrollHeight;
    note();
  }, [scroller, note]);

  return { onScroll: note, atEnd, toEnd };
}
