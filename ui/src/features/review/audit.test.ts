import { i18n } from "@lingui/core";
import { expect, it } from "vitest";
import type { AuditEntry } from "@/bindings";
import { activateLocale } from "@/lib/i18n";
import { grouped } from "./audit";
import { auditSentence } from "./words";

const entry = (seq: number, action: AuditEntry["action"], actor = "", reference: string | null = "AP-2607-03342"): AuditEntry => ({
  seq, action, actor, actor_latin: actor === "李静" ? "Li Jing" : "", reference, subject: null, about: "", about_latin: "", at: `2026-07-16T08:${String(seq).padStart(2, "0")}:00Z`,
});

it("puts the same in a row into one line with the latest time, and nothing else", () => {
  const lines = grouped([
    entry(9, "evidence_viewed", "李静"),
    entry(8, "evidence_viewed", "李静"),
    entry(7, "evidence_viewed", "孙立新"),
    entry(6, "evidence_viewed", "李静"),
    entry(5, "submitted"),
    entry(4, "submitted", "", "AP-2607-03341"),
  ]);
  expect(lines.map(({ seq, count }) => [seq, count])).toEqual([[9, 2], [7, 1], [6, 1], [5, 1], [4, 1]]);
});

it("keeps lines about different people apart", () => {
  const removed = (seq: number, subject: string) => ({ ...entry(seq, "removed", "李静", null), subject });
  expect(grouped([removed(3, "Practitioner/p-1"), removed(2, "Practitioner/p-2"), removed(1, "Practitioner/p-2")]).map(({ seq, count }) => [seq, count])).toEqual([[3, 1], [2, 2]]);
  const image = (seq: number, subject: string) => ({ ...entry(seq, "evidence_viewed", "李静"), subject });
  expect(grouped([image(2, "licence"), image(1, "card")])).toHaveLength(1);
});

it("says who did what, in both languages", () => {
  const viewed = entry(1, "evidence_viewed", "李静");
  expect(auditSentence(i18n, viewed, 2)).toBe("Li Jing opened 2 evidence images");
  expect(auditSentence(i18n, viewed, 1)).toBe("Li Jing opened an evidence image");
  expect(auditSentence(i18n, entry(2, "evidence_viewed", "孙立新"), 1)).toBe("孙立新 opened an evidence image");
  expect(auditSentence(i18n, entry(3, "submitted"), 1)).toBe("Application submitted");
  activateLocale("zh-CN");
  expect(auditSentence(i18n, viewed, 2)).toBe("李静打开证明材料 2 份");
  activateLocale("en");
});
