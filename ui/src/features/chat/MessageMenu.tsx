import { useLingui } from "@lingui/react/macro";
import { CornerUpLeft, Copy, Download, Maximize2, Pencil, Pin, PinOff, RotateCcw, SquareCheck, Trash2, Undo2 } from "lucide-react";
import type { ReactionWord } from "@/bindings";
import { type MenuAtProps, MenuAt, type MenuEntry } from "@/components/Menu/Menu";
import { type MessageActions, type MessageItem, canEdit, canReact, canRecall, canReply, fileOf, isUnsent, textOf } from "./actions";
import { WORDS, WORD_ICONS, useReactionWords } from "./useWords";

/** Keys that do on a message in the focus what its menu offers. */
const WORD_KEYS: Record<ReactionWord, string> = { agree: "1", noted: "2", query: "3" };

/** What a key does on a message; false if nothing. */
export function onMessageKey(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">, item: MessageItem, actions: MessageActions): boolean {
  const { content } = item;
  const mod = event.ctrlKey || event.metaKey;
  if (event.altKey) return false;
  const key = event.key.toLowerCase();
  const word = WORDS.find((each) => WORD_KEYS[each] === key);
  if (mod) {
    if (key !== "c" || textOf(content) === null || window.getSelection()?.isCollapsed === false) return false;
    actions.copy(item);
  } else if (word && canReact(content)) actions.react(item, word);
  else if (key === "r" && canReply(content)) actions.reply(item);
  else if (key === "e" && canEdit(content)) actions.edit(item);
  else if (key === "c" && textOf(content) !== null) actions.copy(item);
  else if ((key === "s" || (key === " " && actions.selected !== null)) && textOf(content) !== null) actions.select(item);
  else if (key === "p" && actions.pinned && canReply(content)) actions.pin(item, !actions.pinned.has(content.event_id ?? ""));
  else if (key === "delete" && canRecall(content)) actions.recall(item);
  else return false;
  return true;
}

/** Everything one can do with a message. */
export function MessageMenu({ item, anchor, actions, retry, onClose }: { item: MessageItem; anchor: MenuAtProps["anchor"]; actions: MessageActions; retry: (item: MessageItem) => void; onClose: () => void }) {
  const { t } = useLingui();
  const words = useReactionWords();
  const { content } = item;
  const unsent = isUnsent(content);
  const entries: MenuEntry[] = [];
  if (content.body.kind === "image") entries.push({ label: t({ message: "Open image", comment: "Menu of an image in a conversation: shows it large" }), icon: Maximize2, shortcut: "↵", onSelect: () => actions.open(item) });
  if (fileOf(content)) entries.push({ label: t({ message: "Save as…", comment: "Menu of an image or a file in a conversation: writes it where the doctor chooses" }), icon: Download, onSelect: () => actions.save(item) });
  if (canReact(content)) for (const word of WORDS) entries.push({ label: words[word], icon: WORD_ICONS[word], shortcut: WORD_KEYS[word], onSelect: () => actions.react(item, word) });
  if (canReply(content)) entries.push({ label: t({ message: "Reply", comment: "Answers a message, with a quotation of it" }), icon: CornerUpLeft, shortcut: "R", onSelect: () => actions.reply(item) });
  if (canEdit(content)) entries.push({ label: t({ message: "Edit", comment: "Changes an own message" }), icon: Pencil, shortcut: "E", onSelect: () => actions.edit(item) });
  if (textOf(content) !== null) {
    entries.push(
      { label: t({ message: "Copy text", comment: "Copies the text of a message" }), icon: Copy, shortcut: "C", onSelect: () => actions.copy(item) },
      { label: t({ message: "Select", comment: "Begins to select several messages" }), icon: SquareCheck, shortcut: "S", onSelect: () => actions.select(item) },
    );
  }
  const isPinned = actions.pinned?.has(content.event_id ?? "") ?? false;
  if (actions.pinned && canReply(content)) {
    entries.push({
      label: isPinned ? t({ message: "Unpin", comment: "Takes a message off the pinned ones" }) : t({ message: "Pin", comment: "Pins a message to the conversation for everybody; 置顶" }),
      icon: isPinned ? PinOff : Pin, shortcut: "P", onSelect: () => actions.pin(item, !isPinned),
    });
  }
  if (content.delivery?.state === "failed") entries.push({ label: t({ message: "Retry", comment: "Tries again to reach the servers, or to send a message" }), icon: RotateCcw, onSelect: () => retry(item) });
  if (canRecall(content)) {
    entries.push({
      label: unsent ? t({ message: "Delete", comment: "Removes a message that was not sent" }) : t({ message: "Recall", comment: "Takes back an own message that was sent; 撤回" }),
      icon: unsent ? Trash2 : Undo2, danger: true, shortcut: "Del", onSelect: () => actions.recall(item),
    });
  }
  if (entries.length === 0) return null;
  return <MenuAt anchor={anchor} label={t({ message: "Message", comment: "Read aloud: name of the menu of a message" })} entries={entries} onClose={onClose} />;
}
