import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { ArrowDown, ArrowUp, MessageSquare } from "lucide-react";
import { type KeyboardEvent, type Ref, useEffect, useEffectEvent, useImperativeHandle, useLayoutEffect, useState, useSyncExternalStore } from "react";
import type { TimelineItem } from "@/bindings";
import { useWatched } from "@/app/conversations";
import { Button } from "@/components/Button/Button";
import { EmptyState } from "@/components/EmptyState/EmptyState";
import { toast } from "@/components/Toast/Toast";
import { useApi } from "@/lib/api";
import { errorSentence } from "@/lib/errors";
import { useAction } from "@/lib/query";
import { isMessage, useMessageActions } from "./actions";
import { placed } from "./grouping";
import { Item } from "./Item";
import { onMessageKey } from "./MessageMenu";
import type { stickyScroll } from "./stickyScroll";
import styles from "./Timeline.module.css";
import type { TimelineState } from "./useTimeline";

/** Closer than this to the top, older messages are asked for. */
const EARLY = 400;
/** How long an item that was gone to is marked. */
const FOUND_MS = 2_000;

function lastMessage(items: readonly TimelineItem[] | undefined): TimelineItem | undefined {
  return items?.findLast(({ content }) => content.kind === "message");
}

function inFront(): boolean {
  return document.hasFocus() && document.visibilityState === "visible";
}

function onFront(listener: () => void): () => void {
  window.addEventListener("focus", listener);
  window.addEventListener("blur", listener);
  document.addEventListener("visibilitychange", listener);
  return () => {
    window.removeEventListener("focus", listener);
    window.removeEventListener("blur", listener);
    document.removeEventListener("visibilitychange", listener);
  };
}

/** What comes at the end: a message, or a reply in a thread. */
function newestOf(items: readonly TimelineItem[] | undefined): string | undefined {
  const last = lastMessage(items);
  if (!items || !last) return undefined;
  const replies = items.reduce((sum, { content }) => sum + (content.kind === "message" ? (content.thread?.replies ?? 0) : 0), 0);
  return `${last.id} ${replies}`;
}

/** Tells the core that what is on the screen was read: at the end, with the window in front. */
function useMarkRead(roomId: string, thread: string | null, items: readonly TimelineItem[] | undefined, atEnd: boolean) {
  const api = useApi();
  const newest = newestOf(items);
  useWatched(roomId, useSyncExternalStore(onFront, inFront) && thread === null && atEnd && newest !== undefined);
  const mark = useEffectEvent(() => {
    if (newest === undefined || !atEnd || !inFront()) return;
    const marked = thread === null ? api.call("conversation_mark_read", { room_id: roomId }) : api.call("thread_mark_read", { room_id: roomId, root: thread });
    marked.catch(() => undefined);
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

/** An item that is looked for: a message by its event, the first one from a moment on (Unix milliseconds), or the first unread one. */
type Sought = { eventId: string } | { from: number } | "unread";

function isAfter(from: number, { content }: TimelineItem): boolean {
  return content.kind === "message" && Date.parse(content.at) >= from;
}

/** The first message from a moment on, once all before it that matter are here; else the last there is. */
function firstFrom(from: number, items: readonly TimelineItem[], whole: boolean): TimelineItem | undefined {
  const first = items.find(isMessage);
  if (!whole && (!first || isAfter(from, first))) return undefined;
  return items.find((item) => isAfter(from, item)) ?? lastMessage(items);
}

function isSought(sought: Exclude<Sought, { from: number }>, { content }: TimelineItem): boolean {
  return sought === "unread" ? content.kind === "unread_divider" : content.kind === "message" && content.event_id === sought.eventId;
}

export interface TimelineHandle {
  /** Goes to a message, loading what is older until it is there. */
  jump: (eventId: string) => void;
  /** Goes to the first message from a moment on, in Unix milliseconds. */
  jumpTo: (from: number) => void;
}

export interface TimelineProps {
  roomId: string;
  /** The event that the thread begins with that is shown. */
  thread: string | null;
  /** The colleague, or the group. */
  peerName: string;
  isGroup: boolean;
  timeline: TimelineState;
  sticky: ReturnType<typeof stickyScroll>;
  /** Unread messages when the conversation was opened. */
  unread: number;
  /** Escape on a message. */
  onLeave: () => void;
  ref: Ref<TimelineHandle>;
}

export function Timeline({ roomId, thread, peerName, isGroup, timeline, sticky, unread, onLeave, ref }: TimelineProps) {
  const { t, i18n } = useLingui();
  const { items, backwards, error } = timeline;
  const actions = useMessageActions();
  const atEnd = useSyncExternalStore(sticky.subscribe, sticky.atEnd);
  const unreadAbove = useSyncExternalStore(sticky.subscribe, sticky.unreadAbove);
  // A page may hold answers in threads alone, which changes nothing else.
  const [pages, setPages] = useState(0);
  const older = useAction("timeline_load_older", () => setPages((before) => before + 1));
  useMarkRead(roomId, thread, items, atEnd);

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
  useEffect(() => fillScreen(), [items, backwards, pages, older.busy]);

  const [sought, setSought] = useState<Sought | null>(null);
  const [found, setFound] = useState<string | null>(null);
  const seek = useEffectEvent(() => {
    if (sought === null || items === undefined) return;
    const byTime = sought !== "unread" && "from" in sought;
    // Without a network the earliest that is here is as near as one comes.
    const stuck = byTime && older.error !== null;
    const item = byTime ? firstFrom(sought.from, items, backwards === "reached_start" || stuck) : items.find((each) => isSought(sought, each));
    if (item) {
      if (stuck) toast.failed(t({ message: "What was written before is not on this device yet and needs the network. This is the earliest message here.", comment: "Note in the corner, after going to a day whose messages could not be loaded" }));
      sticky.show(item.id);
      if (isMessage(item)) document.querySelector<HTMLElement>(`[data-message="${CSS.escape(item.id)}"]`)?.focus({ preventScroll: true });
      setFound(item.id);
      setSought(null);
    } else if (backwards === "reached_start") {
      // Nothing was written; or all of it is unread.
      if (byTime) { setSought(null); return; }
      if (sought === "unread") sticky.show(items[0]?.id ?? "");
      else toast.failed(t({ message: "This message is no longer in the conversation.", comment: "Note in the corner, after going to a message that is not there" }));
      setSought(null);
    } else if (older.error) {
      toast.failed(errorSentence(i18n, older.error));
      setSought(null);
    } else if (backwards === "idle" && !older.busy) older.run({ room_id: roomId });
  });
  useEffect(() => {
    // Once what was loaded is laid out.
    const frame = requestAnimationFrame(() => seek());
    return () => cancelAnimationFrame(frame);
  }, [sought, items, backwards, pages, older.busy, older.error]);
  useEffect(() => {
    if (found === null) return;
    const timer = setTimeout(() => setFound(null), FOUND_MS);
    return () => clearTimeout(timer);
  }, [found]);
  const look = (what: Sought) => {
    older.clear();
    setSought(what);
  };
  useImperativeHandle(ref, () => ({ jump: (eventId: string) => look({ eventId }), jumpTo: (from: number) => look({ from }) }));

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const log = event.currentTarget;
    const at = event.target instanceof HTMLElement ? event.target.dataset["message"] : undefined;
    // A link or a chip in a message has its own keys.
    if (event.nativeEvent.isComposing || (event.target !== log && at === undefined)) return;
    const messages = [...log.querySelectorAll<HTMLElement>("[data-message]")];
    const index = messages.findIndex((each) => each.dataset["message"] === at);
    const step = { ArrowUp: index < 0 ? messages.length - 1 : index - 1, ArrowDown: index < 0 ? messages.length - 1 : index + 1 }[event.key];
    const item = items?.find(({ id }) => id === at);
    if (step !== undefined && !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      const next = messages[step];
      next?.focus({ preventScroll: true });
      next?.scrollIntoView({ block: "nearest" });
      if (!next && step >= messages.length) onLeave();
    } else if (event.key === "Escape") onLeave();
    else if (!item || !isMessage(item)) return;
    else if (event.key === "Enter" && item.content.body.kind === "image") actions.open(item);
    else if (event.key === "Enter" || event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) actions.menu(item, event.target as HTMLElement);
    else if (!onMessageKey(event, item, actions)) return;
    event.preventDefault();
  };

  if (error && !items) return <EmptyState icon={MessageSquare} title={errorSentence(i18n, error)} />;
  const unloaded = unread > 0 && items !== undefined && backwards !== "reached_start" && items.filter(isMessage).length < unread && !items.some(({ content }) => content.kind === "unread_divider");
  return (
    <div className={styles.frame}>
      <div
        ref={(node) => sticky.attach(node)}
        className={styles.scroll}
        role="log"
        tabIndex={0}
        aria-label={thread !== null ? t({ message: "Messages of the thread", comment: "Read aloud: the messages that were written about one message" }) : isGroup ? t({ message: `Messages in ${peerName}`, comment: "Read aloud: the timeline of a group; its name" }) : t({ message: `Messages with ${peerName}`, comment: "Read aloud: the timeline of a conversation; a colleague's name" })}
        aria-busy={items === undefined || backwards === "loading"}
        onKeyDown={onKeyDown}
        onScroll={() => {
          sticky.note();
          loadOlder();
        }}
      >
        <div className={styles.content}>
          <div className={styles.top}>
            {backwards === "loading" && <span role="status">{t({ message: "Loading older messages…", comment: "At the top of a conversation" })}</span>}
            {older.error && backwards !== "loading" && (
              <span role="status">
                {errorSentence(i18n, older.error)}
                <Button variant="link" size={24} onClick={() => older.run({ room_id: roomId })}>{t({ message: "Load older messages", comment: "Button at the top of a conversation, after loading failed" })}</Button>
              </span>
            )}
          </div>
          {placed(items ?? []).map((each) => <Item key={each.item.id} roomId={roomId} peerName={peerName} isGroup={isGroup} found={each.item.id === found} {...each} />)}
        </div>
      </div>
      {(unreadAbove || unloaded) && (
        <div className={styles.first}>
          <Button size={28} icon={ArrowUp} busy={sought === "unread"} onClick={() => look("unread")}>{t({ message: "First unread", comment: "Button that goes to the first unread message of a conversation" })}</Button>
        </div>
      )}
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
