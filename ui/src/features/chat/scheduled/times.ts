/** Days that can be chosen. */
const DAYS = 60;
/** Minutes between the times that can be chosen. */
const STEP = 15;
/** When the ward's evening and morning begin, in minutes since midnight. */
const EVENING = 18 * 60;
const MORNING = 7 * 60 + 30;
const MONDAY = 1;

/** A day of this machine's calendar, counted from today, and minutes since its midnight. */
export interface Moment {
  day: number;
  minute: number;
}

export type Suggestion = "evening" | "morning" | "monday";

/** In milliseconds since 1970. */
export function instantOf({ day, minute }: Moment, now: number): number {
  const today = new Date(now);
  return new Date(today.getFullYear(), today.getMonth(), today.getDate() + day, 0, minute).getTime();
}

/** What is chosen most; nothing that is nearly over. */
export function suggested(now: number): readonly (Moment & { what: Suggestion })[] {
  const at = new Date(now);
  const passed = at.getHours() * 60 + at.getMinutes();
  const toMonday = (MONDAY + 7 - at.getDay()) % 7 || 7;
  return [
    ...(passed < EVENING - 2 * STEP ? [{ what: "evening" as const, day: 0, minute: EVENING }] : []),
    { what: "morning" as const, day: 1, minute: MORNING },
    ...(toMonday > 1 ? [{ what: "monday" as const, day: toMonday, minute: MORNING }] : []),
  ];
}

/** The days that can be chosen, from today. */
export const days: readonly number[] = Array.from({ length: DAYS }, (_, day) => day);

/** The times of a day that can be chosen. */
export const minutes: readonly number[] = Array.from({ length: (24 * 60) / STEP }, (_, index) => index * STEP);
