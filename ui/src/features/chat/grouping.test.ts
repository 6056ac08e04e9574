import { expect, it } from "vitest";
import { FakeCore } from "@/testing/fake-core";
import { placed } from "./grouping";

it("puts messages of one sender within five minutes under one name", () => {
  const core = new FakeCore({ now: Date.parse("2026-07-16T09:00:00Z") });
  const room = core.room(1);
  const items = [
    core.message(room, false, "a", 30),
    core.message(room, false, "b", 27),
    core.message(room, false, "c", 21), // six minutes later
    core.message(room, true, "d", 20),
    core.message(room, true, { kind: "recalled" }, 19),
    core.message(room, true, "e", 18),
  ];
  expect(placed(items).map(({ first, last }) => `${first ? "[" : " "}${last ? "]" : " "}`)).toEqual(["[ ", " ]", "[]", "[]", "[]", "[]"]);
});

it("begins a new group after a divider", () => {
  const core = new FakeCore();
  const room = core.room(1);
  const items = [core.message(room, false, "a", 2), { id: "u", content: { kind: "unread_divider" as const } }, core.message(room, false, "b", 1)];
  expect(placed(items)[2]?.first).toBe(true);
});
