import { describe, expect, it } from "vitest";
import { days, instantOf, minutes, suggested } from "./times";

/** A Thursday. */
const at = (hour: number, minute = 0) => new Date(2026, 6, 16, hour, minute).getTime();

describe("times for later", () => {
  it("are those of this machine's calendar", () => {
    expect(new Date(instantOf({ day: 20, minute: 450 }, at(23)))).toEqual(new Date(2026, 7, 5, 7, 30));
    expect(days[0]).toBe(0);
    expect(minutes.slice(0, 3)).toEqual([0, 15, 30]);
    expect(minutes.at(-1)).toBe(23 * 60 + 45);
  });

  it("suggest the evening while it is far enough, the morning, and Monday", () => {
    expect(suggested(at(12)).map(({ what }) => what)).toEqual(["evening", "morning", "monday"]);
    expect(suggested(at(17, 40)).map(({ what }) => what)).toEqual(["morning", "monday"]);
    const monday = suggested(at(12)).at(-1);
    expect(monday && new Date(instantOf(monday, at(12)))).toEqual(new Date(2026, 6, 20, 7, 30));
  });

  it("do not say Monday for tomorrow, and on a Monday mean the next one", () => {
    const sunday = new Date(2026, 6, 19, 20).getTime();
    expect(suggested(sunday).map(({ what }) => what)).toEqual(["morning"]);
    const monday = new Date(2026, 6, 20, 9).getTime();
    expect(suggested(monday).at(-1)).toEqual({ what: "monday", day: 7, minute: 450 });
  });
});
