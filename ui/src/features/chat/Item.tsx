import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { Lock } from "lucide-react";
import type { ReactNode } from "react";
import type { MembershipChange, Person } from "@/bindings";
import { useAccount } from "@/app/state";
import { Icon } from "@/components/Icon/Icon";
import { useNow } from "@/lib/now";
import { personName } from "@/lib/party";
import { capitalised, dayAndMonth, nearDay } from "@/lib/time";
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

/** People named in one line. */
const NAMED = 3;

function MembershipLine({ person, also, change, by }: { person: Person; also: readonly Person[]; change: MembershipChange; by: Person | null }) {
  const { t, i18n } = useLingui();
  const { locale } = i18n;
  const account = useAccount();
  const isMe = (each: Person) => each.user_id === account.user_id;
  // That one is here oneself goes without saying.
  const people = [person, ...also].filter((each) => !isMe(each) || change === "left" || change === "removed");
  if (people.length === 0) return null;
  const you = t({ message: "you", comment: "In a line of a group, among those who were removed: 'Zhang Wei removed you'" });
  const names = people.slice(0, NAMED).map((each) => (isMe(each) && change === "removed" ? you : personName(each, locale)));
  const others = people.length - NAMED;
  if (others > 0) names.push(t({ message: plural(others, { one: "# other", other: "# others" }), comment: "At the end of a list of names: how many more there are" }));
  const name = new Intl.ListFormat(locale, { type: "conjunction" }).format(names);
  const actor = by ? personName(by, locale) : "";
  const own = by !== null && isMe(by);
  const words: Record<MembershipChange, string> = {
    joined: t({ message: `${name} joined the conversation`, comment: "Line in a conversation" }),
    left: t({ message: `${name} left the conversation`, comment: "Line in a conversation" }),
    declined: t({ message: `${name} declined the invitation`, comment: "Line in a conversation" }),
    invited: own
      ? t({ message: `You invited ${name}`, comment: "Line in a conversation; names of colleagues" })
      : actor ? t({ message: `${actor} invited ${name}`, comment: "Line in a conversation: who invited whom" }) : t({ message: `${name} was invited`, comment: "Line in a conversation" }),
    removed: own
      ? t({ message: `You removed ${name}`, comment: "Line in a conversation; names of colleagues" })
      : actor ? t({ message: `${actor} removed ${name}`, comment: "Line in a conversation: who removed whom" }) : t({ message: `${name} was removed`, comment: "Line in a conversation" }),
  };
  return <Line>{words[change]}</Line>;
}

function RenamedLine({ by, name }: { by: Person; name: string }) {
  const { t, i18n } = useLingui();
  const account = useAccount();
  const actor = personName(by, i18n.locale);
  return (
    <Line>
      {by.user_id === account.user_id
        ? t({ message: `You named the group “${name}”`, comment: "Line in a group" })
        : t({ message: `${actor} named the group “${name}”`, comment: "Line in a group; a colleague's name, and the new name of the group" })}
    </Line>
  );
}

/** One item of a timeline. */
export function Item({ roomId, peerName, isGroup, item, also, first, last, found }: Placed & { roomId: string; peerName: string; isGroup: boolean; found: boolean }) {
  const { t } = useLingui();
  const { content } = item;
  const inside = (): ReactNode => {
    switch (content.kind) {
      case "day_divider":
        return <DayDivider date={content.date} />;
      case "unread_divider":
        return <div className={styles.unread}><span>{t({ message: "Unread", comment: "Divider in a conversation: what follows is unread" })}</span></div>;
      case "start":
        if (isGroup) return <Line><Icon icon={Lock} size={12} /> {t({ message: `The group “${peerName}” begins here. Only its members can read it.`, comment: "First line of a group" })}</Line>;
        return <Line><Icon icon={Lock} size={12} /> {t({ message: `Your conversation with ${peerName} begins here. Only the two of you can read it.`, comment: "First line of a conversation" })}</Line>;
      case "message":
        return isMessage(item) && <MessageRow roomId={roomId} item={item} first={first} last={last} />;
      case "membership_change":
        return <MembershipLine person={content.person} also={also} change={content.change} by={content.by} />;
      case "renamed":
        return <RenamedLine by={content.by} name={content.name} />;
    }
  };
  return <div data-item={item.id} data-unread={content.kind === "unread_divider" || undefined} data-found={found || undefined} className={styles.item}>{inside()}</div>;
}
