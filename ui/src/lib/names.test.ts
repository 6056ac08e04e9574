import { describe, expect, it } from "vitest";
import { fnv1a, hueOf, initials } from "./names";

describe("initials", () => {
  it.each([
    ["林嘉宁", "林"],
    ["欧阳静", "欧阳"],
    ["司徒俊杰", "司徒"],
    ["东方", "东"],
    ["古丽娜尔·艾合买提", "古"],
    ["Hannah Weiss", "HW"],
    ["Anne-Marie du Pont", "AP"],
    ["Priya", "P"],
    ["  zhang wei ", "ZW"],
    ["Émile Zola", "ÉZ"],
    ["", ""],
    ["42", ""],
  ])("%s → %s", (name, expected) => expect(initials(name)).toBe(expected));
});

describe("hueOf", () => {
  it("hashes as FNV-1a does", () => {
    // Vectors of draft-eastlake-fnv, appendix C.
    expect(fnv1a("")).toBe(0x811c9dc5);
    expect(fnv1a("a")).toBe(0xe40c292c);
    expect(fnv1a("foobar")).toBe(0xbf9cf968);
  });

  it("stays within the eleven hues and spreads over them", () => {
    const seen = new Set(Array.from({ length: 200 }, (_, n) => hueOf(`@doctor${n}:example.org`)));
    expect([...seen].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });
});
