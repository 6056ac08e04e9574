// The applicant of the tests: no real person, hospital or number.
import type { ApplicationEventKind, ApplicationForm, ApplicationView, Field, FieldProblem, FormProblem, Registration } from "@/bindings";
import { type FakeCore, Refused } from "./fake-core.ts";

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
    kind: "registration",
    status: "submitted",
    version: 3,
    form: formOf({}),
    hospital_latin: "",
    email_confirmed: true,
    evidence: [],
    events: [],
    reason: null,
    note: null,
    user_id: null,
    ...change,
  };
}

/** The rules of the form, as far as the tests of the screens need them; the real ones are in crates/registry-api. */
export function problemsOf(form: ApplicationForm): FormProblem[] {
  const found: FormProblem[] = [];
  const check = (field: Field, value: string, valid: boolean, otherwise: FieldProblem) => {
    if (value.trim() === "") found.push({ field, problem: "missing" });
    else if (!valid) found.push({ field, problem: otherwise });
  };
  if (form.han_name && !/^[\p{Script=Han}·]{2,}$/u.test(form.han_name)) found.push({ field: "han_name", problem: "not_han" });
  check("latin_name", form.latin_name, /^[\p{Script=Latin} .'’-]{2,}$/u.test(form.latin_name), "not_latin");
  check("title", form.title, true, "unknown");
  check("licence_number", form.licence_number, /^\d{15}$/.test(form.licence_number), "not_a_licence_number");
  check("work_email", form.work_email, /^\S+@\S+\.\S+$/.test(form.work_email), "not_an_email");
  check("work_phone", form.work_phone, /^[\d -]{7,}/.test(form.work_phone), "not_a_phone_number");
  if (form.workplace.kind === "listed") check("hospital", form.workplace.organization_id, true, "unknown");
  else {
    check("hospital", form.workplace.name, true, "too_long");
    check("city", form.workplace.city, true, "too_long");
  }
  check("department", form.department, true, "unknown");
  return found;
}

const PINYIN: Record<string, string> = { 林: "Lin", 林嘉宁: "Lin Jianing", 单田芳: "Shan Tianfang" };

export const RIGHT_CODE = "428613";

/** Makes the core take an application, as the registry does. */
export function takesApplications(core: FakeCore): void {
  const tell = (change: Partial<Registration>) => {
    core.registration = { ...core.registration, ...change };
    core.emit("registration", core.registration);
    return null;
  };
  const change = (it: Partial<ApplicationView>, kind?: ApplicationEventKind) => {
    const { application } = core.registration;
    if (!application) throw new Refused("not_found");
    const events = kind ? [...application.events, { kind, at: new Date(core.now()).toISOString() }] : application.events;
    return tell({ application: { ...application, events, version: application.version + 1, ...it }, checked_at: new Date(core.now()).toISOString() });
  };
  Object.assign(core.handlers, {
    latin_name: ({ han }) => PINYIN[han] ?? "",
    registration_check: problemsOf,
    registration_save_draft: ({ server, form }) => tell({ server, draft: form }),
    registration_send: ({ server, form }) => {
      if (server.includes("wrong")) throw new Refused("not_a_server");
      const before = core.registration.application;
      tell({ server, draft: null });
      if (!before) return tell({ application: applicationOf({ status: "draft", form, email_confirmed: false }) });
      return change({ form, email_confirmed: before.email_confirmed && before.form.work_email === form.work_email });
    },
    registration_resend_code: () => null,
    registration_confirm_email: ({ code }) => {
      if (code !== RIGHT_CODE) throw new Refused("wrong_code");
      return change({ email_confirmed: true }, "email_confirmed");
    },
    registration_add_evidence: ({ evidence_id, upload_id, kind, file_name }) => {
      const size = core.uploads.get(upload_id)?.byteLength ?? 0;
      return change({ evidence: [...(core.registration.application?.evidence ?? []), { id: evidence_id, kind, file_name, size, available: true }] });
    },
    registration_remove_evidence: ({ evidence_id }) => change({ evidence: core.registration.application?.evidence.filter(({ id }) => id !== evidence_id) ?? [] }),
    registration_submit: () => change({ status: "submitted", reason: null, note: null }, "submitted"),
    registration_withdraw: () => tell({ application: null, draft: null, checked_at: null }),
    registration_complete: () => tell({ making_account: true }),
  } satisfies Partial<FakeCore["handlers"]>);
}
