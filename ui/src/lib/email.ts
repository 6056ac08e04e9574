/** The address as the core takes it: what an input method wrote wide is narrow, `＠` too. */
export function plainEmail(value: string): string {
  return value.normalize("NFKC").trim().toLowerCase();
}

/** Whether it may be an e-mail address: one `@`, a dotted domain, no white space. No address that the registry takes fails it; the message sent there settles the rest. */
export function isEmail(value: string): boolean {
  return /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(plainEmail(value));
}
