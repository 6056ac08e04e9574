import { expect, it } from "vitest";
import type { OwnContact } from "@/bindings";
import { changedParts, languageName, seenBy } from "./content";

const contacts: OwnContact[] = [
  { kind: "work_phone", value: "0591-555-0120", visibility: "verified" },
  { kind: "work_email", value: "lin@jz1.example", visibility: "organization" },
  { kind: "mobile", value: "139-5550-0142", visibility: "on-request" },
  { kind: "home_phone", value: "0591-555-0777", visibility: "nobody" },
];

it("shows each colleague what is for them, and names what they can ask for", () => {
  const values = (viewer: "same_hospital" | "other_hospital") => seenBy(contacts, viewer).shown.map(({ value }) => value);
  expect(values("same_hospital")).toEqual(["0591-555-0120", "lin@jz1.example"]);
  expect(values("other_hospital")).toEqual(["0591-555-0120"]);
  expect(seenBy(contacts, "other_hospital").requestable).toEqual(["mobile"]);
});

it("tells in which parts two states differ", () => {
  const content = { contacts, interests: ["冠脉介入"], languages: ["zh"], leaves: [] };
  expect(changedParts(content, structuredClone(content))).toEqual([]);
  expect(changedParts(content, { ...content, interests: [], languages: ["zh", "en"] })).toEqual(["interests", "languages"]);
  expect(changedParts(content, { ...content, leaves: [{ from: "2026-12-12", through: "2026-12-20", text: "congress" }] })).toEqual(["leaves"]);
});

it("names languages in the reader's own, and leaves what has no name", () => {
  expect(languageName("de", "zh-CN")).toBe("德语");
  expect(languageName("de", "en")).toBe("German");
  expect(languageName("not a tag", "en")).toBe("not a tag");
});
