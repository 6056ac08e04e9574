import { describe, expect, it } from "vitest";
import { daysLater, monthsLater, weeksOf } from "./month";

describe("a month", () => {
  it("has its days in weeks from Monday on", () => {
    const july = weeksOf("2026-07-16");
    expect(july).toHaveLength(5);
    expect(july[0]).toEqual([null, null, "2026-07-01", "2026-07-02", "2026-07-03", "2026-07-04", "2026-07-05"]);
    expect(july.at(-1)?.slice(0, 6)).toEqual(["2026-07-27", "2026-07-28", "2026-07-29", "2026-07-30", "2026-07-31", null]);
    expect(weeksOf("2027-02-01")).toHaveLength(4);
    expect(weeksOf("2026-12-31").flat().filter(Boolean)).toHaveLength(31);
  });

  it("is followed by the next, whose last day may come earlier", () => {
    expect(monthsLater("2026-01-31", 1)).toBe("2026-02-28");
    expect(monthsLater("2026-03-31", -1)).toBe("2026-02-28");
    expect(monthsLater("2026-12-15", 1)).toBe("2027-01-15");
    expect(daysLater("2026-12-31", 1)).toBe("2027-01-01");
  });
});
