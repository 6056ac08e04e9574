/** 420 kB, 2.4 MB: bytes as people read them. */
export function fileSize(bytes: number, locale: string): string {
  const large = bytes >= 1_000_000;
  const format = new Intl.NumberFormat(locale, { style: "unit", unit: large ? "megabyte" : "kilobyte", unitDisplay: "short", maximumFractionDigits: large ? 1 : 0 });
  return format.format(large ? bytes / 1_000_000 : Math.max(1, Math.round(bytes / 1000)));
}
