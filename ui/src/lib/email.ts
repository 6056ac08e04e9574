/** Whether it may be an e-mail address: one `@`, a dotted domain, no white space. No address that the registry takes fails it; the message sent there settles the rest. */
export function isEmail(value: string): boolean {
  return /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(value);
}
