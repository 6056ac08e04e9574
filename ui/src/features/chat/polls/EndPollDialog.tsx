import { useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { ConfirmDialog } from "@/components/Dialog/Dialog";
import { useAction } from "@/lib/query";
import { type MessageItem, idOf } from "../actions";

/** Asks before a poll ends: that cannot be undone. */
export function EndPollDialog({ roomId, item, onClose }: { roomId: string; item: MessageItem | null; onClose: () => void }) {
  const { t } = useLingui();
  const end = useAction("poll_end", onClose);
  // While it closes, it still says what it said.
  const [last, setLast] = useState(item);
  if (item && item !== last) setLast(item);
  const question = last?.content.body.kind === "poll" ? last.content.body.poll.question : "";
  return (
    <ConfirmDialog
      open={item !== null}
      onClose={onClose}
      busy={end.busy}
      onConfirm={() => { if (item) end.run({ room_id: roomId, item_id: idOf(item) }); }}
      title={t({ message: "End this poll?", comment: "Title of a dialog; 结束投票" })}
      confirm={t({ message: "End poll", comment: "Button of a poll: nobody can vote any more; 结束投票" })}
    >
      {t({ message: `“${question}” takes no more votes, for good. What was chosen until now is the result, and everybody sees it.`, comment: "In a dialog, before a poll ends; its question" })}
    </ConfirmDialog>
  );
}
