import styles from "./Skeleton.module.css";

/** Rows of people that are on their way. Silent: who waits is told in words elsewhere. */
export function SkeletonRows({ rows }: { rows: number }) {
  return (
    <div aria-hidden>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className={styles.row}>
          <i className={styles.circle} /><i className={styles.a} /><i className={styles.b} /><i className={styles.c} /><i className={styles.d} />
        </div>
      ))}
    </div>
  );
}
