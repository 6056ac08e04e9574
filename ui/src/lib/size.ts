/** 420 kB, 2.4 MB: bytes as people read them. */
export function fileSize(bytes: number, locale: string): string {
  const large = bytes >= 1_000_000;
  const format = new Intl.NumberFormat(locale, { style: "unit", unit: large ? "megabyte" : "kilobyte", unitDisplay: "short", maximumFractionDigits: large ? 1 : 0 });
  return format.format(large ? bytes / 1_000_000 : Math.max(1, Math.round(bytes / 1000)));
}

/** 42 %, as the language writes it. */
export function share(part: number, whole: number, locale: string): string {
  return new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 }).format(whole > 0 ? part / whole : 0);
}
