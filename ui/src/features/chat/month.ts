/** A day as `YYYY-MM-DD`, where this machine is. */
export type Day = string;

const two = (n: number) => String(n).padStart(2, "0");

export function dayOf(at: Date): Day {
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** Noon of a day: no time zone moves it into another. */
export function noonOf(day: Day): Date {
  return new Date(`${day}T12:00:00`);
}

export function daysLater(day: Day, days: number): Day {
  const at = noonOf(day);
  at.setDate(at.getDate() + days);
  return dayOf(at);
}

/** The same day so many months later, or the last of that month. */
export function monthsLater(day: Day, months: number): Day {
  const at = noonOf(day);
  const date = at.getDate();
  at.setDate(1);
  at.setMonth(at.getMonth() + months);
  const last = new Date(at.getFullYear(), at.getMonth() + 1, 0, 12).getDate();
  at.setDate(Math.min(date, last));
  return dayOf(at);
}

/** The weeks of the month that a day is in, from Monday on; null for days of other months. */
export function weeksOf(day: Day): (Day | null)[][] {
  const month = day.slice(0, 7);
  const first = `${month}-01`;
  const before = (noonOf(first).getDay() + 6) % 7;
  const weeks: (Day | null)[][] = [];
  for (let from = daysLater(first, -before); from.slice(0, 7) <= month; from = daysLater(from, 7)) {
    weeks.push(Array.from({ length: 7 }, (_, n) => daysLater(from, n)).map((each) => (each.startsWith(month) ? each : null)));
  }
  return weeks;
}
