import { Link, useNavigate } from "@tanstack/react-router";
import { useLingui } from "@lingui/react/macro";
import { useState } from "react";
import type { ApplicationView, Registration } from "@/bindings";
import { SignedOutFrame } from "@/app/SignedOutFrame";
import { Starting } from "@/app/Waiting";
import { Banner } from "@/components/Banner/Banner";
import { Button } from "@/components/Button/Button";
import { Steps } from "@/components/Steps/Steps";
import shared from "@/features/application/Application.module.css";
import { APPLICANT } from "@/features/application/commands";
import { EmailStep } from "@/features/application/EmailStep";
import { EvidenceStep } from "@/features/application/EvidenceStep";
import { EMPTY_FORM, shownForm } from "@/features/application/form";
import { UnderReview } from "@/features/application/UnderReview";
import { WithdrawDialog } from "@/features/application/WithdrawDialog";
import { useLatest } from "@/lib/api";
import { errorSentence } from "@/lib/errors";
import { useCommand } from "@/lib/query";
import { WhileYouWait, WhoSeesWhat } from "./Aside";
import { Active, MakingAccount, Withdrawn } from "./Ending";
import { DetailsStep } from "./DetailsStep";
import { Freshness } from "./Freshness";
import { type MakingOfAccount, PasswordStep, useMakingOfAccount } from "./PasswordStep";
import styles from "./Registration.module.css";
import { type Place, STEP_OF, type Stage, hasUnsent, stageOf } from "./stage";

/** Applying for an account, from the first field to the first sign-in. Where it stands is the core's to say. */
export function RegistrationScreen() {
  const { t, i18n } = useLingui();
  const { value: registration, error } = useLatest("registration", null);
  const info = useCommand("app_info", null).data;
  const [place, setPlace] = useState<Place>(null);
  /** A code was asked for in this window, so the next one has to wait for its minute. */
  const [codeSentAt, setCodeSentAt] = useState<number | null>(null);
  const making = useMakingOfAccount();

  if (error) {
    return <SignedOutFrame><div className={shared.middle}><Banner tone="danger">{errorSentence(i18n, error)}</Banner></div></SignedOutFrame>;
  }
  if (!registration || !info) return <Starting />;

  const stage = stageOf(registration, place);
  const waiting = stage === "review" && registration.application?.status === "submitted";
  const steps = [
    { title: t({ message: "Your details", comment: "Step of the application" }), detail: t({ message: "Identity, contact, workplace", comment: "Below 'Your details'" }) },
    { title: t({ message: "Evidence", context: "step", comment: "Step of the application: add images that prove it; 上传证明" }), detail: t({ message: "Licence, staff card", comment: "Below 'Evidence'" }) },
    { title: t({ message: "Hospital review", comment: "Step of the application" }), detail: t({ message: "Usually 1–2 working days", comment: "Below 'Hospital review'" }) },
    { title: t({ message: "Start", comment: "Last step of the application: choose a password" }), detail: t({ message: "Password, directory", comment: "Below 'Start'" }) },
  ];
  return (
    <SignedOutFrame
      steps={<Steps steps={steps} current={STEP_OF[stage]} />}
      foot={<WaysOut registration={registration} />}
      aside={waiting ? <WhileYouWait /> : STEP_OF[stage] < 3 ? <WhoSeesWhat /> : undefined}
    >
      <StageView
        key={stage}
        stage={stage}
        registration={registration}
        defaultServer={info.default_server}
        codeSentAt={codeSentAt}
        onCodeSent={() => setCodeSentAt(Date.now())}
        go={setPlace}
        making={making}
      />
    </SignedOutFrame>
  );
}

/** What taking an application back means. */
function useConsequence(): string {
  const { t } = useLingui();
  return t({ message: "Its evidence is destroyed at once, and it is removed from this computer. You can apply again later.", comment: "Below 'Withdraw this application?'" });
}

/** At every step: whoever shares the computer signs in, and what leads nowhere is taken back. */
function WaysOut({ registration: { application, making_account } }: { registration: Registration }) {
  const { t } = useLingui();
  const consequence = useConsequence();
  const [withdrawing, setWithdrawing] = useState(false);
  const status = application?.status;
  if (!status || making_account || status === "active" || status === "withdrawn") return null;
  return (
    <nav className={styles.ways}>
      <Link to="/sign-in" className={styles.link}>{t({ message: "Sign in with another account", comment: "Link, for a computer that several doctors use" })}</Link>
      {/* One that is under review has this among its actions. */}
      {(status === "draft" || status === "approved") && <Button variant="link" size={24} onClick={() => setWithdrawing(true)}>{t({ message: "Withdraw the application…", comment: "Button that first asks" })}</Button>}
      <WithdrawDialog open={withdrawing} onClose={() => setWithdrawing(false)} command={APPLICANT.withdraw} consequence={consequence} />
    </nav>
  );
}

interface StageViewProps {
  stage: Stage;
  registration: Registration;
  defaultServer: string;
  codeSentAt: number | null;
  onCodeSent: () => void;
  go: (place: Place) => void;
  making: MakingOfAccount;
}

function StageView({ stage, registration, defaultServer, codeSentAt, onCodeSent, go, making }: StageViewProps) {
  const { i18n } = useLingui();
  const navigate = useNavigate();
  const consequence = useConsequence();
  const { application, draft, server } = registration;
  if (stage === "details" || !application) {
    // Decided once: what comes later from the core is what was saved from here.
    return (
      <DetailsStep
        initial={{ server: server || defaultServer, form: draft ?? (application ? shownForm(application, i18n.locale) : EMPTY_FORM) }}
        application={application}
        onSent={(mailed) => {
          if (mailed) onCodeSent();
          go("evidence");
        }}
        onCancel={() => (application ? go(application.status === "draft" ? "evidence" : null) : void navigate({ to: "/sign-in" }))}
      />
    );
  }
  const stages: Record<Exclude<Stage, "details">, (application: ApplicationView) => React.ReactNode> = {
    email: (it) => <EmailStep application={it} commands={APPLICANT} sentAt={codeSentAt} onSent={onCodeSent} onChange={() => go("details")} />,
    evidence: (it) => <EvidenceStep application={it} commands={APPLICANT} onBack={() => go("details")} onDone={() => go(null)} />,
    review: (it) => (
      <UnderReview
        application={it}
        commands={APPLICANT}
        unsent={hasUnsent(registration)}
        freshness={<Freshness registration={registration} />}
        consequence={consequence}
        onEdit={() => go("details")}
        onConfirmEmail={() => go("evidence")}
      />
    ),
    password: (it) => <PasswordStep application={it} problem={registration.problem} making={making} />,
    making: () => <MakingAccount registration={registration} />,
    active: () => <Active />,
    withdrawn: (it) => <Withdrawn application={it} />,
  };
  return stages[stage](application);
}
