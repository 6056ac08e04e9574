import { Link } from "@tanstack/react-router";
import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { Check, CornerDownLeft, Hourglass, MessageCircleQuestionMark, type LucideIcon, UserX } from "lucide-react";
import { useState } from "react";
import type { ApplicationView, Registration } from "@/bindings";
import { Banner } from "@/components/Banner/Banner";
import { Button } from "@/components/Button/Button";
import { Card, Facts } from "@/components/Card/Card";
import { ConfirmDialog } from "@/components/Dialog/Dialog";
import { Icon } from "@/components/Icon/Icon";
import { errorSentence } from "@/lib/errors";
import { useNow } from "@/lib/now";
import { useAction } from "@/lib/query";
import { clock, dateAndClock, dayAndMonth } from "@/lib/time";
import { nameOf, useTerminology } from "@/lib/words";
import { maskedLicence } from "./form";
import { Freshness } from "./Freshness";
import { Heading } from "./Heading";
import { type Mark, dueBy, marksOf } from "./progress";
import shared from "./Registration.module.css";
import { hasUnsent } from "./stage";
import styles from "./UnderReview.module.css";
import { VerifierSays } from "./VerifierSays";
import { kindWord } from "./words";

interface UnderReviewProps {
  application: ApplicationView;
  registration: Registration;
  onEdit: () => void;
  onConfirmEmail: () => void;
}

/** An application that is with the verifiers, or came back from them. */
export function UnderReview({ application, registration, onEdit, onConfirmEmail }: UnderReviewProps) {
  const { t, i18n } = useLingui();
  const [withdrawing, setWithdrawing] = useState(false);
  const withdraw = useAction("registration_withdraw", () => setWithdrawing(false));
  const { status, form } = application;
  const hospital = form.workplace.name;
  const back = status !== "submitted";

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
        <VerifierSays application={application} />
        {!application.email_confirmed && (
          <div className={shared.banner}>
            <Banner tone="warn" action={<Button variant="link" size={24} onClick={onConfirmEmail}>{t({ message: "Enter the code", comment: "Button: to the step for the code" })}</Button>}>
              {t({ message: "Your new work e-mail is not confirmed yet. Until then the application cannot be approved.", comment: "While the application is under review and the e-mail was changed" })}
            </Banner>
          </div>
        )}
        {hasUnsent(registration) && (
          <div className={shared.banner}>
            <Banner tone="info">{t({ message: "You changed something and have not sent it. The verifiers see what you sent before.", comment: "While the application is under review" })}</Banner>
          </div>
        )}
        <Freshness registration={registration} />
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
        <p className={shared.fineBelow}>
          <Link to="/sign-in" className={styles.link}>{t({ message: "Sign in with another account", comment: "Link, for a computer that several doctors use" })}</Link>
        </p>
      </div>
      <ConfirmDialog
        open={withdrawing}
        onClose={() => setWithdrawing(false)}
        title={t({ message: "Withdraw this application?", comment: "Question" })}
        confirm={t({ message: "Withdraw", comment: "Button: take the application back" })}
        danger
        busy={withdraw.busy}
        onConfirm={() => withdraw.run(null)}
      >
        {t({ message: "Its evidence is destroyed at once, and it is removed from this computer. You can apply again later.", comment: "Below 'Withdraw this application?'" })}
        {withdraw.error && <Banner tone="danger">{errorSentence(i18n, withdraw.error)}</Banner>}
      </ConfirmDialog>
    </div>
  );
}

function Way({ application }: { application: ApplicationView }) {
  const { t, i18n } = useLingui();
  const { locale } = i18n;
  const now = useNow();
  const submitted = application.events.findLast(({ kind }) => kind === "submitted");
  const due = submitted ? dueBy(Date.parse(submitted.at)) : null;

  const words = ({ kind, at }: Mark): { title: string; detail: string } => {
    switch (kind) {
      case "submitted": return { title: t({ message: "Application submitted", comment: "Event of an application" }), detail: t({ message: `Reference ${application.reference}`, comment: "Reference of an application: AP-2607-03318" }) };
      case "email_confirmed": return { title: t({ message: "Work e-mail confirmed", comment: "Event of an application" }), detail: application.form.work_email };
      case "more_requested": return { title: t({ message: "Verifier asked for more", comment: "Event of an application" }), detail: "" };
      case "rejected": return { title: t({ message: "Not approved", comment: "Event of an application, and its state" }), detail: "" };
      case "approved": return { title: t({ message: "Approved", comment: "Event of an application, and its state" }), detail: "" };
      case "activated": return { title: t({ message: "Account active", comment: "Event of an application" }), detail: "" };
      case "withdrawn": return { title: t({ message: "Withdrawn", comment: "Event of an application, and its state" }), detail: "" };
      case "opened": return { title: t({ message: "A verifier opened the application", comment: "Event of an application" }), detail: "" };
      case "review":
        return {
          title: t({ message: "Hospital review in progress", comment: "What goes on with an application" }),
          detail: at
            ? t({ message: `A verifier opened your application: ${dateAndClock(Date.parse(at), now, locale)}`, comment: "Below 'Hospital review in progress'; the moment is worded by the system: Today 08:30" })
            : t({ message: "No verifier has opened it yet", comment: "Below 'Hospital review in progress'" }),
        };
      case "account": return { title: t({ message: "Account active", comment: "Event of an application" }), detail: t({ message: "Choose a password; the directory is then downloaded", comment: "Below 'Account active', which is still to come" }) };
    }
  };

  return (
    <ol className={styles.way}>
      {marksOf(application).map((mark) => {
        const { title, detail } = words(mark);
        const at = mark.state === "done" || mark.state === "back" ? mark.at : null;
        return (
          <li key={mark.id} data-state={mark.state} aria-current={mark.state === "now" ? "step" : undefined}>
            <span className={styles.mark} aria-hidden>
              {mark.state === "done" && <Icon icon={Check} size={12} />}
              {mark.state === "back" && <Icon icon={CornerDownLeft} size={12} />}
            </span>
            <div className={styles.words}><div>{title}</div>{detail && <small className="selectable">{detail}</small>}</div>
            {at && <time dateTime={at}>{`${dayAndMonth(Date.parse(at), now, locale)} ${clock(Date.parse(at), locale)}`}</time>}
            {mark.state === "now" && due !== null && due > now && (
              <time>{t({ message: `expected by ${dayAndMonth(due, now, locale)}`, comment: "When the review is expected to be done; a day" })}</time>
            )}
          </li>
        );
      })}
    </ol>
  );
}

/** What was sent, so that one sees it is right; the licence as far as needed to tell it. */
export function Summary({ application }: { application: ApplicationView }) {
  const { t, i18n } = useLingui();
  const { locale } = i18n;
  const terms = useTerminology(locale);
  const { form, evidence } = application;
  const name = nameOf({ han: form.han_name, latin: form.latin_name }, locale);
  const kinds = [...new Set(evidence.map(({ kind }) => kind))].map((kind, index) => (index === 0 ? kindWord(i18n, kind) : kindWord(i18n, kind).toLocaleLowerCase(locale)));
  const list = new Intl.ListFormat(locale, { type: "conjunction" }).format(kinds);
  const count = evidence.length;
  return (
    <Card>
      <Facts
        facts={[
          [t({ message: "Name", comment: "Row of the summary of an application" }), [name.main, name.alt].filter(Boolean).join(" ")],
          [t({ message: "Title", comment: "Field: the doctor's professional title; 职称" }), terms.title(form.title)],
          [t({ message: "Workplace", comment: "Group of the application form" }), `${form.workplace.name} · ${terms.department(form.department)}`],
          [t({ message: "Licence", comment: "Row of the summary of an application: the number of the practising licence" }), maskedLicence(form.licence_number)],
          [
            t({ message: "Evidence", comment: "Images that prove what an application states; 证明材料" }),
            count === 0
              ? t({ message: "No images", comment: "Row 'Evidence' of the summary" })
              : t({ message: plural(count, { one: `${list}, # image, encrypted`, other: `${list}, # images, encrypted` }), comment: "Row 'Evidence' of the summary: kinds of evidence, how many" }),
          ],
        ]}
      />
    </Card>
  );
}
