import type { Contact } from "@/bindings";

/** What stands before an extension: `转`, `ext.`, `x`, `#`. */
const EXTENSION = /(?:转|轉|分机|ext\.?|x|#)\s*(\d+)\s*$/iu;

/**
 * Where a click on a contact leads (RFC 3966 for telephones, RFC 6068 for e-mail): `0599-555-0148 转 6217` is
 * `tel:05995550148;ext=6217`. Null for a number without digits and an address without an at sign.
 */
export function addressOf({ kind, value }: Pick<Contact, "kind" | "value">): string | null {
  if (kind === "email") {
    const at = value.lastIndexOf("@");
    if (at <= 0) return null;
    return `mailto:${encodeURIComponent(value.slice(0, at))}@${encodeURIComponent(value.slice(at + 1))}`;
  }
  if (kind !== "phone" && kind !== "mobile") return null;
  const extension = EXTENSION.exec(value);
  const number = (extension ? value.slice(0, extension.index) : value).trim();
  const digits = number.replace(/\D/gu, "");
  if (!digits) return null;
  return `tel:${number.startsWith("+") ? "+" : ""}${digits}${extension ? `;ext=${extension[1]}` : ""}`;
}
