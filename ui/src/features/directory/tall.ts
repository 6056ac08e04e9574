/** Layout of a list of rows that may be taller than any element a web engine can show. Heights are CSS pixels. */

/** WebKit and Chromium stop at 2²⁵ pixels, Firefox at about half: a million rows have 52 million. */
export const TALLEST = 8_000_000;

/** Rows of one height, with headings above some. */
export interface Layout {
  count: number;
  row: number;
  heading: number;
  /** Indices of the rows that have a heading above, ascending. */
  headed: readonly number[];
}

export function topOf(layout: Layout, index: number): number {
  return index * layout.row + layout.headed.filter((at) => at <= index).length * layout.heading;
}

export function headingAbove(layout: Layout, index: number): number {
  return layout.headed.includes(index) ? layout.heading : 0;
}

export function heightOf(layout: Layout): number {
  return layout.count === 0 ? 0 : topOf(layout, layout.count - 1) + layout.row;
}

/** The row that reaches below `y`. */
export function rowAt(layout: Layout, y: number): number {
  let index = Math.floor(y / layout.row);
  for (const at of [...layout.headed].reverse()) {
    if (topOf(layout, at) - layout.heading <= y) {
      index = at + Math.floor((y - topOf(layout, at)) / layout.row);
      break;
    }
  }
  return Math.max(0, Math.min(layout.count - 1, index));
}

/** Where a list is: `top` of the list itself, and the scroll position that stands for it. */
export interface Place {
  top: number;
  physical: number;
}

export interface Sizes {
  /** Of the whole list. */
  height: number;
  viewport: number;
}

export function physicalHeight({ height }: Sizes): number {
  return Math.min(height, TALLEST);
}

function lastTop({ height, viewport }: Sizes): number {
  return Math.max(0, height - viewport);
}

/** The place of `top`, with the scroll bar where it belongs. */
export function placeOf(top: number, sizes: Sizes): Place {
  const last = lastTop(sizes);
  const kept = Math.max(0, Math.min(last, top));
  const room = Math.max(0, physicalHeight(sizes) - sizes.viewport);
  return { top: kept, physical: last === 0 ? 0 : (kept / last) * room };
}

/**
 * The place after the scroll bar went to `physical`. A step shorter than the window moves the rows by as much, so that
 * a wheel feels the same in every list; a longer one is a jump to that share of the list.
 */
export function scrolledTo(before: Place, physical: number, sizes: Sizes): Place {
  if (sizes.height <= TALLEST) return { top: physical, physical };
  const step = physical - before.physical;
  const last = lastTop(sizes);
  const room = Math.max(1, physicalHeight(sizes) - sizes.viewport);
  const top = Math.abs(step) < sizes.viewport ? before.top + step : (physical / room) * last;
  return { top: Math.max(0, Math.min(last, top)), physical };
}

/** Whether the scroll bar is at an end and the list is not: it has to be set back, or nobody could go on. */
export function isStuck({ top, physical }: Place, sizes: Sizes): boolean {
  const room = physicalHeight(sizes) - sizes.viewport;
  return (physical <= 0 && top > 0.5) || (physical >= room && top < lastTop(sizes) - 0.5);
}
