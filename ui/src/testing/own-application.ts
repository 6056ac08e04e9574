// Applications of the fake core about the doctor's own entry, with the manners of the registry.
import type { ApplicationEventKind, ApplicationForm, ApplicationView, ChangeForm, FormProblem, OwnApplications } from "../bindings/index.ts";
import { RIGHT_CODE, applicationOf, formOf, problemsOf } from "./applicant.ts";
import { type FakeCore, type Handlers, Refused } from "./fake-core.ts";

export interface OwnApplication {
  own: OwnApplications;
  draft: ChangeForm | null;
}

export function ownApplication(): OwnApplication {
  const { workplace, department, title, work_phone, work_email } = formOf({});
  return { own: { current: { kind: "transfer", workplace, department, title, work_phone, work_email }, licence_ending: "3517", valid_until: null, applications: [] }, draft: null };
}

const isOpen = ({ status }: ApplicationView) => ["draft", "submitted", "more_requested", "rejected"].includes(status);

/** What an application would make of the entry. */
function stated({ change, licence_number }: ChangeForm): ApplicationForm {
  const fields: Partial<ApplicationForm> = change.kind === "renewal" ? {} : change.kind === "title"
    ? { title: change.title, department: change.department }
    : { workplace: change.workplace, department: change.department, title: change.title, work_phone: change.work_phone, work_email: change.work_email };
  return formOf({ ...fields, licence_number: licence_number ?? "•••••••••••3517" });
}

/** What becomes of the open application elsewhere. */
export function decide(core: FakeCore, change: Partial<ApplicationView>, ...kinds: ApplicationEventKind[]): void {
  const { own } = core.ownApplication;
  const at = new Date(core.now()).toISOString();
  const applications = own.applications.map((each) => (isOpen(each) ? { ...each, ...change, version: each.version + 1, events: [...(change.events ?? each.events), ...kinds.map((kind) => ({ kind, at }))] } : each));
  core.ownApplication = { ...core.ownApplication, own: { ...own, applications } };
  core.emit("changes", ["applications"]);
}

export function ownApplicationCommands(core: FakeCore): Handlers {
  const online = () => {
    if (core.connection.link === "offline") throw new Refused("offline");
  };
  const tell = (draft: ChangeForm | null) => {
    const toggled = (draft === null) !== (core.ownApplication.draft === null);
    core.ownApplication = { ...core.ownApplication, draft };
    if (toggled) core.emit("changes", ["applications"]);
    return null;
  };
  const change = (it: Partial<ApplicationView>, ...kinds: ApplicationEventKind[]) => {
    online();
    if (!core.ownApplication.own.applications.some(isOpen)) throw new Refused("wrong_state");
    decide(core, it, ...kinds);
    return null;
  };
  const open = () => core.ownApplication.own.applications.find(isOpen);
  const check = (form: ChangeForm): FormProblem[] => {
    const { own } = core.ownApplication;
    const needsLicence = own.licence_ending === null && !open();
    const found = problemsOf({ ...stated(form), licence_number: form.licence_number ?? (needsLicence ? "" : "990420000083517") });
    if (found.length > 0 || own.current.kind !== "transfer") return found;
    const { change: wanted } = form;
    if (wanted.kind === "title" && wanted.title === own.current.title && wanted.department === own.current.department) return [{ field: "title", problem: "unchanged" }];
    const at = (workplace: ApplicationForm["workplace"]) => (workplace.kind === "listed" ? workplace.organization_id : null);
    if (wanted.kind === "transfer" && at(wanted.workplace) !== null && at(wanted.workplace) === at(own.current.workplace)) return [{ field: "hospital", problem: "unchanged" }];
    return [];
  };
  return {
    entry_applications: () => ({ ...core.ownApplication, as_of: new Date(core.now()).toISOString(), current: core.connection.link !== "offline" }),
    entry_application_check: check,
    entry_application_save_draft: tell,
    entry_application_discard_draft: () => tell(null),
    entry_application_send: (form) => {
      tell(form);
      online();
      const known = open();
      const made = stated(form);
      const email_confirmed = made.work_email === formOf({}).work_email;
      if (known) change({ form: made, kind: form.change.kind, email_confirmed: email_confirmed || (known.email_confirmed && known.form.work_email === made.work_email) });
      else {
        const { own } = core.ownApplication;
        const view = applicationOf({ id: `own-${own.applications.length}`, reference: "AP-2611-00417", kind: form.change.kind, status: "draft", form: made, email_confirmed, user_id: core.account.user_id });
        core.ownApplication = { ...core.ownApplication, own: { ...own, applications: [view, ...own.applications] } };
      }
      core.ownApplication = { ...core.ownApplication, draft: null };
      core.emit("changes", ["applications"]);
      return null;
    },
    entry_application_resend_code: () => null,
    entry_application_confirm_email: ({ code }) => {
      if (code !== RIGHT_CODE) throw new Refused("wrong_code");
      return change({ email_confirmed: true }, "email_confirmed");
    },
    entry_application_add_evidence: ({ evidence_id, upload_id, kind, file_name }) =>
      change({ evidence: [...(open()?.evidence ?? []), { id: evidence_id, kind, file_name, size: core.uploads.get(upload_id)?.byteLength ?? 0, available: true }] }),
    entry_application_remove_evidence: ({ evidence_id }) => change({ evidence: open()?.evidence.filter(({ id }) => id !== evidence_id) ?? [] }),
    entry_application_submit: () => change({ status: "submitted", reason: null, note: null }, "submitted"),
    entry_application_withdraw: () => {
      change({ status: "withdrawn" }, "withdrawn");
      return tell(null);
    },
  };
}
