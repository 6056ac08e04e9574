/** Wording of moments. All take Unix milliseconds and a BCP 47 locale; `now` comes in, so tests need no clock. */

const DAY_MS = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/** English here is international: day before month, as in 16 July. */
function regionOf(locale: string): string {
  return locale === "en" ? "en-GB" : locale;
}

/** `Intl.DateTimeFormat` costs about 50 µs to make: a timeline of 500 messages would notice. */
function format(locale: string, key: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const id = `${locale} ${key}`;
  let made = formats.get(id);
  if (!made) {
    made = new Intl.DateTimeFormat(regionOf(locale), options);
    formats.set(id, made);
  }
  return made;
}

/** Midnight of the local day that holds `at`. */
export function startOfDay(at: number): number {
  const date = new Date(at);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** Whole local days from `at` to `now`: 0 today, 1 yesterday. Rounded, because a day may have 23 or 25 hours. */
export function daysAgo(at: number, now: number): number {
  return Math.round((startOfDay(now) - startOfDay(at)) / DAY_MS);
}

/** The beginning of a day `YYYY-MM-DD` where the reader is; not a number for what is none. */
export function startOfDate(date: string): number {
  return Date.parse(`${date}T00:00`);
}

/** 08:46 */
export function clock(at: number, locale: string): string {
  return format(locale, "clock", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
}

/** For a row of a list: 08:46 today, a weekday within the week, then a date. */
export function shortMoment(at: number, now: number, locale: string): string {
  const ago = daysAgo(at, now);
  if (ago <= 0) return clock(at, locale);
  if (ago < 7) return format(locale, "weekday", { weekday: "short" }).format(at);
  if (new Date(at).getFullYear() === new Date(now).getFullYear()) {
    return format(locale, "day", { day: "numeric", month: "short" }).format(at);
  }
  return format(locale, "date", { year: "numeric", month: "2-digit", day: "2-digit" }).format(at);
}

/** 16 July; 7月16日; with the year when it is another one. */
export function dayAndMonth(at: number, now: number, locale: string): string {
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return sameYear
    ? format(locale, "long-day", { day: "numeric", month: "long" }).format(at)
    : format(locale, "long-date", { day: "numeric", month: "long", year: "numeric" }).format(at);
}

/** yesterday, today, tomorrow: in the words of the locale, as within a sentence; null for any other day. */
export function nearDay(at: number, now: number, locale: string): string | null {
  const ago = daysAgo(at, now);
  if (Math.abs(ago) > 1) return null;
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(-ago, "day");
}

/** 18 Nov 2025; 2025年11月18日 */
export function fullDate(at: number, locale: string): string {
  return format(locale, "full", { day: "numeric", month: locale.startsWith("zh") ? "long" : "short", year: "numeric" }).format(at);
}

/** The same text as the beginning of a line. */
export function capitalised(text: string, locale: string): string {
  return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);
}

/** today 08:46; 14 July 20:05: the whole moment, as within a sentence. */
export function dateAndClock(at: number, now: number, locale: string): string {
  const near = nearDay(at, now, locale);
  return `${near ?? dayAndMonth(at, now, locale)} ${clock(at, locale)}`;
}

/** July 2027; 2027年7月 */
export function monthAndYear(at: number, locale: string): string {
  return format(locale, "month", { month: "long", year: "numeric" }).format(at);
}

/** 128,430 */
export function count(value: number, locale: string): string {
  return new Intl.NumberFormat(locale).format(value);
}
