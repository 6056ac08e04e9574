import { useLingui } from "@lingui/react/macro";
import { Lock } from "lucide-react";
import type { ReactNode } from "react";
import type { MembershipChange, Person } from "@/bindings";
import { useAccount } from "@/app/state";
import { Icon } from "@/components/Icon/Icon";
import { useNow } from "@/lib/now";
import { capitalised, dayAndMonth, nearDay } from "@/lib/time";
import { nameOf } from "@/lib/words";
import { isMessage } from "./actions";
import type { Placed } from "./grouping";
import styles from "./Item.module.css";
import { MessageRow } from "./Message";

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
export function Item({ roomId, peerName, item, first, last, found }: Placed & { roomId: string; peerName: string; found: boolean }) {
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
        return isMessage(item) && <MessageRow roomId={roomId} item={item} first={first} last={last} />;
      case "membership_change":
        return <MembershipLine person={content.person} change={content.change} />;
    }
  };
  return <div data-item={item.id} data-unread={content.kind === "unread_divider" || undefined} data-found={found || undefined} className={styles.item}>{inside()}</div>;
}
