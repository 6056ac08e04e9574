import { describe, expect, it } from "vitest";
import { clock, dayAndMonth, daysAgo, nearDay, shortMoment } from "./time";

const at = (text: string) => new Date(text).getTime();
const now = at("2026-07-16T09:00:00");

describe("moments of a list", () => {
  it("grow coarser with age", () => {
    expect(shortMoment(at("2026-07-16T08:46:00"), now, "en")).toBe("08:46");
    expect(shortMoment(at("2026-07-15T23:59:00"), now, "en")).toBe("Wed");
    expect(shortMoment(at("2026-07-15T23:59:00"), now, "zh-CN")).toBe("周三");
    expect(shortMoment(at("2026-06-28T10:00:00"), now, "en")).toBe("28 Jun");
    expect(shortMoment(at("2025-06-28T10:00:00"), now, "zh-CN")).toBe("2025/06/28");
  });

  it("count days by the calendar, not by 24 hours", () => {
    expect(daysAgo(at("2026-07-15T23:59:59"), at("2026-07-16T00:00:01"))).toBe(1);
    expect(daysAgo(at("2026-07-16T00:00:00"), at("2026-07-16T23:59:59"))).toBe(0);
  });

  it("name today and yesterday in the language of the reader", () => {
    expect(nearDay(now, now, "en")).toBe("today");
    expect(nearDay(at("2026-07-15T08:00:00"), now, "zh-CN")).toBe("昨天");
    expect(nearDay(at("2026-07-14T08:00:00"), now, "zh-CN")).toBeNull();
  });

  it("use 24 hours, as wards do", () => {
    expect(clock(at("2026-07-16T21:36:00"), "en")).toBe("21:36");
    expect(clock(at("2026-07-16T00:05:00"), "zh-CN")).toBe("00:05");
    expect(dayAndMonth(at("2026-07-14T08:00:00"), now, "zh-CN")).toBe("7月14日");
  });
});
