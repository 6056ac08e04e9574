import { useNavigate } from "@tanstack/react-router";
import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { useState } from "react";
import type { ColleagueRow, GroupHistory } from "@/bindings";
import { useAccount, useAppState } from "@/app/state";
import { Banner } from "@/components/Banner/Banner";
import { Button } from "@/components/Button/Button";
import { Dialog } from "@/components/Dialog/Dialog";
import { type Choice, RadioGroup } from "@/components/RadioGroup/RadioGroup";
import { TextField } from "@/components/TextField/TextField";
import { errorSentence } from "@/lib/errors";
import { useAction } from "@/lib/query";
import styles from "./NewGroupDialog.module.css";
import { PeoplePicker } from "./PeoplePicker";
import { MOST_INVITED, NAME_LIMIT, TOPIC_LIMIT, useLeftOut } from "./groups";

/** Makes a group of several colleagues: who, what it is called, what it is about, what later members see. */
export function NewGroupDialog({ open, chosen, onClose }: { open: boolean; chosen: readonly ColleagueRow[]; onClose: () => void }) {
  const { t, i18n } = useLingui();
  const account = useAccount();
  const navigate = useNavigate();
  const offline = useAppState().connection?.link === "offline";
  const tellLeftOut = useLeftOut();
  // Those that the dialog was opened with, until they are changed.
  const [changed, setChanged] = useState<readonly ColleagueRow[] | null>(null);
  const [name, setName] = useState("");
  const [topic, setTopic] = useState("");
  const [history, setHistory] = useState<GroupHistory>("from_invitation");
  const people = changed ?? chosen;
  const leave = () => {
    setChanged(null);
    setName("");
    setTopic("");
    setHistory("from_invitation");
    onClose();
  };
  const create = useAction("group_create", ({ room_id, left_out }, isThere) => {
    tellLeftOut(left_out, people);
    // Closed meanwhile: the group is in the list.
    if (!open || !isThere) return;
    leave();
    void navigate({ to: "/chats/$roomId", params: { roomId: room_id } });
  });
  const close = () => {
    create.clear();
    leave();
  };
  const choices: Choice<GroupHistory>[] = [
    {
      value: "from_invitation",
      label: t({ message: "What is written from their invitation on", comment: "Choice: what colleagues who join a group later can read" }),
    },
    {
      value: "shared",
      label: t({ message: "Everything, also what was written before", comment: "Choice: what colleagues who join a group later can read" }),
      detail: t({ message: "For a case that colleagues are called to later. It cannot be changed.", comment: "Below the choice that later members of a group read everything" }),
    },
  ];
  const tooMany = people.length > MOST_INVITED;
  const count = people.length;
  const run = () => create.run({ practitioner_ids: people.map(({ id }) => id), name, topic, history });
  return (
    <Dialog
      wide
      open={open}
      onClose={close}
      title={t({ message: "New group", comment: "Title of a dialog: making a group chat; 新建群聊" })}
      actions={
        <>
          <Button onClick={close}>{t({ message: "Cancel", comment: "Button that closes a dialog without doing anything" })}</Button>
          <Button variant="primary" busy={create.busy} disabled={offline || count === 0 || tooMany || name.trim() === ""} onClick={run}>
            {t({ message: plural(count, { one: "Create and invite # colleague", other: "Create and invite # colleagues" }), comment: "Button: makes a group chat and invites the chosen colleagues" })}
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        <PeoplePicker label={t({ message: "Who is in it", comment: "Field: the colleagues of a new group" })} people={people} onPeople={setChanged} without={[account.practitioner_id]} />
        <TextField
          label={t({ message: "Group name", comment: "Field: what a group is called" })}
          value={name}
          onValue={setName}
          maxLength={NAME_LIMIT}
          help={t({ message: "The name is readable by your hospital’s server. Never name a patient in it.", comment: "Below the field for the name of a group: it is not encrypted, unlike the messages" })}
          spellCheck
        />
        <TextField
          label={t({ message: "Topic", comment: "Field: what a group is about" })}
          aside={t({ message: "optional", comment: "Beside the label of a field that may stay empty" })}
          value={topic}
          onValue={setTopic}
          maxLength={TOPIC_LIMIT}
          help={t({ message: "Readable by the server, like the name.", comment: "Below the field for what a group is about: it is not encrypted" })}
          spellCheck
        />
        <RadioGroup label={t({ message: "Colleagues who join later can read", comment: "Heads two choices about a new group" })} choices={choices} value={history} onValue={setHistory} />
        <p className={styles.fine}>{t({ message: "Every group is end-to-end encrypted, and nobody comes in without an invitation.", comment: "In the dialog that makes a group" })}</p>
        {offline && <Banner tone="warn">{t({ message: "A group is made on the server: you need to be online.", comment: "In the dialog that makes a group, without a network" })}</Banner>}
        {tooMany && <Banner tone="warn">{t({ message: `At most ${MOST_INVITED} colleagues at once. Invite the others later.`, comment: "In the dialogs that make a group and invite to one; a number" })}</Banner>}
        {create.error && <Banner tone="danger" title={t({ message: "The group was not made", comment: "Title of why a group could not be made" })}>{errorSentence(i18n, create.error)}</Banner>}
      </div>
    </Dialog>
  );
}
