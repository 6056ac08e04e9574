import { useLingui } from "@lingui/react/macro";
import { NotebookPen } from "lucide-react";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { Banner } from "@/components/Banner/Banner";
import { Button } from "@/components/Button/Button";
import { errorSentence } from "@/lib/errors";
import { useFocusHeir } from "@/lib/focus";
import { useAction } from "@/lib/query";
import styles from "./ColleagueCard.module.css";

const LONGEST = 2_000;

/** What the doctor notes about a colleague for themselves; a click edits it, leaving the field or the card keeps it. */
export function PrivateNote({ id, note }: { id: string; note: string }) {
  const { t, i18n } = useLingui();
  const [draft, setDraft] = useState<string | null>(null);
  // What the core was last told, so that nothing is told twice.
  const told = useRef<string | null>(null);
  const save = useAction("note_save", () => {
    const saved = told.current;
    setDraft((now) => (now === saved ? null : now));
  });
  const label = t({ message: "Private note", comment: "Heading on a colleague's card: what one notes for oneself; 私人备注" });
  const keep = () => {
    if (draft === null || draft === told.current) return;
    if (draft.trim() === note) {
      setDraft(null);
      return;
    }
    told.current = draft;
    save.run({ practitioner_id: id, text: draft }, { onSettled: () => { told.current = null; } });
  };
  // Nothing tells a field that it is gone: the card may be left by a shortcut.
  const leave = useEffectEvent(keep);
  useEffect(() => () => leave(), []);
  const section = useRef<HTMLElement>(null);
  const heir = useFocusHeir(() => section.current?.querySelector("button")?.focus());
  return (
    <section ref={section} className={styles.section} {...heir}>
      <h3>{label}<span>{t({ message: "only you can see this", comment: "Beside the heading of a private note" })}</span></h3>
      {draft !== null ? (
        <textarea
          className={styles.note}
          aria-label={label}
          value={draft}
          rows={4}
          // Two notes that became one may be longer, and can be shortened in steps.
          maxLength={Math.max(LONGEST, note.length)}
          autoFocus
          onChange={(event) => setDraft(event.target.value)}
          onBlur={keep}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return;
            if (event.key === "Escape") {
              event.preventDefault();
              event.stopPropagation();
              setDraft(null);
            } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) keep();
          }}
        />
      ) : note ? (
        <button type="button" className={styles.noted} title={t({ message: "Edit note", comment: "Tooltip of a private note" })} onClick={() => setDraft(note)}>{note}</button>
      ) : (
        <Button variant="quiet" size={28} icon={NotebookPen} onClick={() => setDraft("")}>{t({ message: "Add a note", comment: "Button on a colleague's card: a private note" })}</Button>
      )}
      {save.error && <Banner tone="danger">{errorSentence(i18n, save.error)}</Banner>}
    </section>
  );
}
