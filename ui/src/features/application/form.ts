import type { ApplicationForm, Field, FieldProblem, FormProblem } from "@/bindings";

/** A form nobody has touched: the hospital is looked for in the list first. */
export const EMPTY_FORM: ApplicationForm = {
  han_name: "",
  latin_name: "",
  title: "",
  licence_number: "",
  work_email: "",
  work_phone: "",
  workplace: { kind: "listed", organization_id: "", name: "" },
  department: "",
};

export const FIELDS: readonly Field[] = ["han_name", "latin_name", "title", "licence_number", "work_email", "work_phone", "hospital", "city", "department"];

/** What stands in a field, to tell whether an answer is about what stands there now. */
export function valueOf(form: ApplicationForm, field: Field): string {
  const { workplace } = form;
  switch (field) {
    case "hospital": return workplace.kind === "listed" ? `${workplace.organization_id}\n${workplace.name}` : workplace.name;
    case "city": return workplace.kind === "listed" ? "" : workplace.city;
    default: return form[field];
  }
}

export function sameForm(a: ApplicationForm, b: ApplicationForm): boolean {
  return a.workplace.kind === b.workplace.kind && FIELDS.every((field) => valueOf(a, field) === valueOf(b, field));
}

export interface Checked {
  form: ApplicationForm;
  problems: readonly FormProblem[];
}

/** The problem of a field, if the last check was about what stands there now. */
export function problemOf(checked: Checked | null, form: ApplicationForm, field: Field): FieldProblem | undefined {
  if (!checked || valueOf(checked.form, field) !== valueOf(form, field)) return undefined;
  return checked.problems.find((each) => each.field === field)?.problem;
}

/** Whether a field has been checked and found right as it stands. */
export function isRight(checked: Checked | null, form: ApplicationForm, field: Field): boolean {
  return checked !== null && valueOf(form, field) !== "" && valueOf(checked.form, field) === valueOf(form, field) && problemOf(checked, form, field) === undefined;
}

/** `•••••••••••3517`: the last four digits tell two licences apart, and no more is needed on a screen. */
export function maskedLicence(number: string): string {
  return "•".repeat(Math.max(0, number.length - 4)) + number.slice(-4);
}
