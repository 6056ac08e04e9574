import { Progress as Base } from "@base-ui/react/progress";
import styles from "./Progress.module.css";

/** How far something real is; `value` null while its size is unknown. */
export function Progress({ label, value, max }: { label: string; value: number | null; max: number }) {
  return (
    <Base.Root value={value} max={max} aria-label={label}>
      <Base.Track className={styles.track}>
        <Base.Indicator className={styles.bar} />
      </Base.Track>
    </Base.Root>
  );
}
