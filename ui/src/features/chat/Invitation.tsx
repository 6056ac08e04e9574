import { useNavigate } from "@tanstack/react-router";
import { useLingui } from "@lingui/react/macro";
import { MessageSquare, TriangleAlert, UsersRound } from "lucide-react";
import { useState } from "react";
import type { Conversation, Person } from "@/bindings";
import { Avatar } from "@/components/Avatar/Avatar";
import { Banner } from "@/components/Banner/Banner";
import { Button } from "@/components/Button/Button";
import { EmptyState } from "@/components/EmptyState/EmptyState";
import { Icon } from "@/components/Icon/Icon";
import { VerifiedMark } from "@/components/VerifiedMark/VerifiedMark";
import { errorSentence } from "@/lib/errors";
import { colourOf, faceOf, personName } from "@/lib/party";
import { useAction } from "@/lib/query";
import { useTerminology, wordOf } from "@/lib/words";
import { ReportDialog } from "./ReportDialog";
import styles from "./Room.module.css";

/** Who invites to a group: title, hospital, and whether anybody vouches for that. */
function Inviter({ person }: { person: Person }) {
  const { t, i18n } = useLingui();
  const { locale } = i18n;
  const terms = useTerminology(locale);
  const about = [person.title && terms.title(person.title), wordOf(person.hospital, locale)].filter(Boolean).join(" · ");
  return (
    <span className={styles.inviter}>
      <Avatar name={faceOf(person).name} accountId={colourOf(person)} size={32} />
      <span>
        <b>{personName(person, locale)}</b>{person.verified && <VerifiedMark size={14} />}
        <small>{about || person.user_id}</small>
        {!person.verified && <small className={styles.unverified}><Icon icon={TriangleAlert} size={12} />{t({ message: "Not verified", comment: "Below who invites one to a group: nobody vouches for them" })}</small>}
      </span>
    </span>
  );
}

/** Somebody asks to talk: nothing of it is shown or answered before one says yes. */
export function Invitation({ conversation, name }: { conversation: Conversation; name: string }) {
  const { t, i18n } = useLingui();
  const navigate = useNavigate();
  const accept = useAction("conversation_accept");
  const decline = useAction("conversation_decline", (_, isThere) => { if (isThere) void navigate({ to: "/chats" }); });
  const [reporting, setReporting] = useState(false);
  const ref = { room_id: conversation.room_id };
  const { party } = conversation;
  const inviter = party.kind === "group" ? party.invited_by : null;
  const by = inviter ? personName(inviter, i18n.locale) : "";
  const error = accept.error ?? decline.error;
  return (
    <EmptyState
      icon={party.kind === "group" ? UsersRound : MessageSquare}
      title={
        party.kind === "colleague"
          ? t({ message: `${name} would like to chat with you`, comment: "Title of an invitation; a colleague's name" })
          : by
            ? t({ message: `${by} invites you to the group “${name}”`, comment: "Title of an invitation to a group; a colleague's name, and that of the group" })
            : t({ message: `You are invited to the group “${name}”`, comment: "Title of an invitation to a group; its name" })
      }
      actions={
        <>
          <Button variant="primary" size={28} busy={accept.busy} onClick={() => accept.run(ref)}>{t({ message: "Accept", comment: "Button: accept the invitation to a conversation" })}</Button>
          <Button size={28} busy={decline.busy} onClick={() => decline.run(ref)}>{t({ message: "Decline", comment: "Button: decline the invitation to a conversation" })}</Button>
          <Button variant="link" size={28} onClick={() => setReporting(true)}>{t({ message: "Report…", comment: "Button: tell the administrators who sent this invitation" })}</Button>
        </>
      }
    >
      {inviter && <Inviter person={inviter} />}
      {error ? <Banner tone="danger">{errorSentence(i18n, error)}</Banner> : t({ message: "They see that you read messages only after you accept.", comment: "Below an invitation to a conversation" })}
      <ReportDialog
        open={reporting}
        roomId={conversation.room_id}
        name={party.kind === "group" ? by || name : name}
        onOpen={setReporting}
        onReported={() => void navigate({ to: "/chats" })}
      />
    </EmptyState>
  );
}
