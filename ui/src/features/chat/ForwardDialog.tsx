import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { Search } from "lucide-react";
import { useState } from "react";
import type { Conversation } from "@/bindings";
import { useConversations } from "@/app/conversations";
import { Avatar } from "@/components/Avatar/Avatar";
import { Banner } from "@/components/Banner/Banner";
import { Button } from "@/components/Button/Button";
import { Checkbox } from "@/components/Checkbox/Checkbox";
import { Dialog } from "@/components/Dialog/Dialog";
import { GroupAvatar } from "@/components/GroupAvatar/GroupAvatar";
import { RadioGroup } from "@/components/RadioGroup/RadioGroup";
import { TextField } from "@/components/TextField/TextField";
import { toast } from "@/components/Toast/Toast";
import { errorSentence } from "@/lib/errors";
import { colourOf, faceOf, inOrder, usePartyName } from "@/lib/party";
import { useAction } from "@/lib/query";
import { nameOf } from "@/lib/words";
import { type MessageItem, idOf } from "./actions";
import styles from "./ForwardDialog.module.css";

/** Conversations that are shown: others are found by their names. */
const MOST = 30;

function Face({ conversation: { party } }: { conversation: Conversation }) {
  return party.kind === "group"
    ? <GroupAvatar faces={party.faces.map(faceOf)} size={28} />
    : <Avatar name={faceOf(party.person).name} accountId={colourOf(party.person)} size={28} />;
}

/** Hands messages on: to which conversations, and whether as one card. */
export function ForwardDialog({ roomId, items, onClose, onDone }: {
  roomId: string;
  /** None while it is closed. */
  items: readonly MessageItem[];
  onClose: () => void;
  onDone: () => void;
}) {
  const { t, i18n } = useLingui();
  const partyName = usePartyName();
  const conversations = inOrder(useConversations().value ?? []).filter(({ membership }) => membership === "joined");
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [way, setWay] = useState<"single" | "merged">("single");
  const leave = () => {
    setText("");
    setChosen([]);
    setWay("single");
  };
  const forward = useAction("messages_forward", () => {
    toast.done(t({ message: "Forwarded", comment: "Note in the corner: messages were sent on to other conversations" }));
    leave();
    onDone();
  });
  const close = () => {
    forward.clear();
    leave();
    onClose();
  };
  const wanted = text.trim().toLocaleLowerCase();
  const names = ({ party }: Conversation) => (party.kind === "group" ? [party.name, partyName(party)] : [party.person.name.han, party.person.name.latin]);
  const fits = (each: Conversation) => wanted === "" || names(each).some((name) => name.toLocaleLowerCase().includes(wanted));
  const shown = conversations.filter((each) => fits(each) || chosen.includes(each.room_id)).slice(0, MOST);
  const count = items.length;
  const people = [...new Set(items.map(({ content }) => nameOf(content.sender.name, i18n.locale).main || content.sender.user_id))];
  const from = people.slice(0, 2).join(t({ message: ", ", comment: "Between names in a list; 、" }));
  const title = t({ message: plural(count, { one: `Chat history: ${from} — # message`, other: `Chat history: ${from} — # messages` }), comment: "Title of a card of forwarded messages; names of who wrote them; 聊天记录" });
  const run = () => forward.run({ room_id: roomId, item_ids: items.map(idOf), to: [...chosen], title: way === "merged" ? title : null });
  const toggle = (id: string) => (on: boolean) => setChosen(on ? [...chosen, id] : chosen.filter((each) => each !== id));
  const rooms = chosen.length;
  return (
    <Dialog
      wide
      open={count > 0}
      onClose={close}
      title={t({ message: plural(Math.max(count, 1), { one: "Forward # message", other: "Forward # messages" }), comment: "Title of a dialog: messages are sent on to other conversations; 转发" })}
      actions={
        <>
          <Button onClick={close}>{t({ message: "Cancel", comment: "Button that closes a dialog without doing anything" })}</Button>
          <Button variant="primary" busy={forward.busy} disabled={rooms === 0} onClick={run}>
            {t({ message: plural(rooms, { one: "Forward to # chat", other: "Forward to # chats" }), comment: "Button: sends messages on to the chosen conversations" })}
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        <TextField icon={Search} label={t({ message: "Forward to", comment: "Field: the conversations that messages are forwarded to" })} value={text} onValue={setText} placeholder={t({ message: "Name of a chat", comment: "In the empty field that looks for a conversation" })} autoComplete="off" autoFocus />
        <ul className={styles.list} aria-label={t({ message: "Chats", comment: "Section of the window: conversations" })}>
          {shown.map((each) => (
            <li key={each.room_id}>
              <Face conversation={each} />
              <Checkbox checked={chosen.includes(each.room_id)} onChecked={toggle(each.room_id)}><span dir="auto">{partyName(each.party)}</span></Checkbox>
            </li>
          ))}
          {shown.length === 0 && <li role="status">{t({ message: "No chat matches.", comment: "Below the field that looks for a conversation to forward to" })}</li>}
        </ul>
        {count > 1 && (
          <RadioGroup
            label={t({ message: "They arrive", comment: "Heads two choices of how several forwarded messages arrive" })}
            choices={[
              { value: "single", label: t({ message: "one by one", comment: "Choice: forwarded messages arrive as single messages; 逐条转发" }) },
              { value: "merged", label: t({ message: "merged as one card", comment: "Choice: forwarded messages arrive as one card; 合并转发" }), detail: t({ message: "With the names of who wrote them and when.", comment: "Below the choice that forwarded messages arrive as one card" }) },
            ]}
            value={way}
            onValue={setWay}
          />
        )}
        {forward.error && <Banner tone="danger">{forward.error.code === "too_large" ? t({ message: "These are too much for one card. Choose fewer, or send them one by one.", comment: "In the dialog that forwards messages" }) : errorSentence(i18n, forward.error)}</Banner>}
      </div>
    </Dialog>
  );
}
