import { useLingui } from "@lingui/react/macro";
import { CircleCheck, CircleX, MessageCircleQuestionMark } from "lucide-react";
import type { ReviewDetail } from "@/bindings";
import { Icon } from "@/components/Icon/Icon";
import { useNow } from "@/lib/now";
import { capitalised, dateAndClock } from "@/lib/time";
import styles from "./DecisionPanel.module.css";
import { auditSentence, reasonWord, statusWord } from "./words";

/** The decision that was made: there is no other until the applicant sends it again. */
export function Outcome({ detail }: { detail: ReviewDetail }) {
  const { kind, status, removed, audit } = detail;
  const { t, i18n } = useLingui();
  const now = useNow();
  const last = audit.find(({ action }) => action === "approved" || action === "rejected" || action === "more_requested");
  const icon = status === "rejected" ? CircleX : status === "more_requested" ? MessageCircleQuestionMark : CircleCheck;
  return (
    <div className={styles.outcome} data-status={status} role="status">
      <Icon icon={icon} size={20} />
      <div>
        <b>{statusWord(i18n, { kind, status, removed })}</b>
        {last && <p>{auditSentence(i18n, last, 1)}</p>}
        <Said detail={detail} />
        {last && <p><time dateTime={last.at}>{capitalised(dateAndClock(Date.parse(last.at), now, i18n.locale), i18n.locale)}</time></p>}
        {status === "more_requested" && <p>{t({ message: "It comes back to Pending when the applicant sends it again.", comment: "Below the state 'More asked for'; Pending is a box of the queue" })}</p>}
        {status === "approved" && <p>{t({ message: "The account exists once the applicant has chosen a password.", comment: "Below the state 'Approved'" })}</p>}
      </div>
    </div>
  );
}

/** The reason of the last decision, and what the verifier wrote to the applicant. */
export function Said({ detail: { reason, note } }: { detail: ReviewDetail }) {
  const { i18n } = useLingui();
  return (
    <>
      {reason && (reason !== "other" || !note) && <p>{reasonWord(i18n, reason)}</p>}
      {note && <blockquote className={`${styles.note} selectable`} dir="auto">{note}</blockquote>}
    </>
  );
}
