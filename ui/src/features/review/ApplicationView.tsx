import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useLingui } from "@lingui/react/macro";
import { ArrowLeft } from "lucide-react";
import { useState } from "react";
import type { ReviewDetail } from "@/bindings";
import { Avatar } from "@/components/Avatar/Avatar";
import { Button, IconButton } from "@/components/Button/Button";
import { Pane, Scroll } from "@/components/Pane/Pane";
import { SkeletonRows } from "@/components/Skeleton/Skeleton";
import { useApi } from "@/lib/api";
import { useNow } from "@/lib/now";
import { queryKey } from "@/lib/query";
import { dateAndClock } from "@/lib/time";
import { avatarName, nameOf, useTerminology } from "@/lib/words";
import { PlatformError } from "@/platform/types";
import styles from "./ApplicationView.module.css";
import { AuditTrail } from "./AuditTrail";
import { Changes } from "./Changes";
import { Checks } from "./Checks";
import { DecisionPanel } from "./DecisionPanel";
import { useDecisionDraft } from "./drafts";
import { Duplicates } from "./Duplicates";
import { Evidence } from "./Evidence";
import { Problem } from "./Problem";
import { useAudit } from "./queue";
import { hospitalOf, shortTitle } from "./words";

interface ApplicationViewProps {
  id: string;
  onSkip: () => void;
  hasNext: boolean;
  onBack: () => void;
  onEntry: (practitionerId: string) => void;
  /** The decision stands below instead of beside. */
  stacked: boolean;
  withBack: boolean;
}

/** One application and the decision about it. */
export function ApplicationView({ id, onSkip, hasNext, onBack, onEntry, stacked, withBack }: ApplicationViewProps) {
  const { t } = useLingui();
  const api = useApi();
  const client = useQueryClient();
  const key = queryKey("review_application", { application_id: id });
  const query = useQuery<ReviewDetail, PlatformError>({
    queryKey: key,
    queryFn: async () => {
      try {
        return await api.call("review_application", { application_id: id });
      } catch (error) {
        throw PlatformError.from(error);
      }
    },
    // What was read before is not shown again as if it were so now.
    gcTime: 0,
  });
  const detail = query.data;
  // What is on record after one looked at evidence; the application itself asked again would be one more look.
  const [looks, setLooks] = useState(0);
  const trail = useAudit(id, looks);
  const recorded = looks > 0 ? trail.data?.pages.flatMap(({ entries }) => entries) : undefined;
  /** The version one has read: what comes later must be read before it is decided on. */
  const [seen, setSeen] = useState<number | null>(null);
  if (detail && seen === null) setSeen(detail.version);
  const [draft, setDraft] = useDecisionDraft(id, seen);

  const listAgain = () => void client.invalidateQueries({ predicate: ({ queryKey: [command] }) => command === "review_list" });
  const label = t({ message: "Application", comment: "Read aloud: the part of the window with one application" });
  if (!detail) {
    return (
      <Pane label={label}>
        {withBack && <BackBar onBack={onBack} />}
        {query.error ? <Problem error={query.error} onRetry={() => void query.refetch()} /> : <SkeletonRows rows={5} />}
      </Pane>
    );
  }

  const decision = (
    <DecisionPanel
      detail={detail}
      seen={seen ?? detail.version}
      onSeen={() => setSeen(detail.version)}
      draft={draft}
      onDraft={setDraft}
      onSkip={onSkip}
      hasNext={hasNext}
      onDecided={(decided) => {
        setSeen(decided.version);
        setLooks(0);
        client.setQueryData(key, decided);
        listAgain();
      }}
      onConflict={async () => {
        setLooks(0);
        listAgain();
        return (await query.refetch()).data;
      }}
      trail={<AuditTrail entries={recorded ?? detail.audit} />}
      stacked={stacked}
    />
  );
  return (
    <div className={styles.view} data-stacked={stacked || undefined}>
      <Pane label={label}>
        {withBack && <BackBar onBack={onBack} />}
        <Scroll>
          <Head detail={detail} onEntry={onEntry} />
          <div className={styles.body}>
            <Changes detail={detail} />
            <Duplicates detail={detail} onEntry={onEntry} />
            <Checks detail={detail} />
            <Evidence applicationId={detail.id} evidence={detail.evidence} onLooked={() => setLooks((before) => before + 1)} />
          </div>
          {stacked && decision}
        </Scroll>
      </Pane>
      {!stacked && decision}
    </div>
  );
}

function BackBar({ onBack }: { onBack: () => void }) {
  const { t } = useLingui();
  return <div className={styles.back}><IconButton icon={ArrowLeft} label={t({ message: "Back to the list", comment: "Button, in a narrow window" })} onClick={onBack} /></div>;
}

function Head({ detail, onEntry }: { detail: ReviewDetail; onEntry: (practitionerId: string) => void }) {
  const { t, i18n } = useLingui();
  const { locale } = i18n;
  const now = useNow();
  const terms = useTerminology(locale);
  const { form, practitioner_id } = detail;
  const name = nameOf({ han: form.han_name, latin: form.latin_name }, locale);
  const at = dateAndClock(Date.parse(detail.submitted_at), now, locale);
  return (
    <header className={styles.head}>
      <Avatar name={avatarName({ han: form.han_name, latin: form.latin_name })} accountId={detail.id} size={40} />
      <div className={styles.who}>
        <h2 className="selectable">{name.main}{name.alt && <small>{name.alt}</small>}</h2>
        <p>{[shortTitle(i18n, form.title, terms.title(form.title)), terms.department(form.department), hospitalOf(detail, locale)].join(" · ")}</p>
      </div>
      <div className={styles.when}>
        <span className="selectable">{detail.reference}</span>
        {practitioner_id && <Button variant="link" size={24} onClick={() => onEntry(practitioner_id)}>{t({ message: "Entry for verifiers", comment: "Opens what verifiers see of a colleague's entry; 核验员" })}</Button>}
        <span>{t({ message: `Submitted: ${at}`, comment: "When an application came; the moment is worded by the system: Today 08:02" })}</span>
      </div>
    </header>
  );
}
