import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { Icon } from "../Icon/Icon";
import styles from "./Card.module.css";

export function Card({ children }: { children: ReactNode }) {
  return <div className={styles.card}>{children}</div>;
}

/** Terms and what they are, two columns. */
export function Facts({ facts }: { facts: readonly (readonly [term: string, value: ReactNode])[] }) {
  return (
    <dl className={styles.facts}>
      {facts.map(([term, value]) => (
        <div key={term}><dt>{term}</dt><dd className="selectable">{value}</dd></div>
      ))}
    </dl>
  );
}

/** A heading and a card of rows. `action` concerns all of them. */
export function Section({ title, aside, action, children }: { title: string; aside?: ReactNode; action?: ReactNode; children: ReactNode }) {
  return (
    <section className={styles.section}>
      <header><h2>{title}{aside && <small>{aside}</small>}</h2>{action}</header>
      <Card>{children}</Card>
    </section>
  );
}

/** One setting or fact of a section: icon, words, control. `warn` if it waits for the doctor. */
export function SettingRow({ icon, title, detail, warn = false, children }: { icon: LucideIcon; title: ReactNode; detail?: ReactNode; warn?: boolean; children?: ReactNode }) {
  return (
    <div className={styles.row} data-warn={warn || undefined}>
      <Icon icon={icon} size={20} />
      <div className={styles.words}><div>{title}</div>{detail && <small>{detail}</small>}</div>
      {children && <div className={styles.control}>{children}</div>}
    </div>
  );
}
