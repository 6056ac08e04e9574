import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { Check, KeyRound, RotateCcwKey } from "lucide-react";
import { useState } from "react";
import type { Security } from "@/bindings";
import { Button } from "@/components/Button/Button";
import { Section, SettingRow } from "@/components/Card/Card";
import { ConfirmDialog } from "@/components/Dialog/Dialog";
import { Icon } from "@/components/Icon/Icon";
import { Tag } from "@/components/Tag/Tag";
import { useNow } from "@/lib/now";
import { useAction } from "@/lib/query";
import { dateAndClock } from "@/lib/time";
import { NewKeyDialog } from "./NewKeyDialog";
import { PasswordDialog } from "./PasswordDialog";
import styles from "./Security.module.css";
import { TypeKeyDialog } from "./TypeKeyDialog";

type Open = "check" | "use" | "replace" | "afresh" | null;

/** The recovery key: whether there is one, and what can be done with it. */
export function Recovery({ security }: { security: Security }) {
  const { t } = useLingui();
  const now = useNow();
  const [open, setOpen] = useState<Open>(null);
  const [key, setKey] = useState<string | null>(null);
  const shows = (made: { key: string }) => {
    setOpen(null);
    setKey(made.key);
  };
  const setUp = useAction("recovery_set_up", shows);
  const replace = useAction("recovery_replace", shows);
  const kept = useAction("recovery_kept");
  const close = () => setOpen(null);
  return (
    <Section title={t({ message: "Recovery key", comment: "Field, and heading in the settings: opens encrypted chats on a new device; 恢复密钥" })} aside={t({ message: "Opens your encrypted chats on a new device", comment: "Beside the heading 'Recovery key'" })}>
      <State security={security} busy={setUp.busy} onSetUp={() => setUp.run(null)} onOpen={setOpen} />
      {security.verified === false && (
        <SettingRow
          icon={RotateCcwKey}
          title={t({ message: "No other device and no recovery key?", comment: "In the security settings of a device that is not verified" })}
          detail={t({ message: "You can start afresh; older messages then stay locked for good", comment: "In the security settings of a device that is not verified" })}
        >
          <Button variant="danger" onClick={() => setOpen("afresh")}>{t({ message: "Start afresh…", comment: "Button that first asks: gives up older encrypted messages" })}</Button>
        </SettingRow>
      )}
      {key !== null && <NewKeyDialog recoveryKey={key} now={now} onDone={() => { setKey(null); kept.run(null); }} />}
      {(open === "check" || open === "use") && <TypeKeyDialog to={open} onClose={close} />}
      <ConfirmDialog open={open === "replace"} onClose={close} busy={replace.busy} onConfirm={() => replace.run(null)} title={t({ message: "Replace the recovery key?", comment: "Title of the question" })} confirm={t({ message: "Replace", comment: "Button: makes another recovery key in place of this one" })}>
        {t({ message: "You get a new key at once. The present one then opens nothing any more, wherever it is kept.", comment: "Below the question whether to replace the recovery key" })}
      </ConfirmDialog>
      {open === "afresh" && <StartAfresh onClose={close} />}
    </Section>
  );
}

function State({ security, busy, onSetUp, onOpen }: { security: Security; busy: boolean; onSetUp: () => void; onOpen: (open: Open) => void }) {
  const { t, i18n } = useLingui();
  const now = useNow();
  const { recovery, verified, backup, keys_backed_up: keys, recovery_checked_at: checked } = security;
  switch (recovery) {
    case "unknown":
      return <SettingRow icon={KeyRound} title={t({ message: "Not known yet", comment: "State of the recovery key" })} detail={t({ message: "Shown as soon as the server answers", comment: "Below 'Not known yet'" })} />;
    case "not_set_up":
      return (
        <SettingRow
          icon={KeyRound}
          warn={verified === true}
          title={<b>{t({ message: "Not set up", comment: "State of the recovery key" })}</b>}
          detail={verified === false ? t({ message: "It is set up on a verified device", comment: "Below 'Not set up', on a device that is not verified" }) : t({ message: "If you lose your last device, your older messages are lost with it", comment: "Below 'Not set up'" })}
        >
          {verified && <Button variant="primary" busy={busy} onClick={onSetUp}>{t({ message: "Set up", comment: "Button: makes a recovery key" })}</Button>}
        </SettingRow>
      );
    case "not_kept":
      return (
        <SettingRow
          icon={KeyRound}
          warn
          title={<b>{t({ message: "Perhaps not kept", comment: "State of the recovery key: it was shown, and nobody said that it was written down" })}</b>}
          detail={t({ message: "It was shown and the window closed before you said that you had kept it. Check it, or make another in its place.", comment: "Below 'Perhaps not kept'" })}
        >
          <Button variant="quiet" onClick={() => onOpen("check")}>{t({ message: "Check it", comment: "Button: asks for the recovery key to see whether it is the right one" })}</Button>
          <Button variant="primary" onClick={() => onOpen("replace")}>{t({ message: "Replace", comment: "Button: makes another recovery key in place of this one" })}</Button>
        </SettingRow>
      );
    case "incomplete":
      return (
        <SettingRow icon={KeyRound} title={<b>{t({ message: "Not used on this device", comment: "State of the recovery key: there is one, and this device lacks what it opens" })}</b>} detail={t({ message: "Enter it to verify this device and to open older messages", comment: "Below 'Not used on this device'" })}>
          <Button onClick={() => onOpen("use")}>{t({ message: "Enter the recovery key", comment: "Title of a dialog, and the button that opens it" })}</Button>
        </SettingRow>
      );
    case "set_up": {
      const at = checked && dateAndClock(Date.parse(checked), now, i18n.locale);
      const detail = [
        at ? t({ message: `Checked on this device ${at}`, comment: "Below 'Set up'; the moment is worded by the system: today 08:40" }) : t({ message: "Not checked on this device yet", comment: "Below 'Set up'" }),
        keys !== null && t({ message: plural(keys, { one: "# key of messages backed up", other: "# keys of messages backed up" }), comment: "Below 'Set up'; 密钥备份" }),
      ].filter(Boolean).join(" · ");
      return (
        <SettingRow
          icon={KeyRound}
          title={
            <span className={styles.title}>
              <b>{t({ message: "Set up", context: "state", comment: "State of the recovery key: there is one" })}</b>
              {backup ? <Tag tone="accent"><Icon icon={Check} size={12} />{t({ message: "Backup works", comment: "State of the backup of message keys" })}</Tag> : <Tag tone="warn">{t({ message: "Backup is off", comment: "State of the backup of message keys" })}</Tag>}
            </span>
          }
          detail={detail}
        >
          <Button variant="quiet" onClick={() => onOpen("replace")}>{t({ message: "Replace", comment: "Button: makes another recovery key in place of this one" })}</Button>
          <Button onClick={() => onOpen("check")}>{t({ message: "Check it", comment: "Button: asks for the recovery key to see whether it is the right one" })}</Button>
        </SettingRow>
      );
    }
  }
}

/** For whoever has lost both: says what is lost before it is. */
function StartAfresh({ onClose }: { onClose: () => void }) {
  const { t } = useLingui();
  const reset = useAction("identity_reset", onClose);
  return (
    <PasswordDialog
      title={t({ message: "Start afresh?", comment: "Title of the question: gives up older encrypted messages" })}
      confirm={t({ message: "Start afresh", comment: "Action: gives up older encrypted messages" })}
      busy={reset.busy}
      error={reset.error}
      onTyping={reset.clear}
      onConfirm={(password) => reset.run({ password })}
      onClose={onClose}
    >
      <p>{t({ message: "Do this only if no other device of yours is left and the recovery key is lost.", comment: "Before one starts afresh" })}</p>
      <ul className={styles.points}>
        <li>{t({ message: "Lost for good: messages from before this device, and private notes, favourites and saved searches that are on no device any more.", comment: "Before one starts afresh: what is lost" })}</li>
        <li>{t({ message: "Kept: your account, your entry, colleagues and conversations, and everything written from now on.", comment: "Before one starts afresh: what is kept" })}</li>
        <li>{t({ message: "Devices that are still signed in have to be verified again.", comment: "Before one starts afresh: what follows" })}</li>
      </ul>
    </PasswordDialog>
  );
}
