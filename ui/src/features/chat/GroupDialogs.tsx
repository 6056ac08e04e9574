import { useNavigate } from "@tanstack/react-router";
import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { useState } from "react";
import type { ColleagueRow, GroupDetails, GroupMember } from "@/bindings";
import { useAccount } from "@/app/state";
import { Banner } from "@/components/Banner/Banner";
import { Button } from "@/components/Button/Button";
import { Checkbox } from "@/components/Checkbox/Checkbox";
import { ConfirmDialog, Dialog } from "@/components/Dialog/Dialog";
import { TextArea, TextField } from "@/components/TextField/TextField";
import { errorSentence } from "@/lib/errors";
import { personName } from "@/lib/party";
import { useAction } from "@/lib/query";
import styles from "./GroupDetails.module.css";
import { MOST_INVITED, NAME_LIMIT, TOPIC_LIMIT, useLeftOut } from "./groups";
import { PeoplePicker } from "./PeoplePicker";

/** Whom a dialog is about: while it closes, it still says what it said. */
function useKept<T>(now: T | null): T | null {
  const [last, setLast] = useState(now);
  if (now !== null && now !== last) setLast(now);
  return now ?? last;
}

/** Mount with a key of what it begins with. */
export function ChangeGroupDialog({ roomId, details, open, onClose }: { roomId: string; details: GroupDetails; open: boolean; onClose: () => void }) {
  const { t, i18n } = useLingui();
  const [name, setName] = useState(details.name);
  const [topic, setTopic] = useState(details.topic);
  const change = useAction("group_change", onClose);
  return (
    <Dialog
      wide
      open={open}
      onClose={onClose}
      title={t({ message: "Change name and topic", comment: "Button in the details of a group" })}
      actions={
        <>
          <Button onClick={onClose}>{t({ message: "Cancel", comment: "Button that closes a dialog without doing anything" })}</Button>
          <Button variant="primary" busy={change.busy} disabled={name.trim() === ""} onClick={() => change.run({ room_id: roomId, name, topic })}>{t({ message: "Save", comment: "Button: send the changed text of a message" })}</Button>
        </>
      }
    >
      <div className={styles.form}>
        <TextField label={t({ message: "Group name", comment: "Field: what a group is called" })} value={name} onValue={setName} maxLength={NAME_LIMIT} spellCheck autoFocus help={t({ message: "The name is readable by your hospital’s server. Never name a patient in it.", comment: "Below the field for the name of a group: it is not encrypted, unlike the messages" })} />
        <TextArea label={t({ message: "Topic", comment: "Field: what a group is about" })} value={topic} onValue={setTopic} maxLength={TOPIC_LIMIT} rows={3} help={t({ message: "Readable by the server, like the name.", comment: "Below the field for what a group is about: it is not encrypted" })} />
        {change.error && <Banner tone="danger">{errorSentence(i18n, change.error)}</Banner>}
      </div>
    </Dialog>
  );
}

export function InviteDialog({ roomId, members, open, onClose }: { roomId: string; members: readonly GroupMember[]; open: boolean; onClose: () => void }) {
  const { t, i18n } = useLingui();
  const account = useAccount();
  const tellLeftOut = useLeftOut();
  const [people, setPeople] = useState<readonly ColleagueRow[]>([]);
  const invite = useAction("group_invite", (leftOut) => {
    tellLeftOut(leftOut, people);
    setPeople([]);
    onClose();
  });
  const close = () => {
    setPeople([]);
    invite.clear();
    onClose();
  };
  const count = people.length;
  return (
    <Dialog
      wide
      open={open}
      onClose={close}
      title={t({ message: "Invite colleagues", comment: "Button and title of a dialog: more members for a group" })}
      actions={
        <>
          <Button onClick={close}>{t({ message: "Cancel", comment: "Button that closes a dialog without doing anything" })}</Button>
          <Button variant="primary" busy={invite.busy} disabled={count === 0 || count > MOST_INVITED} onClick={() => invite.run({ room_id: roomId, practitioner_ids: people.map(({ id }) => id) })}>
            {t({ message: plural(count, { one: "Invite # colleague", other: "Invite # colleagues" }), comment: "Button: invites the chosen colleagues to a group" })}
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        <PeoplePicker label={t({ message: "Whom to invite", comment: "Field: colleagues for a group" })} people={people} onPeople={setPeople} without={[account.practitioner_id, ...members.map(({ person }) => person.practitioner_id)]} />
        {count > MOST_INVITED && <Banner tone="warn">{t({ message: `At most ${MOST_INVITED} colleagues at once. Invite the others later.`, comment: "In the dialogs that make a group and invite to one; a number" })}</Banner>}
        {invite.error && <Banner tone="danger">{errorSentence(i18n, invite.error)}</Banner>}
      </div>
    </Dialog>
  );
}

/** Whom a dialog is about, also while it closes, and closing it, which forgets what went wrong. */
function useMember(member: GroupMember | null, clear: () => void, onClose: () => void) {
  const { i18n } = useLingui();
  const about = useKept(member);
  const close = () => {
    clear();
    onClose();
  };
  return { about, name: about ? personName(about.person, i18n.locale) : "", close };
}

export function RemoveDialog({ roomId, member, onClose }: { roomId: string; member: GroupMember | null; onClose: () => void }) {
  const { t, i18n } = useLingui();
  const remove = useAction("group_remove", onClose);
  const { about, name, close } = useMember(member, remove.clear, onClose);
  return (
    <ConfirmDialog
      open={member !== null}
      onClose={close}
      danger
      busy={remove.busy}
      title={about?.invited ? t({ message: `Take the invitation of ${name} back?`, comment: "Title of a dialog; a colleague's name" }) : t({ message: `Remove ${name} from the group?`, comment: "Title of a dialog; a colleague's name" })}
      confirm={about?.invited ? t({ message: "Take invitation back", comment: "Button: takes the invitation to a group back" }) : t({ message: "Remove", comment: "Button: takes a member out of a group" })}
      onConfirm={() => { if (member) remove.run({ room_id: roomId, user_id: member.person.user_id }); }}
    >
      {about?.invited
        ? t({ message: "They see the group no longer.", comment: "In a dialog, before an invitation to a group is taken back" })
        : t({ message: "They read nothing that is written from then on. What they have read stays on their devices.", comment: "In a dialog, before a member is taken out of a group" })}
      {remove.error && <Banner tone="danger">{errorSentence(i18n, remove.error)}</Banner>}
    </ConfirmDialog>
  );
}

export function HandOverDialog({ roomId, member, onClose }: { roomId: string; member: GroupMember | null; onClose: () => void }) {
  const { t, i18n } = useLingui();
  const [stay, setStay] = useState(true);
  const handOver = useAction("group_hand_over", onClose);
  const { name, close } = useMember(member, handOver.clear, onClose);
  return (
    <ConfirmDialog
      open={member !== null}
      onClose={close}
      busy={handOver.busy}
      title={t({ message: `Make ${name} the owner?`, comment: "Title of a dialog: hands a group over; a colleague's name; 转让群主" })}
      confirm={t({ message: "Hand over", comment: "Button: makes another colleague the owner of a group" })}
      onConfirm={() => { if (member) handOver.run({ room_id: roomId, user_id: member.person.user_id, stay_admin: stay }); }}
    >
      <p>{t({ message: "From then on they alone appoint admins and hand the group on. You cannot take it back.", comment: "In a dialog, before a group is handed over" })}</p>
      <Checkbox checked={stay} onChecked={setStay}>{t({ message: "I stay an admin", comment: "Box in the dialog that hands a group over" })}</Checkbox>
      {handOver.error && <Banner tone="danger">{errorSentence(i18n, handOver.error)}</Banner>}
    </ConfirmDialog>
  );
}

export function LeaveDialog({ roomId, name, open, onClose }: { roomId: string; name: string; open: boolean; onClose: () => void }) {
  const { t, i18n } = useLingui();
  const navigate = useNavigate();
  const [keep, setKeep] = useState(true);
  const leave = useAction("group_leave", () => {
    onClose();
    void navigate({ to: "/chats" });
  });
  const close = () => {
    leave.clear();
    onClose();
  };
  return (
    <ConfirmDialog
      open={open}
      onClose={close}
      danger
      busy={leave.busy}
      title={t({ message: `Leave “${name}”?`, comment: "Title of a dialog; the name of a group" })}
      confirm={t({ message: "Leave", comment: "Button: leaves a group" })}
      onConfirm={() => leave.run({ room_id: roomId, keep })}
    >
      <p>{t({ message: "The group goes from your list. To come back you need an invitation.", comment: "In a dialog, before a group is left" })}</p>
      <Checkbox checked={keep} onChecked={setKeep}>{t({ message: "Keep what was written on this device, to read and search", comment: "Tick in the dialog before a group is left: its messages stay under Archived" })}</Checkbox>
      {leave.error && <Banner tone="danger">{errorSentence(i18n, leave.error)}</Banner>}
    </ConfirmDialog>
  );
}
