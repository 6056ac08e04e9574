import { useLingui } from "@lingui/react/macro";
import { Archive, ArchiveRestore, ArrowDownToLine, ArrowUpToLine, Bell, BellOff, Mail, MailOpen, Pin, PinOff } from "lucide-react";
import type { Conversation, Placement } from "@/bindings";
import { MenuAt, type MenuAtProps, type MenuEntry } from "@/components/Menu/Menu";
import { useAction } from "@/lib/query";

/** What can be done with a conversation in the list. */
export function ConversationMenu({ conversation, anchor, onClose }: { conversation: Conversation; anchor: MenuAtProps["anchor"]; onClose: () => void }) {
  const { t } = useLingui();
  const place = useAction("conversation_place");
  const mute = useAction("conversation_mute");
  const markRead = useAction("conversation_mark_read");
  const markUnread = useAction("conversation_mark_unread");
  const { room_id, placement, muted, unread, marked_unread: marked } = conversation;
  const put = (next: Placement) => () => place.run({ room_id, placement: next });
  const entries: MenuEntry[] = [];
  if (unread > 0 || marked) entries.push({ label: t({ message: "Mark as read", comment: "Menu of a conversation in the list" }), icon: MailOpen, onSelect: () => markRead.run({ room_id }) });
  else entries.push({ label: t({ message: "Mark as unread", comment: "Menu of a conversation in the list" }), icon: Mail, onSelect: () => markUnread.run({ room_id }) });
  if (placement === "pinned") entries.push({ label: t({ message: "Unpin from the top", comment: "Menu of a conversation in the list; 取消置顶" }), icon: PinOff, onSelect: put("normal") });
  else entries.push({ label: t({ message: "Pin to top", comment: "The conversation stands before the others; 置顶" }), icon: Pin, onSelect: put("pinned") });
  if (muted) entries.push({ label: t({ message: "Unmute", comment: "Menu of a conversation in the list: tells of new messages again" }), icon: Bell, onSelect: () => mute.run({ room_id, muted: false }) });
  else entries.push({ label: t({ message: "Mute", comment: "Menu of a conversation in the list; 消息免打扰" }), icon: BellOff, onSelect: () => mute.run({ room_id, muted: true }) });
  if (placement === "low_priority") entries.push({ label: t({ message: "Normal priority", comment: "Menu of a conversation in the list: stands among the others again" }), icon: ArrowUpToLine, onSelect: put("normal") });
  else entries.push({ label: t({ message: "Low priority", comment: "Menu of a conversation in the list: stands after all others" }), icon: ArrowDownToLine, onSelect: put("low_priority") });
  if (placement === "archived") entries.push({ label: t({ message: "Take out of the archive", comment: "Menu of a conversation in the list" }), icon: ArchiveRestore, onSelect: put("normal") });
  else entries.push({ label: t({ message: "Archive", comment: "Menu of a conversation in the list: puts it out of sight until somebody writes; 归档" }), icon: Archive, onSelect: put("archived") });
  return <MenuAt anchor={anchor} label={t({ message: "Conversation", comment: "Read aloud: name of the menu of a conversation" })} entries={entries} onClose={onClose} />;
}
