import { Dialog as Base } from "@base-ui/react/dialog";
import { useLingui } from "@lingui/react/macro";
import { FileDown, Maximize, Printer, X } from "lucide-react";
import { useState } from "react";
import { useAccount } from "@/app/state";
import { Banner } from "@/components/Banner/Banner";
import { Button, IconButton } from "@/components/Button/Button";
import { Paper } from "@/components/Paper/Paper";
import { toast } from "@/components/Toast/Toast";
import { useApi } from "@/lib/api";
import { errorSentence } from "@/lib/errors";
import { phoneWord } from "@/lib/phone";
import { useCommand } from "@/lib/query";
import { nameOf } from "@/lib/words";
import { PlatformError } from "@/platform/types";
import styles from "./QrDialog.module.css";
import { QrImage } from "./QrImage";
import { pngOf, svgOf } from "./qr";

/** The doctor's own card as a code: on the screen, over the whole screen, as a file, on paper. */
export function OwnCode() {
  const { t, i18n } = useLingui();
  const api = useApi();
  const account = useAccount();
  const { data: card, error } = useCommand("directory_own_card", null);
  const [whole, setWhole] = useState(false);
  if (error?.code === "not_found") {
    return <Banner tone="info">{t({ message: "Your entry has not arrived in the directory yet. Your code is here as soon as it has.", comment: "In place of one's own QR code" })}</Banner>;
  }
  if (error) return <Banner tone="danger">{errorSentence(i18n, error)}</Banner>;
  if (!card) return null;

  const { main, alt } = nameOf(account.name, i18n.locale);
  const label = t({ message: `QR code with the card of ${main}`, comment: "Read aloud: one's own QR code" });
  const failed = (problem: unknown) => toast.failed(errorSentence(i18n, PlatformError.from(problem)));
  const save = async (extension: "png" | "svg") => {
    const bytes = extension === "svg" ? new TextEncoder().encode(svgOf(card.qr)) : await pngOf(card.qr);
    if (!bytes) throw new Error("nothing could be drawn");
    const saved = await api.saveFile({ name: `${card.file_name}.${extension}`, type: extension === "svg" ? "image/svg+xml" : "image/png", bytes });
    if (saved) toast.done(t({ message: "Code saved", comment: "Note in the corner after one's own QR code was written to a file" }));
  };
  const show = () => {
    setWhole(true);
    // A window that may not fill the screen fills itself.
    if (document.fullscreenEnabled) document.documentElement.requestFullscreen().catch(() => undefined);
  };
  const hide = () => {
    setWhole(false);
    if (document.fullscreenElement) document.exitFullscreen().catch(() => undefined);
  };
  const inIt = card.contacts.map(({ kind, value }) => (kind === "phone" ? phoneWord(i18n, value) : value));
  return (
    <>
      <div className={styles.own}>
        <div className={styles.frame}><QrImage code={card.qr} label={label} /></div>
        <div className={styles.about}>
          <h3>{main}{alt && <small>{alt}</small>}</h3>
          <p>{t({ message: "Name, hospital, department, title, your account, and the contacts that every verified colleague sees:", comment: "What is in one's own QR code; the contacts follow" })}</p>
          <ul>{inIt.map((value) => <li key={value} className="selectable">{value}</li>)}</ul>
          {inIt.length === 0 && <p>{t({ message: "No contacts.", comment: "One's own QR code has none in it" })}</p>}
          <div className={styles.ways}>
            <Button variant="primary" icon={Maximize} onClick={show}>{t({ message: "Full screen", comment: "Button: shows one's own QR code as large as the screen" })}</Button>
            <Button icon={FileDown} onClick={() => void save("png").catch(failed)}>{t({ message: "Save as PNG…", comment: "Button: writes one's own QR code to a file; opens a dialog" })}</Button>
            <Button icon={FileDown} onClick={() => void save("svg").catch(failed)}>{t({ message: "Save as SVG…", comment: "Button: writes one's own QR code to a file; opens a dialog" })}</Button>
            <Button icon={Printer} onClick={() => window.print()}>{t({ message: "Print…", comment: "Button: prints one's own QR code; opens the system's dialog" })}</Button>
          </div>
        </div>
      </div>
      <Paper><div className={styles.paper}><QrImage code={card.qr} label="" /><p>{[main, alt].filter(Boolean).join(" ")}</p></div></Paper>
      <Base.Root open={whole} onOpenChange={(next) => { if (!next) hide(); }}>
        <Base.Portal>
          <Base.Popup className={styles.whole}>
            <Base.Title className={styles.wholeName}>{main}</Base.Title>
            <QrImage code={card.qr} label={label} />
            <div className={styles.wholeClose}><Base.Close render={<IconButton icon={X} label={t({ message: "Close", comment: "Closes a panel" })} />} /></div>
          </Base.Popup>
        </Base.Portal>
      </Base.Root>
    </>
  );
}
