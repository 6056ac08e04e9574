import type { ApplicationForm, ApplicationView, Change, ChangeForm, EntryApplications } from "@/bindings";
import { EMPTY_FORM } from "@/features/application/form";

export type ChangeKind = Change["kind"];
export const CHANGE_KINDS: readonly ChangeKind[] = ["transfer", "title", "renewal"];

/** What a change states of the entry. */
export function statedBy(change: Change): Partial<ApplicationForm> {
  switch (change.kind) {
    case "transfer": {
      const { workplace, department, title, work_phone, work_email } = change;
      return { workplace, department, title, work_phone, work_email };
    }
    case "title": return { title: change.title, department: change.department };
    case "renewal": return {};
  }
}

/** The form to begin with: what was typed, what was sent, or the entry as it is with the hospital to be chosen. */
export function formOf(kind: ChangeKind, { own, draft }: Pick<EntryApplications, "own" | "draft">, open: ApplicationView | undefined): ApplicationForm {
  if (draft?.change.kind === kind) return { ...EMPTY_FORM, ...statedBy(own.current), ...statedBy(draft.change), licence_number: draft.licence_number ?? "" };
  // Of what was sent the registry tells the last digits of the licence alone; it need not be stated again.
  if (open?.kind === kind) return { ...open.form, licence_number: "" };
  const form = { ...EMPTY_FORM, ...statedBy(own.current) };
  return kind === "transfer" ? { ...form, workplace: EMPTY_FORM.workplace, work_phone: "" } : form;
}

export function changeOf(kind: ChangeKind, { workplace, department, title, work_phone, work_email, licence_number }: ApplicationForm): ChangeForm {
  const change: Change =
    kind === "transfer" ? { kind, workplace, department, title, work_phone, work_email }
    : kind === "title" ? { kind, title, department }
    : { kind };
  return { change, licence_number: licence_number.trim() === "" ? null : licence_number };
}

/** Whether the doctor may still change an application. */
export function isOpen({ status }: ApplicationView): boolean {
  return status === "draft" || status === "submitted" || status === "more_requested" || status === "rejected";
}

export function openOf(known: EntryApplications | undefined): ApplicationView | undefined {
  return known?.own.applications.find(isOpen);
}

export type Stage = "details" | "email" | "evidence" | "review" | "approved";
/** Where one went by hand, against where the application stands. */
export type Place = "details" | "evidence" | null;

/**
 * `seen` is the application that was followed here: that it was approved is told once it is no longer open, unless something
 * was typed meanwhile, which is the beginning of another.
 */
export function stageOf(open: ApplicationView | undefined, unsent: boolean, seen: ApplicationView | undefined, place: Place): Stage {
  if (!open) return seen?.status === "active" && !unsent ? "approved" : "details";
  const own = open.status === "draft" ? (unsent ? "details" : "evidence") : "review";
  const wanted = place ?? own;
  return wanted === "evidence" && !open.email_confirmed ? "email" : wanted;
}
