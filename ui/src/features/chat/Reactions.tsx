import { useLingui } from "@lingui/react/macro";
import { Clock } from "lucide-react";
import type { Reaction } from "@/bindings";
import { Icon } from "@/components/Icon/Icon";
import { Tooltip } from "@/components/Tooltip/Tooltip";
import { nameOf } from "@/lib/words";
import { type MessageItem, useMessageActions } from "./actions";
import styles from "./Reactions.module.css";
import { WORD_ICONS, useReactionWords } from "./useWords";

function useNames(reaction: Reaction): string {
  const { t, i18n } = useLingui();
  const names = reaction.people.map((person) => nameOf(person.name, i18n.locale).main || person.user_id).join(t({ message: ", ", comment: "Between names in a list; 、" }));
  const more = reaction.count - reaction.people.length;
  return more > 0 ? t({ message: `${names} and ${more} more`, comment: "Who reacted to a message: names, then a number of others" }) : names;
}

function Chip({ item, reaction }: { item: MessageItem; reaction: Reaction }) {
  const { t } = useLingui();
  const { react, unreact, readOnly } = useMessageActions();
  const words = useReactionWords();
  const names = useNames(reaction);
  const { word, count, own, queued } = reaction;
  const said = word === null ? reaction.key : words[word];
  const inside = (
    <>
      {word !== null && <Icon icon={WORD_ICONS[word]} size={12} />}
      <bdi className={styles.key}>{said}</bdi> {count}
      {queued && <Icon icon={Clock} size={12} />}
    </>
  );
  const label = queued
    ? t({ message: `${said} ${count}: ${names}, queued`, comment: "Read aloud: a reaction, how many have it, who, and that one's own is not out yet" })
    : t({ message: `${said} ${count}: ${names}`, comment: "Read aloud: a reaction, how many have it, and who" });
  return (
    <Tooltip content={names}>
      {word === null && own && !readOnly ? (
        <button type="button" className={styles.chip} data-own aria-pressed aria-label={label} onClick={() => unreact(item, reaction.key)}>{inside}</button>
      ) : word === null || readOnly ? (
        // What other clients react with is shown, and not taken up.
        <button type="button" className={styles.chip} data-foreign aria-disabled aria-label={label}>{inside}</button>
      ) : (
        <button type="button" className={styles.chip} data-own={own || undefined} data-queued={queued || undefined} aria-pressed={own} aria-label={label} onClick={() => react(item, word)}>{inside}</button>
      )}
    </Tooltip>
  );
}

export function Reactions({ item }: { item: MessageItem }) {
  const { reactions } = item.content;
  if (reactions.length === 0) return null;
  return <div className={styles.reactions}>{reactions.map((reaction) => <Chip key={reaction.word ?? reaction.key} item={item} reaction={reaction} />)}</div>;
}
