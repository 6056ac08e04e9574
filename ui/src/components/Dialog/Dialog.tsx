import { Dialog as Base } from "@base-ui/react/dialog";
import type { ReactNode } from "react";
import { useLingui } from "@lingui/react/macro";
import { useOpener } from "@/lib/focus";
import { Button } from "../Button/Button";
import styles from "./Dialog.module.css";

export interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  children: ReactNode;
  /** Buttons, the one that acts last. */
  actions: ReactNode;
  /** For a text to read rather than a question. */
  wide?: boolean;
}

/** A question in the way of everything else. Escape and the scrim close it; focus goes back where it was. */
export function Dialog({ open, onClose, title, children, actions, wide = false }: DialogProps) {
  const opener = useOpener(open);
  return (
    <Base.Root open={open} onOpenChange={(next) => { if (!next) onClose(); }}>
      <Base.Portal>
        <Base.Backdrop className={styles.scrim} />
        <Base.Popup {...opener} className={styles.dialog} data-wide={wide || undefined}>
          <Base.Title className={styles.title}>{title}</Base.Title>
          <Base.Description className={styles.body} render={<div />}>{children}</Base.Description>
          <div className={styles.actions}>{actions}</div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

export interface ConfirmProps extends Omit<DialogProps, "actions"> {
  /** The verb of what happens: "Sign out", never "OK". */
  confirm: string;
  danger?: boolean;
  busy?: boolean;
  onConfirm: () => void;
}

export function ConfirmDialog({ confirm, danger = false, busy = false, onConfirm, ...dialog }: ConfirmProps) {
  const { t } = useLingui();
  return (
    <Dialog
      {...dialog}
      actions={
        <>
          <Button onClick={dialog.onClose}>{t({ message: "Cancel", comment: "Button that closes a dialog without doing anything" })}</Button>
          <Button variant={danger ? "danger-fill" : "primary"} busy={busy} onClick={onConfirm}>{confirm}</Button>
        </>
      }
    />
  );
}
