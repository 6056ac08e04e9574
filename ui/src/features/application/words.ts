import type { I18n, MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { EvidenceKind, Field, FieldProblem, ReasonCode } from "@/bindings";

const SENTENCES: Record<Field, Partial<Record<FieldProblem, MessageDescriptor>>> = {
  han_name: {
    too_long: msg({ message: "A name has at most 60 characters.", comment: "Sentence below a field of the application form: what is wrong, and how it should be" }),
    not_han: msg({ message: "Chinese characters only, two at least, with · between parts of a name.", comment: "Sentence below a field of the application form: what is wrong, and how it should be" }),
  },
  latin_name: {
    missing: msg({ message: "Enter your name in Latin letters.", comment: "Sentence below a field of the application form: what is wrong, and how it should be" }),
    too_long: msg({ message: "A name has at most 60 characters.", comment: "Sentence below a field of the application form: what is wrong, and how it should be" }),
    not_latin: msg({ message: "Latin letters only, with spaces, hyphens, apostrophes or full stops.", comment: "Sentence below a field of the application form: what is wrong, and how it should be" }),
  },
  title: {
    missing: msg({ message: "Choose your title.", comment: "Sentence below a field of the application form: what is wrong, and how it should be" }),
    unknown: msg({ message: "Choose a title from the list.", comment: "Sentence below a field of the application form: what is wrong, and how it should be" }),
    unchanged: msg({ message: "This is what your entry says already. Choose another title or department.", comment: "Sentence below a field of the application form: what is wrong, and how it should be" }),
  },
  licence_number: {
    missing: msg({ message: "Enter the number of your practising licence.", comment: "Sentence below a field of the application form: what is wrong, and how it should be" }),
    not_a_licence_number: msg({ message: "A licence number has exactly 15 digits.", comment: "Sentence below a field of the application form: what is wrong, and how it should be" }),
  },
  work_email: {
    missing: msg({ message: "Enter your work e-mail.", comment: "Sentence below a field of the application form: what is wrong, and how it should be" }),
    too_long: msg({ message: "An e-mail address has at most 254 characters.", comment: "Sentence below a field of the application form: what is wrong, and how it should be" }),
    not_an_email: msg({ message: "This is not an e-mail address; it looks like name@hospital.cn.", comment: "Sentence below a field of the application form: what is wrong, and how it should be" }),
  },
  work_phone: {
    missing: msg({ message: "Enter a work phone on which a verifier can reach you.", comment: "Sentence below a field of the application form: what is wrong, and how it should be" }),
    too_long: msg({ message: "A phone number has at most 40 characters.", comment: "Sentence below a field of the application form: what is wrong, and how it should be" }),
    not_a_phone_number: msg({ message: "Seven to fifteen digits, with an extension if there is one: 0591-555-0120 ext. 17.", comment: "Sentence below a field of the application form: what is wrong, and how it should be" }),
  },
  hospital: {
    missing: msg({ message: "Choose your hospital from the list; if it is not there, enter it by hand.", comment: "Sentence below a field of the application form: what is wrong, and how it should be" }),
    too_long: msg({ message: "The name of a hospital has at most 120 characters.", comment: "Sentence below a field of the application form: what is wrong, and how it should be" }),
    unchanged: msg({ message: "Your entry says already that you work there. Choose another hospital, or change your title or department alone.", comment: "Sentence below a field of the application form: what is wrong, and how it should be" }),
    unknown: msg({ message: "This hospital is no longer listed. Choose another, or enter it by hand.", comment: "Sentence below a field of the application form: what is wrong, and how it should be" }),
  },
  city: {
    missing: msg({ message: "Enter the city of the hospital.", comment: "Sentence below a field of the application form: what is wrong, and how it should be" }),
    too_long: msg({ message: "The name of a city has at most 60 characters.", comment: "Sentence below a field of the application form: what is wrong, and how it should be" }),
  },
  department: {
    missing: msg({ message: "Choose your department.", comment: "Sentence below a field of the application form: what is wrong, and how it should be" }),
    unknown: msg({ message: "Choose a department from the list.", comment: "Sentence below a field of the application form: what is wrong, and how it should be" }),
  },
};

const HAND_ENTERED = msg({ message: "Enter the name of your hospital.", comment: "Sentence below a field of the application form: what is wrong, and how it should be" });
const WRONG = msg({ message: "Please check this field.", comment: "Sentence below a field of the application form: what is wrong, and how it should be. Only when a newer service knows a rule that this version does not" });

/** One sentence a field and problem. `listed`: the hospital is looked for in the list, not entered by hand. */
export function problemSentence(i18n: I18n, field: Field, problem: FieldProblem, listed = true): string {
  if (field === "hospital" && problem === "missing" && !listed) return i18n._(HAND_ENTERED);
  return i18n._(SENTENCES[field][problem] ?? WRONG);
}

const KINDS: Record<EvidenceKind, MessageDescriptor> = {
  licence: msg({ message: "Practising licence", comment: "Kind of evidence image" }),
  staff_card: msg({ message: "Staff card", comment: "Kind of evidence image: the hospital's card of its employee" }),
  other: msg({ message: "Other evidence", comment: "Kind of evidence image: anything else" }),
};

export function kindWord(i18n: I18n, kind: EvidenceKind): string {
  return i18n._(KINDS[kind]);
}

const REASONS: Record<ReasonCode, MessageDescriptor> = {
  evidence_unclear: msg({ message: "The evidence cannot be read well, or it has expired.", comment: "To the applicant: why more is asked for, or why the application was not approved. Polite, no blame" }),
  evidence_missing: msg({ message: "Evidence is missing.", comment: "To the applicant: why more is asked for, or why the application was not approved. Polite, no blame" }),
  register_mismatch: msg({ message: "What you stated does not match the hospital’s or the licence register.", comment: "To the applicant: why more is asked for, or why the application was not approved. Polite, no blame" }),
  not_employed: msg({ message: "The hospital does not list you as employed there.", comment: "To the applicant: why more is asked for, or why the application was not approved. Polite, no blame" }),
  duplicate: msg({ message: "You may have an account already.", comment: "To the applicant: why more is asked for, or why the application was not approved. Polite, no blame" }),
  other: msg({ message: "See the verifier’s note.", comment: "To the applicant: why more is asked for, or why the application was not approved. Polite, no blame" }),
};

export function reasonSentence(i18n: I18n, reason: ReasonCode): string {
  return i18n._(REASONS[reason]);
}
