import { useLingui } from "@lingui/react/macro";
import { Ban, Check, CheckCheck, CircleAlert, Clock, Lock, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import type { Delivery, MembershipChange, MessageBody, Person, TimelineContent } from "@/bindings";
import { useAccount } from "@/app/state";
import { Avatar } from "@/components/Avatar/Avatar";
import { Button } from "@/components/Button/Button";
import { Icon } from "@/components/Icon/Icon";
import { VerifiedMark } from "@/components/VerifiedMark/VerifiedMark";
import { useNow } from "@/lib/now";
import { useAction } from "@/lib/query";
import { capitalised, clock, dayAndMonth, nearDay } from "@/lib/time";
import { avatarName, nameOf, useTerminology, wordOf } from "@/lib/words";
import type { Placed } from "./grouping";
import styles from "./Item.module.css";

type Message = Extract<TimelineContent, { kind: "message" }>;

/** A line of the timeline that nobody said. */
function Line({ children }: { children: ReactNode }) {
  return <div className={styles.line}>{children}</div>;
}

function DayDivider({ date }: { date: string }) {
  const { i18n } = useLingui();
  const now = useNow();
  // Noon of that day: no time zone moves it into another.
  const at = Date.parse(`${date}T12:00:00`);
  const near = nearDay(at, now, i18n.locale);
  const day = dayAndMonth(at, now, i18n.locale);
  const separator = i18n.locale.startsWith("zh") ? " " : ", ";
  return <div className={styles.day}><span>{near ? capitalised(near, i18n.locale) + separator + day : day}</span></div>;
}

function Delivered({ roomId, itemId, at, delivery }: { roomId: string; itemId: string; at: string; delivery: Delivery }) {
  const { t, i18n } = useLingui();
  const retry = useAction("message_retry");
  const discard = useAction("message_discard");
  const words: Record<Delivery["state"], string> = {
    queued: t({ message: "Queued", comment: "Delivery of one's own message: goes out by itself once connected; 待发送" }),
    failed: t({ message: "Not sent", comment: "Delivery of one's own message" }),
    sent: t({ message: "Sent", comment: "Delivery of one's own message" }),
    read: t({ message: "Read", comment: "Delivery of one's own message: the colleague has read it" }),
  };
  const icons: Record<Delivery["state"], LucideIcon> = { queued: Clock, failed: CircleAlert, sent: Check, read: CheckCheck };
  const own = { room_id: roomId, item_id: itemId };
  return (
    <div className={styles.meta} data-state={delivery.state}>
      <Icon icon={icons[delivery.state]} size={12} />
      <span><time dateTime={at}>{clock(Date.parse(at), i18n.locale)}</time> {words[delivery.state]}</span>
      {delivery.state === "failed" && (
        <>
          <Button variant="link" size={24} busy={retry.busy} onClick={() => retry.run(own)}>{t({ message: "Retry", comment: "Tries again to reach the servers, or to send a message" })}</Button>
          <Button variant="link" size={24} busy={discard.busy} onClick={() => discard.run(own)}>{t({ message: "Delete", comment: "Removes a message that was not sent" })}</Button>
        </>
      )}
    </div>
  );
}

function Body({ body, sender, queued }: { body: Exclude<MessageBody, { kind: "recalled" }>; sender: string; queued: boolean }) {
  const { t } = useLingui();
  switch (body.kind) {
    case "text":
      return (
        <div className={styles.bubble} data-queued={queued || undefined}>
          {body.text}
          {body.edited && <small className={styles.edited}>{t({ message: "edited", comment: "After a message that was changed after it was sent" })}</small>}
        </div>
      );
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

function MessageItem({ roomId, itemId, message, first, last }: { roomId: string; itemId: string; message: Message; first: boolean; last: boolean }) {
  const { t, i18n } = useLingui();
  const { locale } = i18n;
  const terms = useTerminology(locale);
  const { sender, own, at, body, delivery } = message;
  const name = nameOf(sender.name, locale).main || sender.user_id;
  if (body.kind === "recalled") {
    return <Line>{own ? t({ message: "You recalled a message", comment: "Line in a conversation; 撤回" }) : t({ message: `${name} recalled a message`, comment: "Line in a conversation; 撤回" })}</Line>;
  }
  const unsent = delivery?.state === "queued" || delivery?.state === "failed";
  if (own) {
    return (
      <div className={styles.own} data-first={first || undefined} title={clock(Date.parse(at), locale)}>
        {delivery && (last || unsent) && <Delivered roomId={roomId} itemId={itemId} at={at} delivery={delivery} />}
        <Body body={body} sender={name} queued={delivery?.state === "queued"} />
      </div>
    );
  }
  const about = [sender.title && terms.title(sender.title), wordOf(sender.hospital, locale)].filter(Boolean).join(" · ");
  return (
    <div className={styles.theirs} data-first={first || undefined}>
      {first && <Avatar name={avatarName(sender.name) || sender.user_id} accountId={sender.practitioner_id || sender.user_id} size={32} />}
      {first && (
        <div className={styles.who}>
          <b>{name}</b>
          {sender.verified && <VerifiedMark size={12} />}
          {about && <span className="truncate">{about}</span>}
          <time dateTime={at}>{clock(Date.parse(at), locale)}</time>
        </div>
      )}
      <div className={styles.said} title={first ? undefined : clock(Date.parse(at), locale)}><Body body={body} sender={name} queued={false} /></div>
    </div>
  );
}

function MembershipLine({ person, change }: { person: Person; change: MembershipChange }) {
  const { t, i18n } = useLingui();
  const account = useAccount();
  // That one is here oneself goes without saying.
  if (person.user_id === account.user_id && change !== "left") return null;
  const name = nameOf(person.name, i18n.locale).main || person.user_id;
  const words: Record<MembershipChange, string> = {
    joined: t({ message: `${name} joined the conversation`, comment: "Line in a conversation" }),
    left: t({ message: `${name} left the conversation`, comment: "Line in a conversation" }),
    invited: t({ message: `${name} was invited`, comment: "Line in a conversation" }),
  };
  return <Line>{words[change]}</Line>;
}

/** One item of a timeline. */
export function Item({ roomId, peerName, item, first, last }: Placed & { roomId: string; peerName: string }) {
  const { t } = useLingui();
  const { content } = item;
  const inside = (): ReactNode => {
    switch (content.kind) {
      case "day_divider":
        return <DayDivider date={content.date} />;
      case "unread_divider":
        return <div className={styles.unread}><span>{t({ message: "Unread", comment: "Divider in a conversation: what follows is unread" })}</span></div>;
      case "start":
        return <Line><Icon icon={Lock} size={12} /> {t({ message: `Your conversation with ${peerName} begins here. Only the two of you can read it.`, comment: "First line of a conversation" })}</Line>;
      case "message":
        return <MessageItem roomId={roomId} itemId={item.id} message={content} first={first} last={last} />;
      case "membership_change":
        return <MembershipLine person={content.person} change={content.change} />;
    }
  };
  return <div data-item={item.id} data-unread={content.kind === "unread_divider" || undefined} className={styles.item}>{inside()}</div>;
}
