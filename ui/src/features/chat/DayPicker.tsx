import { Popover } from "@base-ui/react/popover";
import { useLingui } from "@lingui/react/macro";
import { CalendarDays, ChevronLeft, ChevronRight } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { IconButton } from "@/components/Button/Button";
import { Icon } from "@/components/Icon/Icon";
import { fullDate, monthAndYear, startOfDate } from "@/lib/time";
import { type Day, dayOf, daysLater, monthsLater, noonOf, weeksOf } from "./month";
import styles from "./DayPicker.module.css";

/** A month: arrows go by days and weeks, Page Up and Page Down by months, Enter chooses. */
function Month({ onDay }: { onDay: (day: Day) => void }) {
  const { t, i18n } = useLingui();
  const today = dayOf(new Date());
  const [active, setActive] = useState(today);
  const grid = useRef<HTMLTableElement>(null);
  useEffect(() => {
    grid.current?.querySelector<HTMLElement>("[tabindex='0']")?.focus();
  }, [active]);
  // Nothing was written tomorrow.
  const go = (day: Day) => setActive(day > today ? today : day);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[event.key];
    if (step !== undefined) go(daysLater(active, step));
    else if (event.key === "PageUp") go(monthsLater(active, -1));
    else if (event.key === "PageDown") go(monthsLater(active, 1));
    else return;
    event.preventDefault();
  };
  const weeks = weeksOf(active);
  const weekday = new Intl.DateTimeFormat(i18n.locale, { weekday: "narrow" });
  // A week that begins with a Monday.
  const names = Array.from({ length: 7 }, (_, n) => weekday.format(noonOf(daysLater("2026-07-13", n))));
  return (
    <div className={styles.month}>
      <div className={styles.head}>
        <IconButton icon={ChevronLeft} size={24} label={t({ message: "Month before", comment: "Button of a calendar" })} onClick={() => go(monthsLater(active, -1))} />
        <b aria-live="polite">{monthAndYear(noonOf(active).getTime(), i18n.locale)}</b>
        <IconButton icon={ChevronRight} size={24} disabled={active.slice(0, 7) >= today.slice(0, 7)} label={t({ message: "Month after", comment: "Button of a calendar" })} onClick={() => go(monthsLater(active, 1))} />
      </div>
      <table ref={grid} role="grid" aria-label={t({ message: "Days", comment: "Read aloud: name of a calendar" })} onKeyDown={onKeyDown}>
        <thead><tr>{names.map((name, index) => <th key={index} scope="col">{name}</th>)}</tr></thead>
        <tbody>
          {weeks.map((week, index) => (
            <tr key={index}>
              {week.map((day, at) => (
                <td key={day ?? at} role="gridcell">
                  {day !== null && (
                    <button type="button" className={styles.day} data-today={day === today || undefined} disabled={day > today} tabIndex={day === active ? 0 : -1} aria-label={fullDate(noonOf(day).getTime(), i18n.locale)} onClick={() => onDay(day)}>
                      {Number(day.slice(8))}
                    </button>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Goes to the first message of a day, in Unix milliseconds. */
export function DayPicker({ onDay }: { onDay: (from: number) => void }) {
  const { t } = useLingui();
  const [open, setOpen] = useState(false);
  const label = t({ message: "Go to a day", comment: "Button in a conversation: shows a calendar, and goes to the messages of the chosen day" });
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger className={styles.trigger} aria-label={label} title={label}><Icon icon={CalendarDays} /></Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner className={styles.positioner} sideOffset={4}>
          <Popover.Popup className={styles.popup} aria-label={label}>
            <Month onDay={(day) => { setOpen(false); onDay(startOfDate(day)); }} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
