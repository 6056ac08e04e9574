import { useLingui } from "@lingui/react/macro";
import { Search } from "lucide-react";
import { type KeyboardEvent, useId, useState } from "react";
import type { ColleagueRow } from "@/bindings";
import { Avatar } from "@/components/Avatar/Avatar";
import { TextField } from "@/components/TextField/TextField";
import { VerifiedMark } from "@/components/VerifiedMark/VerifiedMark";
import { useComposing } from "@/lib/composing";
import { useHeld } from "@/lib/held";
import { useCommand } from "@/lib/query";
import { avatarName, nameOf, useTerminology, wordOf } from "@/lib/words";
import styles from "./ColleaguePicker.module.css";
import { EVERYBODY } from "./state";

const MOST = 6;

/** Finds one colleague, of those who have an account unless anybody will do: a field, and below it who matches; arrows and Enter choose. */
export function ColleaguePicker({ label, without, joined = true, brief = false, onPick }: {
  label: string;
  /** FHIR Practitioner ids of those who are no choice. */
  without: readonly string[];
  joined?: boolean;
  /** Nobody is offered before something is typed: other fields stand below it. */
  brief?: boolean;
  onPick: (colleague: ColleagueRow) => void;
}) {
  const { t, i18n } = useLingui();
  const { locale } = i18n;
  const id = useId();
  const terms = useTerminology(locale);
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const { data: page, isPlaceholderData: isFormer } = useCommand("directory_search", { ...EVERYBODY, text, joined: joined ? ["yes"] : [], offset: 0, limit: MOST + without.length }, { keepPrevious: true });
  const waits = brief && text.trim() === "";
  const rows = (waits ? [] : (page?.rows ?? [])).filter((row) => !without.includes(row.id)).slice(0, MOST);
  const current = Math.min(active, rows.length - 1);
  const held = useHeld(!isFormer && page !== undefined, () => { if (rows[current]) onPick(rows[current]); });
  const keys = useComposing((event: KeyboardEvent) => {
    const row = rows[current];
    if (event.key === "Enter" && (isFormer || !page)) held.hold(true);
    else if (event.key === "ArrowDown") setActive(Math.min(rows.length - 1, current + 1));
    else if (event.key === "ArrowUp") setActive(Math.max(0, current - 1));
    else if (event.key === "Enter" && row) onPick(row);
    else return;
    event.preventDefault();
  });
  return (
    <>
      <TextField
        label={label}
        icon={Search}
        value={text}
        onValue={(next) => { setText(next); setActive(0); held.giveUp(); }}
        {...keys}
        placeholder={t({ message: "Name, pinyin, hospital or department", comment: "In the empty search field of the directory" })}
        role="combobox"
        aria-expanded={rows.length > 0}
        aria-controls={`${id}-list`}
        aria-activedescendant={rows.length > 0 ? `${id}-${current}` : undefined}
        autoComplete="off"
        autoFocus
      />
      <div id={`${id}-list`} role="listbox" aria-label={t({ message: "Colleagues", comment: "Read aloud: the list of the directory" })} className={styles.list}>
        {rows.map((row, index) => {
          const name = nameOf(row.name, locale);
          return (
            <div key={row.id} id={`${id}-${index}`} role="option" aria-selected={index === current} className={styles.row} onClick={() => onPick(row)} onPointerMove={() => setActive(index)}>
              <Avatar name={avatarName(row.name)} accountId={row.id} size={32} />
              <div className={styles.words}>
                <div className={styles.name}><b>{name.main}</b>{row.verified && <VerifiedMark size={14} />}{name.alt && <span>{name.alt}</span>}</div>
                <div className={styles.second}>{[terms.title(row.title), terms.department(row.department), wordOf(row.hospital, locale)].filter(Boolean).join(" · ")}</div>
              </div>
            </div>
          );
        })}
      </div>
      {page && !waits && rows.length === 0 && <p className={styles.none} role="status">{t({ message: "Nobody with an account matches.", comment: "Below the field that looks for a colleague to write to" })}</p>}
    </>
  );
}
