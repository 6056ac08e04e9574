import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { useState } from "react";
import type { ForwardedMessage } from "@/bindings";
import { Button } from "@/components/Button/Button";
import { Dialog } from "@/components/Dialog/Dialog";
import { useNow } from "@/lib/now";
import { dateAndClock } from "@/lib/time";
import { nameOf } from "@/lib/words";
import styles from "./ForwardedCard.module.css";

/** Messages that are shown before the card is opened. */
const FIRST = 3;

/** The line that other clients show in place of the card, and that stands above it. */
function titleOf(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}

/** Several messages that somebody handed on. Who wrote them is their word: no badge, no card of a colleague. */
export function ForwardedCard({ text, messages, sender, queued }: { text: string; messages: readonly ForwardedMessage[]; sender: string; queued: boolean }) {
  const { t, i18n } = useLingui();
  const { locale } = i18n;
  const now = useNow();
  const [open, setOpen] = useState(false);
  const nameIn = ({ name }: ForwardedMessage) => nameOf(name, locale).main || t({ message: "Somebody", comment: "In place of the name of who wrote a forwarded message, if it has none" });
  const title = titleOf(text);
  const count = messages.length;
  return (
    <>
      <button type="button" className={styles.card} data-queued={queued || undefined} onClick={() => setOpen(true)}>
        <b dir="auto">{title}</b>
        {messages.slice(0, FIRST).map((message, index) => <span key={index} className="truncate" dir="auto">{nameIn(message)}: {message.text}</span>)}
        <small>{t({ message: plural(count, { one: "# message, as forwarded by", other: "# messages, as forwarded by" }), comment: "At the end of a card of forwarded messages; the name of who forwarded them follows" })} {sender}</small>
      </button>
      <Dialog
        wide
        open={open}
        onClose={() => setOpen(false)}
        title={<span dir="auto">{title}</span>}
        actions={<Button onClick={() => setOpen(false)}>{t({ message: "Close", comment: "Button: closes a dialog that was read" })}</Button>}
      >
        <p className={styles.unproved}>{t({ message: `As forwarded by ${sender}: who wrote what cannot be proved here.`, comment: "Above the messages of a card; the colleague who forwarded them" })}</p>
        <ol className={styles.messages}>
          {messages.map((message, index) => {
            const at = Date.parse(message.at);
            return (
              <li key={index}>
                <div className={styles.who}><b dir="auto">{nameIn(message)}</b><time dateTime={message.at}>{dateAndClock(at, now, locale)}</time></div>
                <p dir="auto">{message.text}</p>
              </li>
            );
          })}
        </ol>
      </Dialog>
    </>
  );
}
