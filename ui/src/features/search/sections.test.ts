import { describe, expect, it } from "vitest";
import { type Section, inNextSection, matchAction } from "./sections";

const section = (id: Section["id"], ...keys: string[]): Section => ({
  id, title: id, aside: "", choices: keys.map((key) => ({ key, kind: "action" as const, ranges: [], action: { id: key, icon: () => null, label: key, words: "", keys: [], run: () => undefined } as never })),
});

describe("sections", () => {
  const sections = [section("colleagues", "c1", "c2"), section("messages"), section("actions", "a1")];

  it("are gone through round and round, the empty ones left out", () => {
    expect(inNextSection(sections, "c2", 1)).toBe("a1");
    expect(inNextSection(sections, "a1", 1)).toBe("c1");
    expect(inNextSection(sections, "c1", -1)).toBe("a1");
    expect(inNextSection(sections, undefined, 1)).toBe("c1");
    expect(inNextSection([], undefined, 1)).toBeUndefined();
  });
});

describe("an action", () => {
  const card = { label: "My contact card", words: "business QR" };

  it("is found by all words, of its name or besides it", () => {
    expect(matchAction(card, "card")).toEqual([[11, 15]]);
    expect(matchAction(card, "CON qr")).toEqual([[3, 6]]);
    expect(matchAction(card, "card theme")).toBeNull();
    expect(matchAction(card, " ")).toEqual([]);
  });
});
