import { useLingui } from "@lingui/react/macro";
import { type SubmitEvent, useState } from "react";
import { Banner } from "@/components/Banner/Banner";
import { Button } from "@/components/Button/Button";
import { Dialog } from "@/components/Dialog/Dialog";
import { TextField } from "@/components/TextField/TextField";
import { toast } from "@/components/Toast/Toast";
import { errorSentence } from "@/lib/errors";
import { useAction } from "@/lib/query";

/** Asks for the recovery key: to see whether it is the right one, or to verify this device with it. */
export function TypeKeyDialog({ to, onClose }: { to: "check" | "use"; onClose: () => void }) {
  const { t, i18n } = useLingui();
  const [key, setKey] = useState("");
  const [missing, setMissing] = useState(false);
  const check = useAction("recovery_check", () => {
    toast.done(t({ message: "This is your recovery key. Keep it where it is.", comment: "Note in the corner: a typed recovery key is the right one" }));
    onClose();
  });
  const use = useAction("recovery_use", () => {
    toast.done(t({ message: "This device is verified. Older messages open within moments.", comment: "Note in the corner: the recovery key was right" }));
    onClose();
  });
  const action = to === "check" ? check : use;
  const wrong = action.error?.code === "wrong_recovery_key";
  const label = t({ message: "Recovery key", comment: "Field, and heading in the settings: opens encrypted chats on a new device; 恢复密钥" });
  const submit = (event?: SubmitEvent) => {
    event?.preventDefault();
    setMissing(!key.trim());
    if (key.trim() && !action.busy) action.run({ key: key.trim() });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={to === "check" ? t({ message: "Check the recovery key", comment: "Title of a dialog" }) : t({ message: "Enter the recovery key", comment: "Title of a dialog, and the button that opens it" })}
      actions={
        <>
          <Button onClick={onClose}>{t({ message: "Cancel", comment: "Button that closes a dialog without doing anything" })}</Button>
          <Button variant="primary" busy={action.busy} onClick={() => submit()}>
            {to === "check" ? t({ message: "Check", comment: "Button: is this the recovery key" }) : t({ message: "Unlock", comment: "Button: opens older messages with the recovery key" })}
          </Button>
        </>
      }
    >
      <form onSubmit={submit} noValidate>
        <p>{to === "check"
          ? t({ message: "Type it from where you keep it. Nothing changes by it.", comment: "Above the field for a recovery key that is only checked" })
          : t({ message: "Twelve groups of four characters. It verifies this device and opens your older messages here.", comment: "Above the field for the recovery key on a new device" })}</p>
        <TextField
          label={label}
          value={key}
          onValue={(value) => { setKey(value); if (action.error) action.clear(); }}
          error={missing && !key.trim() ? t({ message: "Enter the recovery key.", comment: "Sentence below a form field" }) : wrong ? errorSentence(i18n, action.error) : undefined}
          autoComplete="off"
          autoCapitalize="off"
          autoFocus
        />
      </form>
      {action.error && !wrong && <Banner tone="danger">{errorSentence(i18n, action.error)}</Banner>}
    </Dialog>
  );
}
