import { expect, it } from "vitest";
import { daysLeft, expiryOf } from "./expiry";

const at = (text: string) => new Date(text).getTime();

it("counts whole days where the doctor is", () => {
  expect(daysLeft("2026-11-18", at("2026-11-18T23:59:00"))).toBe(0);
  expect(daysLeft("2026-11-18", at("2026-11-18T00:01:00"))).toBe(0);
  expect(daysLeft("2026-11-18", at("2026-11-19T00:01:00"))).toBe(-1);
  // Over the end of summer time too.
  expect(daysLeft("2026-11-18", at("2026-10-19T12:00:00"))).toBe(30);
});

it("speaks up from the sixtieth day before the last", () => {
  expect(expiryOf("2026-11-18", at("2026-09-18T12:00:00"))).toBeNull();
  expect(expiryOf("2026-11-18", at("2026-09-19T12:00:00"))).toEqual({ days: 60 });
  expect(expiryOf("2026-11-18", at("2027-01-01T12:00:00"))).toEqual({ days: -44 });
  expect(expiryOf(null, at("2026-09-19T12:00:00"))).toBeNull();
});
