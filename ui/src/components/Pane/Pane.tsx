import type { ReactNode } from "react";
import styles from "./Pane.module.css";

/** The 52-high head of a pane. */
export function Bar({ title, plain = false, children }: { title?: ReactNode; plain?: boolean; children?: ReactNode }) {
  return (
    <header className={styles.bar} data-plain={plain || undefined}>
      {title && <h1>{title}</h1>}
      {children}
    </header>
  );
}

/** A column of the window; `side` is the tone of lists and panels. */
export function Pane({ label, side = false, as: Tag = "section", children }: { label: string; side?: boolean; as?: "section" | "aside" | "main"; children: ReactNode }) {
  return <Tag className={styles.pane} data-side={side || undefined} aria-label={label}>{children}</Tag>;
}

/** The part of a pane that scrolls. */
export function Scroll({ children }: { children: ReactNode }) {
  return <div className={styles.scroll}>{children}</div>;
}
