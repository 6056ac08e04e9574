import { expect, it } from "vitest";
import type { TimelineItem } from "@/bindings";
import { FakeCore } from "@/testing/fake-core";
import { heldDivider } from "./unread";

const core = new FakeCore();
const room = core.room(1);
const theirs = (text: string) => core.message(room, false, text, 1);
const divider: TimelineItem = { id: "core's", content: { kind: "unread_divider" } };
const shape = (items: readonly TimelineItem[]) => items.map(({ content }) => (content.kind === "unread_divider" ? "|" : content.kind === "message" ? "m" : "?")).join("");

it("stays where it was met when what follows counts as read", () => {
  const place = heldDivider();
  const [a, b, c] = [theirs("a"), theirs("b"), theirs("c")];
  expect(shape(place([a, divider, b], true))).toBe("m|m");
  expect(shape(place([a, b], true))).toBe("m|m");
  // What comes while one looks is not unread.
  expect(shape(place([a, b, divider, c], true))).toBe("m|mm");
  expect(shape(place([a, b, c], true))).toBe("m|mm");
});

it("does not appear above what one sees coming", () => {
  const place = heldDivider();
  const [a, b] = [theirs("a"), theirs("b")];
  expect(shape(place([a], true))).toBe("m");
  expect(shape(place([a, divider, b], true))).toBe("mm");
});

it("comes with what is older, also while one looks", () => {
  const place = heldDivider();
  const [a, b, c] = [theirs("a"), theirs("b"), theirs("c")];
  place([c], true);
  expect(shape(place([a, divider, b, c], true))).toBe("m|mm");
});

it("is set anew by what comes while nobody looks, and goes when one answers", () => {
  const place = heldDivider();
  const [a, b, c] = [theirs("a"), theirs("b"), theirs("c")];
  place([a, divider, b], true);
  place([a, b], true);
  expect(shape(place([a, b, divider, c], false))).toBe("mm|m");
  expect(shape(place([a, b, c], true))).toBe("mm|m");
  const own = core.message(room, true, "d", 0, { state: "queued" });
  expect(shape(place([a, b, c, own], true))).toBe("mmmm");
});

it("does not appear above what one saw coming, when the core's divider comes after it", () => {
  const place = heldDivider();
  const [a, b, c] = [theirs("a"), theirs("b"), theirs("c")];
  place([a], true);
  expect(shape(place([a, b], true))).toBe("mm");
  expect(shape(place([a, divider, b], true))).toBe("mm");
  // What follows while nobody looks is unread, though the core's divider still stands further up.
  expect(shape(place([a, divider, b, c], false))).toBe("mm|m");
});

it("appears above what came while nobody looked, when the core's divider comes after it", () => {
  const place = heldDivider();
  const [a, b] = [theirs("a"), theirs("b")];
  place([a], true);
  expect(shape(place([a, b], false))).toBe("mm");
  expect(shape(place([a, divider, b], false))).toBe("m|m");
  const again = heldDivider();
  again([a], true);
  again([a, b], false);
  // The window was turned to between the two.
  expect(shape(again([a, divider, b], true))).toBe("m|m");
});
