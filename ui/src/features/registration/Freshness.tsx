import { useLingui } from "@lingui/react/macro";
import type { Registration } from "@/bindings";
import { Banner } from "@/components/Banner/Banner";
import styles from "@/features/application/Application.module.css";
import { errorSentence } from "@/lib/errors";
import { useNow } from "@/lib/now";
import { dateAndClock } from "@/lib/time";

/** When the registry last answered, and plainly that it does not. */
export function Freshness({ registration: { checked_at, problem } }: { registration: Registration }) {
  const { t, i18n } = useLingui();
  const now = useNow();
  const at = checked_at === null ? null : dateAndClock(Date.parse(checked_at), now, i18n.locale);
  const heard = at === null ? null : t({ message: `Last answer from the registry: ${at}`, comment: "How fresh the state of the application is; the moment is worded by the system: Today 08:46" });
  if (problem) {
    const offline = problem.code === "offline";
    return (
      <div className={styles.banner}>
        <Banner tone="warn" title={offline ? t({ message: "The registry cannot be reached", comment: "Title of a notice beside the application" }) : errorSentence(i18n, problem)}>
          <p>{t({ message: "What stands here may be out of date. It is asked again by itself.", comment: "Below 'The registry cannot be reached'" })} {heard}</p>
        </Banner>
      </div>
    );
  }
  return heard && <p className={styles.fineBelow} role="status">{heard}</p>;
}
