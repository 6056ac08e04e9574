import type { I18n, MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { FieldProblem } from "@/bindings";
import type { PlatformErrorCode } from "@/platform/types";

/** One sentence a code: what happened, then what to do. */
const SENTENCES: Record<PlatformErrorCode, MessageDescriptor> = {
  invalid_input: msg({ message: "The program asked for something in a wrong way. Restart Consilium; if it stays, tell your administrator.", comment: "Error: what happened, then what to do" }),
  not_signed_in: msg({ message: "You are signed out. Sign in again to continue.", comment: "Error: what happened, then what to do" }),
  keyring_missing: msg({ message: "This system has no password store running, so the keys to your data cannot be kept safely. Start or install one (on Linux: GNOME Keyring or KWallet), then try again.", comment: "Error: what happened, then what to do. The password store is the operating system's keyring" }),
  keyring_locked: msg({ message: "The system’s password store is locked, so your data cannot be opened. Unlock it, then try again.", comment: "Error: what happened, then what to do. The password store is the operating system's keyring" }),
  offline: msg({ message: "The server cannot be reached. Check the network; what is on this device stays usable.", comment: "Error: what happened, then what to do" }),
  not_a_server: msg({ message: "There is no Consilium service at this address. Check it with your hospital.", comment: "Error: what happened, then what to do" }),
  insecure_address: msg({ message: "An address that begins with http:// is not encrypted, so it is not used. It needs https://.", comment: "Error: what happened, then what to do. The address of a server" }),
  wrong_credentials: msg({ message: "Name and password do not match. Check both and try again.", comment: "Error: what happened, then what to do" }),
  account_locked: msg({ message: "This account is locked. Ask your hospital’s Medical Affairs.", comment: "Error: what happened, then what to do" }),
  session_expired: msg({ message: "Your session has ended. Sign in again to continue.", comment: "Error: what happened, then what to do" }),
  rate_limited: msg({ message: "Too many attempts in a short time. Wait a little, then try again.", comment: "Error: what happened, then what to do" }),
  invalid_form: msg({ message: "Some fields need correction. They are marked below.", comment: "Error: what happened, then what to do" }),
  email_unconfirmed: msg({ message: "Your work e-mail is not confirmed yet. Open the message we sent you.", comment: "Error: what happened, then what to do" }),
  wrong_code: msg({ message: "This code does not match. Check the latest message.", comment: "Error: what happened, then what to do" }),
  code_expired: msg({ message: "This code has expired. Ask for a new one.", comment: "Error: what happened, then what to do" }),
  too_many_tries: msg({ message: "Too many wrong codes. Ask for a new one.", comment: "Error: what happened, then what to do" }),
  mail_unavailable: msg({ message: "The service could not send the message. What you entered is kept; try again later.", comment: "Error: what happened, then what to do" }),
  wrong_state: msg({ message: "The state has changed meanwhile, so this is no longer possible.", comment: "Error: what happened, then what to do" }),
  too_large: msg({ message: "This file is too large.", comment: "Error: what happened, then what to do" }),
  unsupported_media: msg({ message: "This file is not a PNG, JPEG or WebP image.", comment: "Error: what happened, then what to do" }),
  conflict: msg({ message: "Somebody else has changed this meanwhile. Look at the new state, then decide again.", comment: "Error: what happened, then what to do" }),
  not_a_verifier: msg({ message: "Only verifiers may do this. If you are one, ask your administrator.", comment: "Error: what happened, then what to do" }),
  not_found: msg({ message: "This is no longer there.", comment: "Error: what happened, then what to do" }),
  gone: msg({ message: "The copy on this device is too old to be updated, so it is fetched anew.", comment: "Error: what happened, then what to do" }),
  not_joined: msg({ message: "This colleague has no account yet, so messages cannot reach them. Use the contacts on their card.", comment: "Error: what happened, then what to do" }),
  not_allowed: msg({ message: "Only the owner and the admins of the group may do this. Ask one of them.", comment: "Error: what happened, then what to do" }),
  hand_over_first: msg({ message: "You are the only owner of this group. Hand it over first: “Make owner…” beside a member, in the details.", comment: "Error: what happened, then what to do" }),
  first_letter_alone: msg({ message: "The first letter is on its way; the second could not be kept for sending. Write to that colleague yourself.", comment: "Error: of two letters that introduce colleagues to each other only one went out; what happened, then what to do" }),
  password_too_short: msg({ message: "At least 12 characters.", comment: "Below the field for a new password" }),
  password_too_weak: msg({ message: "This is among the passwords that are guessed first. Take a few unrelated words, and nothing of your name or hospital.", comment: "Error: what happened, then what to do" }),
  server_trouble: msg({ message: "The service cannot answer at the moment. Nothing is lost; try again later.", comment: "Error: what happened, then what to do" }),
  directory_foreign: msg({ message: "The directory that arrived is not signed by the service that this device knows, so it was not used. Tell your administrator.", comment: "Error: what happened, then what to do" }),
  directory_older: msg({ message: "The service shows an older directory than the one on this device, which stays in use. If this stays, tell your administrator.", comment: "Error: what happened, then what to do" }),
  directory_changed: msg({ message: "What arrived of the directory is not what the service signed, so it was not used. Try again; if it stays, tell your administrator.", comment: "Error: what happened, then what to do" }),
  unsent_of_another: msg({ message: "Another doctor wrote something on this computer that was not sent.", comment: "Error: what happened, then what to do" }),
  wrong_recovery_key: msg({ message: "This is not your recovery key. Check every group of four; a key that was replaced opens nothing any more.", comment: "Error: what happened, then what to do" }),
  device_not_verified: msg({ message: "This device is not verified yet, so it cannot do this. Verify it first, under Settings, Security.", comment: "Error: what happened, then what to do" }),
  disk_full: msg({ message: "The disk is full. Free some space, then try again; what was sent is safe.", comment: "Error: what happened, then what to do" }),
  database_corrupt: msg({ message: "A local file is damaged and could not be set aside. Your administrator can help; nothing on the server is lost.", comment: "Error: what happened, then what to do" }),
  internal: msg({ message: "Something in Consilium went wrong. Try again; if it stays, restart the program.", comment: "Error: what happened, then what to do" }),
  host_unreachable: msg({ message: "The program’s core does not answer. Restart Consilium.", comment: "Error: what happened, then what to do" }),
};

/** What a person is told of a failure. */
export function errorSentence(i18n: I18n, error: { code: PlatformErrorCode }): string {
  // A newer core may know a code that this window does not.
  return i18n._((SENTENCES as Partial<typeof SENTENCES>)[error.code] ?? SENTENCES.internal);
}

/** Whether it says that the address which was entered is none of a service. */
export function isOfTheAddress(error: { code: PlatformErrorCode } | null): boolean {
  return error?.code === "not_a_server" || error?.code === "insecure_address";
}

const FIELD_SENTENCES: Record<FieldProblem, MessageDescriptor> = {
  missing: msg({ message: "Required.", comment: "Sentence below a form field" }),
  too_long: msg({ message: "Too long.", comment: "Sentence below a form field" }),
  not_han: msg({ message: "Chinese characters only.", comment: "Sentence below a form field" }),
  not_latin: msg({ message: "Latin letters only, as in Lin Jianing.", comment: "Sentence below a form field" }),
  not_a_licence_number: msg({ message: "A licence number has 15 digits.", comment: "Sentence below a form field" }),
  not_an_email: msg({ message: "Not an e-mail address.", comment: "Sentence below a form field" }),
  not_a_phone_number: msg({ message: "Not a phone number.", comment: "Sentence below a form field" }),
  unknown: msg({ message: "Choose one from the list.", comment: "Sentence below a form field" }),
  unchanged: msg({ message: "This is what the entry says already.", comment: "Sentence below a form field: nothing would change" }),
};

/** What stands below a field. */
export function fieldSentence(i18n: I18n, problem: FieldProblem): string {
  return i18n._(FIELD_SENTENCES[problem]);
}
