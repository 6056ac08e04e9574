import type { Registration } from "@/bindings";
import { sameForm } from "@/features/application/form";

/** What the window of an applicant shows. */
export type Stage = "details" | "email" | "evidence" | "review" | "password" | "making" | "active" | "withdrawn";

/** Where the applicant went by hand, against where the application stands. */
export type Place = "details" | "evidence" | null;

/** Something was changed after it was sent, and the change was not sent. */
export function hasUnsent({ draft, application }: Registration): boolean {
  return draft !== null && (application === null || !sameForm(draft, application.form));
}

export function stageOf(registration: Registration, place: Place): Stage {
  const { application } = registration;
  if (registration.making_account) return "making";
  switch (application?.status) {
    case undefined: return "details";
    case "withdrawn": return "withdrawn";
    case "active": return "active";
    case "approved": return "password";
    case "draft":
    case "submitted":
    case "more_requested":
    case "rejected": {
      const own = application.status === "draft" ? (hasUnsent(registration) ? "details" : "evidence") : "review";
      const wanted = place ?? own;
      return wanted === "evidence" && !application.email_confirmed ? "email" : wanted;
    }
  }
}

/** Index of the step that a stage belongs to; 4 is past the last. */
export const STEP_OF: Record<Stage, number> = { details: 0, withdrawn: 0, email: 0, evidence: 1, review: 2, password: 3, making: 3, active: 4 };
