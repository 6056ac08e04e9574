import { useNavigate, useSearch } from "@tanstack/react-router";
import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { Copy, Forward } from "lucide-react";
import { type ReactNode, type Ref, useEffect, useEffectEvent, useImperativeHandle, useRef, useState } from "react";
import type { Draft, Pins, ReactionWord } from "@/bindings";
import { Button } from "@/components/Button/Button";
import { ConfirmDialog } from "@/components/Dialog/Dialog";
import type { MenuAtProps } from "@/components/Menu/Menu";
import { toast } from "@/components/Toast/Toast";
import { useApi } from "@/lib/api";
import { errorSentence } from "@/lib/errors";
import { useAction } from "@/lib/query";
import { clock } from "@/lib/time";
import { nameOf } from "@/lib/words";
import { PlatformError } from "@/platform/types";
import { DropArea } from "./attachments/DropArea";
import { Gallery } from "./attachments/Gallery";
import { mediaPath } from "./attachments/media";
import { useTray } from "./attachments/tray";
import { type MessageActions, MessageActionsProvider, type MessageItem, fileOf, idOf, isMessage, isUnsent, textOf } from "./actions";
import { Composer, type ComposerHandle } from "./Composer";
import { ForwardDialog } from "./ForwardDialog";
import { MessageMenu } from "./MessageMenu";
import { PinnedBanner } from "./Pins";
import { EndPollDialog } from "./polls/EndPollDialog";
import { useStarred } from "./Stars";
import { stickyScroll } from "./stickyScroll";
import styles from "./Talk.module.css";
import { Timeline, type TimelineHandle } from "./Timeline";
import { useCopy } from "./useCopy";
import { useTimeline } from "./useTimeline";

/** Asks before a message goes: what that undoes, and what it cannot. */
function RecallDialog({ item, onClose, onRecall }: { item: MessageItem | null; onClose: () => void; onRecall: (item: MessageItem) => void }) {
  const { t } = useLingui();
  // While it closes, it still says what it said.
  const [last, setLast] = useState(item);
  if (item && item !== last) setLast(item);
  const unsent = last !== null && isUnsent(last.content);
  return (
    <ConfirmDialog
      open={item !== null}
      onClose={onClose}
      onConfirm={() => { if (item) onRecall(item); }}
      danger
      title={unsent ? t({ message: "Delete this message?", comment: "Title of a dialog: a message that was not sent" }) : t({ message: "Recall this message?", comment: "Title of a dialog; 撤回" })}
      confirm={unsent ? t({ message: "Delete", comment: "Removes a message that was not sent" }) : t({ message: "Recall", comment: "Takes back an own message that was sent; 撤回" })}
    >
      {unsent
        ? t({ message: "It has not been sent, and nobody has seen it.", comment: "In a dialog, before a message that was not sent is deleted" })
        : t({ message: "It goes from the conversation for everybody, with its edits, as soon as the server can be reached. Whoever has read it has read it: copies and notes elsewhere stay.", comment: "In a dialog, before a message is recalled" })}
    </ConfirmDialog>
  );
}

/** In place of the message field while messages are selected. */
function SelectionBar({ count, onCopy, onForward, onEnd }: { count: number; onCopy: () => void; onForward: () => void; onEnd: () => void }) {
  const { t } = useLingui();
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.isComposing || document.querySelector("[role=dialog]:not([aria-modal=false]), [role=menu]")) return;
    event.preventDefault();
    event.stopPropagation();
    onEnd();
  });
  useEffect(() => {
    // Before whatever else Escape would end: the pane around, too.
    window.addEventListener("keydown", onKey, true);
    return () => window.removeEventListener("keydown", onKey, true);
  }, []);
  return (
    <div className={styles.selection} role="toolbar" aria-label={t({ message: "Selected messages", comment: "Read aloud: name of a row of buttons" })}>
      <span role="status">{t({ message: plural(count, { one: "# message selected", other: "# messages selected" }), comment: "Below a conversation while messages are selected" })}</span>
      <Button size={28} onClick={onEnd}>{t({ message: "Cancel", comment: "Button that closes a dialog without doing anything" })}</Button>
      <Button size={28} icon={Copy} disabled={count === 0} onClick={onCopy}>{t({ message: "Copy", comment: "Button: copies the selected messages" })}</Button>
      <Button size={28} variant="primary" icon={Forward} disabled={count === 0} onClick={onForward}>{t({ message: "Forward…", comment: "Sends a message on to other conversations; 转发" })}</Button>
    </div>
  );
}

export interface TalkHandle {
  /** Goes to a message. */
  jump: (eventId: string) => void;
  /** Goes to the first message from a moment on, in Unix milliseconds. */
  jumpTo: (from: number) => void;
  /** Into the message field. */
  focus: () => void;
}

export interface TalkProps {
  roomId: string;
  /** The event that the thread begins with that is shown instead of the conversation. */
  thread?: string;
  name: string;
  isGroup: boolean;
  draft: Draft | null;
  unread: number;
  pins: Pins | undefined;
  ref: Ref<TalkHandle>;
  /** Nothing can be written: a group that one left. */
  readOnly?: boolean;
  /** Back to the list; null where that stands beside the conversation. */
  onBack: (() => void) | null;
  /** Opens the thread that begins with an event, at one of its messages; null in a thread. */
  onThread: ((root: string, wanted?: string) => void) | null;
  /** Goes to a message that is not in the thread. */
  onJump?: (eventId: string) => void;
  /** Between the messages and the field. */
  children: ReactNode;
}

/** The messages of a conversation, or of a thread in it, and what one does with them. Mount with a key of both. */
export function Talk({ roomId, thread, name, isGroup, draft, unread, pins, readOnly = false, onBack, onThread, onJump, ref: handle, children }: TalkProps) {
  const { t, i18n } = useLingui();
  const api = useApi();
  const tray = useTray(roomId, thread ?? null);
  const [viewing, setViewing] = useState<string | null>(null);
  const [sticky] = useState(stickyScroll);
  const timeline = useTimeline(roomId, thread ?? null, () => sticky.atEnd() && document.hasFocus());
  const composer = useRef<ComposerHandle>(null);
  const log = useRef<TimelineHandle>(null);
  const copyText = useCopy();
  const recall = useAction("message_recall");
  const react = useAction("message_react");
  const unreact = useAction("message_take_reaction_back");
  const retry = useAction("message_retry");
  const pin = useAction("message_pin");
  const [unreadAtFirst] = useState(unread);
  const [menu, setMenu] = useState<{ id: string; anchor: MenuAtProps["anchor"] } | null>(null);
  const [recalling, setRecalling] = useState<MessageItem | null>(null);
  const [ending, setEnding] = useState<MessageItem | null>(null);
  const [selected, setSelected] = useState<ReadonlySet<string> | null>(null);
  const [forwarding, setForwarding] = useState<readonly MessageItem[]>([]);
  const star = useAction("message_star");
  const starred = useStarred(roomId);

  const items = timeline.items ?? [];
  const messages = items.filter(isMessage);
  const isHere = (eventId: string) => messages.some(({ content }) => content.event_id === eventId);
  const jump = (eventId: string) => {
    if (!onThread || isHere(eventId)) {
      if (onJump && !isHere(eventId) && timeline.backwards === "reached_start") onJump(eventId);
      else log.current?.jump(eventId);
      return;
    }
    // It may stand in a thread. Whoever cannot be told looks for it here.
    const look = (root: string | null) => { if (root === null) log.current?.jump(eventId); else onThread(root, eventId); };
    api.call("message_thread", { room_id: roomId, event_id: eventId }).then(look, () => look(null));
  };
  useImperativeHandle(handle, () => ({ jump, jumpTo: (from) => log.current?.jumpTo(from), focus: () => composer.current?.focus() }));
  // A message that was found elsewhere.
  const navigate = useNavigate();
  const { message: wanted } = useSearch({ strict: false });
  const seek = useEffectEvent(jump);
  const inThread = thread !== undefined;
  useEffect(() => {
    if (wanted === undefined || inThread) return;
    seek(wanted);
    void navigate({ to: ".", search: {}, replace: true });
  }, [wanted, inThread, navigate]);

  const ref = (item: MessageItem) => ({ room_id: roomId, item_id: idOf(item) });
  const actions: MessageActions = {
    reply: (item) => composer.current?.reply(item),
    edit: (item) => composer.current?.edit(item),
    recall: setRecalling,
    endPoll: setEnding,
    copy: (item) => copyText(textOf(item.content) ?? ""),
    react: (item: MessageItem, word: ReactionWord) => react.run({ ...ref(item), word }),
    unreact: (item, key) => unreact.run({ ...ref(item), key }),
    thread: onThread && (({ content }) => { if (content.event_id !== null) onThread(content.event_id); }),
    jump,
    open: ({ id }) => setViewing(id),
    save: (item) => {
      api.saveMedia(mediaPath(roomId, item.id), fileOf(item.content)?.name ?? "").then(
        (saved) => { if (saved) toast.done(t({ message: "Saved", comment: "Note in the corner after an image or a file was written to the disk" })); },
        (error: unknown) => toast.failed(errorSentence(i18n, PlatformError.from(error))),
      );
    },
    menu: (item, anchor) => setMenu({ id: item.id, anchor }),
    select: ({ id }) => setSelected((before) => {
      const next = new Set(before);
      if (!next.delete(id)) next.add(id);
      return next;
    }),
    readOnly,
    selected,
    forward: (item) => setForwarding([item]),
    star: ({ content }, on) => { if (content.event_id !== null) star.run({ room_id: roomId, event_id: content.event_id, starred: on }); },
    starred,
    pin: ({ content }, pinned) => { if (content.event_id !== null) pin.run({ room_id: roomId, event_id: content.event_id, pinned }); },
    pinned: pins?.may_change ? new Set(pins.messages.map(({ event_id }) => event_id)) : null,
  };
  const copySelected = () => {
    const chosen = messages.filter(({ id }) => selected?.has(id));
    const said = chosen.map(({ content }) => `${nameOf(content.sender.name, i18n.locale).main || content.sender.user_id} ${clock(Date.parse(content.at), i18n.locale)}\n${textOf(content) ?? ""}`);
    copyText(said.join("\n\n"));
    setSelected(null);
  };
  const images = messages.filter(({ content }) => content.body.kind === "image");
  const viewed = images.find(({ id }) => id === viewing);
  const atMenu = menu && messages.find(({ id }) => id === menu.id);

  return (
    <MessageActionsProvider value={actions}>
      {pins && <PinnedBanner messages={pins.messages} />}
      <Timeline ref={log} roomId={roomId} thread={thread ?? null} peerName={name} isGroup={isGroup} timeline={timeline} sticky={sticky} unread={unreadAtFirst} onLeave={() => { if (selected) setSelected(null); else composer.current?.focus(); }} />
      {children}
      {!readOnly && <div className={styles.field} hidden={selected !== null}>
        <Composer ref={composer} roomId={roomId} thread={thread ?? null} name={name} isGroup={isGroup} draft={draft} items={items} onLeave={onBack} onSend={() => sticky.toEnd()} />
      </div>}
      {selected && <SelectionBar count={messages.filter(({ id }) => selected.has(id)).length} onCopy={copySelected} onForward={() => setForwarding(messages.filter(({ id }) => selected.has(id)))} onEnd={() => setSelected(null)} />}
      {!readOnly && <DropArea
        label={thread === undefined
          ? t({ message: `Drop to attach to your message to ${name}`, comment: "Over a conversation while files are dragged there; a colleague or a group" })
          : t({ message: "Drop to attach to your reply in this thread", comment: "Over a thread while files are dragged there; 话题" })}
        onFiles={(files) => {
          tray.add(files);
          composer.current?.focus();
        }}
      />}
      {viewed && <Gallery roomId={roomId} item={viewed} images={images} onShow={setViewing} onClose={() => setViewing(null)} onSave={actions.save} />}
      {menu && atMenu && <MessageMenu item={atMenu} anchor={menu.anchor} actions={actions} retry={(item) => retry.run(ref(item))} onClose={() => setMenu(null)} />}
      <ForwardDialog
        roomId={roomId}
        items={forwarding}
        onClose={() => setForwarding([])}
        onDone={() => {
          setForwarding([]);
          setSelected(null);
        }}
      />
      <EndPollDialog roomId={roomId} item={ending} onClose={() => setEnding(null)} />
      <RecallDialog
        item={recalling}
        onClose={() => setRecalling(null)}
        onRecall={(item) => {
          recall.run(ref(item));
          setRecalling(null);
        }}
      />
    </MessageActionsProvider>
  );
}
