import { useLingui } from "@lingui/react/macro";
import { LogOut, MessageSquareText, Pencil, ShieldCheck, X } from "lucide-react";
import { useState } from "react";
import type { Conversation, PinnedMessage } from "@/bindings";
import { Button, IconButton } from "@/components/Button/Button";
import { EmptyState } from "@/components/EmptyState/EmptyState";
import { Icon } from "@/components/Icon/Icon";
import { Bar, Pane, Scroll } from "@/components/Pane/Pane";
import { Switch } from "@/components/Switch/Switch";
import { errorSentence } from "@/lib/errors";
import { useNow } from "@/lib/now";
import { personName } from "@/lib/party";
import { useAction, useCommand } from "@/lib/query";
import { count, shortMoment } from "@/lib/time";
import styles from "./GroupDetails.module.css";
import { Files } from "./attachments/Files";
import { ChangeGroupDialog, LeaveDialog } from "./GroupDialogs";
import { Members } from "./Members";
import { usePreviewText } from "./useWords";

/** What is pinned, the latest first. */
function Pinned({ messages, onJump }: { messages: readonly PinnedMessage[]; onJump: (eventId: string) => void }) {
  const { t, i18n } = useLingui();
  const now = useNow();
  const previewText = usePreviewText();
  if (messages.length === 0) return null;
  return (
    <section className={styles.section}>
      <h3>{t({ message: "Pinned", comment: "Above a conversation: before a pinned message; 置顶" })}<span>{count(messages.length, i18n.locale)}</span></h3>
      <ul>
        {messages.toReversed().map((message) => {
          const name = personName(message.sender, i18n.locale);
          return (
            <li key={message.event_id}>
              <button type="button" className={styles.pinned} onClick={() => onJump(message.event_id)}>
                <span className={styles.sign}><Icon icon={MessageSquareText} /></span>
                <span className={styles.words}>
                  <bdi className="truncate">{previewText(message.preview)}</bdi>
                  <small className="truncate">{name} · {shortMoment(Date.parse(message.at), now, i18n.locale)}</small>
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** A group: what it is about, who is in it, what is pinned, how it stands in the list. */
export function GroupDetails({ conversation, name, pins, allConfirmed, onJump, onClose }: {
  conversation: Conversation;
  name: string;
  pins: readonly PinnedMessage[];
  /** Nobody has a device that they have not confirmed, or keys that are others than before. */
  allConfirmed: boolean;
  onJump: (eventId: string) => void;
  onClose: () => void;
}) {
  const { t, i18n } = useLingui();
  const { room_id: roomId, muted, placement } = conversation;
  const { data: details, error } = useCommand("group_details", { room_id: roomId });
  const place = useAction("conversation_place");
  const mute = useAction("conversation_mute");
  const [dialog, setDialog] = useState<"change" | "leave" | null>(null);
  const end = () => setDialog(null);
  return (
    <Pane label={t({ message: "Group details", comment: "Read aloud: the panel about a group; 群详情" })} as="aside" side>
      <Bar plain>
        <h2 className={styles.title}>{t({ message: "Details", comment: "Title of the panel about a group; 群详情" })}</h2>
        {details?.may.rename && <IconButton icon={Pencil} size={28} label={t({ message: "Change name and topic", comment: "Button in the details of a group" })} onClick={() => setDialog("change")} />}
        <IconButton icon={X} size={28} label={t({ message: "Close", comment: "Closes a panel" })} onClick={onClose} />
      </Bar>
      {error ? <EmptyState icon={MessageSquareText} title={errorSentence(i18n, error)} /> : details && (
        <Scroll>
          <div className={styles.body}>
            {details.topic && <p className={`${styles.topic} selectable`} dir="auto">{details.topic}</p>}
            <Members roomId={roomId} details={details} />
            <Pinned messages={pins} onJump={onJump} />
            <Files roomId={roomId} onJump={onJump} />
            <section className={styles.section}>
              <h3>{t({ message: "Settings", comment: "Section of the window" })}</h3>
              <div className={styles.settings}>
                <Switch on={muted} onChange={(on) => mute.run({ room_id: roomId, muted: on })}>{t({ message: "Mute notifications", comment: "Switch in the details of a group: nothing is told but mentions; 消息免打扰" })}</Switch>
                <Switch on={placement === "pinned"} onChange={(on) => place.run({ room_id: roomId, placement: on ? "pinned" : "normal" })}>{t({ message: "Pin to top", comment: "The conversation stands before the others; 置顶" })}</Switch>
                <p className={styles.fine}>
                  {details.history === "shared"
                    ? t({ message: "Colleagues who join later can read everything.", comment: "In the details of a group" })
                    : t({ message: "Colleagues who join later read what is written from their invitation on.", comment: "In the details of a group" })}
                </p>
                {allConfirmed && <p className={styles.confirmed}><Icon icon={ShieldCheck} />{t({ message: "The devices of all members are confirmed", comment: "In the details of a group: nobody is signed in on a device that they have not confirmed; 全部成员设备已确认" })}</p>}
                <Button variant="danger" size={28} icon={LogOut} onClick={() => setDialog("leave")}>{t({ message: "Leave group…", comment: "Button in the details of a group; opens a dialog" })}</Button>
              </div>
            </section>
          </div>
        </Scroll>
      )}
      {details && <ChangeGroupDialog key={`${details.name}\n${details.topic}`} roomId={roomId} details={details} open={dialog === "change"} onClose={end} />}
      <LeaveDialog roomId={roomId} name={name} open={dialog === "leave"} onClose={end} />
    </Pane>
  );
}
