import styles from "./Kbd.module.css";

/** Keys to press together, each as a cap. Silent: what they do stands beside them, and `aria-keyshortcuts` says them. */
export function Kbd({ keys }: { keys: readonly string[] }) {
  return (
    <span className={styles.keys} aria-hidden>
      {keys.map((key) => <kbd key={key} className={styles.key}>{key}</kbd>)}
    </span>
  );
}
