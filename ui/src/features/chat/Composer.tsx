import { useLingui } from "@lingui/react/macro";
import { SendHorizontal } from "lucide-react";
import { useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from "react";
import { Icon } from "@/components/Icon/Icon";
import { useApi } from "@/lib/api";
import { enterGuard } from "@/lib/composing";
import { errorSentence } from "@/lib/errors";
import { PlatformError } from "@/platform/types";
import styles from "./Composer.module.css";

const DRAFT_MS = 400;
/** A typing notice lasts about this long at the other side. */
const TYPING_MS = 4_000;
/** In UTF-16 code units. An event may hold 64 KiB, of which encryption and escapes take a part. */
const LIMIT = 12_000;

/** Where one writes to a colleague. Mount with `key={roomId}`: it starts with that conversation's draft. */
export function Composer({ roomId, name, draft }: { roomId: string; name: string; draft: string | null }) {
  const { t, i18n } = useLingui();
  const api = useApi();
  const [text, setText] = useState(draft ?? "");
  const [problem, setProblem] = useState<string | null>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const [guard] = useState(enterGuard);
  // What the core was last told, so that nothing is told twice.
  const saved = useRef(draft ?? "");
  const typingUntil = useRef(0);

  const save = useEffectEvent((value: string) => {
    if (value === saved.current) return;
    saved.current = value;
    // A draft that cannot be kept is still on the screen; sending says what is wrong.
    api.call("draft_save", { room_id: roomId, text: value }).catch(() => undefined);
  });
  const stopTyping = () => {
    if (typingUntil.current === 0) return;
    typingUntil.current = 0;
    api.call("typing_set", { room_id: roomId, typing: false }).catch(() => undefined);
  };
  const leave = useEffectEvent(stopTyping);
  const latest = useRef(text);

  useEffect(() => {
    latest.current = text;
    const timer = setTimeout(() => save(text), DRAFT_MS);
    return () => clearTimeout(timer);
  }, [text]);
  useEffect(() => {
    area.current?.focus();
    const flush = () => save(latest.current);
    window.addEventListener("pagehide", flush);
    return () => {
      window.removeEventListener("pagehide", flush);
      flush();
      leave();
    };
  }, []);
  useEffect(() => {
    const timer = setTimeout(() => leave(), TYPING_MS + 1_000);
    return () => clearTimeout(timer);
  }, [text]);

  // As high as what is written, up to what the style allows.
  useLayoutEffect(() => {
    const node = area.current;
    if (!node) return;
    node.style.height = "auto";
    node.style.height = `${node.scrollHeight}px`;
  }, [text]);

  const write = (value: string) => {
    setText(value);
    setProblem(null);
    if (value.trim() === "") { stopTyping(); return; }
    const now = Date.now();
    if (now > typingUntil.current - 500) {
      typingUntil.current = now + TYPING_MS;
      api.call("typing_set", { room_id: roomId, typing: true }).catch(() => undefined);
    }
  };

  const tooLong = text.length > LIMIT;
  const empty = text.trim() === "";
  const send = () => {
    if (empty || tooLong) return;
    const sending = text;
    setText("");
    setProblem(null);
    saved.current = "";
    latest.current = "";
    stopTyping();
    api.call("message_send", { room_id: roomId, text: sending }).then(
      () => { api.call("draft_save", { room_id: roomId, text: latest.current }).catch(() => undefined); },
      (error: unknown) => {
        // Nothing written is lost: it comes back above what was written since.
        setText((since) => (since === "" ? sending : `${sending}\n${since}`));
        setProblem(errorSentence(i18n, PlatformError.from(error)));
      },
    );
  };

  const notice = tooLong ? t({ message: "This message is too long to send. Please split it.", comment: "Below the message field" }) : problem;
  return (
    <form
      className={styles.composer}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        ref={area}
        className={styles.input}
        rows={1}
        value={text}
        onChange={(event) => write(event.target.value)}
        onCompositionEnd={(event) => guard.compositionEnd(event.timeStamp)}
        onKeyDown={(event) => {
          if (!guard.means(event.nativeEvent)) return;
          event.preventDefault();
          send();
        }}
        placeholder={t({ message: `Message ${name}`, comment: "In the empty message field; a colleague's name" })}
        aria-label={t({ message: `Message to ${name}`, comment: "Name of the message field, read aloud; a colleague's name" })}
        aria-invalid={notice ? true : undefined}
        aria-describedby="composer-hint"
        spellCheck
      />
      <div className={styles.tools}>
        <span id="composer-hint" className={styles.hint} data-problem={notice ? true : undefined} role={notice ? "alert" : undefined}>
          {notice ?? t({ message: "Enter to send · Shift+Enter for a new line", comment: "Below the message field" })}
        </span>
        <button type="submit" className={styles.send} disabled={empty || tooLong} aria-label={t({ message: "Send", comment: "Button: send the message" })}>
          <Icon icon={SendHorizontal} />
        </button>
      </div>
    </form>
  );
}
