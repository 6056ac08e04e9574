import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { Trans } from "@lingui/react/macro";
import { Icon } from "../Icon/Icon";
import styles from "./Strip.module.css";

/** One line across the window: what is the matter, what works, what to do. Stands in a `role="status"` that is always there. */
export function Strip({ tone, icon, title, detail, aside, action }: {
  tone: "warn" | "danger" | "info";
  icon: LucideIcon;
  title: string;
  detail?: ReactNode;
  aside?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className={styles.strip} data-tone={tone}>
      <Icon icon={icon} size={14} />
      <span className={styles.text}>
        {detail ? <Trans comment="Status strip: what is the matter, and what that means, as in 'Offline — 2 messages will send when you reconnect'"><b>{title}</b> — {detail}</Trans> : <b>{title}</b>}
      </span>
      {aside && <span className={styles.aside}>{aside}</span>}
      {action}
    </div>
  );
}
