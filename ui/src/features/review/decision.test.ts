import { describe, expect, it } from "vitest";
import { EMPTY_DECISION, type DecisionDraft, decisionOf, missingIn } from "./decision";

const draft = (change: Partial<DecisionDraft>): DecisionDraft => ({ ...EMPTY_DECISION, ...change });

describe("a decision", () => {
  it("approves only what was confirmed in each part", () => {
    expect(missingIn(draft({}))).toBe("confirmations");
    expect(missingIn(draft({ confirmed: ["identity", "licence"] }))).toBe("confirmations");
    const whole = draft({ confirmed: ["identity", "licence", "employment"], months: 24, reasons: { request_more: null, reject: "duplicate" } });
    expect(missingIn(whole)).toBeNull();
    expect(decisionOf(whole, 7)).toEqual({ kind: "approve", version: 7, reason: null, note: null, confirmed: true, valid_months: 24 });
  });

  it("refuses with a reason, and with a note where the reason says nothing", () => {
    expect(missingIn(draft({ kind: "reject" }))).toBe("reason");
    expect(missingIn(draft({ kind: "reject", reasons: { request_more: "other", reject: null } }))).toBe("reason");
    expect(missingIn(draft({ kind: "reject", reasons: { request_more: null, reject: "other" }, note: "  " }))).toBe("note");
    expect(missingIn(draft({ kind: "reject", reasons: { request_more: null, reject: "not_employed" }, note: "长".repeat(1001) }))).toBe("shorter_note");
    const whole = draft({ kind: "reject", reasons: { request_more: null, reject: "not_employed" }, note: " 请联系医务处 ", confirmed: ["identity", "licence", "employment"] });
    expect(missingIn(whole)).toBeNull();
    expect(decisionOf(whole, 3)).toEqual({ kind: "reject", version: 3, reason: "not_employed", note: "请联系医务处", confirmed: false, valid_months: null });
  });
});
