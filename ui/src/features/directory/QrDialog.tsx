import { useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { Button } from "@/components/Button/Button";
import { Dialog } from "@/components/Dialog/Dialog";
import { SegmentedControl } from "@/components/SegmentedControl/SegmentedControl";
import { OwnCode } from "./OwnCode";
import styles from "./QrDialog.module.css";
import { TakeCard } from "./TakeCard";

/** One's own card as a QR code, and taking a colleague's. */
export function QrDialog({ open, onClose, onColleague }: {
  open: boolean;
  onClose: () => void;
  /** FHIR Practitioner id of a colleague who was found. */
  onColleague: (id: string) => void;
}) {
  const { t } = useLingui();
  const [side, setSide] = useState<"own" | "take">("own");
  const choices = [
    { value: "own" as const, label: t({ message: "My code", comment: "One's own card as a QR code; 我的名片码" }) },
    { value: "take" as const, label: t({ message: "Scan or paste", comment: "Taking a colleague's card: a picture of its QR code, or its text" }) },
  ];
  const title = t({ message: "Business cards", comment: "Title: one's own card as a QR code, and taking a colleague's; 名片" });
  return (
    <Dialog wide open={open} onClose={onClose} title={title} actions={<Button onClick={onClose}>{t({ message: "Close", comment: "Closes a panel" })}</Button>}>
      <div className={styles.sides}><SegmentedControl label={title} choices={choices} value={side} onValue={setSide} /></div>
      {side === "own" ? <OwnCode /> : <TakeCard onColleague={(id) => { onClose(); onColleague(id); }} />}
    </Dialog>
  );
}
