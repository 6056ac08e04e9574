import { useLingui } from "@lingui/react/macro";
import { Phone, Star } from "lucide-react";
import { type KeyboardEvent, type MouseEvent, type Ref, useImperativeHandle } from "react";
import type { ColleagueRow, LetterStart } from "@/bindings";
import { Avatar } from "@/components/Avatar/Avatar";
import { Highlight } from "@/components/Highlight/Highlight";
import { Icon } from "@/components/Icon/Icon";
import { VerifiedMark } from "@/components/VerifiedMark/VerifiedMark";
import { useKeyboardFocus } from "@/lib/focus";
import { avatarName, nameOf, useTerminology, wordOf } from "@/lib/words";
import styles from "./ColleagueList.module.css";
import { LetterIndex } from "./LetterIndex";
import { rangesIn } from "./marks";
import { useTallList } from "./useTallList";

const ROW = 52;
const HEADING = 28;
/** Shorter lists are read faster than a letter is found. */
const LETTERS_FROM = 40;

export interface ListHandle {
  /** Handles the keys of the list, wherever the focus is. */
  onKeyDown: (event: KeyboardEvent) => void;
  /** Puts the focus on it, and chooses nothing. */
  focus: () => void;
}

interface ListProps {
  ref: Ref<ListHandle>;
  total: number;
  /** So many at the head are people the doctor knows. */
  known: number;
  rowAt: (index: number) => ColleagueRow | undefined;
  /** What was searched for: another search begins at its head. */
  text: string;
  searchKey: string;
  letters: readonly LetterStart[];
  /** Index of the row the keyboard is on; -1 if none. */
  active: number;
  /** FHIR Practitioner ids of those who are chosen for something, besides the active one. */
  chosen: ReadonlySet<string>;
  /** Moves the cursor; `extend` chooses everybody up to there. */
  onActive: (index: number, extend: boolean) => void;
  onOpen: (index: number) => void;
  /** Chooses one more, or one less. */
  onToggle: (index: number) => void;
  onFavourite: (row: ColleagueRow) => void;
  /** Rows that came into sight. */
  onRange: (first: number, last: number) => void;
}

/** All matching colleagues, however many: a listbox with one tab stop, of which only the visible rows exist. */
export function ColleagueList(props: ListProps) {
  const { ref, total, known, rowAt, text, searchKey, letters, active, chosen, onActive, onOpen, onToggle, onFavourite, onRange } = props;
  const { t } = useLingui();
  const headed = known === 0 ? [] : known < total ? [0, known] : [0];
  const { scroller, height, rows, page, reveal } = useTallList({ count: total, row: ROW, heading: HEADING, headed }, searchKey, onRange);

  const move = (to: number, extend: boolean) => {
    const index = Math.max(0, Math.min(total - 1, to));
    reveal(index);
    onActive(index, extend);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (total === 0 || event.altKey) return;
    const inField = event.target instanceof HTMLInputElement;
    const target = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + page, PageUp: active - page, ...(inField ? {} : { Home: 0, End: total - 1 }) }[event.key];
    const mod = event.ctrlKey || event.metaKey;
    const letter = inField || mod ? undefined : letters.find((each) => each.letter === event.key.toUpperCase());
    if (target !== undefined && !mod) move(target, event.shiftKey);
    else if (event.key === "Enter" && active >= 0) onOpen(active);
    else if (event.key === " " && !inField && active >= 0) onToggle(active);
    else if (letter) jump(letter.index);
    else return;
    event.preventDefault();
  };
  const jump = (index: number) => {
    reveal(index, "start");
    onActive(index, false);
  };
  const keyboard = useKeyboardFocus(() => { if (active < 0 && total > 0) onActive(0, false); });
  useImperativeHandle(ref, () => ({ onKeyDown, focus: () => keyboard.focus(scroller.current) }));

  const onClick = (event: MouseEvent, index: number) => {
    if (event.ctrlKey || event.metaKey) onToggle(index);
    else if (event.shiftKey) onActive(index, true);
    else onOpen(index);
  };
  const acquainted = t({ message: "People you know", comment: "Heading in the directory: favourites and recent contacts who match; 常联系" });
  const others = t({ message: "Other colleagues", comment: "Heading in the directory: those who match besides the people one knows; 其他同道" });

  const indexed = total >= LETTERS_FROM && letters.length > 1;
  return (
    <div className={styles.frame} data-indexed={indexed || undefined}>
      <div
        ref={scroller}
        className={styles.scroll}
        role="listbox"
        tabIndex={0}
        aria-label={t({ message: "Colleagues", comment: "Read aloud: the list of the directory" })}
        aria-multiselectable
        aria-activedescendant={active >= 0 ? `colleague-${active}` : undefined}
        onKeyDown={onKeyDown}
        {...keyboard.handlers}
      >
        <div className={styles.inner} style={{ height: height }} role="presentation">
          {rows.map(({ index, y }) => (
            <div key={index} className={styles.slot} style={{ transform: `translateY(${y}px)` }} role="presentation">
              {headed.includes(index) && <div className={styles.heading} role="presentation">{index === 0 ? acquainted : others}</div>}
              <Row
                index={index}
                row={rowAt(index)}
                text={text}
                active={index === active}
                chosen={chosen.size > 0 ? chosen.has(rowAt(index)?.id ?? "") : index === active}
                total={total}
                onClick={onClick}
                onFavourite={onFavourite}
              />
            </div>
          ))}
        </div>
      </div>
      {indexed && <LetterIndex letters={letters} onJump={jump} />}
    </div>
  );
}

interface RowProps {
  index: number;
  row: ColleagueRow | undefined;
  text: string;
  active: boolean;
  chosen: boolean;
  total: number;
  onClick: (event: MouseEvent, index: number) => void;
  onFavourite: (row: ColleagueRow) => void;
}

function Row({ index, row, text, active, chosen, total, onClick, onFavourite }: RowProps) {
  const { t, i18n } = useLingui();
  const { locale } = i18n;
  const terms = useTerminology(locale);
  if (!row) return <div className={styles.row} aria-hidden><i className={styles.blank} /></div>;
  const name = nameOf(row.name, locale);
  const mainRanges = name.mainIsHan ? row.matched.han : row.matched.latin;
  const altRanges = name.mainIsHan ? row.matched.latin : row.matched.han;
  const hospital = wordOf(row.hospital, locale);
  const department = terms.department(row.department);
  const specialty = wordOf(row.specialty, locale);
  const city = wordOf(row.city, locale);
  return (
    <div
      id={`colleague-${index}`}
      className={styles.row}
      role="option"
      aria-selected={chosen}
      data-active={active || undefined}
      aria-setsize={total}
      aria-posinset={index + 1}
      onClick={(event) => onClick(event, index)}
    >
      <Avatar name={avatarName(row.name)} accountId={row.id} size={36} />
      <div className={styles.cell}>
        <div className={styles.name}>
          <b dir="auto"><Highlight text={name.main} ranges={mainRanges} /></b>
          {row.verified && <VerifiedMark size={14} />}
          {name.alt && <span className={styles.alt} dir="auto"><Highlight text={name.alt} ranges={altRanges} tint /></span>}
        </div>
        <div className={styles.second}>{terms.title(row.title)}</div>
      </div>
      <div className={styles.cell}>
        <div className="truncate"><Highlight text={department} ranges={rangesIn(department, text)} tint /></div>
        <div className={styles.second}>
          {row.phone ? <><Icon icon={Phone} size={12} /> <Highlight text={row.phone.number} ranges={row.phone.ranges} /></> : <Highlight text={specialty} ranges={rangesIn(specialty, text)} tint />}
        </div>
      </div>
      <div className={styles.cell}>
        <div className="truncate" title={hospital}><Highlight text={hospital} ranges={rangesIn(hospital, text)} tint /></div>
        <div className={styles.second}><Highlight text={city} ranges={rangesIn(city, text)} tint /></div>
      </div>
      {/* For the mouse; the keyboard has the star of the card. */}
      <span
        className={styles.star}
        data-on={row.favourite || undefined}
        role={row.favourite ? "img" : undefined}
        aria-label={row.favourite ? t({ message: "Favourite", comment: "Read aloud: the star of a favourite colleague" }) : undefined}
        aria-hidden={row.favourite ? undefined : true}
        onClick={(event) => {
          event.stopPropagation();
          onFavourite(row);
        }}
      >
        <Icon icon={Star} />
      </span>
    </div>
  );
}
