import { useVirtualizer } from "@tanstack/react-virtual";
import { useLingui } from "@lingui/react/macro";
import { type KeyboardEvent, type Ref, useImperativeHandle, useRef } from "react";
import type { ColleagueRow } from "@/bindings";
import { Avatar } from "@/components/Avatar/Avatar";
import { Highlight } from "@/components/Highlight/Highlight";
import { VerifiedMark } from "@/components/VerifiedMark/VerifiedMark";
import { avatarName, nameOf, useTerminology, wordOf } from "@/lib/words";
import styles from "./ColleagueList.module.css";

const ROW = 52;

export interface ListHandle {
  /** Handles the keys of the list, wherever the focus is. */
  onKeyDown: (event: KeyboardEvent) => void;
}

interface ListProps {
  ref: Ref<ListHandle>;
  total: number;
  rowAt: (index: number) => ColleagueRow | undefined;
  /** Index of the row the keyboard is on; -1 if none. */
  active: number;
  onActive: (index: number) => void;
  onOpen: (index: number) => void;
  /** Rows that came into sight. */
  onRange: (first: number, last: number) => void;
}

/** All matching colleagues, however many: a listbox with one tab stop, of which only the visible rows exist. */
export function ColleagueList({ ref, total, rowAt, active, onActive, onOpen, onRange }: ListProps) {
  // The virtualizer is one mutable object; memoised reads of it would go stale.
  "use no memo";
  const { t } = useLingui();
  const scroller = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- hence "use no memo"
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 8,
    onChange: ({ range }) => { if (range) onRange(range.startIndex, range.endIndex); },
  });

  const move = (to: number) => {
    const index = Math.max(0, Math.min(total - 1, to));
    virtual.scrollToIndex(index, { align: "auto" });
    onActive(index);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (total === 0) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? ROW) / ROW) - 1);
    const inField = event.target instanceof HTMLInputElement;
    const target = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + page, PageUp: active - page, ...(inField ? {} : { Home: 0, End: total - 1 }) }[event.key];
    if (target !== undefined) move(target);
    else if (event.key === "Enter" && active >= 0) onOpen(active);
    else return;
    event.preventDefault();
  };
  useImperativeHandle(ref, () => ({ onKeyDown }));

  return (
    <div
      ref={scroller}
      className={styles.scroll}
      role="listbox"
      tabIndex={0}
      aria-label={t({ message: "Colleagues", comment: "Read aloud: the list of the directory" })}
      aria-activedescendant={active >= 0 ? `colleague-${active}` : undefined}
      onKeyDown={onKeyDown}
      onFocus={() => { if (active < 0 && total > 0) onActive(0); }}
    >
      <div className={styles.inner} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => (
          <div key={index} className={styles.slot} style={{ transform: `translateY(${start}px)` }}>
            <Row index={index} row={rowAt(index)} selected={index === active} total={total} onOpen={onOpen} />
          </div>
        ))}
      </div>
    </div>
  );
}

function Row({ index, row, selected, total, onOpen }: { index: number; row: ColleagueRow | undefined; selected: boolean; total: number; onOpen: (index: number) => void }) {
  const { i18n } = useLingui();
  const { locale } = i18n;
  const terms = useTerminology(locale);
  if (!row) return <div className={styles.row} aria-hidden><i className={styles.blank} /></div>;
  const name = nameOf(row.name, locale);
  const mainRanges = name.mainIsHan ? row.matched.han : row.matched.latin;
  const altRanges = name.mainIsHan ? row.matched.latin : row.matched.han;
  const hospital = wordOf(row.hospital, locale);
  return (
    <div
      id={`colleague-${index}`}
      className={styles.row}
      role="option"
      aria-selected={selected}
      aria-setsize={total}
      aria-posinset={index + 1}
      onClick={() => onOpen(index)}
    >
      <Avatar name={avatarName(row.name)} accountId={row.id} size={36} />
      <div className={styles.cell}>
        <div className={styles.name}>
          <b><Highlight text={name.main} ranges={mainRanges} /></b>
          {row.verified && <VerifiedMark size={14} />}
          {name.alt && <span className={styles.alt}><Highlight text={name.alt} ranges={altRanges} tint /></span>}
        </div>
        <div className={styles.second}>{terms.title(row.title)}</div>
      </div>
      <div className={styles.cell}>
        <div className="truncate">{terms.department(row.department)}</div>
        <div className={styles.second}>{wordOf(row.specialty, locale)}</div>
      </div>
      <div className={styles.cell}>
        <div className="truncate" title={hospital}>{hospital}</div>
        <div className={styles.second}>{wordOf(row.city, locale)}</div>
      </div>
    </div>
  );
}
