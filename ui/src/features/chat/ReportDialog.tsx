import { useLingui } from "@lingui/react/macro";
import { useState } from "react";
import type { ReportReason } from "@/bindings";
import { Banner } from "@/components/Banner/Banner";
import { ConfirmDialog } from "@/components/Dialog/Dialog";
import { RadioGroup } from "@/components/RadioGroup/RadioGroup";
import { TextArea } from "@/components/TextField/TextField";
import { toast } from "@/components/Toast/Toast";
import { errorSentence } from "@/lib/errors";
import { useAction } from "@/lib/query";
import styles from "./ReportDialog.module.css";

/** REPORT_LIMIT of crates/api, in characters. */
const LIMIT = 500;

/** Tells the administrators who invites, and declines. */
export function ReportDialog({ roomId, name, open, onOpen, onReported }: {
  roomId: string;
  /** Who invites. */
  name: string;
  open: boolean;
  /** Also when it could not be sent after it was closed: with what was written. */
  onOpen: (open: boolean) => void;
  onReported: () => void;
}) {
  const { t, i18n } = useLingui();
  const [reason, setReason] = useState<ReportReason | null>(null);
  const [text, setText] = useState("");
  const [asked, setAsked] = useState(false);
  const report = useAction("invitation_report", (_, isThere) => {
    toast.done(t({ message: `${name} was reported, and the invitation declined`, comment: "Note in the corner; the name of a colleague" }));
    if (isThere) onReported();
  });
  const reasons: Record<ReportReason, string> = {
    advertising: t({ message: "Advertising", comment: "Why somebody is reported to the administrators" }),
    false_identity: t({ message: "Not who they say they are", comment: "Why somebody is reported to the administrators" }),
    harassment: t({ message: "Harassment", comment: "Why somebody is reported to the administrators" }),
    other: t({ message: "Something else", comment: "Why somebody is reported to the administrators" }),
  };
  const unexplained = reason === "other" && text.trim() === "";
  return (
    <ConfirmDialog
      open={open}
      onClose={() => onOpen(false)}
      title={t({ message: `Report ${name}?`, comment: "Question; the name of a colleague who invites" })}
      confirm={t({ message: "Report and decline", comment: "Button: tells the administrators who invites, and declines the invitation" })}
      danger
      busy={report.busy}
      onConfirm={() => {
        setAsked(true);
        if (reason !== null && !unexplained) report.run({ room_id: roomId, reason, text: text.trim() }, { onError: () => onOpen(true) });
      }}
    >
      <div className={styles.report}>
        <p>{t({ message: "The administrators of your service read it. They are told who invited you to what, and what you choose and write here.", comment: "What becomes of a report" })}</p>
        <RadioGroup<ReportReason>
          label={t({ message: "Reason", comment: "Above the reasons for which somebody is reported" })}
          choices={(Object.keys(reasons) as ReportReason[]).map((value) => ({ value, label: reasons[value] }))}
          value={reason}
          onValue={setReason}
        />
        {asked && reason === null && <p className={styles.missing} role="alert">{t({ message: "Choose a reason.", comment: "Below the reasons when none is chosen" })}</p>}
        <TextArea
          label={t({ message: "What happened", comment: "Field of a report to the administrators" })}
          aside={reason === "other" ? undefined : t({ message: "if any", comment: "At the right of a label: the field may stay empty" })}
          value={text}
          onValue={setText}
          rows={3}
          maxLength={LIMIT}
          help={t({ message: "Nothing about patients: it is not encrypted.", comment: "Below the text of a report" })}
          error={asked && unexplained ? t({ message: "Say what it is.", comment: "Below an empty text when the reason is 'something else'" }) : undefined}
        />
        {report.error && <Banner tone="danger">{errorSentence(i18n, report.error)}</Banner>}
      </div>
    </ConfirmDialog>
  );
}
