// The applicant of the tests: no real person, hospital or number.
import type { ApplicationForm, ApplicationView } from "@/bindings";

export function formOf(change: Partial<ApplicationForm>): ApplicationForm {
  return {
    han_name: "林嘉宁",
    latin_name: "Lin Jianing",
    title: "attending",
    licence_number: "990420000083517",
    work_email: "lin.jianing@jzfy.example",
    work_phone: "0591-555-0120",
    workplace: { kind: "listed", organization_id: "o-jz1", name: "江州大学附属第一医院" },
    department: "cardiology",
    ...change,
  };
}

export function applicationOf(change: Partial<ApplicationView>): ApplicationView {
  return {
    id: "0190a5a0-0000-7000-8000-000000000001",
    reference: "AP-2607-03318",
    status: "submitted",
    version: 3,
    form: formOf({}),
    email_confirmed: true,
    evidence: [],
    events: [],
    reason: null,
    note: null,
    user_id: null,
    ...change,
  };
}
