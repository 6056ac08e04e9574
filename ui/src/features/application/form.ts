import type { ApplicationForm, ApplicationView, Field, FieldProblem, FormProblem } from "@/bindings";
import { plainEmail } from "@/lib/email";

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
    // One that was picked from the list has a name in either language.
    case "hospital": return (workplace.kind === "listed" && workplace.organization_id) || workplace.name;
    case "city": return workplace.kind === "listed" ? "" : workplace.city;
    default: return form[field];
  }
}

export function sameForm(a: ApplicationForm, b: ApplicationForm): boolean {
  return a.workplace.kind === b.workplace.kind && FIELDS.every((field) => valueOf(a, field) === valueOf(b, field));
}

/** Whether the form has another work e-mail than the one that was stated before. */
export function isAnotherEmail(before: string | undefined, form: ApplicationForm): boolean {
  return before !== plainEmail(form.work_email);
}

/** The hospital of an application, in the reader's language if it has a name in it. */
export function hospitalOf({ form, hospital_latin }: ApplicationView, locale: string): string {
  return (!locale.startsWith("zh") && hospital_latin) || form.workplace.name;
}

/** The form of an application as its applicant reads it. */
export function shownForm(application: ApplicationView, locale: string): ApplicationForm {
  const { form } = application;
  return { ...form, workplace: { ...form.workplace, name: hospitalOf(application, locale) } };
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
