import type { ReactNode } from "react";
import { createPortal } from "react-dom";
import styles from "./Paper.module.css";

/** What is printed in place of the window, while it is there; nobody sees it on the screen. */
export function Paper({ children }: { children: ReactNode }) {
  return createPortal(<div className={styles.paper} aria-hidden>{children}</div>, document.body);
}
