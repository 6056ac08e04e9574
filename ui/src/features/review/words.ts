import type { I18n, MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { ApplicationKind, ApplicationStatus, AuditAction, AuditEntry, DecisionKind, ReasonCode } from "@/bindings";
import { wordOf } from "@/lib/words";

/** A hospital in the reader's language. */
export function hospitalOf({ hospital, hospital_latin }: { hospital: string; hospital_latin: string }, locale: string): string {
  return wordOf({ zh: hospital, en: hospital_latin }, locale);
}

/** Who did it, in the reader's language; empty for the applicant and the system. */
function actorOf({ actor, actor_latin }: { actor: string; actor_latin: string }, locale: string): string {
  return wordOf({ zh: actor, en: actor_latin }, locale);
}

const SHORT_TITLES: Record<string, MessageDescriptor> = {
  chief: msg({ message: "Chief", comment: "Professional title, short, in the verifier's list; 职称" }),
  associate_chief: msg({ message: "Assoc. Chief", comment: "Professional title, short, in the verifier's list; 职称" }),
  attending: msg({ message: "Attending", comment: "Professional title, short, in the verifier's list; 职称" }),
  resident: msg({ message: "Resident", comment: "Professional title, short, in the verifier's list; 职称" }),
};

/** The title as a row has room for it; `whole` for a code that this version does not know. */
export function shortTitle(i18n: I18n, code: string, whole: string): string {
  const known = SHORT_TITLES[code];
  return known ? i18n._(known) : whole;
}

const STATUSES: Record<ApplicationStatus, MessageDescriptor> = {
  draft: msg({ message: "Draft", comment: "State of an application, in the verifier's list", context: "application" }),
  submitted: msg({ message: "Submitted", comment: "State of an application, in the verifier's list" }),
  more_requested: msg({ message: "More asked for", comment: "State of an application, in the verifier's list" }),
  rejected: msg({ message: "Rejected", comment: "State of an application, in the verifier's list" }),
  approved: msg({ message: "Approved", comment: "State of an application, in the verifier's list", context: "application" }),
  active: msg({ message: "Account active", comment: "State of an application, in the verifier's list", context: "application" }),
  withdrawn: msg({ message: "Withdrawn", comment: "State of an application, in the verifier's list", context: "application" }),
};

const REMOVED = msg({ message: "Taken out since", comment: "State of an application that was approved, in the verifier's list: the colleague was taken out of the directory later" });

/** Of a change there is no account to become active: it is approved, and done. */
export function statusWord(i18n: I18n, { kind, status, removed }: { kind: ApplicationKind; status: ApplicationStatus; removed: boolean }): string {
  if (status === "active" && removed) return i18n._(REMOVED);
  return i18n._(STATUSES[kind !== "registration" && status === "active" ? "approved" : status]);
}

const KINDS: Record<ApplicationKind, MessageDescriptor> = {
  registration: msg({ message: "Registration", comment: "Kind of an application: of somebody who has no account yet" }),
  transfer: msg({ message: "Transfer to another hospital", comment: "Kind of an application by a verified colleague; heading above what would change" }),
  title: msg({ message: "Another title or department", comment: "Kind of an application by a verified colleague; heading above what would change" }),
  renewal: msg({ message: "Renewal of the verification", comment: "Kind of an application by a verified colleague; heading above what would change" }),
};

export function kindWord(i18n: I18n, kind: ApplicationKind): string {
  return i18n._(KINDS[kind]);
}

const REASONS: Record<ReasonCode, MessageDescriptor> = {
  evidence_unclear: msg({ message: "Evidence unclear or expired", comment: "Reason a verifier chooses" }),
  evidence_missing: msg({ message: "Evidence missing", comment: "Reason a verifier chooses" }),
  register_mismatch: msg({ message: "Does not match the register", comment: "Reason a verifier chooses" }),
  not_employed: msg({ message: "Not employed here", comment: "Reason a verifier chooses" }),
  duplicate: msg({ message: "Duplicate of an existing account", comment: "Reason a verifier chooses" }),
  other: msg({ message: "Other, see the note", comment: "Reason a verifier chooses" }),
};

export function reasonWord(i18n: I18n, reason: ReasonCode): string {
  return i18n._(REASONS[reason]);
}

/** The reasons that make sense for a decision, the likeliest first. */
export const REASONS_OF: Record<Exclude<DecisionKind, "approve">, readonly ReasonCode[]> = {
  request_more: ["evidence_missing", "evidence_unclear", "register_mismatch", "other"],
  reject: ["evidence_unclear", "register_mismatch", "not_employed", "duplicate", "other"],
};

const ACTIONS: Record<AuditAction, MessageDescriptor> = {
  submitted: msg({ message: "Application submitted", comment: "Line of the audit trail, nobody named: what happened; 操作记录" }),
  changed: msg({ message: "Application changed by the applicant", comment: "Line of the audit trail, nobody named: what happened; 操作记录" }),
  email_confirmed: msg({ message: "Work e-mail confirmed", comment: "Line of the audit trail, nobody named: what happened; 操作记录" }),
  duplicate_flagged: msg({ message: "System flagged a possible duplicate", comment: "Line of the audit trail, nobody named: what happened; 操作记录" }),
  opened: msg({ message: "Application opened", comment: "Line of the audit trail, nobody named: what happened; 操作记录" }),
  evidence_viewed: msg({ message: "{count, plural, one {Evidence image opened} other {# evidence images opened}}", comment: "Line of the audit trail, nobody named: what happened; 操作记录" }),
  more_requested: msg({ message: "More asked for", comment: "Line of the audit trail, nobody named: what happened; 操作记录", context: "audit" }),
  rejected: msg({ message: "Application rejected", comment: "Line of the audit trail, nobody named: what happened; 操作记录" }),
  approved: msg({ message: "Application approved", comment: "Line of the audit trail, nobody named: what happened; 操作记录" }),
  token_issued: msg({ message: "Applicant began to make the account", comment: "Line of the audit trail, nobody named: what happened; 操作记录" }),
  bound: msg({ message: "Account bound to the directory entry", comment: "Line of the audit trail, nobody named: what happened; 操作记录" }),
  locked: msg({ message: "Account locked", comment: "Line of the audit trail, nobody named: what happened; 操作记录" }),
  evidence_destroyed: msg({ message: "{count, plural, one {Evidence image destroyed} other {# evidence images destroyed}}", comment: "Line of the audit trail, nobody named: what happened; 操作记录" }),
  withdrawn: msg({ message: "Application withdrawn", comment: "Line of the audit trail, nobody named: what happened; 操作记录" }),
  verifier_appointed: msg({ message: "Verifier appointed", comment: "Line of the audit trail, nobody named: what happened; 操作记录" }),
  entry_changed: msg({ message: "Directory entry changed by the colleague", comment: "Line of the audit trail, nobody named: what happened; 操作记录" }),
  contact_requested: msg({ message: "A contact asked for", comment: "Line of the audit trail, nobody named: what happened; 操作记录" }),
  contact_granted: msg({ message: "A contact granted", comment: "Line of the audit trail, nobody named: what happened; 操作记录" }),
  contact_declined: msg({ message: "A contact declined or taken back", comment: "Line of the audit trail, nobody named: what happened; 操作记录" }),
  removed: msg({ message: "Colleague taken out of the directory", comment: "Line of the audit trail, nobody named: what happened; 操作记录" }),
  deceased: msg({ message: "Colleague taken out of the directory as deceased", comment: "Line of the audit trail, nobody named: what happened; 操作记录" }),
  merged: msg({ message: "Two entries of one colleague merged", comment: "Line of the audit trail, nobody named: what happened; 操作记录" }),
  reminded: msg({ message: "Colleague reminded that the verification runs out", comment: "Line of the audit trail, nobody named: what happened; 操作记录" }),
};

const ACTIONS_BY: Partial<Record<AuditAction, MessageDescriptor>> = {
  opened: msg({ message: "{actor} opened the application", comment: "Line of the audit trail: who did what; {actor} is a verifier's name; 操作记录" }),
  evidence_viewed: msg({ message: "{count, plural, one {{actor} opened an evidence image} other {{actor} opened # evidence images}}", comment: "Line of the audit trail: who did what; {actor} is a verifier's name; 操作记录" }),
  more_requested: msg({ message: "{actor} asked for more", comment: "Line of the audit trail: who did what; {actor} is a verifier's name; 操作记录" }),
  rejected: msg({ message: "{actor} rejected the application", comment: "Line of the audit trail: who did what; {actor} is a verifier's name; 操作记录" }),
  approved: msg({ message: "{actor} approved the application", comment: "Line of the audit trail: who did what; {actor} is a verifier's name; 操作记录" }),
  locked: msg({ message: "{actor} locked the account", comment: "Line of the audit trail: who did what; {actor} is a verifier's name; 操作记录" }),
  removed: msg({ message: "{actor} took a colleague out of the directory", comment: "Line of the audit trail: who did what; {actor} is a verifier's name; 操作记录" }),
  deceased: msg({ message: "{actor} took a colleague out of the directory as deceased", comment: "Line of the audit trail: who did what; {actor} is a verifier's name; 操作记录" }),
  merged: msg({ message: "{actor} merged two entries of one colleague", comment: "Line of the audit trail: who did what; {actor} is a verifier's name; 操作记录" }),
  verifier_appointed: msg({ message: "{actor} became a verifier", comment: "Line of the audit trail: who did what; {actor} is a verifier's name; 操作记录" }),
  entry_changed: msg({ message: "{actor} changed their directory entry", comment: "Line of the audit trail: who did what; {actor} is a colleague's name; 操作记录" }),
  contact_requested: msg({ message: "{actor} asked a colleague for a contact", comment: "Line of the audit trail: who did what; {actor} is a colleague's name; 操作记录" }),
  contact_granted: msg({ message: "{actor} granted a colleague a contact", comment: "Line of the audit trail: who did what; {actor} is a colleague's name; 操作记录" }),
  contact_declined: msg({ message: "{actor} declined a contact or took it back", comment: "Line of the audit trail: who did what; {actor} is a colleague's name; 操作记录" }),
};

/** A look at an entry of the directory, which belongs to no application. */
const ENTRY_OPENED = msg({ message: "{actor} opened a directory entry", comment: "Line of the audit trail: who did what; {actor} is a verifier's name; 操作记录" });

/** One line of the trail; `count` where the same was done several times in a row. */
export function auditSentence(i18n: I18n, line: Pick<AuditEntry, "action" | "actor" | "actor_latin" | "reference">, count: number): string {
  const { action } = line;
  const actor = actorOf(line, i18n.locale);
  if (action === "opened" && line.reference === null && actor) return i18n._({ ...ENTRY_OPENED, values: { actor } });
  // A newer registry may record what this version has no words for.
  const known: MessageDescriptor | undefined = (actor && ACTIONS_BY[action]) || (ACTIONS as Partial<typeof ACTIONS>)[action];
  if (!known) return actor || action;
  const said = i18n._({ ...known, values: { actor, count } });
  return actor && !ACTIONS_BY[action] ? `${said} (${actor})` : said;
}
