import type { AuditEntry } from "@/bindings";

export interface AuditLine extends AuditEntry {
  /** How often in a row. */
  count: number;
}

/**
 * Lines of one person doing the same to the same in a row become one, at the latest time; images of an application are counted
 * together. The trail itself keeps each.
 */
export function grouped(entries: readonly AuditEntry[]): AuditLine[] {
  const lines: AuditLine[] = [];
  for (const entry of entries) {
    const last = lines.at(-1);
    if (last && last.action === entry.action && last.actor === entry.actor && last.reference === entry.reference && (last.subject === entry.subject || entry.action === "evidence_viewed" || entry.action === "evidence_destroyed")) last.count += 1;
    else lines.push({ ...entry, count: 1 });
  }
  return lines;
}
