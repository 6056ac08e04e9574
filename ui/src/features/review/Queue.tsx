import { useVirtualizer } from "@tanstack/react-virtual";
import { useLingui } from "@lingui/react/macro";
import { Clock, Copy, Inbox } from "lucide-react";
import { type KeyboardEvent, type Ref, useImperativeHandle, useRef, useState } from "react";
import type { ReviewBox, ReviewItem } from "@/bindings";
import { Avatar } from "@/components/Avatar/Avatar";
import { EmptyState } from "@/components/EmptyState/EmptyState";
import { Icon } from "@/components/Icon/Icon";
import { SkeletonRows } from "@/components/Skeleton/Skeleton";
import { useNow } from "@/lib/now";
import { capitalised, nearDay, shortMoment } from "@/lib/time";
import { avatarName, nameOf, useTerminology } from "@/lib/words";
import styles from "./Queue.module.css";
import { shortTitle, statusWord } from "./words";

const ROW = 64;

export interface QueueHandle {
  focus: () => void;
}

interface QueueProps {
  ref: Ref<QueueHandle>;
  box: ReviewBox;
  /** Null while they are fetched for the first time. */
  items: readonly ReviewItem[] | null;
  selected: string | null;
  more: boolean;
  onMore: () => void;
  onOpen: (id: string) => void;
}

/** A box of the queue: a listbox with one tab stop. The arrows move and Enter opens, since each opening is recorded. */
export function Queue({ ref, box, items, selected, more, onMore, onOpen }: QueueProps) {
  // The virtualizer is one mutable object; memoised reads of it would go stale.
  "use no memo";
  const { t } = useLingui();
  const scroller = useRef<HTMLDivElement>(null);
  const [activeId, setActiveId] = useState<string | null>(null);
  const total = items?.length ?? 0;
  // eslint-disable-next-line react-hooks/incompatible-library -- hence "use no memo"
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 6,
    onChange: ({ range }) => { if (more && range && range.endIndex >= total - 5) onMore(); },
  });
  useImperativeHandle(ref, () => ({ focus: () => scroller.current?.focus() }));

  if (items === null) return <SkeletonRows rows={6} />;
  if (total === 0) {
    const words: Record<ReviewBox, string> = {
      pending: t({ message: "Nothing to review", comment: "When no application waits for a decision" }),
      waiting: t({ message: "Nobody owes an answer", comment: "When no applicant was asked for more" }),
      done: t({ message: "Nothing decided yet", comment: "When no application was decided" }),
    };
    return <EmptyState icon={Inbox} title={words[box]} />;
  }

  const at = items.findIndex(({ id }) => id === (activeId ?? selected));
  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? ROW) / ROW) - 1);
    const target = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: total - 1 }[event.key];
    if (target !== undefined) {
      const next = Math.max(0, Math.min(total - 1, target));
      virtual.scrollToIndex(next, { align: "auto" });
      setActiveId(items[next]?.id ?? null);
    } else if ((event.key === "Enter" || event.key === " ") && items[at]) onOpen(items[at].id);
    else return;
    event.preventDefault();
  };

  return (
    <div
      ref={scroller}
      className={styles.scroll}
      role="listbox"
      tabIndex={0}
      aria-label={t({ message: "Applications", comment: "Read aloud: the list of applications" })}
      aria-activedescendant={at >= 0 ? `application-${items[at]?.id ?? ""}` : undefined}
      onKeyDown={onKeyDown}
      onFocus={() => { if (at < 0) setActiveId(items[0]?.id ?? null); }}
    >
      <div className={styles.inner} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const item = items[index];
          return item && (
            <div key={item.id} className={styles.slot} style={{ transform: `translateY(${start}px)` }}>
              <Row
                item={item}
                open={item.id === selected}
                active={index === at}
                position={index + 1}
                total={total}
                onOpen={() => { setActiveId(item.id); onOpen(item.id); }}
              />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Row({ item, open, active, position, total, onOpen }: { item: ReviewItem; open: boolean; active: boolean; position: number; total: number; onOpen: () => void }) {
  const { t, i18n } = useLingui();
  const { locale } = i18n;
  const now = useNow();
  const terms = useTerminology(locale);
  const name = nameOf({ han: item.han_name, latin: item.latin_name }, locale);
  const at = Date.parse(item.submitted_at);
  const when = shortMoment(at, now, locale);
  const near = nearDay(at, now, locale);
  // A weekday within the week, but yesterday by its name.
  const yesterday = /\d/u.test(when) ? null : near && capitalised(near, locale);
  return (
    <div
      id={`application-${item.id}`}
      className={styles.row}
      role="option"
      aria-selected={open}
      aria-setsize={total}
      aria-posinset={position}
      data-active={active || undefined}
      onClick={onOpen}
    >
      <Avatar name={avatarName({ han: item.han_name, latin: item.latin_name })} accountId={item.id} size={36} />
      <div className={styles.words}>
        <div className={styles.first}><b className="truncate">{name.main}</b><time dateTime={item.submitted_at}>{yesterday ?? when}</time></div>
        <div className={styles.second}>
          <span className="truncate">{shortTitle(i18n, item.title, terms.title(item.title))} · {terms.department(item.department)}</span>
          {item.possible_duplicate && item.status === "submitted" ? (
            <span className={styles.flag}><Icon icon={Copy} size={12} />{t({ message: "Duplicate", comment: "Flag in the verifier's list: may be registered already" })}</span>
          ) : item.overdue ? (
            <span className={styles.flag}><Icon icon={Clock} size={12} />{t({ message: "Overdue", comment: "Flag in the verifier's list: waits for more than two working days" })}</span>
          ) : (
            item.status !== "submitted" && item.status !== "more_requested" && <span className={styles.status}>{statusWord(i18n, item)}</span>
          )}
        </div>
      </div>
    </div>
  );
}
