import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { AlarmClock, ChevronDown, ChevronUp, Pencil, SendHorizontal, Trash2 } from "lucide-react";
import { useId, useState } from "react";
import type { ScheduledMessage } from "@/bindings";
import { IconButton } from "@/components/Button/Button";
import { Icon } from "@/components/Icon/Icon";
import { errorSentence } from "@/lib/errors";
import { useNow } from "@/lib/now";
import { useAction, useCommand } from "@/lib/query";
import { dateAndClock } from "@/lib/time";
import styles from "./Scheduled.module.css";

/** Above the message field: what waits for its time in this conversation or thread. */
export function Scheduled({ roomId, thread, onTaken }: {
  roomId: string;
  thread: string | null;
  /** It is taken back, to be written on. */
  onTaken: (message: ScheduledMessage["message"]) => void;
}) {
  const { t } = useLingui();
  const id = useId();
  const [shown, setShown] = useState(false);
  const { data = [] } = useCommand("scheduled_messages", null);
  const waiting = data.filter(({ message }) => message.room_id === roomId && message.thread === thread);
  if (waiting.length === 0) return null;
  const failed = waiting.some(({ problem }) => problem !== null);
  const open = shown || failed;
  return (
    <div className={styles.scheduled}>
      <button type="button" className={styles.head} aria-expanded={open} aria-controls={id} onClick={() => setShown(!open)}>
        <Icon icon={AlarmClock} size={14} />
        {t({ message: plural(waiting.length, { one: "# message goes out later", other: "# messages go out later" }), comment: "Above the message field: shows the messages that wait for their time" })}
        <Icon icon={open ? ChevronDown : ChevronUp} size={14} />
      </button>
      {open && <ul id={id} className={styles.list}>{waiting.map((each) => <Waiting key={each.id} each={each} onTaken={onTaken} />)}</ul>}
    </div>
  );
}

function Waiting({ each: { id, message, at, problem }, onTaken }: { each: ScheduledMessage; onTaken: (message: ScheduledMessage["message"]) => void }) {
  const { t, i18n } = useLingui();
  const now = useNow();
  const send = useAction("scheduled_send");
  const cancel = useAction("scheduled_cancel");
  const take = useAction("scheduled_cancel", (_, isThere) => { if (isThere) onTaken(message); });
  const busy = send.busy || cancel.busy || take.busy;
  return (
    <li className={styles.row}>
      <span className={styles.words}>
        <bdi className="truncate">{message.text}</bdi>
        {problem
          ? <small role="alert" data-problem>{errorSentence(i18n, { code: problem })}</small>
          : <small>{dateAndClock(Date.parse(at), now, i18n.locale)}</small>}
      </span>
      <IconButton icon={SendHorizontal} size={24} disabled={busy} label={t({ message: "Send now", comment: "Button beside a message that waits for its time" })} onClick={() => send.run({ id })} />
      <IconButton icon={Pencil} size={24} disabled={busy} label={t({ message: "Write on", comment: "Button beside a message that waits for its time: puts it back into the field" })} onClick={() => take.run({ id })} />
      <IconButton icon={Trash2} size={24} disabled={busy} label={t({ message: "Delete", comment: "Button beside a message that waits for its time" })} onClick={() => cancel.run({ id })} />
    </li>
  );
}
