import type { ContactKind, EntryContent, EntryPart, EntryProblem, OwnContact, OwnContactKind } from "@/bindings";

/** From where somebody looks at an entry. */
export type Viewer = "same_hospital" | "other_hospital";

/** What a colleague sees of the contacts, and what they can ask for; as the registry decides it. */
export function seenBy(contacts: readonly OwnContact[], viewer: Viewer): { shown: OwnContact[]; requestable: OwnContactKind[] } {
  const shown = contacts.filter(({ visibility }) => visibility === "verified" || (visibility === "organization" && viewer === "same_hospital"));
  const requestable = contacts.filter(({ visibility }) => visibility === "on-request").map(({ kind }) => kind);
  return { shown, requestable: [...new Set(requestable)] };
}

const ASKED_AS: Record<OwnContactKind, ContactKind> = { work_phone: "phone", home_phone: "phone", mobile: "mobile", work_email: "email", home_email: "email", fax: "fax", other: "other" };

/** The contacts that are shown to whom this kind is granted: all of them that are on request, at work and private. */
export function shownByGrant(contacts: readonly OwnContact[], kind: ContactKind): OwnContact[] {
  return contacts.filter((contact) => contact.visibility === "on-request" && ASKED_AS[contact.kind] === kind);
}

/** The kinds that can be added; what was imported as another stays as it is. */
export const KINDS: readonly Exclude<OwnContactKind, "other">[] = ["work_phone", "mobile", "work_email", "home_phone", "home_email", "fax"];

/** As whom a contact of this kind is first for: the registry's own default. */
export function usualVisibility(kind: OwnContactKind): OwnContact["visibility"] {
  return kind === "mobile" || kind === "home_phone" || kind === "home_email" ? "on-request" : "verified";
}

export function isEmail(kind: OwnContactKind): boolean {
  return kind === "work_email" || kind === "home_email";
}

/** The parts in which two states of an entry differ. */
export function changedParts(a: EntryContent, b: EntryContent): EntryPart[] {
  const parts: EntryPart[] = ["contacts", "interests", "languages", "leaves"];
  return parts.filter((part) => JSON.stringify(a[part]) !== JSON.stringify(b[part]));
}

export function faultAt(problems: readonly EntryProblem[], part: EntryPart, index: number): EntryProblem["fault"] | undefined {
  return problems.find((problem) => problem.part === part && problem.index === index)?.fault;
}

/** Languages that colleagues and patients of Chinese hospitals speak, as BCP 47 has them; any other stays if it is there. */
export const LANGUAGES: readonly string[] = ["zh", "yue", "nan", "wuu", "hak", "en", "bo", "ug", "mn", "kk", "za", "ii", "ko", "ja", "de", "fr", "ru", "es", "ar", "vi", "th"];

export function languageName(tag: string, locale: string): string {
  try {
    return new Intl.DisplayNames([locale], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}
