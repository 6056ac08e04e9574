import { useLingui } from "@lingui/react/macro";
import type { AuditEntry } from "@/bindings";
import { useNow } from "@/lib/now";
import { capitalised, dateAndClock } from "@/lib/time";
import { grouped } from "./audit";
import styles from "./AuditTrail.module.css";
import { auditSentence } from "./words";

/** What was done with one application, latest first, as the registry recorded it. */
export function AuditTrail({ entries }: { entries: readonly AuditEntry[] }) {
  const { t, i18n } = useLingui();
  const now = useNow();
  return (
    <section className={styles.section}>
      <h3>{t({ message: "Audit trail", comment: "Button and title: the record of all that verifiers did; 操作记录" })}</h3>
      <ol className={styles.trail}>
        {grouped(entries).map((line) => (
          <li key={line.seq}>
            <div>
              <p>{auditSentence(i18n, line, line.count)}</p>
              <time dateTime={line.at}>{capitalised(dateAndClock(Date.parse(line.at), now, i18n.locale), i18n.locale)}</time>
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}
