import { useLingui } from "@lingui/react/macro";
import { Ban, CornerUpLeft, Ellipsis, Lock } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { MessageBody, Reply } from "@/bindings";
import { Avatar } from "@/components/Avatar/Avatar";
import { IconButton } from "@/components/Button/Button";
import { Checkbox } from "@/components/Checkbox/Checkbox";
import { Icon } from "@/components/Icon/Icon";
import { VerifiedMark } from "@/components/VerifiedMark/VerifiedMark";
import { clock } from "@/lib/time";
import { avatarName, nameOf, useTerminology, wordOf } from "@/lib/words";
import { Attached } from "./attachments/Attached";
import { type MessageItem, canForward, canReact, canReply, idOf, isUnsent, useMessageActions } from "./actions";
import { Change, Delivered } from "./Delivered";
import { ForwardedCard } from "./ForwardedCard";
import styles from "./Item.module.css";
import { MessageText } from "./MessageText";
import { PollCard } from "./polls/PollCard";
import { Reactions } from "./Reactions";
import { StarMark } from "./Stars";
import { ThreadLine } from "./Threads";
import { WORD_ICONS, useReactionWords, usePreviewText } from "./useWords";

/** What the message answers. */
function Quote({ reply }: { reply: Reply }) {
  const { t, i18n } = useLingui();
  const { jump } = useMessageActions();
  const previewText = usePreviewText();
  const { quoted } = reply;
  const name = quoted ? nameOf(quoted.sender.name, i18n.locale).main || quoted.sender.user_id : "";
  const said = quoted ? previewText(quoted.preview) : "";
  return (
    <button type="button" aria-label={quoted ? t({ message: `In reply to ${name}: ${said}`, comment: "Read aloud: whose message is answered, and what it says" }) : undefined} className={styles.quote} title={t({ message: "Go to this message", comment: "Tooltip of the message that another one answers" })} onClick={() => jump(reply.event_id)}>
      {quoted === null
        ? <span className="truncate">{t({ message: "A message that is not here", comment: "In place of the message that another one answers, if it cannot be had" })}</span>
        : (
          <>
            <b className="truncate">{name}</b>
            <bdi className="truncate">{said}</bdi>
          </>
        )}
    </button>
  );
}

function Body({ roomId, item, body, reply, sender, queued, mentionsMe }: { roomId: string; item: MessageItem; body: Exclude<MessageBody, { kind: "recalled" | "unencrypted" }>; reply: Reply | null; sender: string; queued: boolean; mentionsMe: boolean }) {
  const { t } = useLingui();
  switch (body.kind) {
    case "text":
      return (
        <div className={styles.bubble} data-queued={queued || undefined} data-mentions-me={mentionsMe || undefined} dir="auto">
          {reply && <Quote reply={reply} />}
          <MessageText text={body.text} formatted={body.formatted} />
          {body.edited && <small className={styles.edited}>{t({ message: "edited", comment: "After a message that was changed after it was sent" })}</small>}
        </div>
      );
    case "image":
    case "file":
      return <Attached roomId={roomId} item={item} body={body} mentionsMe={mentionsMe}>{reply && <Quote reply={reply} />}</Attached>;
    case "poll":
      return <PollCard roomId={roomId} item={item} poll={body.poll}>{reply && <Quote reply={reply} />}</PollCard>;
    case "forwarded":
      return <ForwardedCard text={body.text} messages={body.messages} sender={sender} queued={queued} />;
    case "undecryptable":
      return (
        <div className={styles.note}>
          <Icon icon={Lock} size={14} />
          {body.before_this_device
            ? t({ message: "Sent before you signed in on this device, and not readable here", comment: "In place of an encrypted message that was sent before this device existed" })
            : t({ message: `Waiting for the key from ${sender}`, comment: "In place of an encrypted message whose key has not arrived; whose key it is" })}
        </div>
      );
    case "unsupported":
      return <div className={styles.note}><Icon icon={Ban} size={14} />{t({ message: "A message of a kind that this version cannot show", comment: "In place of a message" })}</div>;
  }
}

/** What the pointer finds beside a message; by the keyboard all of it is in the menu. */
function HoverBar({ item }: { item: MessageItem }) {
  const { t } = useLingui();
  const { reply, react, menu, readOnly } = useMessageActions();
  const words = useReactionWords();
  return (
    <div className={styles.bar}>
      {!readOnly && canReact(item.content) && <IconButton tabIndex={-1} size={24} icon={WORD_ICONS.agree} label={words.agree} onClick={() => react(item, "agree")} />}
      {!readOnly && canReply(item.content) && <IconButton tabIndex={-1} size={24} icon={CornerUpLeft} label={t({ message: "Reply", comment: "Answers a message, with a quotation of it" })} onClick={() => reply(item)} />}
      <IconButton tabIndex={-1} size={24} icon={Ellipsis} label={t({ message: "More", comment: "Button beside a message: what else can be done with it" })} onClick={(event) => menu(item, event.currentTarget)} />
    </div>
  );
}

/** The frame of a message: takes the focus, has a menu, can be selected. */
function Frame({ item, label, children }: { item: MessageItem; label: string; children: (bar: ReactNode) => ReactNode }) {
  const { menu, select, selected } = useMessageActions();
  const { t } = useLingui();
  const [near, setNear] = useState(false);
  const frameRef = useRef<HTMLDivElement>(null);
  // What scrolls away under a pointer that rests is not told that it left: the next movement tells.
  useEffect(() => {
    if (!near) return;
    const moved = ({ target }: PointerEvent) => { if (!(target instanceof Node && frameRef.current?.contains(target))) setNear(false); };
    document.addEventListener("pointerover", moved);
    document.addEventListener("pointermove", moved);
    return () => {
      document.removeEventListener("pointerover", moved);
      document.removeEventListener("pointermove", moved);
    };
  }, [near]);
  const selecting = selected !== null && canForward(item.content);
  return (
    <div
      ref={frameRef}
      role="article"
      tabIndex={-1}
      data-message={item.id}
      aria-label={label}
      className={styles.frame}
      data-selected={selected?.has(item.id) || undefined}
      onClick={(event) => {
        if (selecting && !(event.target as Element).closest("a, button, label, input")) select(item);
      }}
      onPointerEnter={() => setNear(true)}
      onPointerLeave={() => setNear(false)}
      onContextMenu={(event) => {
        // Text that was marked has the system's own menu.
        if (window.getSelection()?.isCollapsed === false) return;
        event.preventDefault();
        const { clientX, clientY } = event;
        menu(item, { getBoundingClientRect: () => new DOMRect(clientX, clientY, 0, 0) });
      }}
    >
      {selecting && (
        <span className={styles.check}>
          <Checkbox checked={selected.has(item.id)} onChecked={() => select(item)}><span className="visually-hidden">{t({ message: "Select", comment: "Read aloud: box that selects a message" })}</span></Checkbox>
        </span>
      )}
      <div className={styles.inside}>{children(near && selected === null && <HoverBar item={item} />)}</div>
    </div>
  );
}

export function MessageRow({ roomId, item, first, last }: { roomId: string; item: MessageItem; first: boolean; last: boolean }) {
  const { t, i18n } = useLingui();
  const { locale } = i18n;
  const terms = useTerminology(locale);
  const { sender, own, at, body, delivery, change, readers, reply, mentions_me: mentionsMe } = item.content;
  const name = nameOf(sender.name, locale).main || sender.user_id;
  const time = clock(Date.parse(at), locale);
  const ref = { room_id: roomId, item_id: idOf(item) };
  if (body.kind === "recalled") {
    return (
      <div className={styles.line}>
        {own ? t({ message: "You recalled a message", comment: "Line in a conversation; 撤回" }) : t({ message: `${name} recalled a message`, comment: "Line in a conversation; 撤回" })}
        {change && <Change own={ref} change={change} of="recall" />}
        <ThreadLine item={item} />
      </div>
    );
  }
  if (body.kind === "unencrypted") {
    return <div className={styles.line}>{t({ message: `A message in the name of ${name} came unencrypted and is not shown: anybody could have written it`, comment: "Line in a conversation, in place of a message that was refused because it came unencrypted into an encrypted conversation" })}</div>;
  }
  const label = mentionsMe ? t({ message: `${name} names you, ${time}`, comment: "Read aloud: a message in which one is named; whose, and its time" }) : own ? t({ message: `You, ${time}`, comment: "Read aloud: an own message and its time" }) : t({ message: `${name}, ${time}`, comment: "Read aloud: whose message, and its time" });
  if (own) {
    return (
      <Frame item={item} label={label}>
        {(bar) => (
          <div className={styles.own} data-first={first || undefined} title={time}>
            <div className={styles.beside}>
              {change ? <Change own={ref} change={change} of={body.kind === "poll" ? "vote" : "edit"} /> : delivery && (last || isUnsent(item.content)) && <Delivered own={ref} at={at} delivery={delivery} readers={readers} />}
              <div className={styles.body}>
                <Body roomId={roomId} item={item} body={body} reply={reply} sender={name} queued={delivery?.state === "queued"} mentionsMe={false} />
                <StarMark item={item} />
                {bar}
              </div>
            </div>
            <Reactions item={item} />
            <ThreadLine item={item} />
          </div>
        )}
      </Frame>
    );
  }
  const about = [sender.title && terms.title(sender.title), wordOf(sender.hospital, locale)].filter(Boolean).join(" · ");
  return (
    <Frame item={item} label={label}>
      {(bar) => (
        <div className={styles.theirs} data-first={first || undefined}>
          {first && <Avatar name={avatarName(sender.name) || sender.user_id} accountId={sender.practitioner_id || sender.user_id} size={32} />}
          {first && (
            <div className={styles.who}>
              <b className="truncate">{name}</b>
              {sender.verified && <VerifiedMark size={12} />}
              {about && <span className="truncate">{about}</span>}
              <time dateTime={at}>{time}</time>
            </div>
          )}
          <div className={styles.said} title={first ? undefined : time}>
            <div className={styles.body}>
              <Body roomId={roomId} item={item} body={body} reply={reply} sender={name} queued={false} mentionsMe={mentionsMe} />
              <StarMark item={item} />
              {bar}
            </div>
            {change && <Change own={ref} change={change} of="vote" />}
            <Reactions item={item} />
            <ThreadLine item={item} />
          </div>
        </div>
      )}
    </Frame>
  );
}
