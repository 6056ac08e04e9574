import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Icon } from "../Icon/Icon";
import styles from "./Tag.module.css";

/** A word about something: a specialty, a state. */
export function Tag({ tone = "plain", children }: { tone?: "plain" | "line" | "accent" | "warn" | "danger"; children: ReactNode }) {
  return <span className={styles.tag} data-tone={tone}>{children}</span>;
}

/** How many: unread in accent, muted in grey. `label` says of what. */
export function Count({ value, label, muted = false }: { value: number; label: string; muted?: boolean }) {
  return (
    <span className={styles.count} data-muted={muted || undefined} role="img" aria-label={label}>
      {value > 99 ? "99+" : value}
    </span>
  );
}

/** A choice among few, in a row of its kind. */
export function Chip({ on, onClick, count, children }: { on: boolean; onClick: () => void; count?: number; children: ReactNode }) {
  return (
    <button type="button" className={styles.chip} data-on={on || undefined} aria-pressed={on} onClick={onClick}>
      {children}
      {count !== undefined && <span className={styles.number}>{count}</span>}
    </button>
  );
}

/** A filter in force, which its cross takes away. */
export function FilterChip({ onRemove, removeLabel, children }: { onRemove: () => void; removeLabel: string; children: ReactNode }) {
  return (
    <button type="button" className={styles.chip} data-on onClick={onRemove} aria-label={removeLabel} title={removeLabel}>
      <span className={styles.filterText}>{children}</span>
      <Icon icon={X} size={12} />
    </button>
  );
}
