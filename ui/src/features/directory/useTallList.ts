import { useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from "react";
import { type Layout, type Place, headingAbove, heightOf, isStuck, physicalHeight, placeOf, rowAt, scrolledTo, topOf } from "./tall";

/** Rows beyond the edges that are there before they come into sight. */
const OVERSCAN = 8;
/** After so long without a step the scroll bar is put where it belongs. */
const IDLE_MS = 160;

interface Seen {
  place: Place;
  viewport: number;
}

/**
 * The rows in sight of a list of any length, and the way to others. Another `searchKey` is another list, which begins at its
 * head; `onRange` hears which rows are in sight.
 */
export function useTallList(layout: Layout, searchKey: string, onRange: (first: number, last: number) => void) {
  const scroller = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState<Seen>({ place: { top: 0, physical: 0 }, viewport: 0 });
  const idle = useRef<ReturnType<typeof setTimeout>>(undefined);
  const sizes = { height: heightOf(layout), viewport: seen.viewport };

  const show = (place: Place, viewport: number) => {
    setSeen((before) => (before.place.top === place.top && before.place.physical === place.physical && before.viewport === viewport ? before : { place, viewport }));
  };
  const goTo = (top: number) => {
    const element = scroller.current;
    if (!element) return;
    const viewport = element.clientHeight;
    const place = placeOf(top, { height: sizes.height, viewport });
    element.scrollTop = place.physical;
    // What the engine made of it: it rounds to device pixels.
    show({ top: place.top, physical: element.scrollTop }, viewport);
  };

  const onIdle = useEffectEvent(() => goTo(seen.place.top));
  const onScroll = useEffectEvent(() => {
    const element = scroller.current;
    if (!element) return;
    const now = { height: sizes.height, viewport: element.clientHeight };
    const place = scrolledTo(seen.place, element.scrollTop, now);
    clearTimeout(idle.current);
    if (isStuck(place, now)) goTo(place.top);
    else {
      show(place, now.viewport);
      if (sizes.height > physicalHeight(sizes)) idle.current = setTimeout(() => onIdle(), IDLE_MS);
    }
  });
  const onResize = useEffectEvent(() => show(placeOf(seen.place.top, { height: sizes.height, viewport: scroller.current?.clientHeight ?? 0 }), scroller.current?.clientHeight ?? 0));

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    onResize();
    const observer = new ResizeObserver(() => onResize());
    observer.observe(element);
    const listen = () => onScroll();
    element.addEventListener("scroll", listen, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", listen);
      clearTimeout(idle.current);
    };
  }, []);

  const toTop = useEffectEvent(() => goTo(0));
  const begun = useRef(searchKey);
  useEffect(() => {
    if (begun.current === searchKey) return;
    begun.current = searchKey;
    toTop();
  }, [searchKey]);

  const first = layout.count === 0 ? 0 : rowAt(layout, seen.place.top);
  const last = layout.count === 0 ? -1 : rowAt(layout, seen.place.top + seen.viewport);
  const tellRange = useEffectEvent((from: number, to: number) => onRange(from, to));
  useEffect(() => {
    if (last >= first) tellRange(first, last);
  }, [first, last]);

  const from = Math.max(0, first - OVERSCAN);
  const to = Math.min(layout.count - 1, last + OVERSCAN);
  // How far rows are drawn from where they would be in a list that no engine minds.
  const shift = seen.place.physical - seen.place.top;
  return {
    scroller,
    height: physicalHeight(sizes),
    /** Each with the place of its upper edge, or of the heading above it. */
    rows: Array.from({ length: Math.max(0, to - from + 1) }, (_, nth) => ({ index: from + nth, y: topOf(layout, from + nth) - headingAbove(layout, from + nth) + shift })),
    /** Rows that fit, less one that stays in sight. */
    page: Math.max(1, Math.floor(seen.viewport / layout.row) - 1),
    /** Brings a row into sight; `start` puts it at the head. */
    reveal: (index: number, align: "nearest" | "start" = "nearest") => {
      const viewport = scroller.current?.clientHeight ?? seen.viewport;
      const heading = headingAbove(layout, index);
      const top = topOf(layout, index) - heading;
      const bottom = top + heading + layout.row;
      if (align === "start" || top < seen.place.top) goTo(top);
      else if (bottom > seen.place.top + viewport) goTo(bottom - viewport);
    },
  };
}
