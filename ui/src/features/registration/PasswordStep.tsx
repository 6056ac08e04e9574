import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { BadgeCheck } from "lucide-react";
import { type SubmitEvent, useRef, useState } from "react";
import type { ApplicationView, Registration } from "@/bindings";
import { Banner } from "@/components/Banner/Banner";
import { Button } from "@/components/Button/Button";
import { Icon } from "@/components/Icon/Icon";
import { TextField } from "@/components/TextField/TextField";
import { errorSentence } from "@/lib/errors";
import { useAction } from "@/lib/query";
import { Heading } from "./Heading";
import styles from "./PasswordStep.module.css";
import shared from "./Registration.module.css";
import { PASSWORD_MIN, charactersOf, strengthOf } from "./strength";

/** Approved: the password makes the account. It goes to the homeserver alone. */
export function PasswordStep({ application, problem }: { application: ApplicationView; problem: Registration["problem"] }) {
  const { t, i18n } = useLingui();
  const [password, setPassword] = useState("");
  const [refused, setRefused] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const complete = useAction("registration_complete");
  const { han_name, latin_name, work_email, workplace } = application.form;
  const length = charactersOf(password).length;

  const tooWeak = complete.error?.code === "password_too_weak" ? errorSentence(i18n, complete.error) : undefined;
  const tooShort = refused && length < PASSWORD_MIN ? t({ message: "At least 12 characters.", comment: "Below the field for a new password" }) : undefined;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (complete.busy) return;
    setRefused(length < PASSWORD_MIN);
    if (length < PASSWORD_MIN) field.current?.focus();
    else complete.run({ password });
  };

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
        {complete.error && !tooWeak && <div className={shared.banner}><Banner tone="danger">{errorSentence(i18n, complete.error)}</Banner></div>}
        <div className={styles.fields}>
          {/* Password stores look for the name that goes with the password. */}
          <input type="text" hidden readOnly autoComplete="username" value={work_email} />
          <TextField
            ref={field}
            label={t({ message: "Password", comment: "Field" })}
            type="password"
            value={password}
            onValue={(value) => { setPassword(value); if (complete.error) complete.clear(); }}
            help={t({ message: "12 characters or more; a few unrelated words are good", comment: "Below the field for a new password" })}
            error={tooShort ?? tooWeak}
            autoComplete="new-password"
            autoFocus
          />
          <Meter length={length} strength={strengthOf(password, [han_name, latin_name, work_email, workplace.name])} />
        </div>
        <div className={shared.actions}>
          <Button variant="primary" size={36} type="submit" busy={complete.busy}>{t({ message: "Create account", comment: "Button: make the account with the password" })}</Button>
        </div>
        <p className={shared.fineBelow}>{t({ message: "Forgotten passwords are reset through your work e-mail.", comment: "Below the choice of a password" })}</p>
      </div>
    </form>
  );
}

/** How hard the password is to guess, in bars and in a word. */
function Meter({ length, strength }: { length: number; strength: number }) {
  const { t } = useLingui();
  const words = [
    t({ message: plural(length, { one: "Too short, # character", other: "Too short, # characters" }), comment: "Strength of a password" }),
    t({ message: plural(length, { one: "Weak, # character", other: "Weak, # characters" }), comment: "Strength of a password" }),
    t({ message: plural(length, { one: "Fair, # character", other: "Fair, # characters" }), comment: "Strength of a password" }),
    t({ message: plural(length, { one: "Good, # character", other: "Good, # characters" }), comment: "Strength of a password" }),
    t({ message: plural(length, { one: "Strong, # character", other: "Strong, # characters" }), comment: "Strength of a password" }),
  ];
  return (
    <div className={styles.strength}>
      <span className={styles.meter} aria-hidden>{[1, 2, 3, 4].map((bar) => <i key={bar} data-on={bar <= strength || undefined} />)}</span>
      <span role="status">{length > 0 && words[strength]}</span>
    </div>
  );
}
