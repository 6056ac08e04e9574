import { useLingui } from "@lingui/react/macro";
import { type ReactNode, type SubmitEvent, useState } from "react";
import { Banner } from "@/components/Banner/Banner";
import { Button } from "@/components/Button/Button";
import { Dialog } from "@/components/Dialog/Dialog";
import { TextField } from "@/components/TextField/TextField";
import { errorSentence } from "@/lib/errors";
import type { PlatformError } from "@/platform/types";

/** What the server does only for whoever knows the password. */
export function PasswordDialog({ title, confirm, busy, error, onTyping, onConfirm, onClose, children }: {
  title: string;
  /** The verb of what happens. */
  confirm: string;
  busy: boolean;
  error: PlatformError | null;
  /** What was said of the last password no longer holds. */
  onTyping: () => void;
  onConfirm: (password: string) => void;
  onClose: () => void;
  children: ReactNode;
}) {
  const { t, i18n } = useLingui();
  const [password, setPassword] = useState("");
  const [missing, setMissing] = useState(false);
  const wrong = error?.code === "wrong_credentials";
  const submit = (event?: SubmitEvent) => {
    event?.preventDefault();
    setMissing(!password);
    if (password && !busy) onConfirm(password);
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      actions={
        <>
          <Button onClick={onClose}>{t({ message: "Cancel", comment: "Button that closes a dialog without doing anything" })}</Button>
          <Button variant="danger-fill" busy={busy} onClick={() => submit()}>{confirm}</Button>
        </>
      }
    >
      {children}
      <form onSubmit={submit} noValidate>
        <TextField
          label={t({ message: "Your password", comment: "Field: the doctor confirms with it" })}
          type="password"
          value={password}
          onValue={(value) => { setPassword(value); if (error) onTyping(); }}
          error={missing && !password ? t({ message: "Enter your password.", comment: "Sentence below a form field" }) : wrong ? t({ message: "This is not your password. Check it and try again.", comment: "Sentence below a form field" }) : undefined}
          autoComplete="current-password"
          autoFocus
        />
      </form>
      {error && !wrong && <Banner tone="danger">{errorSentence(i18n, error)}</Banner>}
    </Dialog>
  );
}
