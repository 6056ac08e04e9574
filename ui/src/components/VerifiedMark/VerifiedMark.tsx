import { useLingui } from "@lingui/react/macro";
import styles from "./VerifiedMark.module.css";

/** The badge beside a verified colleague's name. */
export function VerifiedMark({ size = 14 }: { size?: 12 | 14 | 16 }) {
  const { t } = useLingui();
  return (
    <svg className={styles.mark} data-size={size} width={size} height={size} viewBox="0 0 24 24" role="img"
      aria-label={t({ message: "Verified", comment: "Name of the badge beside a verified colleague's name, read aloud" })}
    >
      <path className={styles.body} d="M3.85 8.62a4 4 0 0 1 4.78-4.77 4 4 0 0 1 6.74 0 4 4 0 0 1 4.78 4.78 4 4 0 0 1 0 6.74 4 4 0 0 1-4.77 4.78 4 4 0 0 1-6.75 0 4 4 0 0 1-4.78-4.77 4 4 0 0 1 0-6.76Z" />
      <path className={styles.check} d="m8.6 12.1 2.4 2.4 4.4-4.6" />
    </svg>
  );
}
