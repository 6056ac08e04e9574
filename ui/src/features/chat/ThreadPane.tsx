import { useLingui } from "@lingui/react/macro";
import { X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { Draft } from "@/bindings";
import { IconButton } from "@/components/Button/Button";
import { Bar, Pane } from "@/components/Pane/Pane";
import { useApi } from "@/lib/api";
import { Talk, type TalkHandle } from "./Talk";
import styles from "./Threads.module.css";

export interface ThreadPaneProps {
  roomId: string;
  /** The event that it begins with. */
  root: string;
  name: string;
  isGroup: boolean;
  readOnly: boolean;
  /** A message of it that was gone to. */
  wanted: { eventId: string } | null;
  onClose: () => void;
  /** Goes to a message of the conversation. */
  onJump: (eventId: string) => void;
}

/** A thread beside its conversation. Mount with `key={root}`. */
export function ThreadPane({ roomId, root, name, isGroup, readOnly, wanted, onClose, onJump }: ThreadPaneProps) {
  const { t } = useLingui();
  const api = useApi();
  const talkRef = useRef<TalkHandle>(null);
  // Undefined until it is known: the field starts with it.
  const [draft, setDraft] = useState<Draft | null | undefined>(undefined);
  useEffect(() => {
    let gone = false;
    const known = (value: Draft | null) => { if (!gone) setDraft(value); };
    api.call("thread_draft", { room_id: roomId, root }).then(known, () => known(null));
    return () => { gone = true; };
  }, [api, roomId, root]);
  const ready = draft !== undefined;
  useEffect(() => {
    if (ready && wanted) talkRef.current?.jump(wanted.eventId);
  }, [ready, wanted]);
  return (
    <Pane label={t({ message: "Thread", comment: "Title of the panel with what was written about one message; 话题" })} as="aside">
      <Bar>
        <div className={styles.head}>
          <h2>{t({ message: "Thread", comment: "Title of the panel with what was written about one message; 话题" })}</h2>
          <p className="truncate">{t({ message: `In ${name}`, comment: "Below the title of a thread: the name of the conversation that it is in" })}</p>
        </div>
        <IconButton icon={X} label={t({ message: "Close thread (Esc)", comment: "Button of the panel with a thread; Esc is the key" })} onClick={onClose} />
      </Bar>
      {ready && <Talk ref={talkRef} roomId={roomId} thread={root} name={name} isGroup={isGroup} readOnly={readOnly} draft={draft} unread={0} pins={undefined} onBack={onClose} onThread={null} onJump={onJump}>{null}</Talk>}
    </Pane>
  );
}
