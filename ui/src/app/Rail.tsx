import { Link, type LinkProps } from "@tanstack/react-router";
import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { BookUser, Cloud, CloudAlert, CloudCheck, CloudOff, type LucideIcon, MessageSquare, Settings, UserRoundCheck } from "lucide-react";
import type { Link as LinkState } from "@/bindings";
import { Avatar } from "@/components/Avatar/Avatar";
import { Icon } from "@/components/Icon/Icon";
import { newIn } from "@/lib/party";
import { useAction, useCommand } from "@/lib/query";
import { avatarName, nameOf } from "@/lib/words";
import { useConversations } from "./conversations";
import styles from "./Rail.module.css";
import { useAccount, useAppState, useIsVerifier } from "./state";

export interface SectionEntry {
  to: NonNullable<LinkProps["to"]>;
  icon: LucideIcon;
  label: string;
  badge: number;
  badgeLabel: string;
}

/** How often a verifier hears of new applications, in milliseconds. */
const REVIEW_MS = 60_000;

/** The sections there are for this doctor, in the order of the rail and of Ctrl+1…. */
export function useSections(): SectionEntry[] {
  const { t } = useLingui();
  const verifier = useIsVerifier();
  const conversations = useConversations();
  const { connection } = useAppState();
  // Doctors apply without news of it from the core.
  const every = () => connection?.link === "online" && REVIEW_MS;
  const pending = useCommand("review_list", { box: "pending", cursor: null }, { enabled: verifier, every }).data?.counts.pending ?? 0;
  const unread = conversations.value?.reduce((sum, each) => sum + newIn(each), 0) ?? 0;
  const sections: SectionEntry[] = [
    {
      to: "/chats",
      icon: MessageSquare,
      label: t({ message: "Chats", comment: "Section of the window: conversations" }),
      badge: unread,
      badgeLabel: t({ message: plural(unread, { one: "# unread", other: "# unread" }), comment: "Read aloud: number of unread messages" }),
    },
    { to: "/directory", icon: BookUser, label: t({ message: "Directory", comment: "Section of the window: all colleagues; 通讯录" }), badge: 0, badgeLabel: "" },
  ];
  if (verifier) {
    sections.push({
      to: "/review",
      icon: UserRoundCheck,
      label: t({ message: "Review", comment: "Section of the window, for verifiers: applications to review" }),
      badge: pending,
      badgeLabel: t({ message: plural(pending, { one: "# application waits", other: "# applications wait" }), comment: "Read aloud: number of applications to review" }),
    });
  }
  return sections;
}

const CLOUDS: Record<LinkState, LucideIcon> = { online: CloudCheck, connecting: Cloud, weak: CloudAlert, offline: CloudOff };

function ConnectionItem() {
  const { t } = useLingui();
  const { connection } = useAppState();
  const reconnect = useAction("reconnect");
  const link = connection?.link ?? "connecting";
  const words: Record<LinkState, string> = {
    online: t({ message: "Synced", comment: "State of the connection, in the narrow rail: everything is up to date" }),
    connecting: t({ message: "Connecting", comment: "State of the connection, in the narrow rail" }),
    weak: t({ message: "Weak", comment: "State of the connection, in the narrow rail: weak network" }),
    offline: t({ message: "Offline", comment: "State of the connection" }),
  };
  const inside = <><Icon icon={CLOUDS[link]} /><span>{words[link]}</span></>;
  if (link === "online" || link === "connecting") {
    return <div className={styles.item} data-conn title={words[link]}>{inside}</div>;
  }
  const retry = t({ message: "Reconnect now", comment: "Tooltip of the connection state in the rail, which tries again when pressed" });
  return (
    <button type="button" className={styles.item} data-conn data-warn title={retry} aria-label={`${words[link]}. ${retry}`} onClick={() => reconnect.run(null)}>
      {inside}
    </button>
  );
}

/** What is read aloud, also where the rail has no room for words. */
function labelled(name: string, badge: string | false): string {
  return badge === false ? name : `${name}, ${badge}`;
}

export function Rail() {
  const { t, i18n } = useLingui();
  const account = useAccount();
  const { connection } = useAppState();
  const sections = useSections();
  const name = nameOf(account.name, i18n.locale).main;
  const settings = t({ message: "Settings", comment: "Section of the window" });
  const requests = useCommand("contact_requests", null).data?.received.filter(({ state }) => state === "asked").length ?? 0;
  const waiting = t({ message: plural(requests, { one: "# colleague asks for a contact", other: "# colleagues ask for a contact" }), comment: "Read aloud and tooltip: number of requests to answer" });
  const active = { "data-active": true, "aria-current": "page" } as object;
  return (
    <nav className={styles.rail} aria-label={t({ message: "Main", comment: "Read aloud: the window's main navigation" })}>
      <Link
        to="/settings/account"
        className={styles.me}
        aria-label={t({ message: `${name}, my account`, comment: "Name of the avatar at the top of the rail, read aloud" })}
        title={name}
      >
        <Avatar name={avatarName(account.name)} accountId={account.practitioner_id || account.user_id} size={36} dot={connection?.link === "online" ? "on" : "off"} />
      </Link>
      {sections.map((section) => (
        <Link key={section.label} to={section.to} className={styles.item} activeProps={active} title={section.label} aria-label={labelled(section.label, section.badge > 0 && section.badgeLabel)}>
          <Icon icon={section.icon} size={20} />
          <span>{section.label}</span>
          {section.badge > 0 && <b className={styles.badge} aria-hidden>{section.badge > 99 ? "99+" : section.badge}</b>}
        </Link>
      ))}
      <span className={styles.gap} />
      <ConnectionItem />
      <Link to={requests > 0 ? "/settings/entry" : "/settings"} className={styles.item} activeProps={active} title={settings} aria-label={labelled(settings, requests > 0 && waiting)}>
        <Icon icon={Settings} size={20} />
        <span>{settings}</span>
        {requests > 0 && <b className={styles.badge} aria-hidden>{requests > 99 ? "99+" : requests}</b>}
      </Link>
    </nav>
  );
}
