import { useNavigate } from "@tanstack/react-router";
import { useLingui } from "@lingui/react/macro";
import { Archive, Trash2 } from "lucide-react";
import { useState } from "react";
import { useAppState } from "@/app/state";
import { Banner } from "@/components/Banner/Banner";
import { Button } from "@/components/Button/Button";
import { ConfirmDialog } from "@/components/Dialog/Dialog";
import { Icon } from "@/components/Icon/Icon";
import { errorSentence } from "@/lib/errors";
import { useAction } from "@/lib/query";
import styles from "./LeftBar.module.css";

/** In place of the message field of a group that one left and keeps. */
export function LeftBar({ roomId, name }: { roomId: string; name: string }) {
  const { t, i18n } = useLingui();
  const navigate = useNavigate();
  const offline = useAppState().connection?.link === "offline";
  const [asking, setAsking] = useState(false);
  const forget = useAction("group_forget", () => {
    setAsking(false);
    void navigate({ to: "/chats" });
  });
  const close = () => {
    forget.clear();
    setAsking(false);
  };
  return (
    <div className={styles.bar}>
      <Icon icon={Archive} size={14} />
      <span>{t({ message: "You left this group. What was written until then stays on this device to read and search.", comment: "Below the messages of a group that one left" })}</span>
      <Button size={28} icon={Trash2} onClick={() => setAsking(true)}>{t({ message: "Delete archive", comment: "Button: deletes the messages that were kept of a group that one left" })}</Button>
      <ConfirmDialog
        open={asking}
        onClose={close}
        danger
        busy={forget.busy}
        title={t({ message: `Delete what was kept of “${name}”?`, comment: "Title of a dialog; the name of a group that one left" })}
        confirm={t({ message: "Delete archive", comment: "Button: deletes the messages that were kept of a group that one left" })}
        onConfirm={() => forget.run({ room_id: roomId })}
      >
        <p>{t({ message: "Its messages go from this device and cannot be brought back without an invitation.", comment: "In a dialog, before what was kept of a group is deleted" })}</p>
        {offline && <Banner tone="warn">{t({ message: "The server has to be told: you need to be online.", comment: "In a dialog about deleting an archive, without a network" })}</Banner>}
        {forget.error && <Banner tone="danger">{errorSentence(i18n, forget.error)}</Banner>}
      </ConfirmDialog>
    </div>
  );
}
