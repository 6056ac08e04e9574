import type { ApplicationForm, FormProblem } from "@/bindings";

/** The commands by which an application is changed: the same before there is an account and about one's own entry. */
export const APPLICANT = {
  resendCode: "registration_resend_code",
  confirmEmail: "registration_confirm_email",
  addEvidence: "registration_add_evidence",
  removeEvidence: "registration_remove_evidence",
  submit: "registration_submit",
  withdraw: "registration_withdraw",
} as const;

export const COLLEAGUE = {
  resendCode: "entry_application_resend_code",
  confirmEmail: "entry_application_confirm_email",
  addEvidence: "entry_application_add_evidence",
  removeEvidence: "entry_application_remove_evidence",
  submit: "entry_application_submit",
  withdraw: "entry_application_withdraw",
} as const;

export type ApplicationCommands = typeof APPLICANT | typeof COLLEAGUE;

/** What a form is filled in for: who checks it, and who keeps it until it is sent. */
export interface FormKeeper {
  check: (form: ApplicationForm) => Promise<readonly FormProblem[]>;
  /** `server` is where one applies; it never changes about one's own entry. */
  save: (draft: { server: string; form: ApplicationForm }) => Promise<unknown>;
}
