import type { Contact } from "@/bindings";
import { telOf } from "@/lib/phone";

/** Where a click on a contact leads (RFC 3966 for telephones, RFC 6068 for e-mail). Null for a number without digits and an address without an at sign. */
export function addressOf({ kind, value }: Contact): string | null {
  if (kind === "email") {
    const at = value.lastIndexOf("@");
    if (at <= 0) return null;
    return `mailto:${encodeURIComponent(value.slice(0, at))}@${encodeURIComponent(value.slice(at + 1))}`;
  }
  return telOf(value);
}
