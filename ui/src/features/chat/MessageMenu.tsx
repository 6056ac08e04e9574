import { useLingui } from "@lingui/react/macro";
import { ChartBarBig, CornerUpLeft, Copy, Download, Forward, Maximize2, MessagesSquare, Pencil, Pin, PinOff, RotateCcw, SquareCheck, Star, StarOff, Trash2, Undo2 } from "lucide-react";
import type { ReactionWord } from "@/bindings";
import { type MenuAtProps, MenuAt, type MenuEntry } from "@/components/Menu/Menu";
import { type MessageActions, type MessageItem, canEdit, canEndPoll, canFollow, canForward, canReact, canRecall, canReply, canStar, fileOf, isUnsent, textOf } from "./actions";
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
  const may = !actions.readOnly;
  if (mod) {
    if (key !== "c" || textOf(content) === null || window.getSelection()?.isCollapsed === false) return false;
    actions.copy(item);
  } else if (word && may && canReact(content)) actions.react(item, word);
  else if (key === "r" && may && canReply(content)) actions.reply(item);
  else if (key === "t" && actions.thread && canFollow(content) && (may || content.thread)) actions.thread(item);
  else if (key === "e" && may && canEdit(content)) actions.edit(item);
  else if (key === "c" && textOf(content) !== null) actions.copy(item);
  else if ((key === "s" || (key === " " && actions.selected !== null)) && textOf(content) !== null) actions.select(item);
  else if (key === "f" && canForward(content)) actions.forward(item);
  else if (key === "*" && canStar(content)) actions.star(item, !actions.starred.has(content.event_id ?? ""));
  else if (key === "p" && may && actions.pinned && canReply(content)) actions.pin(item, !actions.pinned.has(content.event_id ?? ""));
  else if (key === "delete" && may && canRecall(content)) actions.recall(item);
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
  const may = !actions.readOnly;
  if (may && canReact(content)) for (const word of WORDS) entries.push({ label: words[word], icon: WORD_ICONS[word], shortcut: WORD_KEYS[word], onSelect: () => actions.react(item, word) });
  if (may && canReply(content)) entries.push({ label: t({ message: "Reply", comment: "Answers a message, with a quotation of it" }), icon: CornerUpLeft, shortcut: "R", onSelect: () => actions.reply(item) });
  const { thread } = actions;
  if (thread && canFollow(content) && (may || content.thread)) entries.push({ label: content.thread ? t({ message: "Open thread", comment: "Shows what was written about a message; 话题" }) : t({ message: "Reply in thread", comment: "Begins a thread about a message, beside the conversation; 话题" }), icon: MessagesSquare, shortcut: "T", onSelect: () => thread(item) });
  if (may && canEdit(content)) entries.push({ label: t({ message: "Edit", comment: "Changes an own message" }), icon: Pencil, shortcut: "E", onSelect: () => actions.edit(item) });
  if (may && canEndPoll(content)) entries.push({ label: t({ message: "End poll", comment: "Button of a poll: nobody can vote any more; 结束投票" }), icon: ChartBarBig, onSelect: () => actions.endPoll(item) });
  if (textOf(content) !== null) {
    entries.push(
      { label: t({ message: "Copy text", comment: "Copies the text of a message" }), icon: Copy, shortcut: "C", onSelect: () => actions.copy(item) },
      { label: t({ message: "Select", comment: "Begins to select several messages" }), icon: SquareCheck, shortcut: "S", onSelect: () => actions.select(item) },
    );
  }
  if (canForward(content)) entries.push({ label: t({ message: "Forward…", comment: "Sends a message on to other conversations; 转发" }), icon: Forward, shortcut: "F", onSelect: () => actions.forward(item) });
  const isStarred = actions.starred.has(content.event_id ?? "");
  if (canStar(content)) {
    entries.push({
      label: isStarred ? t({ message: "Unstar", comment: "Takes a message off the starred ones; 取消收藏" }) : t({ message: "Star", comment: "Keeps a message among those one wants to find again; 收藏" }),
      icon: isStarred ? StarOff : Star, shortcut: "*", onSelect: () => actions.star(item, !isStarred),
    });
  }
  const isPinned = actions.pinned?.has(content.event_id ?? "") ?? false;
  if (may && actions.pinned && canReply(content)) {
    entries.push({
      label: isPinned ? t({ message: "Unpin", comment: "Takes a message off the pinned ones" }) : t({ message: "Pin", comment: "Pins a message to the conversation for everybody; 置顶" }),
      icon: isPinned ? PinOff : Pin, shortcut: "P", onSelect: () => actions.pin(item, !isPinned),
    });
  }
  if (content.delivery?.state === "failed") entries.push({ label: t({ message: "Retry", comment: "Tries again to reach the servers, or to send a message" }), icon: RotateCcw, onSelect: () => retry(item) });
  if (may && canRecall(content)) {
    entries.push({
      label: unsent ? t({ message: "Delete", comment: "Removes a message that was not sent" }) : t({ message: "Recall", comment: "Takes back an own message that was sent; 撤回" }),
      icon: unsent ? Trash2 : Undo2, danger: true, shortcut: "Del", onSelect: () => actions.recall(item),
    });
  }
  if (entries.length === 0) return null;
  return <MenuAt anchor={anchor} label={t({ message: "Message", comment: "Read aloud: name of the menu of a message" })} entries={entries} onClose={onClose} />;
}
