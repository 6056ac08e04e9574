import { useLingui } from "@lingui/react/macro";
import { Banner } from "@/components/Banner/Banner";
import { Button } from "@/components/Button/Button";
import { errorSentence } from "@/lib/errors";
import styles from "./Directory.module.css";
import type { Gap } from "./usePages";

/** Above a list of which some rows in sight could not be read. */
export function GapBanner({ gap }: { gap: Gap }) {
  const { t, i18n } = useLingui();
  return (
    <div className={styles.doubt}>
      <Banner
        tone="danger"
        title={t({ message: "Part of the list cannot be shown", comment: "Title above the directory, when rows further down could not be read" })}
        action={<Button size={28} busy={gap.busy} onClick={gap.retry}>{t({ message: "Try again", comment: "Button that repeats what failed" })}</Button>}
      >
        {errorSentence(i18n, gap.error)}
      </Banner>
    </div>
  );
}
