import type { I18n } from "@lingui/core";
import { msg } from "@lingui/core/macro";

/** What stands before a number, the number, its extension after one of the usual marks, and what follows. */
const PARTS = /^(?<before>[^\d+]*)(?<number>\+?[\d\s().\p{Pd}]*\d)(?:\s*(?:转|轉|分机|分機|ext\.?|x|#)\s*(?<extension>\d+))?(?<rest>.*)$/isu;
/** Digits from which on a number is one whatever stands beside it, and of the longest one (E.164). */
const DIGITS = { wholeNumber: 7, longest: 15 };

/** `0599-555-0148 转 6217 (夜班)` is the number 0599-555-0148 with the extension 6217. Null for a text without digits. */
function partsOf(phone: string) {
  const { before = "", number = "", extension = "", rest = "" } = PARTS.exec(phone)?.groups ?? {};
  return number ? { before, number, extension, rest } : null;
}

/**
 * Where a click on a telephone number leads (RFC 3966): `tel:05995550148;ext=6217`. Of several numbers it is the first, as for
 * the search by digits. Null for what is no number, or might be another one than is meant: no click dials that.
 */
export function telOf(phone: string): string | null {
  // Full-width digits, brackets and dashes are written in Chinese texts.
  const parts = partsOf(phone.normalize("NFKC"));
  if (!parts) return null;
  const digits = parts.number.replace(/\D/gu, "");
  const alone = parts.before.trim() === "" && parts.rest.trim() === "";
  if ((digits.length < DIGITS.wholeNumber && !alone) || digits.replace(/^0+/u, "").length > DIGITS.longest) return null;
  return `tel:${parts.number.startsWith("+") ? "+" : ""}${digits}${parts.extension ? `;ext=${parts.extension}` : ""}`;
}

/** The number as its reader's language writes an extension. */
export function phoneWord(i18n: I18n, phone: string): string {
  const parts = partsOf(phone);
  if (!parts?.extension) return phone;
  const { before, number, extension, rest } = parts;
  return before + i18n._({ ...msg({ message: "{number} ext. {extension}", comment: "A telephone number and its extension; 转" }), values: { number, extension } }) + rest;
}
