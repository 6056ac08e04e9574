import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { Building2, House } from "lucide-react";
import { type KeyboardEvent, type Ref, useImperativeHandle } from "react";
import type { OrganizationGroup, OrganizationPage, OrganizationRow } from "@/bindings";
import { Highlight } from "@/components/Highlight/Highlight";
import { Icon } from "@/components/Icon/Icon";
import { Tag } from "@/components/Tag/Tag";
import { useKeyboardFocus } from "@/lib/focus";
import { gradeWord } from "@/lib/grade";
import { count } from "@/lib/time";
import { wordOf } from "@/lib/words";
import styles from "./HospitalList.module.css";
import { rangesIn } from "./marks";
import { useTallList } from "./useTallList";

const ROW = 52;
const HEADING = 32;

export interface HospitalListHandle {
  /** Handles the keys of the list, wherever the focus is. */
  onKeyDown: (event: KeyboardEvent) => void;
  /** Puts the focus on it, and chooses nothing. */
  focus: () => void;
}

/** All matching hospitals under the names of their cities: a listbox with one tab stop, of which only the visible rows exist. */
export function HospitalList({ ref, page, rowAt, text, searchKey, active, shown, onActive, onOpen, onRange }: {
  ref: Ref<HospitalListHandle>;
  page: OrganizationPage;
  rowAt: (index: number) => OrganizationRow | undefined;
  text: string;
  /** Another search begins at its head. */
  searchKey: string;
  /** Index of the row the keyboard is on; -1 if none. */
  active: number;
  /** FHIR Organization id of the hospital whose card is open. */
  shown: string | null;
  onActive: (index: number) => void;
  onOpen: (index: number) => void;
  onRange: (first: number, last: number) => void;
}) {
  const { t, i18n } = useLingui();
  const { total, groups } = page;
  const headed = groups.map((group) => group.index);
  const { scroller, height, rows, page: rowsAPage, reveal } = useTallList({ count: total, row: ROW, heading: HEADING, headed }, searchKey, onRange);

  const onKeyDown = (event: KeyboardEvent) => {
    if (total === 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const inField = event.target instanceof HTMLInputElement;
    const target = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + rowsAPage, PageUp: active - rowsAPage, ...(inField ? {} : { Home: 0, End: total - 1 }) }[event.key];
    if (target !== undefined) {
      const index = Math.max(0, Math.min(total - 1, target));
      reveal(index);
      onActive(index);
    } else if (event.key === "Enter" && active >= 0) onOpen(active);
    else return;
    event.preventDefault();
  };
  const keyboard = useKeyboardFocus(() => { if (active < 0 && total > 0) onActive(0); });
  useImperativeHandle(ref, () => ({ onKeyDown, focus: () => keyboard.focus(scroller.current) }));

  const headingOf = (group: OrganizationGroup) => {
    const place = [wordOf(group.province, i18n.locale), wordOf(group.city, i18n.locale)].filter(Boolean).join(" · ");
    return place || t({ message: "Elsewhere", comment: "Hospitals of which the directory does not say the province or city, such as those abroad" });
  };
  return (
    <div
      ref={scroller}
      className={styles.scroll}
      role="listbox"
      tabIndex={0}
      aria-label={t({ message: "Hospitals", comment: "Directory by hospital and department; 医院" })}
      aria-activedescendant={active >= 0 ? `hospital-${active}` : undefined}
      onKeyDown={onKeyDown}
      {...keyboard.handlers}
    >
      <div className={styles.inner} style={{ height }} role="presentation">
        {rows.map(({ index, y }) => {
          const group = groups.find((each) => each.index === index);
          const row = rowAt(index);
          return (
            <div key={index} className={styles.slot} style={{ transform: `translateY(${y}px)` }} role="presentation">
              {group && (
                <div className={styles.heading} role="presentation">
                  <b>{headingOf(group)}</b>
                  <span>{t({ message: plural(group.colleagues, { one: "# colleague", other: "# colleagues" }), comment: "How many the search found" })}</span>
                </div>
              )}
              {row ? (
                <Row index={index} row={row} text={text} active={index === active} shown={row.id === shown} total={total} onOpen={onOpen} />
              ) : (
                <div className={styles.row} aria-hidden><i className={styles.blank} /></div>
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Row({ index, row, text, active, shown, total, onOpen }: {
  index: number;
  row: OrganizationRow;
  text: string;
  active: boolean;
  shown: boolean;
  total: number;
  onOpen: (index: number) => void;
}) {
  const { t, i18n } = useLingui();
  const { locale } = i18n;
  const name = wordOf(row.name, locale);
  const other = name === row.name.zh ? row.name.en : row.name.zh;
  const joined = count(row.joined, locale);
  return (
    <div
      id={`hospital-${index}`}
      className={styles.row}
      role="option"
      aria-selected={shown || active}
      data-active={active || undefined}
      aria-setsize={total}
      aria-posinset={index + 1}
      onClick={() => onOpen(index)}
    >
      <span className={styles.sign}><Icon icon={row.own ? House : Building2} /></span>
      <div className={styles.cell}>
        <div className={styles.name}>
          <b dir="auto" title={name}><Highlight text={name} ranges={rangesIn(name, text)} /></b>
          {row.own && <Tag>{t({ message: "Your hospital", comment: "Mark on the hospital where the doctor works; 本院" })}</Tag>}
        </div>
        {other && <div className={styles.second} dir="auto"><Highlight text={other} ranges={rangesIn(other, text)} tint /></div>}
      </div>
      <div className={styles.grade}>{gradeWord(row.grade, locale)}</div>
      <div className={styles.numbers}>
        <div>{t({ message: plural(row.colleagues, { one: "# colleague", other: "# colleagues" }), comment: "How many the search found" })}</div>
        <div className={styles.second}>{t({ message: `${joined} in Consilium`, comment: "How many colleagues of a hospital or department have an account" })}</div>
      </div>
    </div>
  );
}
