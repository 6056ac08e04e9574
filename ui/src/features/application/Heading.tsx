import { type ReactNode, useEffect, useRef } from "react";
import styles from "./Application.module.css";

/** Title of a step. When the step before took the focus away with it, it comes here: the reader starts at the top. */
export function Heading({ children, lead }: { children: ReactNode; lead?: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (document.activeElement === document.body) heading.current?.focus();
  }, []);
  return (
    <>
      <h1 ref={heading} tabIndex={-1} className={styles.title}>{children}</h1>
      {lead && <p className={styles.lead}>{lead}</p>}
    </>
  );
}
