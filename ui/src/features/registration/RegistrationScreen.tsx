import { useNavigate } from "@tanstack/react-router";
import { useLingui } from "@lingui/react/macro";
import { useState } from "react";
import type { ApplicationView, Registration } from "@/bindings";
import { SignedOutFrame } from "@/app/SignedOutFrame";
import { Starting } from "@/app/Waiting";
import { Banner } from "@/components/Banner/Banner";
import { Steps } from "@/components/Steps/Steps";
import { useLatest } from "@/lib/api";
import { errorSentence } from "@/lib/errors";
import { useCommand } from "@/lib/query";
import { WhileYouWait, WhoSeesWhat } from "./Aside";
import { Active, MakingAccount, Withdrawn } from "./Ending";
import { DetailsStep } from "./DetailsStep";
import { EmailStep } from "./EmailStep";
import { EvidenceStep } from "./EvidenceStep";
import { EMPTY_FORM } from "./form";
import { PasswordStep } from "./PasswordStep";
import styles from "./Registration.module.css";
import { type Place, STEP_OF, type Stage, stageOf } from "./stage";
import { UnderReview } from "./UnderReview";

/** Applying for an account, from the first field to the first sign-in. Where it stands is the core's to say. */
export function RegistrationScreen() {
  const { t, i18n } = useLingui();
  const { value: registration, error } = useLatest("registration", null);
  const info = useCommand("app_info", null).data;
  const [place, setPlace] = useState<Place>(null);
  /** A code was asked for in this window, so the next one has to wait for its minute. */
  const [codeSentAt, setCodeSentAt] = useState<number | null>(null);

  if (error) {
    return <SignedOutFrame><div className={styles.middle}><Banner tone="danger">{errorSentence(i18n, error)}</Banner></div></SignedOutFrame>;
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
      />
    </SignedOutFrame>
  );
}

interface StageViewProps {
  stage: Stage;
  registration: Registration;
  defaultServer: string;
  codeSentAt: number | null;
  onCodeSent: () => void;
  go: (place: Place) => void;
}

function StageView({ stage, registration, defaultServer, codeSentAt, onCodeSent, go }: StageViewProps) {
  const navigate = useNavigate();
  const { application, draft, server } = registration;
  if (stage === "details" || !application) {
    // Decided once: what comes later from the core is what was saved from here.
    return (
      <DetailsStep
        initial={{ server: server || defaultServer, form: draft ?? application?.form ?? EMPTY_FORM }}
        application={application}
        onSent={() => {
          onCodeSent();
          go("evidence");
        }}
        onCancel={() => (application ? go(application.status === "draft" ? "evidence" : null) : void navigate({ to: "/sign-in" }))}
      />
    );
  }
  const stages: Record<Exclude<Stage, "details">, (application: ApplicationView) => React.ReactNode> = {
    email: (it) => <EmailStep application={it} sentAt={codeSentAt} onSent={onCodeSent} onChange={() => go("details")} />,
    evidence: (it) => <EvidenceStep application={it} onBack={() => go("details")} onDone={() => go(null)} />,
    review: (it) => <UnderReview application={it} registration={registration} onEdit={() => go("details")} onConfirmEmail={() => go("evidence")} />,
    password: (it) => <PasswordStep application={it} problem={registration.problem} />,
    making: () => <MakingAccount registration={registration} />,
    active: () => <Active />,
    withdrawn: (it) => <Withdrawn application={it} />,
  };
  return stages[stage](application);
}
