import { Languages } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/Button/Button";
import { Icon } from "@/components/Icon/Icon";
import { LOCALE_NAMES, LOCALES } from "@/lib/i18n";
import { effectiveLocale } from "@/lib/preferences";
import { Brand } from "./Brand";
import styles from "./SignedOutFrame.module.css";
import { useSettings } from "./useSettings";

/** One click from a language one cannot read to the other, before there is any settings page. */
function LanguageSwitch() {
  const { settings, save } = useSettings();
  const present = effectiveLocale(settings.language);
  return (
    <div className={styles.foot}>
      <Icon icon={Languages} size={14} />
      <span>{LOCALE_NAMES[present]}</span>
      {LOCALES.filter((locale) => locale !== present).map((locale) => (
        <span key={locale} lang={locale} className={styles.other}>
          <Button variant="link" size={24} onClick={() => save({ language: locale })}>
            {LOCALE_NAMES[locale]}
          </Button>
        </span>
      ))}
    </div>
  );
}

/** The window of somebody who is not signed in: brand and steps at the left, the matter, and what to know at the right. */
export function SignedOutFrame({ steps, foot, aside, children }: { steps?: ReactNode; foot?: ReactNode; aside?: ReactNode; children: ReactNode }) {
  return (
    <div className={styles.frame} data-aside={aside ? true : undefined}>
      <aside className={styles.left}>
        <Brand />
        <div className={styles.steps}>{steps}</div>
        {foot}
        <LanguageSwitch />
      </aside>
      <main className={styles.main}>{children}</main>
      {aside && <aside className={styles.right}>{aside}</aside>}
    </div>
  );
}
