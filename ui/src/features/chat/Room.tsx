import { useNavigate } from "@tanstack/react-router";
import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { ArrowLeft, BookUser, Lock, PanelRight, Search } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { Conversation, Party, Person } from "@/bindings";
import { Avatar } from "@/components/Avatar/Avatar";
import { IconButton } from "@/components/Button/Button";
import { GroupAvatar } from "@/components/GroupAvatar/GroupAvatar";
import { Icon } from "@/components/Icon/Icon";
import { Bar, Pane } from "@/components/Pane/Pane";
import { VerifiedMark } from "@/components/VerifiedMark/VerifiedMark";
import { useLatest } from "@/lib/api";
import { useSizeClass } from "@/lib/media";
import { colourOf, faceOf, personName, usePartyName } from "@/lib/party";
import { useKeptPart } from "@/lib/scope";
import { useShortcuts } from "@/lib/shortcuts";
import { nameOf, useTerminology, wordOf } from "@/lib/words";
import { DayPicker } from "./DayPicker";
import { Doubts } from "./Doubts";
import { GroupDetails } from "./GroupDetails";
import { Invitation } from "./Invitation";
import { LeftBar } from "./LeftBar";
import styles from "./Room.module.css";
import { Talk, type TalkHandle } from "./Talk";
import { ThreadPane } from "./ThreadPane";
import { UnreadThreads } from "./Threads";

function Typing({ roomId }: { roomId: string }) {
  const { t, i18n } = useLingui();
  const people = useLatest("typing", { room_id: roomId }).value ?? [];
  const name = people[0] ? personName(people[0], i18n.locale) : "";
  const others = people.length - 1;
  return (
    <div className={styles.typing} role="status">
      {people.length > 0 && (
        <>
          <span className={styles.dots} aria-hidden><i /><i /><i /></span>
          {others > 0
            ? t({ message: plural(others, { one: `${name} and # other are typing`, other: `${name} and # others are typing` }), comment: "Below the messages of a group; a colleague's name" })
            : t({ message: `${name} is typing`, comment: "Below the messages; a colleague's name" })}
        </>
      )}
    </div>
  );
}

/** Who is on the other side, and that nobody else reads it. */
function ColleagueHead({ person }: { person: Person }) {
  const { t, i18n } = useLingui();
  const { locale } = i18n;
  const terms = useTerminology(locale);
  const part = useKeptPart();
  const { alt } = nameOf(person.name, locale);
  const outside = person.practitioner_id === "" && part !== null
    && t({ message: `outside of ${part}, the part of the directory on this device`, comment: "Below the name of a conversation: the directory kept here does not have the colleague; a province or a hospital" });
  const about = [person.title && terms.title(person.title), wordOf(person.hospital, locale), outside].filter(Boolean).join(" · ");
  return (
    <>
      <Avatar name={faceOf(person).name} accountId={colourOf(person)} size={32} />
      <div className={styles.title}>
        <h2><span className="truncate">{personName(person, locale)}</span>{person.verified && <VerifiedMark size={14} />}{alt && <small className="truncate">{alt}</small>}</h2>
        <Sub>{[about, t({ message: "end-to-end encrypted", comment: "Below the name of a conversation; 端到端加密" })].filter(Boolean).join(" · ")}</Sub>
      </div>
    </>
  );
}

function GroupHead({ party, name }: { party: Extract<Party, { kind: "group" }>; name: string }) {
  const { t } = useLingui();
  const { members, faces, invited_by: invitedBy } = party;
  return (
    <>
      <GroupAvatar faces={faces.map(faceOf)} size={32} />
      <div className={styles.title}>
        <h2><span className="truncate" dir="auto">{name}</span></h2>
        <Sub>
          {invitedBy
            ? t({ message: "Group, end-to-end encrypted", comment: "Below the name of a group that one is invited to" })
            : t({ message: plural(members, { one: "# member, end-to-end encrypted", other: "# members, end-to-end encrypted" }), comment: "Below the name of a group" })}
        </Sub>
      </div>
    </>
  );
}

function Sub({ children }: { children: ReactNode }) {
  return <div className={styles.sub}><Icon icon={Lock} size={12} /><span className="truncate">{children}</span></div>;
}

/** One conversation, with one colleague or with a group. */
export function Room({ conversation, onBack, onSearch }: { conversation: Conversation; onBack: (() => void) | null; onSearch: () => void }) {
  const { t } = useLingui();
  const navigate = useNavigate();
  const overlay = useSizeClass() !== "wide";
  const partyName = usePartyName();
  const { party, room_id: roomId, membership, draft, unread } = conversation;
  const name = partyName(party);
  const person = party.kind === "colleague" ? party.person : null;
  const joined = membership === "joined";
  // What was written is there: the doctor is in it, or keeps it.
  const readable = membership !== "invited";
  const isGroup = party.kind === "group";
  const [wanted, setWanted] = useState(false);
  const [thread, setThread] = useState<{ roomId: string; root: string; wanted: { eventId: string } | null } | null>(null);
  const following = thread?.roomId === roomId && readable ? thread : null;
  const detailed = wanted && isGroup && joined && !following;
  const talkRef = useRef<TalkHandle>(null);
  const pins = useLatest("pins", { room_id: roomId }).value;
  const doubts = useLatest("doubts", { room_id: roomId }).value;
  const toggle = () => {
    setWanted(!detailed);
    setThread(null);
  };
  const follow = (root: string, at?: string) => setThread({ roomId, root, wanted: at === undefined ? null : { eventId: at } });
  // Whoever closes a thread goes on in the conversation.
  const [closed, setClosed] = useState(0);
  useEffect(() => {
    if (closed > 0) talkRef.current?.focus();
  }, [closed]);
  const unfollow = () => {
    setThread(null);
    setClosed(closed + 1);
  };
  const escape = () => {
    if (following) unfollow();
    else if (detailed && overlay) setWanted(false);
    else onBack?.();
  };
  useShortcuts([
    { mod: true, key: ".", run: () => { if (isGroup && joined) toggle(); } },
    ...(following || (detailed && overlay) || onBack ? [{ key: "Escape", run: escape }] : []),
  ]);
  const label = isGroup
    ? t({ message: `Group chat ${name}`, comment: "Read aloud: the open conversation of a group; its name" })
    : t({ message: `Chat with ${name}`, comment: "Read aloud: the open conversation; a colleague's name" });
  return (
    <div className={styles.room} data-details={(detailed && !overlay) || undefined} data-thread={(following !== null && !overlay) || undefined}>
      <Pane label={label} as="main">
        <Bar>
          {onBack && <IconButton icon={ArrowLeft} label={t({ message: "Back", comment: "Button: from a conversation to the list, in a small window" })} onClick={onBack} />}
          {party.kind === "colleague" ? <ColleagueHead person={party.person} /> : <GroupHead party={party} name={name} />}
          {readable && <IconButton icon={Search} label={t({ message: "Search in this chat", comment: "Button in a conversation: looks for messages in it" })} onClick={onSearch} />}
          {readable && <DayPicker onDay={(from) => talkRef.current?.jumpTo(from)} />}
          {person?.practitioner_id && (
            <IconButton
              icon={BookUser}
              label={t({ message: "Show in directory", comment: "Button in a conversation: the colleague's card" })}
              onClick={() => void navigate({ to: "/directory", search: { colleague: person.practitioner_id } })}
            />
          )}
          {isGroup && joined && <IconButton icon={PanelRight} pressed={detailed} label={t({ message: "Group details", comment: "Read aloud: the panel about a group; 群详情" })} onClick={toggle} />}
        </Bar>
        {readable ? (
          <>
            {joined && doubts && <Doubts doubts={doubts} />}
            <UnreadThreads threads={conversation.threads.filter(({ root }) => root !== following?.root)} onOpen={follow} />
            <Talk key={roomId} ref={talkRef} roomId={roomId} name={name} isGroup={isGroup} draft={draft} unread={unread} pins={pins} onBack={onBack} readOnly={!joined} onThread={follow}>
              {joined ? <Typing roomId={roomId} /> : <LeftBar roomId={roomId} name={name} />}
            </Talk>
          </>
        ) : (
          <Invitation conversation={conversation} name={name} />
        )}
      </Pane>
      {following && (
        <div className={styles.thread} data-overlay={overlay || undefined}>
          <ThreadPane key={following.root} roomId={roomId} root={following.root} wanted={following.wanted} name={name} isGroup={isGroup} readOnly={!joined} onJump={(eventId) => talkRef.current?.jump(eventId)} onClose={unfollow} />
        </div>
      )}
      {detailed && (
        <div className={styles.details} data-overlay={overlay || undefined}>
          <GroupDetails key={roomId} conversation={conversation} name={name} pins={pins?.messages ?? []} allConfirmed={doubts?.length === 0} onJump={(eventId) => talkRef.current?.jump(eventId)} onClose={() => setWanted(false)} />
        </div>
      )}
    </div>
  );
}
