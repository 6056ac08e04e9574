import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { MessagesSquare } from "lucide-react";
import type { UnreadThread } from "@/bindings";
import { Icon } from "@/components/Icon/Icon";
import { useNow } from "@/lib/now";
import { personName } from "@/lib/party";
import { shortMoment } from "@/lib/time";
import { type MessageItem, useMessageActions } from "./actions";
import styles from "./Threads.module.css";
import { usePreviewText } from "./useWords";

/** What a message says of the thread that begins with it: how many replies, and the last of them. */
export function ThreadLine({ item }: { item: MessageItem }) {
  const { t, i18n } = useLingui();
  const now = useNow();
  const previewText = usePreviewText();
  const { thread: open } = useMessageActions();
  const { thread } = item.content;
  if (!thread || !open) return null;
  const { replies, unread } = thread;
  const name = personName(thread.sender, i18n.locale);
  const when = shortMoment(Date.parse(thread.at), now, i18n.locale);
  return (
    <button type="button" className={styles.line} data-unread={unread > 0 || undefined} onClick={() => open(item)}>
      <Icon icon={MessagesSquare} size={14} />
      <b>{t({ message: plural(replies, { one: "# reply", other: "# replies" }), comment: "Below a message: how many were written in the thread about it" })}</b>
      {unread > 0 && <i>{t({ message: plural(unread, { one: "# new", other: "# new" }), comment: "Below a message: how many of the replies in its thread one has not looked at" })}</i>}
      <span className="truncate">{t({ message: `last by ${name}, ${when}`, comment: "Below a message: who wrote the last reply in its thread, and when" })}</span>
      <bdi className="truncate">{previewText(thread.preview)}</bdi>
    </button>
  );
}

/** Leads to threads in which there is something new, wherever they begin. */
export function UnreadThreads({ threads, onOpen }: { threads: readonly UnreadThread[]; onOpen: (root: string) => void }) {
  const { t } = useLingui();
  const [first] = threads;
  if (!first) return null;
  const messages = threads.reduce((sum, each) => sum + each.messages, 0);
  return (
    <button type="button" className={styles.banner} onClick={() => onOpen(first.root)}>
      <Icon icon={MessagesSquare} size={14} />
      {threads.length === 1
        ? t({ message: plural(messages, { one: "# new reply in a thread", other: "# new replies in a thread" }), comment: "Above a conversation: leads to a thread in which there is something new" })
        : t({ message: plural(messages, { one: "# new reply in threads", other: "# new replies in threads" }), comment: "Above a conversation: leads to the first of several threads in which there is something new" })}
      <span>{t({ message: "Show", comment: "At the end of a line that leads to what it tells of" })}</span>
    </button>
  );
}
