import { Trans, useLingui } from "@lingui/react/macro";
import { type SubmitEvent, useEffect, useState } from "react";
import type { ApplicationView } from "@/bindings";
import { Banner } from "@/components/Banner/Banner";
import { Button } from "@/components/Button/Button";
import { MailCheck } from "lucide-react";
import { Icon } from "@/components/Icon/Icon";
import { errorSentence } from "@/lib/errors";
import { useAction } from "@/lib/query";
import styles from "./Application.module.css";
import { CODE_LENGTH, CodeField, digitsOf } from "./CodeField";
import type { ApplicationCommands } from "./commands";
import { Heading } from "./Heading";

/** The registry sends at most one code a minute. */
const RESEND_AFTER_S = 60;

/** Seconds left until `until`, ticking; 0 when over. */
function useCountdown(until: number): number {
  const [now, setNow] = useState(() => Date.now());
  const left = Math.max(0, Math.ceil((until - now) / 1000));
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [until]);
  return left;
}

interface EmailStepProps {
  application: ApplicationView;
  commands: ApplicationCommands;
  /** When this window last had a code sent, Unix milliseconds. */
  sentAt: number | null;
  onSent: () => void;
  onChange: () => void;
}

/** Six digits that came by mail prove the work e-mail. */
export function EmailStep({ application, commands, sentAt, onSent, onChange }: EmailStepProps) {
  const { t, i18n } = useLingui();
  const email = application.form.work_email;
  const [code, setCode] = useState("");
  const [incomplete, setIncomplete] = useState(false);
  /** When the registry will send another, as it said when it refused to. */
  const [refusedUntil, setRefusedUntil] = useState(0);
  const [resent, setResent] = useState(false);
  // The core tells of the step before the window hears that the code was sent, so `sentAt` comes a moment later.
  const left = useCountdown(Math.max(refusedUntil, (sentAt ?? 0) + RESEND_AFTER_S * 1000));
  const confirm = useAction(commands.confirmEmail);
  const resend = useAction(commands.resendCode, () => {
    onSent();
    setResent(true);
    setCode("");
    confirm.clear();
  });

  const send = (digits: string) => {
    setIncomplete(digits.length !== CODE_LENGTH);
    if (digits.length === CODE_LENGTH && !confirm.busy) confirm.run({ code: digits });
  };
  const type = (text: string) => {
    const digits = digitsOf(text);
    setCode(digits);
    setIncomplete(false);
    if (confirm.error) confirm.clear();
    if (digits.length === CODE_LENGTH && digits !== code) send(digits);
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    send(code);
  };
  const again = () => {
    setResent(false);
    resend.run(null, {
      onError: (error) => {
        if (error.code === "rate_limited") setRefusedUntil(Date.now() + (error.details?.retry_after_seconds ?? RESEND_AFTER_S) * 1000);
      },
    });
  };

  const atField = confirm.error && ["wrong_code", "code_expired", "too_many_tries"].includes(confirm.error.code);
  const otherProblem = confirm.error && !atField ? confirm.error : resend.error?.code === "rate_limited" ? null : resend.error;
  const error = incomplete
    ? t({ message: "The code has six digits.", comment: "Sentence below the field for the code" })
    : atField ? errorSentence(i18n, confirm.error) : undefined;

  return (
    <form className={styles.middle} onSubmit={submit} noValidate>
      <div className={styles.column}>
        <div className={styles.hero}>
          <span className={styles.badge}><Icon icon={MailCheck} size={24} /></span>
          <div>
            <Heading lead={<Trans comment="Below 'Confirm your work e-mail'; then the address">We sent six digits to <b className="selectable">{email}</b>. They are valid for 15 minutes.</Trans>}>
              {t({ message: "Confirm your work e-mail", comment: "Title of the step for the code" })}
            </Heading>
          </div>
        </div>
        {otherProblem && <div className={styles.banner}><Banner tone="danger">{errorSentence(i18n, otherProblem)}</Banner></div>}
        <div className={styles.group}>
          <CodeField
            label={t({ message: "Code from the message", comment: "Field for six digits" })}
            value={code}
            onValue={type}
            error={error}
            help={resent ? t({ message: "A new code is on its way; earlier ones no longer count.", comment: "Below the field, after another code was sent" }) : undefined}
          />
        </div>
        <div className={styles.actions}>
          <Button variant="primary" size={36} type="submit" busy={confirm.busy}>{t({ message: "Confirm", comment: "Button: check the code" })}</Button>
          <Button size={36} busy={resend.busy} aria-disabled={left > 0 || undefined} onClick={left > 0 ? undefined : again}>
            {left > 0
              ? t({ message: `Send again in ${left} s`, comment: "Button that waits until another code may be sent; seconds" })
              : t({ message: "Send another code", comment: "Button" })}
          </Button>
          <Button variant="quiet" size={36} onClick={onChange}>{t({ message: "Change the address", comment: "Button: back to the form, to correct the e-mail" })}</Button>
        </div>
        <p className={styles.fineBelow}>{t({ message: "Nothing arrived? Look in the folder for unwanted mail, or ask for another code.", comment: "Below the field for the code" })}</p>
      </div>
    </form>
  );
}
