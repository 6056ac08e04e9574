import { Link } from "@tanstack/react-router";
import { useLingui } from "@lingui/react/macro";
import { type SubmitEvent, useState } from "react";
import type { SignedOutReason } from "@/bindings";
import { SignedOutFrame } from "@/app/SignedOutFrame";
import { useAppState } from "@/app/state";
import { Banner } from "@/components/Banner/Banner";
import { Button } from "@/components/Button/Button";
import { ConfirmDialog } from "@/components/Dialog/Dialog";
import { TextField } from "@/components/TextField/TextField";
import { useLatest } from "@/lib/api";
import { errorSentence, isOfTheAddress } from "@/lib/errors";
import { useAction, useCommand } from "@/lib/query";
import { DiscardDialog } from "./DiscardDialog";
import { useFormerName } from "./former";
import styles from "./SignIn.module.css";

/** Why one is signed out, in the words of what to do. */
function useReasonWords(): (reason: SignedOutReason) => string {
  const { t } = useLingui();
  const words: Record<SignedOutReason, string> = {
    session_expired: t({ message: "The server has ended your session, for example because your password was changed or you signed out elsewhere. Sign in again; what you wrote is kept.", comment: "Above the sign-in form" }),
    account_locked: t({ message: "Your account is locked. Ask your hospital’s Medical Affairs; you can sign in again once it is unlocked.", comment: "Above the sign-in form" }),
    key_lost: t({ message: "The key to the data on this device is no longer in the system’s password store. The data stays set aside; sign in to start with a fresh copy.", comment: "Above the sign-in form" }),
    store_damaged: t({ message: "The message store on this device was damaged and has been set aside. Sign in again; messages on the server come back, but older encrypted ones may stay unreadable here.", comment: "Above the sign-in form" }),
  };
  return (reason) => words[reason];
}

export function SignInScreen() {
  const { t, i18n } = useLingui();
  const { session } = useAppState();
  const registration = useLatest("registration", null).value;
  const info = useCommand("app_info", null).data;
  const reasonWords = useReasonWords();
  const signIn = useAction("sign_in");
  const [typedServer, setServer] = useState<string | null>(null);
  const [user, setUser] = useState("");
  const [password, setPassword] = useState("");
  const [found, setFound] = useState<string | null>(null);
  const [missing, setMissing] = useState(false);
  const find = useAction("service_find", (service) => setFound(service.name));

  const server = typedServer ?? (registration?.server || info?.default_server || "");
  const reason = session?.state === "signed_out" ? session.reason : null;
  const problem = signIn.error;
  const unreachable = t({ message: "The server cannot be reached. Check the address and the network.", comment: "Below the server address: nobody is signed in on this device yet" });
  // What is wrong with the address is said at its field, and once.
  const about = problem && (isOfTheAddress(problem) || problem.code === "offline") ? problem : find.error;
  // What was answered last stands alone: why one was signed out is known by then.
  const refused = problem !== about && problem?.code !== "unsent_of_another" ? problem : null;
  const formerName = useFormerName();
  // Of the name and the password it says nothing any more once one of them is another.
  const retype = (set: (value: string) => void) => (value: string) => {
    set(value);
    if (refused) signIn.clear();
  };
  const serverError = about === null ? undefined : about.code === "offline" ? unreachable : errorSentence(i18n, about);

  const run = (discard: boolean) => signIn.run({ server: server.trim(), user: user.trim(), password, discard });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const incomplete = !server.trim() || !user.trim() || !password;
    setMissing(incomplete);
    if (!incomplete) run(false);
  };

  return (
    <SignedOutFrame>
      <div className={styles.page}>
        <form className={styles.form} onSubmit={submit} noValidate>
          <h1>{t({ message: "Sign in", comment: "Title of the sign-in page, and its button" })}</h1>
          <p className={styles.lead}>{t({ message: "With your work e-mail and the password you chose.", comment: "Below the title 'Sign in'" })}</p>

          {reason && !refused && <Banner tone="warn" title={formerName && t({ message: `Signed in until then: ${formerName}`, comment: "Above the sign-in form, before why the session has ended: whose it was" })}>{reasonWords(reason)}</Banner>}
          {registration?.application && registration.application.status !== "active" && (
            <Banner
              tone="info"
              action={<Link to="/register" className={styles.link}>{t({ message: "Open", comment: "Link to the application that is under way" })}</Link>}
            >
              {t({ message: `Your application ${registration.application.reference} is under way.`, comment: "Above the sign-in form; a reference such as AP-2607-03318" })}
            </Banner>
          )}
          {refused && <Banner tone="danger">{errorSentence(i18n, refused)}</Banner>}

          <TextField
            label={t({ message: "Server address", comment: "Field: the address of the hospital's Consilium service" })}
            value={server}
            onValue={(value) => { setServer(value); setFound(null); find.clear(); signIn.clear(); }}
            onBlur={() => { if (server.trim() && typedServer !== null) find.run({ server: server.trim() }); }}
            ok={found !== null}
            help={found ?? t({ message: "From your hospital, such as consilium.hospital.example", comment: "Below the server address" })}
            error={missing && !server.trim() ? t({ message: "Enter the address of your hospital’s service.", comment: "Sentence below a form field" }) : serverError}
            inputMode="url"
            autoComplete="url"
            autoCapitalize="off"
          />
          <TextField
            label={t({ message: "Work e-mail or user name", comment: "Field of the sign-in form" })}
            value={user}
            onValue={retype(setUser)}
            error={missing && !user.trim() ? t({ message: "Enter your work e-mail or user name.", comment: "Sentence below a form field" }) : undefined}
            autoComplete="username"
            autoCapitalize="off"
            autoFocus
          />
          <TextField
            label={t({ message: "Password", comment: "Field" })}
            type="password"
            value={password}
            onValue={retype(setPassword)}
            error={missing && !password ? t({ message: "Enter your password.", comment: "Sentence below a form field" }) : undefined}
            autoComplete="current-password"
          />
          <div className={styles.actions}>
            <Button variant="primary" size={36} type="submit" busy={signIn.busy}>
              {t({ message: "Sign in", comment: "Title of the sign-in page, and its button" })}
            </Button>
            <Link to="/forgot-password" className={styles.link}>{t({ message: "Forgot password?", comment: "Link below the sign-in form" })}</Link>
          </div>
          <DiscardDialog open={problem?.code === "unsent_of_another"} busy={signIn.busy} onConfirm={() => run(true)} onClose={signIn.clear} />
          <p className={styles.other}>
            {t({ message: "Not registered yet?", comment: "Before the link 'Apply for an account'" })}{" "}
            <Link to="/register" className={styles.link}>{t({ message: "Apply for an account", comment: "Link to the registration" })}</Link>
          </p>
          {formerName && <LeftBehind name={formerName} />}
        </form>
      </div>
    </SignedOutFrame>
  );
}

/** What a session that ended leaves on the computer, for whoever looks after it. */
function LeftBehind({ name }: { name: string }) {
  const { t } = useLingui();
  const [asks, setAsks] = useState(false);
  const remove = useAction("sign_out", () => setAsks(false));
  return (
    <p className={styles.other}>
      {t({ message: `The encrypted data of ${name} is still on this computer.`, comment: "Below the sign-in form, after a session ended; the former doctor's name" })}{" "}
      <Button variant="link" size={24} onClick={() => setAsks(true)}>{t({ message: "Remove it…", comment: "Button that first asks: removes the data of a doctor from the computer" })}</Button>
      <ConfirmDialog
        open={asks}
        danger
        busy={remove.busy}
        onConfirm={() => remove.run(null)}
        onClose={() => setAsks(false)}
        title={t({ message: `Remove the data of ${name}?`, comment: "Title of the question: from this computer; the former doctor's name" })}
        confirm={t({ message: "Remove the data", comment: "Button: removes the data of a doctor from the computer" })}
      >
        {t({ message: `Chats, directory, notes and keys go from this computer, and with them what ${name} wrote and did not send. The account stays as it is.`, comment: "Before the data of a doctor are removed from the computer; the former doctor's name" })}
      </ConfirmDialog>
    </p>
  );
}
