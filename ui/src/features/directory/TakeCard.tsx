import { useLingui } from "@lingui/react/macro";
import { ImagePlus } from "lucide-react";
import { type DragEvent, useEffect, useRef, useState } from "react";
import type { Recognition } from "@/bindings";
import { Banner } from "@/components/Banner/Banner";
import { Button } from "@/components/Button/Button";
import { TextArea } from "@/components/TextField/TextField";
import { useApi } from "@/lib/api";
import { errorSentence } from "@/lib/errors";
import { usePastedFiles } from "@/lib/pasted-files";
import { useKeptPart } from "@/lib/scope";
import { PlatformError } from "@/platform/types";
import styles from "./QrDialog.module.css";

/** What is larger is no photograph of a card; the core takes no more. Bytes. */
const LARGEST = 16 * 1024 * 1024;
const LONGEST_TEXT = 256 * 1024;

/** Finds the colleague whom a picture of a code, a vCard, a link or an account names; all on this machine. */
export function TakeCard({ onColleague }: { onColleague: (id: string) => void }) {
  const { t, i18n } = useLingui();
  const api = useApi();
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const [answer, setAnswer] = useState<Exclude<Recognition, { kind: "colleague" }> | PlatformError | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const gone = useRef(false);
  useEffect(() => {
    gone.current = false;
    return () => { gone.current = true; };
  }, []);

  const ask = async (asked: () => Promise<Recognition>) => {
    // One at a time, and none for who has closed this: a large picture takes seconds.
    if (busy) return;
    setBusy(true);
    setAnswer(null);
    try {
      const found = await asked();
      if (gone.current) return;
      if (found.kind === "colleague") onColleague(found.practitioner_id);
      else setAnswer(found);
    } catch (error) {
      setAnswer(PlatformError.from(error));
    } finally {
      setBusy(false);
    }
  };
  const recognize = (card: string) => void ask(() => api.call("colleague_recognize_text", { text: card }));
  const take = (file: File | undefined) => {
    if (!file) return;
    void ask(async () => {
      const isCard = /\.vcf$/i.test(file.name) || /^text\//.test(file.type);
      if (file.size > (isCard ? LONGEST_TEXT : LARGEST)) throw new PlatformError({ code: "too_large", message: "too large for a card" });
      if (isCard) return api.call("colleague_recognize_text", { text: await file.text() });
      const upload_id = await api.upload(new Uint8Array(await file.arrayBuffer()), file.type);
      return api.call("colleague_recognize_picture", { upload_id });
    });
  };

  usePastedFiles(([file]) => take(file));
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    take(event.dataTransfer.files[0]);
  };
  return (
    <div className={styles.take} onDrop={onDrop}>
      <div className={styles.place}>
        <Button icon={ImagePlus} busy={busy} onClick={() => input.current?.click()}>{t({ message: "Choose a picture or vCard…", comment: "Button: takes a colleague's card from a file; opens a dialog" })}</Button>
        <p>{t({ message: "Or drop or paste a picture of a QR code here. It does not leave this device.", comment: "Below the button that chooses a picture of a colleague's card" })}</p>
        <input ref={input} type="file" hidden accept="image/png,image/jpeg,image/webp,.vcf,text/vcard" onChange={(event) => { take(event.target.files?.[0]); event.target.value = ""; }} />
      </div>
      <TextArea
        label={t({ message: "vCard, link or account", comment: "Field: a colleague's card as text" })}
        value={text}
        onValue={setText}
        rows={4}
        autoFocus
        spellCheck={false}
        placeholder="@zhang.wei:hospital.example"
        onKeyDown={(event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && text.trim()) recognize(text); }}
      />
      <div className={styles.find}><Button variant="primary" busy={busy} disabled={text.trim() === ""} onClick={() => recognize(text)}>{t({ message: "Find colleague", comment: "Button: looks for whom a pasted card names" })}</Button></div>
      <div aria-live="polite">
        {answer instanceof PlatformError ? <Banner tone="danger">{errorSentence(i18n, answer)}</Banner> : answer && <Answer answer={answer} />}
      </div>
    </div>
  );
}

function Answer({ answer }: { answer: Exclude<Recognition, { kind: "colleague" }> }) {
  const { t } = useLingui();
  const part = useKeptPart();
  switch (answer.kind) {
    case "unlisted": {
      const who = [answer.name, answer.user_id].filter(Boolean).join(" · ");
      if (part !== null) {
        return (
          <Banner tone="info" title={t({ message: "Nobody on this device has this card", comment: "A colleague's card names somebody who is not in the part of the directory that is kept" })}>
            <p className="selectable">{who}</p>
            <p>{t({ message: `Only ${part} is kept here. Who is outside of it cannot be checked on this device: do not rely on what the card says.`, comment: "Below: Nobody on this device has this card; a province or a hospital" })}</p>
          </Banner>
        );
      }
      return (
        <Banner tone="warn" title={t({ message: "Nobody in the directory has this card", comment: "A colleague's card names somebody whom the directory does not know" })}>
          <p className="selectable">{who}</p>
          <p>{t({ message: "Nobody has verified who this is. Do not rely on what the card says.", comment: "Below: Nobody in the directory has this card" })}</p>
        </Banner>
      );
    }
    case "nobody":
      return <Banner tone="info">{t({ message: "This names nobody. A vCard does, a link such as matrix:u/name:server, or an account such as @name:server.", comment: "What was pasted is no card" })}</Banner>;
    case "no_code":
      return <Banner tone="info">{t({ message: "No QR code can be read in this picture. Take it closer and straight from the front.", comment: "A picture has no QR code" })}</Banner>;
  }
}
