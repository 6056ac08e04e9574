import { useLingui } from "@lingui/react/macro";
import { ConfirmDialog } from "@/components/Dialog/Dialog";
import { useFormerName } from "./former";

interface DiscardDialogProps {
  open: boolean;
  busy: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

/** Before one takes the place of a doctor who left something unsent on this computer: nobody but they can send it. */
export function DiscardDialog({ open, busy, onConfirm, onClose }: DiscardDialogProps) {
  const { t } = useLingui();
  const name = useFormerName();
  return (
    <ConfirmDialog
      open={open}
      danger
      busy={busy}
      onConfirm={onConfirm}
      onClose={onClose}
      title={t({ message: `Remove what ${name} did not send?`, comment: "Title of the question before another doctor takes a computer over; the former doctor's name" })}
      confirm={t({ message: "Remove and go on", comment: "Button: removes another doctor's unsent messages from this computer" })}
    >
      {t({ message: `Messages or drafts of ${name} on this computer were never sent. Only ${name} can send them, by signing in here. If you go on, they are removed for good.`, comment: "Before another doctor takes a computer over; the former doctor's name" })}
    </ConfirmDialog>
  );
}
