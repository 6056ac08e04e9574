import { useLingui } from "@lingui/react/macro";
import { Banner } from "@/components/Banner/Banner";
import { ConfirmDialog } from "@/components/Dialog/Dialog";
import { errorSentence } from "@/lib/errors";
import { useAction } from "@/lib/query";
import type { ApplicationCommands } from "./commands";

interface WithdrawDialogProps {
  open: boolean;
  onClose: () => void;
  command: ApplicationCommands["withdraw"];
  /** What taking it back means. */
  consequence: string;
  onWithdrawn?: () => void;
}

/** Asks before an application is taken back. */
export function WithdrawDialog({ open, onClose, command, consequence, onWithdrawn }: WithdrawDialogProps) {
  const { t, i18n } = useLingui();
  const withdraw = useAction(command, () => {
    onClose();
    onWithdrawn?.();
  });
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      title={t({ message: "Withdraw this application?", comment: "Question" })}
      confirm={t({ message: "Withdraw", comment: "Button: take the application back" })}
      danger
      busy={withdraw.busy}
      onConfirm={() => withdraw.run(null)}
    >
      {consequence}
      {withdraw.error && <Banner tone="danger">{errorSentence(i18n, withdraw.error)}</Banner>}
    </ConfirmDialog>
  );
}
