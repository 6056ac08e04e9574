import type { I18n, MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { EntryFault, EntryPart, OwnContact, OwnContactKind, Visibility } from "@/bindings";
import { phoneWord } from "@/lib/phone";
import { isEmail } from "./content";

export const OWN_KINDS: Record<OwnContactKind, MessageDescriptor> = {
  work_phone: msg({ message: "Work phone", comment: "Contact of a colleague" }),
  mobile: msg({ message: "Mobile", comment: "Contact of a colleague: mobile phone" }),
  home_phone: msg({ message: "Private phone", comment: "Contact of a colleague" }),
  work_email: msg({ message: "Work e-mail", comment: "Contact of a colleague" }),
  home_email: msg({ message: "Private e-mail", comment: "Contact of a colleague" }),
  fax: msg({ message: "Fax", comment: "Contact of a colleague" }),
  other: msg({ message: "Other contact", comment: "Contact of a colleague, of no kind that has a name here" }),
};

/** An own contact as its reader's language writes it. */
export function valueWord(i18n: I18n, { kind, value }: Pick<OwnContact, "kind" | "value">): string {
  return isEmail(kind) ? value : phoneWord(i18n, value);
}

export const VISIBILITIES: Record<Visibility, MessageDescriptor> = {
  verified: msg({ message: "All verified colleagues", comment: "To whom a contact is shown" }),
  organization: msg({ message: "My hospital", comment: "To whom a contact is shown: colleagues of the doctor's own hospital" }),
  "on-request": msg({ message: "On request", comment: "To whom a contact is shown: whoever asks and is granted it" }),
  nobody: msg({ message: "Nobody", comment: "To whom a contact is shown" }),
};

export const VISIBILITY_ORDER: readonly Visibility[] = ["verified", "organization", "on-request", "nobody"];

const FAULTS: Record<EntryFault, MessageDescriptor> = {
  missing: msg({ message: "Required.", comment: "Sentence below a form field" }),
  too_long: msg({ message: "Too long.", comment: "Sentence below a form field" }),
  not_an_email: msg({ message: "Not an e-mail address.", comment: "Sentence below a form field" }),
  not_a_phone_number: msg({ message: "Not a phone number.", comment: "Sentence below a form field" }),
  not_a_language: msg({ message: "Not a language.", comment: "Sentence below a form field" }),
  no_days: msg({ message: "State the first and the last day.", comment: "Sentence below a form field: of a leave" }),
  ends_before: msg({ message: "It ends before it begins.", comment: "Sentence below a form field: of a leave" }),
  leave_too_long: msg({ message: "Three years at most.", comment: "Sentence below a form field: of a leave" }),
  repeated: msg({ message: "Already in the list.", comment: "Sentence below a form field: the same is there twice" }),
  too_many: msg({ message: "The list is full. Take one out first.", comment: "Sentence below a form field" }),
};

export function faultSentence(i18n: I18n, fault: EntryFault): string {
  return i18n._(FAULTS[fault]);
}

export const PARTS: Record<EntryPart, MessageDescriptor> = {
  contacts: msg({ message: "Contacts", comment: "Part of the doctor's own directory entry" }),
  interests: msg({ message: "Specialties", comment: "Part of the doctor's own directory entry: fields of special interest; 专长" }),
  languages: msg({ message: "Languages", comment: "Part of the doctor's own directory entry: which one speaks" }),
  leaves: msg({ message: "Away", comment: "Part of the doctor's own directory entry: times of leave; 不在岗" }),
};

/** Elements of Practitioner and PractitionerRole (FHIR R4), as a doctor knows them. */
const ELEMENTS: Record<string, MessageDescriptor> = {
  name: msg({ message: "Name", comment: "What changed in a directory entry" }),
  telecom: msg({ message: "Contacts", comment: "Part of the doctor's own directory entry" }),
  communication: msg({ message: "Languages", comment: "Part of the doctor's own directory entry: which one speaks" }),
  qualification: msg({ message: "Title", comment: "What changed in a directory entry; 职称" }),
  code: msg({ message: "Title", comment: "What changed in a directory entry; 职称" }),
  specialty: msg({ message: "Department or specialties", comment: "What changed in a directory entry" }),
  notAvailable: msg({ message: "Away", comment: "Part of the doctor's own directory entry: times of leave; 不在岗" }),
  organization: msg({ message: "Hospital", comment: "What changed in a directory entry" }),
  extension: msg({ message: "Verification", comment: "What changed in a directory entry; 实名认证" }),
  active: msg({ message: "Whether it is listed", comment: "What changed in a directory entry" }),
  endpoint: msg({ message: "Account", comment: "What changed in a directory entry" }),
  contained: msg({ message: "Account", comment: "What changed in a directory entry" }),
};

/** What changed, each once; what has no word here is "other details". */
export function elementWords(i18n: I18n, names: readonly string[]): string[] {
  const other = msg({ message: "Other details", comment: "What changed in a directory entry" });
  return [...new Set(names.map((name) => i18n._(ELEMENTS[name] ?? other)))];
}

/** Words one after another, as the reader's language separates them. */
export function listed(words: readonly string[], locale: string): string {
  return words.join(locale.startsWith("zh") ? "、" : ", ");
}
