import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { Icon } from "../Icon/Icon";
import styles from "./EmptyState.module.css";

/** Nothing here: one sentence, one action (DESIGN.md, States). */
export function EmptyState({ icon, title, children, actions }: { icon: LucideIcon; title: ReactNode; children?: ReactNode; actions?: ReactNode }) {
  return (
    <div className={styles.empty}>
      <span className={styles.icon}><Icon icon={icon} size={20} /></span>
      <b>{title}</b>
      {children && <p>{children}</p>}
      {actions && <div className={styles.actions}>{actions}</div>}
    </div>
  );
}
