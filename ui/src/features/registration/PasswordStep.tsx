import { useLingui } from "@lingui/react/macro";
import { BadgeCheck } from "lucide-react";
import { type SubmitEvent, useEffect, useRef, useState } from "react";
import type { ApplicationView, Registration } from "@/bindings";
import { Banner } from "@/components/Banner/Banner";
import { Button } from "@/components/Button/Button";
import { Icon } from "@/components/Icon/Icon";
import { NewPassword, isOfThePassword } from "@/features/password/NewPassword";
import shared from "@/features/application/Application.module.css";
import { Heading } from "@/features/application/Heading";
import { DiscardDialog } from "@/features/sign-in/DiscardDialog";
import { errorSentence } from "@/lib/errors";
import { useAction } from "@/lib/query";

/** What lasts longer than the step: it gives way to the progress while the account is made, and comes back if that fails. */
export interface MakingOfAccount {
  password: string;
  setPassword: (password: string) => void;
  complete: ReturnType<typeof useAction<"registration_complete">>;
}

export function useMakingOfAccount(): MakingOfAccount {
  const [password, setPassword] = useState("");
  return { password, setPassword, complete: useAction("registration_complete") };
}

/** Approved: the password makes the account. It goes to the homeserver alone. */
export function PasswordStep({ application, problem, making: { password, setPassword, complete } }: { application: ApplicationView; problem: Registration["problem"]; making: MakingOfAccount }) {
  const { t, i18n } = useLingui();
  const field = useRef<HTMLInputElement>(null);
  const { han_name, latin_name, work_email, work_phone, workplace } = application.form;

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!complete.busy) complete.run({ password, discard: false });
  };
  const sentence = complete.error?.code === "wrong_credentials"
    ? t({ message: "The account was begun before, with another password. Enter that one; or wait six minutes, then choose anew.", comment: "Above the choice of a password: an earlier attempt made the account, but its answer was lost" })
    : complete.error && errorSentence(i18n, complete.error);
  const unsent = complete.error?.code === "unsent_of_another";
  const ofThePassword = isOfThePassword(complete.error);
  useEffect(() => { if (ofThePassword) field.current?.focus(); }, [ofThePassword]);

  return (
    <form className={shared.middle} onSubmit={submit} noValidate>
      <div className={shared.column}>
        <div className={shared.hero}>
          <span className={shared.badge}><Icon icon={BadgeCheck} size={24} /></span>
          <div>
            <Heading lead={t({ message: "One thing is left: choose the password for your account. It never reaches the registry, and nobody can read it.", comment: "Below 'You are verified'" })}>
              {t({ message: "You are verified", comment: "Title after the application was approved" })}
            </Heading>
          </div>
        </div>
        {application.note && (
          <div className={shared.banner}>
            <Banner tone="info" title={t({ message: "Note from the verifier", comment: "Title above the verifier's note to the applicant" })}><p className={shared.quote}>{application.note}</p></Banner>
          </div>
        )}
        {/* An account that was begun and not finished in time is locked for good; another takes its place. */}
        {problem && !complete.error && ["account_locked", "session_expired", "wrong_state"].includes(problem.code) && (
          <div className={shared.banner}>
            <Banner tone="warn">{t({ message: "The account could not be finished in time. Choose the password again to make it anew.", comment: "Above the choice of a password, after the account was begun and not finished" })}</Banner>
          </div>
        )}
        <DiscardDialog open={unsent} busy={complete.busy} onConfirm={() => complete.run({ password, discard: true })} onClose={complete.clear} />
        {complete.error && !ofThePassword && !unsent && <div className={shared.banner}><Banner tone="danger">{sentence}</Banner></div>}
        {/* Password stores look for the name that goes with the password. */}
        <input type="text" hidden readOnly autoComplete="username" value={work_email} />
        <NewPassword
          ref={field}
          label={t({ message: "Password", comment: "Field" })}
          value={password}
          onValue={(value) => { setPassword(value); if (complete.error) complete.clear(); }}
          personal={[han_name, latin_name, work_email, work_phone, workplace.name]}
          problem={complete.error}
        />
        <div className={shared.actions}>
          <Button variant="primary" size={36} type="submit" busy={complete.busy}>{t({ message: "Create account", comment: "Button: make the account with the password" })}</Button>
        </div>
        <p className={shared.fineBelow}>{t({ message: "Forgotten passwords are reset through your work e-mail.", comment: "Below the choice of a password" })}</p>
      </div>
    </form>
  );
}
