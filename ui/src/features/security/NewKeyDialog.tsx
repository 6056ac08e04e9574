import { useLingui } from "@lingui/react/macro";
import { Copy, FileDown, Printer } from "lucide-react";
import { useState } from "react";
import { useAccount } from "@/app/state";
import { Button } from "@/components/Button/Button";
import { Checkbox } from "@/components/Checkbox/Checkbox";
import { Dialog } from "@/components/Dialog/Dialog";
import { Paper } from "@/components/Paper/Paper";
import { toast } from "@/components/Toast/Toast";
import { useApi } from "@/lib/api";
import { errorSentence } from "@/lib/errors";
import { fullDate } from "@/lib/time";
import { nameOf } from "@/lib/words";
import { PlatformError } from "@/platform/types";
import styles from "./Security.module.css";

/** A new recovery key, this once: it cannot be shown again, so it does not close before it is kept. */
export function NewKeyDialog({ recoveryKey, now, onDone }: { recoveryKey: string; now: number; onDone: () => void }) {
  const { t, i18n } = useLingui();
  const api = useApi();
  const account = useAccount();
  const [kept, setKept] = useState(false);
  const { main: name } = nameOf(account.name, i18n.locale);
  const title = t({ message: "Your recovery key", comment: "Title of the dialog that shows a new recovery key; 恢复密钥" });
  const purpose = t({ message: "With it you open your encrypted chats again when you have no other device at hand. Whoever has it and your password can read them too.", comment: "What a recovery key is for, and why it must be kept safe" });
  const lines = [`Consilium · ${title}`, `${name} · ${account.user_id}`, fullDate(now, i18n.locale), "", recoveryKey, "", purpose];
  const failed = (problem: unknown) => toast.failed(errorSentence(i18n, PlatformError.from(problem)));
  const copy = () =>
    navigator.clipboard.writeText(recoveryKey).then(
      () => toast.done(t({ message: "Copied. Paste it where it stays, such as a password manager, and clear the clipboard.", comment: "Note in the corner after the recovery key was copied" })),
      failed,
    );
  const save = async () => {
    const saved = await api.saveFile({ name: `${t({ message: "Consilium recovery key", comment: "Name of the file into which the recovery key is saved" })}.txt`, type: "text/plain;charset=utf-8", bytes: new TextEncoder().encode(lines.join("\r\n")) });
    if (saved) toast.done(t({ message: "Saved. Move the file off this computer.", comment: "Note in the corner after the recovery key was written to a file" }));
  };
  return (
    <>
      <Dialog
        open
        wide
        onClose={() => { if (kept) onDone(); }}
        title={title}
        actions={<Button variant="primary" disabled={!kept} onClick={onDone}>{t({ message: "Done", context: "button", comment: "Button that closes the dialog with the recovery key" })}</Button>}
      >
        <p>{purpose}</p>
        <p>{t({ message: "It is shown this once. Nobody else has it, neither the service nor your hospital.", comment: "Above a new recovery key" })}</p>
        <p className={styles.key} role="group" aria-label={title}>{recoveryKey.split(" ").map((group, index) => <span key={index} className="selectable">{group} </span>)}</p>
        <div className={styles.ways}>
          <Button icon={Copy} onClick={() => void copy()}>{t({ message: "Copy", comment: "Button: copies the recovery key" })}</Button>
          <Button icon={FileDown} onClick={() => void save().catch(failed)}>{t({ message: "Save to a file…", comment: "Button: writes the recovery key to a file; opens a dialog" })}</Button>
          <Button icon={Printer} onClick={() => window.print()}>{t({ message: "Print…", comment: "Button: prints the recovery key; opens the system's dialog" })}</Button>
        </div>
        <Checkbox checked={kept} onChecked={setKept}>{t({ message: "I have kept it where I find it without this computer", comment: "Box that must be ticked before the recovery key is closed" })}</Checkbox>
      </Dialog>
      <Paper>{lines.map((line, index) => <p key={index} className={line === recoveryKey ? styles.printed : undefined}>{line}</p>)}</Paper>
    </>
  );
}
