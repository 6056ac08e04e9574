import { useNavigate } from "@tanstack/react-router";
import { useLingui } from "@lingui/react/macro";
import { ArrowLeft, BookUser, Lock, MessageSquare } from "lucide-react";
import type { Conversation } from "@/bindings";
import { Avatar } from "@/components/Avatar/Avatar";
import { Banner } from "@/components/Banner/Banner";
import { Button, IconButton } from "@/components/Button/Button";
import { EmptyState } from "@/components/EmptyState/EmptyState";
import { Icon } from "@/components/Icon/Icon";
import { Bar, Pane } from "@/components/Pane/Pane";
import { VerifiedMark } from "@/components/VerifiedMark/VerifiedMark";
import { useLatest } from "@/lib/api";
import { errorSentence } from "@/lib/errors";
import { useAction } from "@/lib/query";
import { useKeptPart } from "@/lib/scope";
import { avatarName, nameOf, useTerminology, wordOf } from "@/lib/words";
import styles from "./Room.module.css";
import { Talk } from "./Talk";

function Typing({ roomId }: { roomId: string }) {
  const { t, i18n } = useLingui();
  const people = useLatest("typing", { room_id: roomId }).value ?? [];
  const name = people[0] ? nameOf(people[0].name, i18n.locale).main || people[0].user_id : "";
  return (
    <div className={styles.typing} role="status">
      {people.length > 0 && (
        <>
          <span className={styles.dots} aria-hidden><i /><i /><i /></span>
          {t({ message: `${name} is typing`, comment: "Below the messages; a colleague's name" })}
        </>
      )}
    </div>
  );
}

/** Somebody asks to talk: nothing of it is shown or answered before one says yes. */
function Invitation({ conversation, name }: { conversation: Conversation; name: string }) {
  const { t, i18n } = useLingui();
  const navigate = useNavigate();
  const accept = useAction("conversation_accept");
  const decline = useAction("conversation_decline", () => void navigate({ to: "/chats" }));
  const ref = { room_id: conversation.room_id };
  const error = accept.error ?? decline.error;
  return (
    <EmptyState
      icon={MessageSquare}
      title={t({ message: `${name} would like to chat with you`, comment: "Title of an invitation; a colleague's name" })}
      actions={
        <>
          <Button variant="primary" size={28} busy={accept.busy} onClick={() => accept.run(ref)}>{t({ message: "Accept", comment: "Button: accept the invitation to a conversation" })}</Button>
          <Button size={28} busy={decline.busy} onClick={() => decline.run(ref)}>{t({ message: "Decline", comment: "Button: decline the invitation to a conversation" })}</Button>
        </>
      }
    >
      {error ? <Banner tone="danger">{errorSentence(i18n, error)}</Banner> : t({ message: "They see that you read messages only after you accept.", comment: "Below an invitation to a conversation" })}
    </EmptyState>
  );
}

/** One conversation with one colleague. */
export function Room({ conversation, onBack }: { conversation: Conversation; onBack: (() => void) | null }) {
  const { t, i18n } = useLingui();
  const { locale } = i18n;
  const navigate = useNavigate();
  const terms = useTerminology(locale);
  const { peer, room_id: roomId, membership, draft, unread } = conversation;
  const name = nameOf(peer.name, locale);
  const main = name.main || peer.user_id;
  const part = useKeptPart();
  const outside = peer.practitioner_id === "" && part !== null
    && t({ message: `outside of ${part}, the part of the directory on this device`, comment: "Below the name of a conversation: the directory kept here does not have the colleague; a province or a hospital" });
  const about = [peer.title && terms.title(peer.title), wordOf(peer.hospital, locale), outside].filter(Boolean).join(" · ");
  return (
    <Pane label={t({ message: `Chat with ${main}`, comment: "Read aloud: the open conversation; a colleague's name" })} as="main">
      <Bar>
        {onBack && <IconButton icon={ArrowLeft} label={t({ message: "Back", comment: "Button: from a conversation to the list, in a small window" })} onClick={onBack} />}
        <Avatar name={avatarName(peer.name) || peer.user_id} accountId={peer.practitioner_id || peer.user_id} size={32} />
        <div className={styles.title}>
          <h2><span className="truncate">{main}</span>{peer.verified && <VerifiedMark size={14} />}{name.alt && <small className="truncate">{name.alt}</small>}</h2>
          <div className={styles.sub}>
            <Icon icon={Lock} size={12} />
            <span className="truncate">{[about, t({ message: "end-to-end encrypted", comment: "Below the name of a conversation; 端到端加密" })].filter(Boolean).join(" · ")}</span>
          </div>
        </div>
        {peer.practitioner_id && (
          <IconButton
            icon={BookUser}
            label={t({ message: "Show in directory", comment: "Button in a conversation: the colleague's card" })}
            onClick={() => void navigate({ to: "/directory", search: { colleague: peer.practitioner_id } })}
          />
        )}
      </Bar>
      {membership === "invited" ? (
        <Invitation conversation={conversation} name={main} />
      ) : (
        <Talk key={roomId} roomId={roomId} name={main} draft={draft} unread={unread} onBack={onBack}>
          <Typing roomId={roomId} />
        </Talk>
      )}
    </Pane>
  );
}
