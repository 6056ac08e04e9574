import { expect, it } from "vitest";
import { askedAt, mentionsIn, named, standing, withMention } from "./mentions";

const lin = { id: "@lin:jz.example", text: "@Lin Jianing" };

it("knows an @ that names somebody from one in an address", () => {
  expect(askedAt("@", 1)).toEqual({ from: 0, text: "" });
  expect(askedAt("please @ljn and more", 11)).toEqual({ from: 7, text: "ljn" });
  expect(askedAt("请@林", 3)).toEqual({ from: 1, text: "林" });
  expect(askedAt("lin@jz", 6)).toBeNull();
  expect(askedAt("@ljn ", 5)).toBeNull();
  expect(askedAt(`@${"x".repeat(40)}`, 41)).toBeNull();
});

it("puts the name in place of what was typed, with one space behind it", () => {
  expect(named("ask @lj about it", { from: 4, text: "lj" }, lin, 7)).toEqual({ text: "ask @Lin Jianing about it", caret: 17 });
  expect(named("@lj", { from: 0, text: "lj" }, lin, 3)).toEqual({ text: "@Lin Jianing ", caret: 13 });
});

it("leaves the caret behind what was typed since", () => {
  expect(named("@ljwhen", { from: 0, text: "lj" }, lin, 7)).toEqual({ text: "@Lin Jianing when", caret: 17 });
  expect(named("@lj when", { from: 0, text: "lj" }, lin, 8)).toEqual({ text: "@Lin Jianing when", caret: 17 });
});

it("forgets who was taken out of the text, and knows nobody twice", () => {
  expect(standing("ask @Lin Jianing", [lin])).toEqual([lin]);
  expect(standing("ask @Lin", [lin])).toEqual([]);
  expect(withMention([lin], { ...lin })).toEqual([lin]);
});

it("finds whom a message names, wherever in it", () => {
  const plain = { text: "now", strong: false, emphasis: false, code: false, link: null, mention: null };
  const block = { kind: "paragraph" as const, runs: [plain, { ...plain, text: lin.text, mention: lin.id }] };
  expect(mentionsIn([{ kind: "list", start: null, items: [[block]] }, { kind: "quote", blocks: [block] }])).toEqual([lin, lin]);
  expect(mentionsIn(null)).toEqual([]);
});
