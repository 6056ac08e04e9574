import { expect, it } from "vitest";
import type { TimelineItem } from "@/bindings";
import { FakeCore } from "@/testing/fake-core";
import { heldDivider } from "./unread";

const core = new FakeCore();
const room = core.room(1);
/** Written so many minutes ago. */
const theirs = (text: string, ago: number) => core.message(room, false, text, ago);
const own = (text: string, ago: number, state: "queued" | "sent" = "sent") => core.message(room, true, text, ago, { state });
const at = ({ content }: TimelineItem) => (content.kind === "message" ? content.at : null);
const start: TimelineItem = { id: "start", content: { kind: "start" } };
const shape = (items: readonly TimelineItem[]) => items.map(({ content }) => (content.kind === "unread_divider" ? "|" : content.kind === "message" ? "m" : "?")).join("");

it("stands before the first that was not read, and stays there", () => {
  const divider = heldDivider();
  const [a, b, c, d] = [theirs("a", 9), theirs("b", 8), theirs("c", 7), theirs("d", 6)];
  divider.readUpTo(at(a));
  expect(shape(divider.place([a, b, c], true))).toBe("m|mm");
  // What comes while one looks is not unread.
  expect(shape(divider.place([a, b, c, d], true))).toBe("m|mmm");
});

it("waits for older messages: the first of what is loaded may not be the first unread", () => {
  const divider = heldDivider();
  const [a, b, c, d] = [theirs("a", 9), theirs("b", 8), theirs("c", 7), theirs("d", 6)];
  divider.readUpTo(at(a));
  expect(shape(divider.place([d], true))).toBe("m");
  expect(shape(divider.place([c, d], true))).toBe("mm");
  expect(shape(divider.place([a, b, c, d], true))).toBe("m|mmm");
});

it("stays when messages are taken out and come back, as after a gap", () => {
  const divider = heldDivider();
  const [a, b, c] = [theirs("a", 9), theirs("b", 8), theirs("c", 7)];
  divider.readUpTo(at(a));
  divider.place([a, b, c], true);
  expect(shape(divider.place([], true))).toBe("");
  const again = [a, b, c].map((item, n) => ({ ...item, id: `again-${n}` }));
  expect(shape(divider.place(again, true))).toBe("m|mm");
});

it("stands before all of it where nothing was read before", () => {
  const divider = heldDivider();
  const [a, b] = [own("a", 9), theirs("b", 8)];
  divider.readUpTo(at(a));
  expect(shape(divider.place([start, b], true))).toBe("?|m");
});

it("does not appear above what one sees coming, also before an own message that waits", () => {
  const divider = heldDivider();
  const [a, b] = [theirs("a", 9), theirs("b", 8)];
  divider.readUpTo(null);
  const waits = own("waits", 0, "queued");
  divider.place([a, waits], true);
  expect(shape(divider.place([a, b, waits], true))).toBe("mmm");
});

it("is set anew by what comes while nobody looks, once for all of it, and goes when one answers", () => {
  const divider = heldDivider();
  const [a, b, c, d] = [theirs("a", 9), theirs("b", 8), theirs("c", 7), theirs("d", 6)];
  divider.readUpTo(at(a));
  divider.place([a, b], true);
  expect(shape(divider.place([a, b, c], false))).toBe("mm|m");
  expect(shape(divider.place([a, b, c, d], false))).toBe("mm|mm");
  expect(shape(divider.place([a, b, c, d], true))).toBe("mm|mm");
  expect(shape(divider.place([a, b, c, d, own("e", 0, "queued")], true))).toBe("mmmmm");
});

it("finds its place after an absence in which more came than is loaded at once", () => {
  const divider = heldDivider();
  const [a, b, c, d] = [theirs("a", 9), theirs("b", 8), theirs("c", 7), theirs("d", 6)];
  divider.place([a], true);
  expect(shape(divider.place([d], false))).toBe("m");
  expect(shape(divider.place([b, c, d], true))).toBe("mmm");
  expect(shape(divider.place([a, b, c, d], true))).toBe("m|mmm");
});

it("is not moved by a second beginning of the subscription", () => {
  const divider = heldDivider();
  const [a, b, c] = [theirs("a", 9), theirs("b", 8), theirs("c", 7)];
  divider.readUpTo(at(a));
  divider.place([a, b, c], true);
  divider.readUpTo(null);
  expect(shape(divider.place([a, b, c], true))).toBe("m|mm");
});
