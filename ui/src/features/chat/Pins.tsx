import { useLingui } from "@lingui/react/macro";
import { Pin } from "lucide-react";
import { useState } from "react";
import type { PinnedMessage } from "@/bindings";
import { Icon } from "@/components/Icon/Icon";
import { nameOf } from "@/lib/words";
import { useMessageActions } from "./actions";
import styles from "./Pins.module.css";
import { usePreviewText } from "./useWords";

/** What is pinned, the latest first: a click goes there, the next one to the one before. */
export function PinnedBanner({ messages }: { messages: readonly PinnedMessage[] }) {
  const { t, i18n } = useLingui();
  const { jump } = useMessageActions();
  const previewText = usePreviewText();
  const [back, setBack] = useState(0);
  const count = messages.length;
  const at = count - 1 - (back % Math.max(count, 1));
  const message = messages[at];
  if (!message) return null;
  const name = nameOf(message.sender.name, i18n.locale).main || message.sender.user_id;
  const said = previewText(message.preview);
  const number = at + 1;
  return (
    <button
      type="button"
      aria-label={t({ message: `Pinned, ${number} of ${count}: ${name}: ${said}`, comment: "Read aloud: which of several pinned messages is shown, who wrote it, and what" })}
      className={styles.banner}
      onClick={() => {
        jump(message.event_id);
        setBack(back + 1);
      }}
    >
      <Icon icon={Pin} size={14} />
      <span className={styles.word}>{t({ message: "Pinned", comment: "Above a conversation: before a pinned message; 置顶" })}</span>
      <b className="truncate">{name}</b>
      <bdi className="truncate">{said}</bdi>
      {count > 1 && <span className={styles.count}>{t({ message: `${number} of ${count}`, comment: "Which of several pinned messages is shown" })}</span>}
    </button>
  );
}
