import { useLingui } from "@lingui/react/macro";
import { Hourglass, MessageCircleQuestionMark, type LucideIcon, UserX } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { ApplicationView } from "@/bindings";
import { Banner } from "@/components/Banner/Banner";
import { Button } from "@/components/Button/Button";
import { Icon } from "@/components/Icon/Icon";
import shared from "./Application.module.css";
import type { ApplicationCommands } from "./commands";
import { hospitalOf } from "./form";
import { Heading } from "./Heading";
import { VerifierSays } from "./VerifierSays";
import { Summary, Way } from "./Way";
import { WithdrawDialog } from "./WithdrawDialog";

interface UnderReviewProps {
  application: ApplicationView;
  commands: ApplicationCommands;
  /** Something was changed after it was sent, and the change was not sent. */
  unsent: boolean;
  /** As of when it is so. */
  freshness: ReactNode;
  /** What taking it back means. */
  consequence: string;
  onEdit: () => void;
  onConfirmEmail: () => void;
  onWithdrawn?: () => void;
}

/** An application that is with the verifiers, or came back from them. */
export function UnderReview({ application, commands, unsent, freshness, consequence, onEdit, onConfirmEmail, onWithdrawn }: UnderReviewProps) {
  const { t, i18n } = useLingui();
  const [withdrawing, setWithdrawing] = useState(false);
  const { status } = application;
  const hospital = hospitalOf(application, i18n.locale);
  const back = status !== "submitted";
  // What came last of the two is told of: an approval that still holds has another screen.
  const wasApproved = back && application.events.findLast(({ kind }) => kind === "approved" || kind === "submitted")?.kind === "approved";

  const heads: Record<"submitted" | "more_requested" | "rejected", { icon: LucideIcon; title: string; lead: string }> = {
    submitted: {
      icon: Hourglass,
      title: t({ message: "Application under review", comment: "Title while verifiers check the application" }),
      lead: t({ message: `A verifier is to check your details for ${hospital}. This usually takes 1–2 working days. We will e-mail you.`, comment: "Below the title; the name of the hospital" }),
    },
    more_requested: {
      icon: MessageCircleQuestionMark,
      title: t({ message: "Something is missing", comment: "Title when a verifier asked for more" }),
      lead: t({ message: "The verifier cannot decide yet. Add what is asked for and send the application again.", comment: "Below 'Something is missing'" }),
    },
    rejected: {
      icon: UserX,
      title: t({ message: "Application not approved", comment: "Title when the application was refused; calm" }),
      lead: t({ message: "You can correct it and send it again; what you entered is kept.", comment: "Below 'Application not approved'" }),
    },
  };
  const head = heads[status === "rejected" || status === "more_requested" ? status : "submitted"];

  return (
    <div className={shared.middle}>
      <div className={shared.column}>
        <div className={shared.hero}>
          <span className={shared.badge} data-tone={back ? "warn" : undefined}><Icon icon={head.icon} size={24} /></span>
          <div><Heading lead={head.lead}>{head.title}</Heading></div>
        </div>
        {wasApproved && (
          <div className={shared.banner}>
            <Banner tone="warn">{t({ message: "The approval you were told of was taken back.", comment: "Above what the verifier says, when an application was approved before and an account not yet made" })}</Banner>
          </div>
        )}
        <VerifierSays application={application} />
        {!application.email_confirmed && (
          <div className={shared.banner}>
            <Banner tone="warn" action={<Button variant="link" size={24} onClick={onConfirmEmail}>{t({ message: "Enter the code", comment: "Button: to the step for the code" })}</Button>}>
              {t({ message: "Your new work e-mail is not confirmed yet. Until then the application cannot be approved.", comment: "While the application is under review and the e-mail was changed" })}
            </Banner>
          </div>
        )}
        {unsent && (
          <div className={shared.banner}>
            <Banner tone="info">{t({ message: "You changed something and have not sent it. The verifiers see what you sent before.", comment: "While the application is under review" })}</Banner>
          </div>
        )}
        {freshness}
        <Way application={application} />
        <Summary application={application} />
        <div className={shared.actions}>
          <Button variant={back ? "primary" : "default"} onClick={onEdit}>
            {back
              ? t({ message: "Correct and send again", comment: "Button: change an application that came back" })
              : t({ message: "Edit application", comment: "Button: change an application that is under review" })}
          </Button>
          <Button variant="quiet" onClick={() => setWithdrawing(true)}>{t({ message: "Withdraw", comment: "Button: take the application back" })}</Button>
          <span className={shared.push} />
          {!back && <span className={shared.fine}>{t({ message: "Longer than 3 working days? Ask Medical Affairs and give the reference.", comment: "Below an application under review; 医务处" })}</span>}
        </div>
      </div>
      <WithdrawDialog open={withdrawing} onClose={() => setWithdrawing(false)} command={commands.withdraw} consequence={consequence} {...(onWithdrawn ? { onWithdrawn } : {})} />
    </div>
  );
}
