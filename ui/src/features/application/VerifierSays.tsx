import { useLingui } from "@lingui/react/macro";
import type { ApplicationView } from "@/bindings";
import { Banner } from "@/components/Banner/Banner";
import styles from "./Application.module.css";
import { reasonSentence } from "./words";

/** Why the application came back, in the verifier's own words too. Nothing while it did not. */
export function VerifierSays({ application: { status, reason, note } }: { application: ApplicationView }) {
  const { t, i18n } = useLingui();
  if ((status !== "more_requested" && status !== "rejected") || (!reason && !note)) return null;
  const title =
    status === "rejected"
      ? t({ message: "Why it was not approved", comment: "Above the verifier's reason" })
      : t({ message: "What the verifier asks for", comment: "Above the verifier's reason" });
  return (
    <div className={styles.banner}>
      <Banner tone="warn" title={title}>
        {reason && (reason !== "other" || !note) && <p>{reasonSentence(i18n, reason)}</p>}
        {note && <p className={styles.quote}>{note}</p>}
      </Banner>
    </div>
  );
}
