import { Link, type LinkProps } from "@tanstack/react-router";
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { Icon } from "../Icon/Icon";
import styles from "./NavItem.module.css";

interface Words {
  icon: LucideIcon;
  children: ReactNode;
  count?: string | undefined;
}

function Inside({ icon, children, count }: Words) {
  return (
    <>
      <Icon icon={icon} />
      <span className={styles.label}>{children}</span>
      {count !== undefined && <span className={styles.count}>{count}</span>}
    </>
  );
}

/** A choice of what the pane beside shows. */
export function NavButton({ on, onClick, ...words }: Words & { on: boolean; onClick: () => void }) {
  return <button type="button" className={styles.item} data-on={on || undefined} aria-pressed={on} onClick={onClick}><Inside {...words} /></button>;
}

/** A page of a section. */
export function NavLink({ to, tall = false, ...words }: Words & { to: NonNullable<LinkProps["to"]>; tall?: boolean }) {
  return (
    <Link to={to} className={styles.item} data-tall={tall || undefined} activeProps={{ "data-on": true, "aria-current": "page" } as object}>
      <Inside {...words} />
    </Link>
  );
}
