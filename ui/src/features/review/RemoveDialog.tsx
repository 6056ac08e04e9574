import { useLingui } from "@lingui/react/macro";
import { useState } from "react";
import type { RemovalReason, ReviewEntry } from "@/bindings";
import { Banner } from "@/components/Banner/Banner";
import { ConfirmDialog } from "@/components/Dialog/Dialog";
import { RadioGroup } from "@/components/RadioGroup/RadioGroup";
import { TextArea } from "@/components/TextField/TextField";
import { toast } from "@/components/Toast/Toast";
import { errorSentence } from "@/lib/errors";
import { useAction } from "@/lib/query";
import styles from "./EntryView.module.css";
import { NOTE_LIMIT } from "./decision";
import { REMOVAL_ORDER, REMOVAL_REASONS } from "./removal";

/** Takes a colleague out of the directory: why, and what it does. */
export function RemoveDialog({ entry, name, open, onClose, onRemoved }: {
  entry: ReviewEntry;
  name: string;
  open: boolean;
  onClose: () => void;
  onRemoved: (entry: ReviewEntry) => void;
}) {
  const { t, i18n } = useLingui();
  const [reason, setReason] = useState<RemovalReason | null>(null);
  const [note, setNote] = useState("");
  const [asked, setAsked] = useState(false);
  const remove = useAction("review_remove", (after) => {
    toast.done(t({ message: `${name} was taken out of the directory`, comment: "Note in the corner; the name of a colleague" }));
    onRemoved(after);
    onClose();
  });
  const unexplained = reason === "other" && note.trim() === "";
  const run = () => {
    setAsked(true);
    if (reason !== null && !unexplained) remove.run({ practitioner_id: entry.practitioner_id, removal: { reason, note: note.trim() || null } });
  };
  return (
    <ConfirmDialog
      wide
      open={open}
      onClose={onClose}
      title={t({ message: `Take ${name} out of the directory?`, comment: "Question; the name of a colleague" })}
      confirm={t({ message: "Take out", comment: "Button: takes a colleague out of the directory" })}
      danger
      busy={remove.busy}
      onConfirm={run}
    >
      <div className={styles.dialog}>
        <p>
          {entry.user_id
            ? t({ message: "They leave the directory of every colleague at the next update. Their sessions end, their account is locked, and an open application is withdrawn with its evidence. Chats stay with those who had them.", comment: "What taking a colleague with an account out of the directory does" })
            : t({ message: "They leave the directory of every colleague at the next update, and no import lists them again.", comment: "What taking a colleague without an account out of the directory does" })}
        </p>
        <RadioGroup
          label={t({ message: "Reason", comment: "Heading of the reasons a verifier chooses from" })}
          choices={REMOVAL_ORDER.map((each) => ({ value: each, label: i18n._(REMOVAL_REASONS[each]) }))}
          value={reason}
          onValue={setReason}
        />
        {asked && reason === null && <p className={styles.missing} role="alert">{t({ message: "Choose a reason.", comment: "Below the reasons when none is chosen" })}</p>}
        <TextArea
          label={t({ message: "Note for the record", comment: "Field: what a verifier notes about taking a colleague out; colleagues do not see it" })}
          value={note}
          onValue={setNote}
          rows={3}
          maxLength={NOTE_LIMIT}
          help={t({ message: "Kept with your name; only verifiers see it", comment: "Below the note for the record" })}
          error={asked && unexplained ? t({ message: "Say what it is.", comment: "Below an empty note when the reason is 'other'" }) : undefined}
        />
        {remove.error && (
          <Banner tone="danger">
            {remove.error.code === "conflict" ? t({ message: "Nobody decides on their own entry. Ask another verifier.", comment: "Error: what happened, then what to do" }) : errorSentence(i18n, remove.error)}
          </Banner>
        )}
      </div>
    </ConfirmDialog>
  );
}
