import { useLingui } from "@lingui/react/macro";
import { AtSign, CornerUpLeft, Pencil, SendHorizontal, X } from "lucide-react";
import { type KeyboardEvent, type Ref, useEffect, useEffectEvent, useId, useImperativeHandle, useLayoutEffect, useRef, useState } from "react";
import type { Draft, Mention, SendText, TimelineItem } from "@/bindings";
import { IconButton } from "@/components/Button/Button";
import { Icon } from "@/components/Icon/Icon";
import { useAppState } from "@/app/state";
import { useApi } from "@/lib/api";
import { isBlank } from "@/lib/blank";
import { enterGuard } from "@/lib/composing";
import { errorSentence } from "@/lib/errors";
import { nameOf } from "@/lib/words";
import { usePastedFiles } from "@/lib/pasted-files";
import { PlatformError } from "@/platform/types";
import { AttachButton, Tray } from "./attachments/Tray";
import { useTray } from "./attachments/tray";
import { type MessageItem, canEdit, fileOf, isMessage, textOf } from "./actions";
import styles from "./Composer.module.css";
import { EMPTY, type Target, asideOf, cameBack, eventIdOf, fromDraft, heldBy, newTextOf, sameDraft, toDraft } from "./composing";
import { MentionPicker, useMentionOptions } from "./MentionPicker";
import { PollButton } from "./polls/PollButton";
import { ScheduleButton } from "./scheduled/ScheduleButton";
import { Scheduled } from "./scheduled/Scheduled";
import { type Asked, askedAt, mentionsIn, named, standing, withMention } from "./mentions";
import { broughtBack, sendInOrder } from "./sending";

const DRAFT_MS = 400;
/** Drafts that are known as the field's own: the core tells of them a moment later. */
const OWN_DRAFTS = 50;
/** A typing notice lasts about this long at the other side. */
const TYPING_MS = 4_000;
/** In UTF-16 code units. An event may hold 64 KiB, of which encryption and escapes take a part. */
const LIMIT = 12_000;

export interface ComposerHandle {
  reply: (item: MessageItem) => void;
  edit: (item: MessageItem) => void;
  focus: () => void;
}

export interface ComposerProps {
  roomId: string;
  /** The event that the thread begins with in which one writes. */
  thread: string | null;
  name: string;
  /** Whether there are members to be named. */
  isGroup: boolean;
  draft: Draft | null;
  /** What is loaded of the conversation, to say what one answers or edits. */
  items: readonly TimelineItem[];
  /** Escape in the empty field; null where it leads nowhere. */
  onLeave: (() => void) | null;
  /** A message goes out. */
  onSend: () => void;
  ref: Ref<ComposerHandle>;
}

/** What the message that is written answers or replaces. */
function TargetBar({ target, items, onCancel }: { target: Target; items: readonly TimelineItem[]; onCancel: () => void }) {
  const { t, i18n } = useLingui();
  const item = items.find((each) => heldBy(target, each));
  const message = item && isMessage(item) ? item.content : undefined;
  const name = message ? nameOf(message.sender.name, i18n.locale).main || message.sender.user_id : "";
  const editing = target.kind === "edit";
  return (
    <div className={styles.target} role="status">
      <Icon icon={editing ? Pencil : CornerUpLeft} size={14} />
      <b className="truncate">
        {editing
          ? t({ message: "Editing your message", comment: "Above the message field" })
          : message ? t({ message: `Reply to ${name}`, comment: "Above the message field: whose message is answered" }) : t({ message: "Reply to an earlier message", comment: "Above the message field, when the message is not loaded" })}
      </b>
      <bdi className="truncate">{(message && (textOf(message) ?? fileOf(message)?.name)) ?? ""}</bdi>
      <IconButton
        icon={X}
        size={24}
        label={editing ? t({ message: "Cancel editing (Esc)", comment: "Button above the message field; Esc is the key" }) : t({ message: "Cancel reply (Esc)", comment: "Button above the message field; Esc is the key" })}
        onClick={onCancel}
      />
    </div>
  );
}

/** Where one writes to a colleague. Mount with a key of conversation and thread: it starts with the draft of that. */
export function Composer({ roomId, thread, name, isGroup, draft, items, onLeave, onSend, ref }: ComposerProps) {
  const { t, i18n } = useLingui();
  const api = useApi();
  const spellCheck = useAppState().settings?.window.spell_check ?? false;
  const [text, setText] = useState(draft?.text ?? "");
  const [target, setTarget] = useState<Target | null>(() => fromDraft(draft ?? EMPTY));
  // What stood in the field when an edit began.
  const [aside, setAside] = useState(() => asideOf(draft ?? EMPTY));
  const [problem, setProblem] = useState<string | null>(null);
  // Everybody who was chosen here; whom the text names is told by the text.
  const [mentions, setMentions] = useState<readonly Mention[]>(() => (draft?.aside?.mentions ?? []).reduce(withMention, draft?.mentions ?? []));
  const [asked, setAsked] = useState<Asked | null>(null);
  const [activeOption, setActiveOption] = useState(0);
  // Enter or Tab came before the answer to what was typed: it counts when that is there. An Enter that finds nobody sends, as does
  // one that comes after it, when the name is put in.
  const [wanted, setWanted] = useState<{ asked: Asked; text: string; key: string; sends: boolean; named: boolean } | null>(null);
  const sought = wanted?.asked ?? asked;
  const { options, settled } = useMentionOptions(roomId, isGroup ? sought : null);
  const optionAt = Math.min(activeOption, options.length - 1);
  // Where the caret belongs after a name was put in.
  const caretRef = useRef<number | null>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const [guard] = useState(enterGuard);
  const id = useId();
  // What the core was last told, so that nothing is told twice.
  const saved = useRef<Draft>(draft ?? EMPTY);
  const typingUntil = useRef(0);
  // What could not be sent and stands in the field again.
  const back = useRef("");
  const tray = useTray(roomId, thread);
  // Beside a conversation there may be a thread: what is pasted is for the field in which one wrote last.
  const meant = usePastedFiles((files) => {
    tray.add(files);
    area.current?.focus();
  });

  const current = useEffectEvent((): Draft => toDraft({ text, target, aside }, items, mentions));
  const own = useRef<readonly string[]>([newTextOf(draft)]);
  const keep = (value: Draft) => {
    own.current = [...own.current.slice(1 - OWN_DRAFTS), newTextOf(value)];
    // A draft that cannot be kept is still on the screen, and is kept with the next change; sending says what is wrong.
    return api.call("draft_save", { room_id: roomId, thread, draft: value }).then(() => true, () => false);
  };
  const save = useEffectEvent((value: Draft) => {
    const before = saved.current;
    if (sameDraft(value, before)) return;
    saved.current = value;
    void keep(value).then((kept) => { if (!kept && saved.current === value) saved.current = before; });
  });
  /** Puts a text below what is written, but for an edit. */
  const putBelow = (more: string) => {
    const below = (text: string) => (isBlank(text) ? more : `${text}\n${more}`);
    if (target?.kind === "edit") setAside((since) => ({ target: since?.target ?? null, text: below(since?.text ?? "") }));
    else setText(below);
  };
  const bringBack = useEffectEvent((kept: string) => {
    const back = cameBack(kept, own.current);
    if (back === null) return;
    own.current = [...own.current, kept];
    putBelow(back);
  });
  const stopTyping = () => {
    if (typingUntil.current === 0) return;
    typingUntil.current = 0;
    api.call("typing_set", { room_id: roomId, typing: false }).catch(() => undefined);
  };
  const leave = useEffectEvent(stopTyping);
  const latest = useRef<Draft>(draft ?? EMPTY);

  const keptText = newTextOf(draft);
  useEffect(() => bringBack(keptText), [keptText]);
  useEffect(() => {
    latest.current = current();
    const timer = setTimeout(() => save(latest.current), DRAFT_MS);
    return () => clearTimeout(timer);
  }, [text, target, aside]);
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
    if (caretRef.current !== null) node.setSelectionRange(caretRef.current, caretRef.current);
    caretRef.current = null;
  }, [text]);

  const write = (value: string) => {
    setText(value);
    setProblem(null);
    if (isBlank(value)) { stopTyping(); return; }
    const now = Date.now();
    if (now > typingUntil.current - 500) {
      typingUntil.current = now + TYPING_MS;
      api.call("typing_set", { room_id: roomId, typing: true }).catch(() => undefined);
    }
  };

  /** Looks whether the caret stands behind an `@`. */
  const look = () => {
    const node = area.current;
    if (!isGroup || !node) return;
    const next = node.selectionStart === node.selectionEnd ? askedAt(node.value, node.selectionStart) : null;
    if (wanted === null && (next?.from !== asked?.from || next?.text !== asked?.text)) setActiveOption(0);
    setAsked(next);
  };
  const pick = (mention: Mention) => {
    if (!sought) return;
    const next = named(text, sought, mention, area.current?.selectionEnd ?? text.length);
    caretRef.current = next.caret;
    setMentions(withMention(mentions, mention));
    setAsked(null);
    setWanted(null);
    write(next.text);
    area.current?.focus();
  };
  /** An `@` by the mouse. */
  const ask = () => {
    const node = area.current;
    if (!node) return;
    const at = node.selectionStart;
    const gap = /[A-Za-z0-9._%+-]$/.test(text.slice(0, at)) ? " " : "";
    caretRef.current = at + gap.length + 1;
    write(`${text.slice(0, at)}${gap}@${text.slice(node.selectionEnd)}`);
    setAsked({ from: at + gap.length, text: "" });
    setActiveOption(0);
    node.focus();
  };

  /** Puts the field back to what it was before an edit. */
  const endEdit = () => {
    setText(aside?.text ?? "");
    setTarget(aside?.target ?? null);
    setAside(null);
    setProblem(null);
    stopTyping();
  };
  const cancel = () => {
    if (target?.kind === "edit") endEdit();
    else setTarget(null);
    area.current?.focus();
  };
  const edit = (item: MessageItem) => {
    const said = textOf(item.content);
    if (said === null) return;
    if (target?.kind !== "edit") setAside({ text, target });
    setTarget({ kind: "edit", id: item.id, eventId: item.content.event_id });
    setText(said);
    if (item.content.body.kind === "text") setMentions(mentionsIn(item.content.body.formatted).reduce(withMention, mentions));
    setProblem(null);
    area.current?.focus();
  };
  useImperativeHandle(ref, () => ({
    reply: (item) => {
      if (target?.kind === "edit") endEdit();
      setTarget({ kind: "reply", id: item.id, eventId: item.content.event_id });
      area.current?.focus();
    },
    edit,
    focus: () => area.current?.focus(),
  }));

  const tooLong = text.length > LIMIT;
  const empty = isBlank(text);
  const told = (draft: Draft) => {
    saved.current = draft;
    latest.current = draft;
  };
  const failed = (error: unknown) => setProblem(errorSentence(i18n, PlatformError.from(error)));
  const sendEdit = (edited: Target) => {
    const item = items.find((each) => heldBy(edited, each));
    const before = item && isMessage(item) ? textOf(item.content) : null;
    const after = aside;
    endEdit();
    if (before === text.trimEnd()) return;
    told(after ? toDraft({ ...after, aside: null }, items, mentions) : EMPTY);
    api.call("message_edit", { room_id: roomId, item_id: edited.eventId ?? edited.id, text, mentions: standing(text, mentions) }).then(
      () => keep(latest.current),
      (error: unknown) => {
        // Nothing written is lost: the edit is there again.
        setAside(after);
        setTarget(edited);
        setText(text);
        failed(error);
      },
    );
  };
  const unready = tooLong || (empty && (target?.kind === "edit" || !tray.ready));
  /** What is written, or the beginning of it. */
  const send = (sending = text) => {
    if (unready) return;
    if (target?.kind === "edit") { sendEdit(target); return; }
    const withFiles = tray.ready;
    const answering = target;
    setText(text.slice(sending.length));
    setTarget(null);
    setProblem(null);
    told(EMPTY);
    stopTyping();
    back.current = "";
    onSend();
    const message = { text: sending, mentions: standing(sending, mentions), reply_to: answering ? eventIdOf(answering, items) : null };
    (withFiles ? tray.send(message) : sendInOrder(api, { room_id: roomId, ...message, thread })).then(
      () => keep(latest.current),
      (error: unknown) => {
        // Nothing written is lost: it comes back above what was written since.
        const before = back.current;
        if (!isBlank(sending)) {
          back.current = before === "" ? sending : `${before}\n${sending}`;
          setText((since) => broughtBack(since, before, sending));
        }
        setTarget((since) => since ?? answering);
        // What is wrong with a file stands below it.
        if (!withFiles) failed(error);
      },
    );
  };

  const answered = useEffectEvent(() => {
    if (!wanted) return;
    setWanted(null);
    // What was typed since stays, and may have taken it away.
    if (!text.startsWith(wanted.text)) return;
    if (wanted.named) {
      send(wanted.text);
      return;
    }
    const option = options[optionAt];
    if (option) pick(option.mention);
    if (wanted.sends || (!option && wanted.key === "Enter")) setWanted({ ...wanted, named: true, text: option ? named(wanted.text, wanted.asked, option.mention, 0).text : wanted.text });
  });
  useEffect(() => {
    if (!wanted || !settled) return;
    const timer = setTimeout(() => answered());
    return () => clearTimeout(timer);
  }, [wanted, settled]);

  /** It goes out later. */
  const scheduled = () => {
    setText("");
    setTarget(null);
    setProblem(null);
    told(EMPTY);
    void keep(EMPTY);
    stopTyping();
    area.current?.focus();
  };
  /** What was to go out later is written on. */
  const takeBack = (message: SendText) => {
    putBelow(message.text);
    setMentions(message.mentions.reduce(withMention, mentions));
    if (message.reply_to !== null && target === null) setTarget({ kind: "reply", id: message.reply_to, eventId: message.reply_to });
    area.current?.focus();
  };
  const later: SendText = { room_id: roomId, text, mentions: standing(text, mentions), reply_to: target?.kind === "reply" ? eventIdOf(target, items) : null, thread };

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    const press = event.nativeEvent;
    const [enters, escapes, tabs] = [guard.means(press), guard.means(press, "Escape"), guard.means(press, "Tab")];
    const option = options[optionAt];
    if (wanted && enters) setWanted({ ...wanted, text, sends: true });
    else if (wanted && escapes) {
      setAsked(null);
      setWanted(null);
    }
    else if (asked && !settled && (enters || tabs)) {
      if (!wanted) setWanted({ asked, text, key: press.key, sends: false, named: false });
    }
    else if (option && !press.isComposing) {
      const step = { ArrowDown: optionAt + 1, ArrowUp: optionAt - 1 }[press.key];
      if (step !== undefined) {
        const next = Math.max(0, Math.min(options.length - 1, step));
        setActiveOption(next);
        document.getElementById(`${id}-mentions-${next}`)?.scrollIntoView({ block: "nearest" });
      }
      else if (enters || tabs) {
        // Whom the former text found was not meant.
        if (settled) pick(option.mention);
      }
      else if (escapes) setAsked(null);
      else return;
    }
    else if (enters) send();
    else if (target !== null && escapes) cancel();
    else if ((text === "" || thread !== null) && onLeave && escapes) onLeave();
    else if (text === "" && target === null && guard.means(press, "ArrowUp") && !press.ctrlKey && !press.metaKey) {
      const own = items.findLast((item): item is MessageItem => isMessage(item) && canEdit(item.content));
      if (!own) return;
      edit(own);
    } else return;
    event.preventDefault();
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
      {options.length > 0 && <MentionPicker id={`${id}-mentions`} options={options} active={optionAt} onPick={pick} onActive={setActiveOption} />}
      <Scheduled roomId={roomId} thread={thread} onTaken={takeBack} />
      {target && <TargetBar target={target} items={items} onCancel={cancel} />}
      <Tray items={tray.items} onRemove={tray.remove} />
      <textarea
        ref={area}
        className={styles.input}
        rows={1}
        value={text}
        onChange={(event) => {
          write(event.target.value);
          look();
        }}
        onSelect={look}
        onFocus={meant}
        onBlur={() => setAsked(null)}
        aria-autocomplete={isGroup ? "list" : undefined}
        aria-controls={options.length > 0 ? `${id}-mentions` : undefined}
        aria-activedescendant={options.length > 0 ? `${id}-mentions-${optionAt}` : undefined}
        onCompositionEnd={(event) => guard.compositionEnd(event.timeStamp)}
        onKeyDown={onKeyDown}
        placeholder={thread === null ? t({ message: `Message ${name}`, comment: "In the empty message field; a colleague's name" }) : t({ message: "Reply in this thread", comment: "In the empty message field of a thread" })}
        aria-label={thread === null ? t({ message: `Message to ${name}`, comment: "Name of the message field, read aloud; a colleague's name" }) : t({ message: "Reply in this thread", comment: "In the empty message field of a thread" })}
        aria-invalid={notice ? true : undefined}
          aria-describedby={`${id}-hint`}
          spellCheck={spellCheck}
      />
      <div className={styles.tools}>
        <AttachButton
          onFiles={(files) => {
            tray.add(files);
            area.current?.focus();
          }}
        />
        <PollButton roomId={roomId} thread={thread} name={name} onSent={onSend} />
        <ScheduleButton message={later} disabled={empty || tooLong || tray.ready || target?.kind === "edit"} onScheduled={scheduled} />
        {isGroup && <IconButton icon={AtSign} size={28} label={t({ message: "Name a member", comment: "Button below the message field: puts an @ into the text and shows the members" })} onMouseDown={(event) => event.preventDefault()} onClick={ask} />}
        <span id={`${id}-hint`} className={styles.hint} data-problem={notice ? true : undefined} role={notice ? "alert" : undefined}>
          {notice ?? t({ message: "Enter to send · Shift+Enter for a new line", comment: "Below the message field" })}
        </span>
        <button type="submit" className={styles.send} disabled={unready} aria-label={target?.kind === "edit" ? t({ message: "Save", comment: "Button: send the changed text of a message" }) : t({ message: "Send", comment: "Button: send the message" })}>
          <Icon icon={SendHorizontal} />
        </button>
      </div>
    </form>
  );
}
