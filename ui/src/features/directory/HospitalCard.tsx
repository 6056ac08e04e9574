import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { Building2, Phone, UsersRound, X } from "lucide-react";
import { type KeyboardEvent, type Ref, useImperativeHandle, useRef, useState } from "react";
import type { DepartmentCount, OrganizationCard } from "@/bindings";
import { Button, IconButton } from "@/components/Button/Button";
import { EmptyState } from "@/components/EmptyState/EmptyState";
import { Icon } from "@/components/Icon/Icon";
import { Bar, Pane, Scroll } from "@/components/Pane/Pane";
import { Tag } from "@/components/Tag/Tag";
import { errorSentence } from "@/lib/errors";
import { useKeyboardFocus } from "@/lib/focus";
import { gradeWord } from "@/lib/grade";
import { phoneWord, telOf } from "@/lib/phone";
import { useCommand } from "@/lib/query";
import { count } from "@/lib/time";
import { wordOf } from "@/lib/words";
import cardStyles from "./ColleagueCard.module.css";
import styles from "./HospitalCard.module.css";

export interface HospitalCardHandle {
  /** Puts the focus on the departments. */
  focus: () => void;
}

/** A hospital: where it is, how to reach it, and who works there by department. */
export function HospitalCard({ ref, id, closable, onClose, onEveryone }: {
  ref: Ref<HospitalCardHandle>;
  id: string;
  /** It lies over the list, which needs a way back. */
  closable: boolean;
  onClose: () => void;
  /** Shows its colleagues, or those of one department by its code. */
  onEveryone: (department?: string) => void;
}) {
  const { t, i18n } = useLingui();
  const { data: card, error } = useCommand("directory_organization", { organization_id: id });
  const departments = useRef<HTMLDivElement>(null);
  const everyone = useRef<HTMLButtonElement>(null);
  useImperativeHandle(ref, () => ({ focus: () => (departments.current ?? everyone.current)?.focus() }));
  const label = t({ message: "Hospital", comment: "Filter of the directory" });
  const close = closable && <IconButton icon={X} label={t({ message: "Close", comment: "Closes a panel" })} onClick={onClose} />;
  if (!card) {
    return (
      <Pane label={label} as="aside">
        <Bar plain><span className={cardStyles.push} />{close}</Bar>
        {error && <EmptyState icon={Building2} title={errorSentence(i18n, error)} />}
      </Pane>
    );
  }
  // Of some it is not known in which they work: that is no department, and filters nothing.
  const known = card.departments.filter(({ code }) => code !== "");
  return (
    <Pane label={label} as="aside">
      <Bar plain><span className={cardStyles.push} />{close}</Bar>
      <Scroll>
        <div className={cardStyles.body}>
          <Head card={card} />
          {card.colleagues > 0 && (
            <div className={cardStyles.actions}>
              <Button ref={everyone} variant="primary" icon={UsersRound} grow onClick={() => onEveryone()}>{t({ message: "Everyone here", comment: "Button on a hospital's card: shows all its colleagues" })}</Button>
            </div>
          )}
          {card.phone && <Switchboard phone={card.phone} />}
          {known.length > 0 && (
            <section className={cardStyles.section}>
              <h3>
                {t({ message: "Departments", comment: "Heading on a hospital's card; 科室" })}<span>{count(known.length, i18n.locale)}</span>
                <span className={styles.columns} aria-hidden>
                  <span>{t({ message: "Colleagues", comment: "Read aloud: the list of the directory" })}</span>
                  <span>{t({ message: "Joined", comment: "Above numbers: how many colleagues of a department have an account" })}</span>
                </span>
              </h3>
              <Departments ref={departments} departments={known} onOpen={onEveryone} />
            </section>
          )}
          {card.colleagues === 0 && <p className={styles.nobody}>{t({ message: "No colleague of this hospital is listed yet.", comment: "On the card of a hospital" })}</p>}
        </div>
      </Scroll>
    </Pane>
  );
}

function Head({ card }: { card: OrganizationCard }) {
  const { t, i18n } = useLingui();
  const { locale } = i18n;
  const name = wordOf(card.name, locale);
  const other = name === card.name.zh ? card.name.en : card.name.zh;
  const place = [wordOf(card.province, locale), wordOf(card.city, locale)].filter(Boolean).join(" · ");
  const joined = count(card.joined, locale);
  return (
    <>
      <div className={cardStyles.top}>
        <span className={styles.sign}><Icon icon={Building2} size={24} /></span>
        <div className={cardStyles.words}>
          <h2 className={styles.name}><span className="selectable" dir="auto">{name}</span></h2>
          {other && <div className={`${styles.other} selectable`} dir="auto">{other}</div>}
          {place && <div className={cardStyles.line}>{place}</div>}
        </div>
      </div>
      <div className={styles.facts}>
        {card.grade && <Tag>{gradeWord(card.grade, locale)}</Tag>}
        {card.own && <Tag>{t({ message: "Your hospital", comment: "Mark on the hospital where the doctor works; 本院" })}</Tag>}
        <span>
          <b>{t({ message: plural(card.colleagues, { one: "# colleague", other: "# colleagues" }), comment: "How many the search found" })}</b>
          {" · "}
          {t({ message: `${joined} in Consilium`, comment: "How many colleagues of a hospital or department have an account" })}
        </span>
      </div>
    </>
  );
}

function Switchboard({ phone }: { phone: string }) {
  const { t, i18n } = useLingui();
  const address = telOf(phone);
  const words = phoneWord(i18n, phone);
  const key = t({ message: "Switchboard", comment: "Telephone number of a hospital; 总机" });
  return (
    <section className={cardStyles.section} aria-label={key}>
      <div className={cardStyles.contact}>
        <Icon icon={Phone} />
        <div className={cardStyles.words}>
          <div className={cardStyles.key}>{key}</div>
          {address ? <a className={cardStyles.value} href={address} title={t({ message: "Call", comment: "Tooltip of a telephone number" })}>{words}</a> : <span className={cardStyles.value}>{words}</span>}
        </div>
      </div>
    </section>
  );
}

/** A listbox with one tab stop; Enter shows the department's colleagues. */
function Departments({ ref, departments, onOpen }: { ref: Ref<HTMLDivElement>; departments: readonly DepartmentCount[]; onOpen: (department: string) => void }) {
  const { t, i18n } = useLingui();
  const { locale } = i18n;
  const [active, setActive] = useState(-1);
  const most = Math.max(1, ...departments.map(({ colleagues }) => colleagues));
  const keyboard = useKeyboardFocus(() => { if (active < 0) setActive(0); });
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const target = { ArrowDown: active + 1, ArrowUp: active - 1, Home: 0, End: departments.length - 1 }[event.key];
    const chosen = departments[active];
    if (target !== undefined && !event.altKey) {
      const index = Math.max(0, Math.min(departments.length - 1, target));
      setActive(index);
      document.getElementById(`department-${index}`)?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && chosen) onOpen(chosen.code);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      ref={ref}
      role="listbox"
      tabIndex={0}
      className={styles.departments}
      aria-label={t({ message: "Departments", comment: "Heading on a hospital's card; 科室" })}
      aria-activedescendant={active >= 0 ? `department-${active}` : undefined}
      onKeyDown={onKeyDown}
      {...keyboard.handlers}
    >
      {departments.map((department, index) => {
        const joined = count(department.joined, locale);
        return (
          <div key={department.code} id={`department-${index}`} role="option" aria-selected={index === active} className={styles.department} data-active={index === active || undefined} onClick={() => onOpen(department.code)}>
            <span className={styles.label} title={wordOf(department.label, locale) || department.code}>{wordOf(department.label, locale) || department.code}</span>
            <meter className={styles.bar} value={department.colleagues} max={most} aria-hidden />
            <span className={styles.number} title={t({ message: `${joined} in Consilium`, comment: "How many colleagues of a hospital or department have an account" })}>
              <b>{count(department.colleagues, locale)}</b>
              <small aria-hidden>{joined}</small>
            </span>
          </div>
        );
      })}
    </div>
  );
}
