import { useLingui } from "@lingui/react/macro";
import styles from "./Brand.module.css";

export function Logo({ size = 32 }: { size?: 32 | 48 }) {
  return (
    <svg width={size} height={size} viewBox="0 0 28 28" aria-hidden className={styles.logo}>
      <rect width="28" height="28" rx="7" />
      <circle cx="11.2" cy="14" r="5.6" />
      <circle cx="16.8" cy="14" r="5.6" />
    </svg>
  );
}

export function Brand() {
  const { t } = useLingui();
  return (
    <div className={styles.brand}>
      <Logo />
      <div>
        {t({ message: "Consilium", comment: "Name of the product; 会诊 in Chinese" })}
        <small>{t({ message: "Verified physicians only", comment: "Below the product's name, on the screens of who is not signed in" })}</small>
      </div>
    </div>
  );
}
