import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { type Layout, TALLEST, heightOf, isStuck, physicalHeight, placeOf, rowAt, scrolledTo, topOf } from "./tall";

const plain = (count: number): Layout => ({ count, row: 52, heading: 28, headed: [] });

describe("a list of rows", () => {
  it("finds the row at every height, with and without headings", () => {
    const layout: Layout = { count: 10, row: 52, heading: 28, headed: [0, 2] };
    expect(topOf(layout, 0)).toBe(28);
    expect(topOf(layout, 2)).toBe(28 + 2 * 52 + 28);
    expect(heightOf(layout)).toBe(10 * 52 + 2 * 28);
    expect(rowAt(layout, 0)).toBe(0);
    expect(rowAt(layout, 28 + 52)).toBe(1);
    expect(rowAt(layout, 1e9)).toBe(9);
    fc.assert(fc.property(fc.nat(9), fc.nat(51), (index, into) => rowAt(layout, topOf(layout, index) + into) === index));
    expect(heightOf(plain(0))).toBe(0);
  });
});

describe("a list of a million", () => {
  const sizes = { height: heightOf(plain(1_000_000)), viewport: 700 };

  it("is no taller than an engine can show, and reaches its last row", () => {
    expect(physicalHeight(sizes)).toBe(TALLEST);
    const end = placeOf(Infinity, sizes);
    expect(end.top).toBe(sizes.height - 700);
    expect(end.physical).toBeCloseTo(TALLEST - 700);
    expect(scrolledTo(placeOf(0, sizes), TALLEST - 700, sizes).top).toBeCloseTo(end.top);
  });

  it("moves by the wheel like any other, and by the scroll bar to that share of it", () => {
    const middle = placeOf(sizes.height / 2, sizes);
    expect(scrolledTo(middle, middle.physical + 120, sizes).top).toBeCloseTo(middle.top + 120);
    expect(scrolledTo(middle, TALLEST / 4, sizes).top / sizes.height).toBeCloseTo(0.25, 3);
  });

  it("can be scrolled by the wheel from anywhere to both ends", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5_000 }), fc.boolean(), (near, up) => {
        let place = placeOf(up ? near : sizes.height - 700 - near, sizes);
        const goal = up ? 0 : sizes.height - 700;
        const room = TALLEST - 700;
        for (let step = 0; step < 500 && Math.abs(place.top - goal) > 1; step += 1) {
          place = scrolledTo(place, Math.max(0, Math.min(room, place.physical + (up ? -100 : 100))), sizes);
          if (isStuck(place, sizes)) place = placeOf(place.top, sizes);
        }
        expect(Math.abs(place.top - goal)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
