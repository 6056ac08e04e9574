import type { ReactNode } from "react";
import styles from "./ColleagueCard.module.css";

/** A part of a card under its heading; `aside` stands beside it in small words. */
export function Section({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return <section className={styles.section} aria-label={title}><h3>{title}{aside !== undefined && <span>{aside}</span>}</h3>{children}</section>;
}
