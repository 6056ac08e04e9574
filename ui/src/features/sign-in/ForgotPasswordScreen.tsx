import { Link, useNavigate } from "@tanstack/react-router";
import { useLingui } from "@lingui/react/macro";
import { type SubmitEvent, useState } from "react";
import { SignedOutFrame } from "@/app/SignedOutFrame";
import { Banner } from "@/components/Banner/Banner";
import { Button } from "@/components/Button/Button";
import { TextField } from "@/components/TextField/TextField";
import { toast } from "@/components/Toast/Toast";
import { problemSentence } from "@/features/application/words";
import { NewPassword, isOfThePassword } from "@/features/password/NewPassword";
import { isEmail, plainEmail } from "@/lib/email";
import { errorSentence } from "@/lib/errors";
import { useAction, useCommand } from "@/lib/query";
import styles from "./SignIn.module.css";

/** Two steps: have a link mailed, then choose a new password once it was opened. */
export function ForgotPasswordScreen() {
  const { t, i18n } = useLingui();
  const navigate = useNavigate();
  const info = useCommand("app_info", null).data;
  const [typedServer, setServer] = useState<string | null>(null);
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [sent, setSent] = useState(false);
  /** Something is missing or wrong, and one tried to go on. */
  const [incomplete, setIncomplete] = useState(false);
  const begin = useAction("password_reset_begin", () => setSent(true));
  const finish = useAction("password_reset_finish", () => {
    toast.done(t({ message: "Your new password is set. Sign in with it.", comment: "Note after the password was changed" }));
    void navigate({ to: "/sign-in" });
  });

  const server = typedServer ?? info?.default_server ?? "";
  const problem = sent ? finish.error : begin.error;

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const ready = sent ? password !== "" : server.trim() !== "" && isEmail(email);
    setIncomplete(!ready);
    if (!ready) return;
    if (sent) finish.run({ new_password: password });
    else begin.run({ server: server.trim(), email: email.trim() });
  };

  return (
    <SignedOutFrame>
      <div className={styles.page}>
        <form className={styles.form} onSubmit={submit} noValidate>
          <h1>{t({ message: "Choose a new password", comment: "Title of the page for a forgotten password" })}</h1>
          <p className={styles.lead}>
            {sent
              ? t({ message: "If this e-mail belongs to an account, a link is on its way. Open it, then choose the new password here.", comment: "Second step of a forgotten password; must not tell whether the account exists" })
              : t({ message: "We send a link to your confirmed work e-mail.", comment: "First step of a forgotten password" })}
          </p>
          {problem && !isOfThePassword(problem) && <Banner tone={problem.code === "email_unconfirmed" ? "warn" : "danger"}>{errorSentence(i18n, problem)}</Banner>}
          {sent ? (
            <NewPassword
              label={t({ message: "New password", comment: "Field" })}
              value={password}
              onValue={(value) => { setPassword(value); if (finish.error) finish.clear(); }}
              personal={[plainEmail(email)]}
              problem={finish.error}
              missing={incomplete && !password ? t({ message: "Choose a new password.", comment: "Sentence below a form field" }) : undefined}
            />
          ) : (
            <>
              <TextField
                label={t({ message: "Server address", comment: "Field: the address of the hospital's Consilium service" })}
                value={server}
                onValue={(value) => { setServer(value); begin.clear(); }}
                error={incomplete && !server.trim() ? t({ message: "Enter the address of your hospital’s service.", comment: "Sentence below a form field" }) : undefined}
                inputMode="url"
                autoCapitalize="off"
              />
              <TextField
                label={t({ message: "Work e-mail", comment: "Field" })}
                value={email}
                onValue={(value) => { setEmail(value); begin.clear(); }}
                error={incomplete && !isEmail(email) ? problemSentence(i18n, "work_email", email.trim() ? "not_an_email" : "missing") : undefined}
                inputMode="email"
                autoComplete="email"
                autoCapitalize="off"
                autoFocus
              />
            </>
          )}
          <div className={styles.actions}>
            <Button variant="primary" size={36} type="submit" busy={begin.busy || finish.busy}>
              {sent
                ? t({ message: "Set password", comment: "Button: store the new password" })
                : t({ message: "Send link", comment: "Button: have the link for a new password mailed" })}
            </Button>
            {sent && (
              <Button variant="quiet" size={36} onClick={() => { setSent(false); finish.clear(); }}>
                {t({ message: "Send again", comment: "Button: back to the first step, to have another link mailed" })}
              </Button>
            )}
            <Link to="/sign-in" className={styles.link}>{t({ message: "Back to sign-in", comment: "Link" })}</Link>
          </div>
        </form>
      </div>
    </SignedOutFrame>
  );
}
