import { useLingui } from "@lingui/react/macro";
import { X } from "lucide-react";
import { Button, IconButton } from "@/components/Button/Button";
import { Bar, Pane, Scroll } from "@/components/Pane/Pane";
import { SkeletonRows } from "@/components/Skeleton/Skeleton";
import { useNow } from "@/lib/now";
import { capitalised, dateAndClock } from "@/lib/time";
import { wordOf } from "@/lib/words";
import { grouped } from "./audit";
import styles from "./AuditPane.module.css";
import { Problem } from "./Problem";
import { useAudit } from "./queue";
import { useEscape } from "./useEscape";
import { auditSentence } from "./words";

/** Everything that was ever done with applications, latest first. */
export function AuditPane({ onClose }: { onClose: () => void }) {
  const { t, i18n } = useLingui();
  const now = useNow();
  const audit = useAudit(null);
  useEscape(onClose);
  const title = t({ message: "Audit trail", comment: "Button and title: the record of all that verifiers did; 操作记录" });
  const entries = audit.data?.pages.flatMap((page) => page.entries);
  return (
    <Pane label={title}>
      <Bar title={title}>
        <span className={styles.push} />
        <IconButton icon={X} label={t({ message: "Close the audit trail", comment: "Button" })} onClick={onClose} />
      </Bar>
      {!entries ? (
        audit.error ? <Problem error={audit.error} onRetry={() => void audit.refetch()} /> : <SkeletonRows rows={8} />
      ) : (
        <Scroll>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t({ message: "When", comment: "Column of the audit trail" })}</th>
                <th scope="col">{t({ message: "What", comment: "Column of the audit trail" })}</th>
                <th scope="col">{t({ message: "About", context: "audit", comment: "Column of the audit trail: whom it was about" })}</th>
                <th scope="col">{t({ message: "Application", comment: "Read aloud: the part of the window with one application" })}</th>
              </tr>
            </thead>
            <tbody className="selectable">
              {grouped(entries).map((line) => (
                <tr key={line.seq}>
                  <td><time dateTime={line.at}>{capitalised(dateAndClock(Date.parse(line.at), now, i18n.locale), i18n.locale)}</time></td>
                  <td>{auditSentence(i18n, line, line.count)}</td>
                  <td><bdi>{wordOf({ zh: line.about, en: line.about_latin }, i18n.locale) || (line.subject?.startsWith("@") && line.subject)}</bdi></td>
                  <td>{line.reference}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {audit.error && <div className={styles.more}><Problem error={audit.error} small /></div>}
          {audit.hasNextPage && (
            <div className={styles.more}>
              <Button busy={audit.isFetchingNextPage} onClick={() => void audit.fetchNextPage()}>{t({ message: "Show earlier", comment: "Button: more of the audit trail" })}</Button>
            </div>
          )}
        </Scroll>
      )}
    </Pane>
  );
}
