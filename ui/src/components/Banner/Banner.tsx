import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Icon } from "../Icon/Icon";
import styles from "./Banner.module.css";

const ICONS = { warn: TriangleAlert, danger: CircleAlert, info: Info };

/** Something the reader must know about what stands below it. Danger is read aloud at once. */
export function Banner({ tone, title, action, children }: { tone: "warn" | "danger" | "info"; title?: ReactNode; action?: ReactNode; children?: ReactNode }) {
  return (
    <div className={styles.banner} data-tone={tone} role={tone === "danger" ? "alert" : "status"}>
      <Icon icon={ICONS[tone]} />
      <div className={styles.body}>
        {title && <b>{title}</b>}
        {children}
      </div>
      {action && <div>{action}</div>}
    </div>
  );
}
