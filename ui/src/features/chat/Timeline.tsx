import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { ArrowDown, MessageSquare } from "lucide-react";
import { useEffect, useEffectEvent, useLayoutEffect, useState, useSyncExternalStore } from "react";
import type { TimelineItem } from "@/bindings";
import { Button } from "@/components/Button/Button";
import { EmptyState } from "@/components/EmptyState/EmptyState";
import { useApi } from "@/lib/api";
import { errorSentence } from "@/lib/errors";
import { useAction } from "@/lib/query";
import { placed } from "./grouping";
import { Item } from "./Item";
import { stickyScroll } from "./stickyScroll";
import styles from "./Timeline.module.css";
import { useTimeline } from "./useTimeline";

/** Closer than this to the top, older messages are asked for. */
const EARLY = 400;

function lastMessage(items: readonly TimelineItem[] | undefined): TimelineItem | undefined {
  return items?.findLast(({ content }) => content.kind === "message");
}

/** Tells the core that what is on the screen was read: at the end, with the window in front. */
function useMarkRead(roomId: string, items: readonly TimelineItem[] | undefined, atEnd: boolean) {
  const api = useApi();
  const newest = lastMessage(items)?.id;
  const mark = useEffectEvent(() => {
    if (newest === undefined || !atEnd || !document.hasFocus() || document.visibilityState !== "visible") return;
    api.call("conversation_mark_read", { room_id: roomId }).catch(() => undefined);
  });
  useEffect(() => {
    if (newest !== undefined && atEnd) mark();
  }, [newest, atEnd]);
  useEffect(() => {
    const onFocus = () => mark();
    window.addEventListener("focus", onFocus);
    return () => window.removeEventListener("focus", onFocus);
  }, []);
}

export function Timeline({ roomId, peerName }: { roomId: string; peerName: string }) {
  const { t, i18n } = useLingui();
  const { items, backwards, error } = useTimeline(roomId);
  const [sticky] = useState(stickyScroll);
  const atEnd = useSyncExternalStore(sticky.subscribe, sticky.atEnd);
  const older = useAction("timeline_load_older");
  useMarkRead(roomId, items, atEnd);

  // How many came while one was reading further up.
  const [seenUntil, setSeenUntil] = useState<string | undefined>(undefined);
  const newest = lastMessage(items)?.id;
  if (atEnd && newest !== seenUntil) setSeenUntil(newest);
  const missed = atEnd || !items ? 0 : items.slice(items.findIndex(({ id }) => id === seenUntil) + 1).filter(({ content }) => content.kind === "message" && !content.own).length;

  useLayoutEffect(() => {
    if (items !== undefined) sticky.changed();
  }, [sticky, items]);

  const loadOlder = () => {
    // After a failure the reader decides: a timeline that asks by itself, offline, would ask for ever.
    if (items !== undefined && backwards === "idle" && !older.busy && !older.error && sticky.nearStart(EARLY)) older.run({ room_id: roomId });
  };
  const fillScreen = useEffectEvent(loadOlder);
  useEffect(() => fillScreen(), [items, backwards]);

  if (error && !items) return <EmptyState icon={MessageSquare} title={errorSentence(i18n, error)} />;
  return (
    <div className={styles.frame}>
      <div
        ref={(node) => sticky.attach(node)}
        className={styles.scroll}
        role="log"
        tabIndex={0}
        aria-label={t({ message: `Messages with ${peerName}`, comment: "Read aloud: the timeline of a conversation; a colleague's name" })}
        aria-busy={items === undefined || backwards === "loading"}
        onScroll={() => {
          sticky.note();
          loadOlder();
        }}
      >
        <div className={styles.top}>
          {backwards === "loading" && <span role="status">{t({ message: "Loading older messages…", comment: "At the top of a conversation" })}</span>}
          {older.error && backwards !== "loading" && (
            <span role="status">
              {errorSentence(i18n, older.error)}
              <Button variant="link" size={24} onClick={() => older.run({ room_id: roomId })}>{t({ message: "Load older messages", comment: "Button at the top of a conversation, after loading failed" })}</Button>
            </span>
          )}
        </div>
        {placed(items ?? []).map((each) => <Item key={each.item.id} roomId={roomId} peerName={peerName} {...each} />)}
      </div>
      {!atEnd && (
        <div className={styles.jump}>
          <Button size={28} icon={ArrowDown} onClick={() => sticky.toEnd()}>
            {missed > 0
              ? t({ message: plural(missed, { one: "# new message", other: "# new messages" }), comment: "Button that goes to the end of a conversation" })
              : t({ message: "Latest", comment: "Button that goes to the end of a conversation" })}
          </Button>
        </div>
      )}
    </div>
  );
}
