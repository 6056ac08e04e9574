import { Navigate, useNavigate, useSearch } from "@tanstack/react-router";
import { useLingui } from "@lingui/react/macro";
import { ArrowLeft, BadgeCheck } from "lucide-react";
import { useState } from "react";
import { useAppState } from "@/app/state";
import { Banner } from "@/components/Banner/Banner";
import { Button, IconButton } from "@/components/Button/Button";
import { Icon } from "@/components/Icon/Icon";
import { Bar, Pane } from "@/components/Pane/Pane";
import { SkeletonRows } from "@/components/Skeleton/Skeleton";
import { toast } from "@/components/Toast/Toast";
import styles from "@/features/application/Application.module.css";
import { COLLEAGUE } from "@/features/application/commands";
import { EmailStep } from "@/features/application/EmailStep";
import { EvidenceStep } from "@/features/application/EvidenceStep";
import { Heading } from "@/features/application/Heading";
import { UnderReview } from "@/features/application/UnderReview";
import { Way } from "@/features/application/Way";
import { errorSentence } from "@/lib/errors";
import { useNow } from "@/lib/now";
import { dateAndClock } from "@/lib/time";
import { useApplications } from "../useApplications";
import own from "./ChangeScreen.module.css";
import { ChangeStep } from "./ChangeStep";
import { type Place, openOf, stageOf } from "./change";

/** An application about one's own entry, from what is to change to the decision. */
export function ChangeScreen() {
  const { t, i18n } = useLingui();
  const navigate = useNavigate();
  const now = useNow();
  const { kind: wanted } = useSearch({ from: "/settings/entry/change" });
  const { data: known, error } = useApplications();
  const offline = useAppState().connection?.link === "offline";
  const [place, setPlace] = useState<Place>(null);
  const [codeSentAt, setCodeSentAt] = useState<number | null>(null);
  /** The application that was followed here, also once it is decided. */
  const [seen, setSeen] = useState<string | null>(null);
  const open = openOf(known);
  if (open && open.id !== seen) setSeen(open.id);
  const followed = known?.own.applications.find(({ id }) => id === seen);

  const asOf = known ? dateAndClock(Date.parse(known.as_of), now, i18n.locale) : "";
  const back = () => void navigate({ to: "/settings/entry" });
  const title = t({ message: "My entry", comment: "Page: the doctor's own entry in the directory" });
  const frame = (content: React.ReactNode) => (
    <Pane label={title} as="main">
      <Bar plain>
        <IconButton icon={ArrowLeft} label={t({ message: "Back to my entry", comment: "Button: leaves an application about the own entry" })} onClick={back} />
        {title}
      </Bar>
      <div className={own.content}>{content}</div>
    </Pane>
  );
  if (!known) {
    return frame(error ? <div className={styles.middle}><div className={styles.column}><Banner tone="danger">{errorSentence(i18n, error)}</Banner></div></div> : <SkeletonRows rows={5} />);
  }
  const sent = open?.kind === "registration" ? undefined : open?.kind;
  const kind = sent ?? wanted ?? known.draft?.change.kind;
  const stage = stageOf(open, known.draft !== null, followed, place);
  if (!kind && stage === "details") return <Navigate to="/settings/entry" />;

  if (stage === "approved" && followed) {
    return frame(
      <div className={styles.middle}>
        <div className={styles.column}>
          <div className={styles.hero}>
            <span className={styles.badge}><Icon icon={BadgeCheck} size={24} /></span>
            <div>
              <Heading lead={t({ message: "Colleagues see it within minutes. Nothing else is to be done.", comment: "Below 'Approved: your entry is up to date'" })}>
                {t({ message: "Approved: your entry is up to date", comment: "Title once an application about the own entry was approved" })}
              </Heading>
            </div>
          </div>
          <Way application={followed} />
          <div className={styles.actions}><Button variant="primary" size={36} onClick={back}>{t({ message: "To my entry", comment: "Button: back to the page of the own entry" })}</Button></div>
        </div>
      </div>,
    );
  }
  if (!open || stage === "details") {
    return frame(
      <ChangeStep
        key={`${open?.id ?? ""} ${kind ?? ""}`}
        kind={kind ?? "renewal"}
        known={known}
        open={open}
        onSent={(mailed) => {
          if (mailed) setCodeSentAt(Date.now());
          setPlace("evidence");
        }}
        onCancel={() => (open && open.status !== "draft" ? setPlace(null) : back())}
      />,
    );
  }
  switch (stage) {
    case "email":
      return frame(<EmailStep application={open} commands={COLLEAGUE} sentAt={codeSentAt} onSent={() => setCodeSentAt(Date.now())} onChange={() => setPlace("details")} />);
    case "evidence":
      return frame(<EvidenceStep application={open} commands={COLLEAGUE} onBack={() => setPlace("details")} onDone={() => setPlace(null)} />);
    default:
      return frame(
        <UnderReview
          application={open}
          commands={COLLEAGUE}
          unsent={known.draft !== null}
          freshness={
            !known.current || offline ? (
              <div className={styles.banner}>
                <Banner tone="warn" title={t({ message: "The registry cannot be reached", comment: "Title of a notice beside the application" })}>
                  {t({ message: `This is how it stood: ${asOf}. It is asked again by itself.`, comment: "Below 'The registry cannot be reached'; the moment is worded by the system: Today 08:46" })}
                </Banner>
              </div>
            ) : null
          }
          consequence={t({ message: "Its evidence is destroyed at once. Your entry stays as it is, and you can apply again at any time.", comment: "Below 'Withdraw this application?'" })}
          onEdit={() => setPlace("details")}
          onConfirmEmail={() => setPlace("evidence")}
          onWithdrawn={() => {
            toast.done(t({ message: "Application withdrawn", comment: "Title after the application was taken back" }));
            back();
          }}
        />,
      );
  }
}
