import { useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { Button } from "@/components/Button/Button";
import { Section } from "@/components/Card/Card";
import { errorSentence } from "@/lib/errors";
import { useNow } from "@/lib/now";
import { useCommand } from "@/lib/query";
import { dateAndClock } from "@/lib/time";
import styles from "./Entry.module.css";
import { elementWords, listed } from "./words";

const FIRST = 8;

/** How the entry came to be as it is: who changed what, and when. */
export function History() {
  const { t, i18n } = useLingui();
  const now = useNow();
  const { data: versions, error } = useCommand("entry_history", null);
  const [all, setAll] = useState(false);
  const shown = all ? versions : versions?.slice(0, FIRST);
  return (
    <Section title={t({ message: "History", comment: "Heading: versions of the doctor's own entry" })}>
      {error && <p className={styles.note}>{errorSentence(i18n, error)}</p>}
      {shown && (
        <ol className={styles.history}>
          {shown.map(({ resource, version, at, own, changed }) => (
            <li key={`${resource} ${version}`}>
              <time dateTime={at}>{dateAndClock(Date.parse(at), now, i18n.locale)}</time>
              <span>{version === 1 ? t({ message: "Listed", comment: "History of an entry: it came to be" }) : listed(elementWords(i18n, changed), i18n.locale)}</span>
              <span className={styles.muted}>{own ? t({ message: "by you", comment: "History of an entry: who changed it" }) : t({ message: "by the registry: verification or import", comment: "History of an entry: who changed it" })}</span>
            </li>
          ))}
        </ol>
      )}
      {versions && versions.length > FIRST && !all && (
        <div className={styles.add}><Button variant="quiet" onClick={() => setAll(true)}>{t({ message: "Show all", comment: "Button below the latest versions of an entry" })}</Button></div>
      )}
    </Section>
  );
}
