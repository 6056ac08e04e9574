import { expect, it } from "vitest";
import { QUIET, pathOf, runsOf, sideOf, svgOf } from "./qr";

const CODE = { rows: ["1101", "0000", "1011", "1111"] };

it("a code is drawn dark on light, with what must be light around it", () => {
  expect(sideOf(CODE)).toBe(4 + 2 * QUIET);
  const dark = new Set(runsOf(CODE).flatMap(({ x, y, length }) => Array.from({ length }, (_, nth) => `${x + nth - QUIET},${y - QUIET}`)));
  const expected = CODE.rows.flatMap((row, y) => Array.from(row).flatMap((module, x) => (module === "1" ? [`${x},${y}`] : [])));
  expect([...dark].sort()).toEqual(expected.sort());
  expect(pathOf({ rows: ["10", "00"] })).toBe("M4 4h1v1h-1z");
  expect(svgOf(CODE)).toContain(pathOf(CODE));
  expect(new DOMParser().parseFromString(svgOf(CODE), "image/svg+xml").querySelector("svg")?.getAttribute("viewBox")).toBe("0 0 12 12");
});
