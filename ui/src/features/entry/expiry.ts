import { daysAgo, startOfDate } from "@/lib/time";

/** Days before its last day from which on a verification is said to run out. */
const SOON = 60;

/** Days until a verification's last day (`YYYY-MM-DD`), where the doctor is: 0 on it, negative once it has run out. */
export function daysLeft(validUntil: string, now: number): number {
  return 0 - daysAgo(startOfDate(validUntil), now);
}

/** Whether the doctor should renew, and by when: none while there is time, or if nothing runs out. */
export function expiryOf(validUntil: string | null | undefined, now: number): { days: number } | null {
  if (!validUntil) return null;
  const days = daysLeft(validUntil, now);
  return Number.isFinite(days) && days <= SOON ? { days } : null;
}
