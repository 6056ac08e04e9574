import type { ReactNode } from "react";
import styles from "./Highlight.module.css";

/** Half-open ranges in UTF-16 code units, as JavaScript counts. */
export type Ranges = readonly (readonly [number, number])[];

/** A text with what was searched for marked, or merely tinted in the script that comes second. */
export function Highlight({ text, ranges, tint = false }: { text: string; ranges: Ranges; tint?: boolean }) {
  const parts: ReactNode[] = [];
  let at = 0;
  for (const [start, end] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (start < at || end <= start || start >= text.length) continue;
    if (start > at) parts.push(text.slice(at, start));
    const piece = text.slice(start, end);
    parts.push(tint ? <span key={start} className={styles.tint}>{piece}</span> : <mark key={start}>{piece}</mark>);
    at = Math.min(end, text.length);
  }
  parts.push(text.slice(at));
  return <>{parts}</>;
}
