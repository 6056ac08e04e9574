import type { Decision, DecisionKind, ReasonCode } from "@/bindings";

/** NOTE_LIMIT of crates/registry-api, in characters. */
export const NOTE_LIMIT = 1_000;
/** How long a verification may be valid; the registry takes 1 to 24. */
export const MONTHS: readonly number[] = [6, 12, 18, 24];

/** What `Decision.confirmed` stands for: each is ticked by itself, so that each is thought of. */
export const CONFIRMATIONS = ["identity", "licence", "employment"] as const;
export type Confirmation = (typeof CONFIRMATIONS)[number];

/** A decision as far as it is made. Each kind keeps its own reason, so that looking at another loses nothing. */
export interface DecisionDraft {
  kind: DecisionKind;
  confirmed: readonly Confirmation[];
  months: number;
  reasons: { request_more: ReasonCode | null; reject: ReasonCode | null };
  note: string;
  /** Which of the directory a hospital is that was entered by hand: its id, or that it is a new one. */
  hospital: string | null;
  /** It comes in the place of an approval. */
  takesBack: boolean;
}

export const NEW_HOSPITAL = "new";

export const EMPTY_DECISION: DecisionDraft = { kind: "approve", confirmed: [], months: 12, reasons: { request_more: null, reject: null }, note: "", hospital: null, takesBack: false };

export type Missing = "hospital" | "confirmations" | "reason" | "note" | "shorter_note";

/** What keeps the decision from being sent. */
export function missingIn({ kind, confirmed, reasons, note, hospital }: DecisionDraft, asksHospital: boolean): Missing | null {
  if (kind === "approve" && asksHospital && hospital === null) return "hospital";
  if (kind === "approve" && CONFIRMATIONS.some((each) => !confirmed.includes(each))) return "confirmations";
  if (kind !== "approve" && reasons[kind] === null) return "reason";
  // "Other" alone tells the applicant nothing.
  if (kind !== "approve" && reasons[kind] === "other" && note.trim() === "") return "note";
  return Array.from(note.trim()).length > NOTE_LIMIT ? "shorter_note" : null;
}

export function decisionOf({ kind, months, reasons, note, hospital }: DecisionDraft, version: number): Decision {
  const approve = kind === "approve";
  const organization_id = approve && hospital !== NEW_HOSPITAL ? hospital : null;
  return { kind, version, reason: approve ? null : reasons[kind], note: note.trim() || null, confirmed: approve, valid_months: approve ? months : null, organization_id };
}
