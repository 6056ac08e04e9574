import type { I18n, MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { Contact, ContactKind } from "@/bindings";

const CARD_KINDS: Record<ContactKind, MessageDescriptor> = {
  phone: msg({ message: "Work phone", comment: "Contact of a colleague" }),
  mobile: msg({ message: "Mobile", comment: "Contact of a colleague: mobile phone" }),
  email: msg({ message: "Work e-mail", comment: "Contact of a colleague" }),
  fax: msg({ message: "Fax", comment: "Contact of a colleague" }),
  other: msg({ message: "Other contact", comment: "Contact of a colleague, of no kind that has a name here" }),
};

const PRIVATE: Partial<Record<ContactKind, MessageDescriptor>> = {
  phone: msg({ message: "Private phone", comment: "Contact of a colleague" }),
  email: msg({ message: "Private e-mail", comment: "Contact of a colleague" }),
};

/** What one asks for: a request names no place, and is most often for a private number. */
export const REQUEST_KINDS: Record<ContactKind, MessageDescriptor> = {
  ...CARD_KINDS,
  phone: msg({ message: "Phone", comment: "Contact that a colleague shows on request: at work or private" }),
  email: msg({ message: "E-mail", comment: "Contact that a colleague shows on request: at work or private" }),
};

/** What a contact is called. */
export function contactWord(i18n: I18n, { kind, private: atHome }: Pick<Contact, "kind" | "private">): string {
  return i18n._((atHome && PRIVATE[kind]) || CARD_KINDS[kind]);
}
