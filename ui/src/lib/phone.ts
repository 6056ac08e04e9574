import type { I18n } from "@lingui/core";
import { msg } from "@lingui/core/macro";

/** What stands before an extension: `转`, `ext.`, `x`, `#`. */
const EXTENSION = /\s*(?:转|轉|分机|ext\.?|x|#)\s*(\d+)\s*$/iu;

/** `0599-555-0148 转 6217` is the number 0599-555-0148 with the extension 6217. */
function partsOf(phone: string): { number: string; extension: string } {
  const found = EXTENSION.exec(phone);
  return { number: (found ? phone.slice(0, found.index) : phone).trim(), extension: found?.[1] ?? "" };
}

/** Where a click on a telephone number leads (RFC 3966): `tel:05995550148;ext=6217`. Null for one without digits. */
export function telOf(phone: string): string | null {
  const { number, extension } = partsOf(phone);
  const digits = number.replace(/\D/gu, "");
  if (!digits) return null;
  return `tel:${number.startsWith("+") ? "+" : ""}${digits}${extension ? `;ext=${extension}` : ""}`;
}

/** The number as its reader's language writes an extension. */
export function phoneWord(i18n: I18n, phone: string): string {
  const { number, extension } = partsOf(phone);
  if (!extension) return phone;
  return i18n._({ ...msg({ message: "{number} ext. {extension}", comment: "A telephone number and its extension; 转" }), values: { number, extension } });
}
