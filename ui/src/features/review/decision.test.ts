import { describe, expect, it } from "vitest";
import { EMPTY_DECISION, type DecisionDraft, NEW_HOSPITAL, decisionOf, missingIn } from "./decision";

const draft = (change: Partial<DecisionDraft>): DecisionDraft => ({ ...EMPTY_DECISION, ...change });

describe("a decision", () => {
  it("approves only what was confirmed in each part", () => {
    expect(missingIn(draft({}), false)).toBe("confirmations");
    expect(missingIn(draft({ confirmed: ["identity", "licence"] }), false)).toBe("confirmations");
    const whole = draft({ confirmed: ["identity", "licence", "employment"], months: 24, reasons: { request_more: null, reject: "duplicate" } });
    expect(missingIn(whole, false)).toBeNull();
    expect(decisionOf(whole, 7)).toEqual({ kind: "approve", version: 7, reason: null, note: null, confirmed: true, valid_months: 24, organization_id: null });
  });

  it("says which hospital it is that was entered by hand", () => {
    const confirmed = draft({ confirmed: ["identity", "licence", "employment"] });
    expect(missingIn(confirmed, true)).toBe("hospital");
    expect(decisionOf({ ...confirmed, hospital: "jzfy" }, 1).organization_id).toBe("jzfy");
    expect(missingIn({ ...confirmed, hospital: NEW_HOSPITAL }, true)).toBeNull();
    expect(decisionOf({ ...confirmed, hospital: NEW_HOSPITAL }, 1).organization_id).toBeNull();
    expect(decisionOf({ ...confirmed, kind: "reject", hospital: "jzfy", reasons: { request_more: null, reject: "duplicate" } }, 1).organization_id).toBeNull();
  });

  it("refuses with a reason, and with a note where the reason says nothing", () => {
    expect(missingIn(draft({ kind: "reject" }), false)).toBe("reason");
    expect(missingIn(draft({ kind: "reject", reasons: { request_more: "other", reject: null } }), false)).toBe("reason");
    expect(missingIn(draft({ kind: "reject", reasons: { request_more: null, reject: "other" }, note: "  " }), false)).toBe("note");
    expect(missingIn(draft({ kind: "reject", reasons: { request_more: null, reject: "not_employed" }, note: "长".repeat(1001) }), false)).toBe("shorter_note");
    const whole = draft({ kind: "reject", reasons: { request_more: null, reject: "not_employed" }, note: " 请联系医务处 ", confirmed: ["identity", "licence", "employment"] });
    expect(missingIn(whole, false)).toBeNull();
    expect(decisionOf(whole, 3)).toEqual({ kind: "reject", version: 3, reason: "not_employed", note: "请联系医务处", confirmed: false, valid_months: null, organization_id: null });
  });
});
