import { useNavigate } from "@tanstack/react-router";
import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { ArrowLeft, MessageSquareText, Search, X } from "lucide-react";
import { type KeyboardEvent, useId, useRef, useState } from "react";
import type { MessageHit } from "@/bindings";
import { useConversations } from "@/app/conversations";
import { Avatar } from "@/components/Avatar/Avatar";
import { IconButton } from "@/components/Button/Button";
import { EmptyState } from "@/components/EmptyState/EmptyState";
import { Highlight } from "@/components/Highlight/Highlight";
import { Icon } from "@/components/Icon/Icon";
import { Bar, Pane } from "@/components/Pane/Pane";
import { enterGuard } from "@/lib/composing";
import { errorSentence } from "@/lib/errors";
import { useHeld } from "@/lib/held";
import { useNow } from "@/lib/now";
import { shortMoment } from "@/lib/time";
import { usePartyName } from "@/lib/party";
import { avatarName, nameOf } from "@/lib/words";
import { CoverageLine } from "./CoverageLine";
import { type Filter, Filters } from "./Filters";
import styles from "./SearchPane.module.css";
import { useMessages } from "./useMessages";

/** So near the end of the list, in pixels, more is asked for. */
const NEAR_END = 300;

function Hit({ hit, id, place, active, onOpen }: { hit: MessageHit; id: string; place: string; active: boolean; onOpen: () => void }) {
  const { i18n } = useLingui();
  const now = useNow();
  const { sender, at, excerpt, ranges } = hit;
  return (
    <div id={id} className={styles.hit} role="option" aria-selected={active} onClick={onOpen}>
      <Avatar name={avatarName(sender.name) || sender.user_id} accountId={sender.practitioner_id || sender.user_id} size={32} />
      <div className={styles.words}>
        <div className={styles.first}>
          <span className={styles.name}>{nameOf(sender.name, i18n.locale).main || sender.user_id}</span>
          {place !== "" && <span className={styles.place}>{place}</span>}
          <time dateTime={at} className={styles.time}>{shortMoment(Date.parse(at), now, i18n.locale)}</time>
        </div>
        <bdi className={styles.excerpt}><Highlight text={excerpt} ranges={ranges} /></bdi>
      </div>
    </div>
  );
}

export interface SearchPaneProps {
  /** What it opens with. */
  text: string;
  roomId: string | null;
  onClose: () => void;
}

/** Looks for messages, in place of the list of conversations: arrows move from the field, Enter goes to the message. */
export function SearchPane({ text: first, roomId, onClose }: SearchPaneProps) {
  const { t, i18n } = useLingui();
  const partyName = usePartyName();
  const id = useId();
  const navigate = useNavigate();
  const conversations = useConversations().value ?? [];
  const [text, setText] = useState(first);
  const [filter, setFilter] = useState<Filter>({ roomId, sender: null, kind: null, since: null, until: null });
  const [activeId, setActiveId] = useState<string | undefined>(undefined);
  const [guard] = useState(enterGuard);
  const field = useRef<HTMLInputElement>(null);
  const found = useMessages({
    text,
    room_id: filter.roomId,
    sender: filter.sender?.userId ?? null,
    kinds: filter.kind === null ? [] : [filter.kind],
    since: filter.since,
    until: filter.until,
  });
  const { hits, isFormer } = found;
  const at = Math.max(0, hits.findIndex(({ event_id }) => event_id === activeId));
  const active = hits[at];

  const open = (hit: MessageHit | undefined) => {
    if (!hit) return;
    setActiveId(hit.event_id);
    void navigate({ to: "/chats/$roomId", params: { roomId: hit.room_id }, search: { message: hit.event_id } });
  };
  const held = useHeld(!isFormer, () => open(active));
  const onKeyDown = (event: KeyboardEvent) => {
    const press = event.nativeEvent;
    if (press.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (event.key === "Enter") {
      if (!guard.means(press)) {
        // A candidate of the input method.
      } else if (isFormer) held.hold(true);
      else open(active);
    } else if (event.key === "Escape") {
      if (!guard.means(press, "Escape")) return;
      if (text === "") onClose();
      else setText("");
    } else if (step !== undefined && hits.length > 0) {
      const next = Math.max(0, Math.min(hits.length - 1, activeId === undefined && step > 0 ? 0 : at + step));
      setActiveId(hits[next]?.event_id);
      document.getElementById(`${id}-${next}`)?.scrollIntoView({ block: "nearest" });
      if (next >= hits.length - 4) found.more();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const placeOf = (hit: MessageHit) => {
    const party = filter.roomId === null ? conversations.find(({ room_id }) => room_id === hit.room_id)?.party : undefined;
    if (!party) return "";
    // A colleague's own message in the conversation with them needs no place.
    return party.kind === "colleague" && !hit.own && party.person.user_id === hit.sender.user_id ? "" : partyName(party);
  };

  const title = t({ message: "Search messages", comment: "Action and title: looks for messages in all conversations, with filters" });
  const { count } = found;
  return (
    <Pane label={title} side>
      <Bar plain title={title}>
        <span className={styles.push} />
        <IconButton icon={ArrowLeft} size={28} label={t({ message: "Back to chats", comment: "Button: closes the search of messages" })} onClick={onClose} />
      </Bar>
      <div className={styles.box} role="search">
        <Icon icon={Search} />
        <input
          ref={field}
          type="text"
          role="combobox"
          className={styles.input}
          value={text}
          onChange={(event) => { held.giveUp(); setText(event.target.value); setActiveId(undefined); }}
          onKeyDown={onKeyDown}
          onCompositionEnd={({ timeStamp }) => guard.compositionEnd(timeStamp)}
          placeholder={t({ message: "Words, file names", comment: "In the empty field of the search of messages" })}
          aria-label={title}
          aria-expanded={hits.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={active && `${id}-${at}`}
          aria-autocomplete="list"
          spellCheck={false}
          autoComplete="off"
          autoFocus
        />
        {text !== "" && <IconButton icon={X} size={24} label={t({ message: "Clear search", comment: "Empties the search field" })} onClick={() => { setText(""); field.current?.focus(); }} />}
      </div>
      <Filters filter={filter} onFilter={setFilter} />
      <div className={styles.count} role="status">
        {found.looks && !isFormer && hits.length > 0 && (found.isMore
          ? t({ message: `More than ${count} messages`, comment: "Above what a search of messages found" })
          : t({ message: plural(count, { one: "# message", other: "# messages" }), comment: "Above what a search of messages found" }))}
      </div>
      <div
        id={`${id}-list`}
        className={styles.list}
        role="listbox"
        aria-label={t({ message: "Messages that were found", comment: "Read aloud: the list of a search of messages" })}
        onScroll={({ currentTarget: list }) => { if (list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END) found.more(); }}
      >
        {hits.map((hit, index) => <Hit key={`${hit.room_id} ${hit.event_id}`} hit={hit} id={`${id}-${index}`} place={placeOf(hit)} active={index === at} onOpen={() => open(hit)} />)}
        {found.error ? (
          <EmptyState icon={MessageSquareText} title={errorSentence(i18n, found.error)} />
        ) : (
          found.looks && !isFormer && hits.length === 0 && <EmptyState icon={MessageSquareText} title={t({ message: "Nothing on this device matches.", comment: "In the quick switcher and in the search of messages" })} />
        )}
      </div>
      <CoverageLine roomId={filter.roomId} />
    </Pane>
  );
}
