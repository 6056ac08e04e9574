import { useLingui } from "@lingui/react/macro";
import { useState } from "react";
import type { ReviewEntry } from "@/bindings";
import { useAccount } from "@/app/state";
import { Banner } from "@/components/Banner/Banner";
import { Button } from "@/components/Button/Button";
import { Dialog } from "@/components/Dialog/Dialog";
import { toast } from "@/components/Toast/Toast";
import { ColleaguePicker } from "@/features/directory/ColleaguePicker";
import { errorSentence } from "@/lib/errors";
import { useAction, useCommand } from "@/lib/query";
import { nameOf, useTerminology, wordOf } from "@/lib/words";
import styles from "./EntryView.module.css";
import { hospitalOf } from "./words";

/** Lets an entry give way to another of the same colleague: which, then what it does. */
export function MergeDialog({ entry, name, open, into, onInto, onClose, onMerged }: {
  entry: ReviewEntry;
  name: string;
  open: boolean;
  /** FHIR Practitioner id of the entry that is kept, once it is chosen. */
  into: string | null;
  onInto: (into: string | null) => void;
  onClose: () => void;
  onMerged: (kept: ReviewEntry) => void;
}) {
  const { t, i18n } = useLingui();
  const { locale } = i18n;
  const account = useAccount();
  const terms = useTerminology(locale);
  const [found, setFound] = useState(false);
  const { data: kept, error: unread } = useCommand("directory_colleague", { practitioner_id: into ?? "" }, { enabled: into !== null });
  const merge = useAction("review_merge", (after) => {
    toast.done(t({ message: "The two entries are one now", comment: "Note in the corner after two entries of one colleague were merged" }));
    onMerged(after);
    onClose();
  });
  const choose = (id: string | null) => {
    merge.clear();
    onInto(id);
  };
  const title = t({ message: `Merge ${name} into another entry`, comment: "Title: two entries of one colleague become one; the name of the one that gives way" });
  const cancel = <Button onClick={onClose}>{t({ message: "Cancel", comment: "Button that closes a dialog without doing anything" })}</Button>;
  if (into === null || !kept) {
    const candidates = entry.duplicates.filter(({ practitioner_id }) => practitioner_id !== null && practitioner_id !== entry.practitioner_id);
    return (
      <Dialog wide open={open} onClose={onClose} title={title} actions={cancel}>
        <div className={styles.dialog}>
          <p>{t({ message: "Which entry is kept?", comment: "Above the entries into which another may be merged" })}</p>
          {candidates.length > 0 && !found && (
            <div className={styles.candidates}>
              {candidates.map((each) => (
                <button key={each.practitioner_id} type="button" className={styles.candidate} onClick={() => choose(each.practitioner_id)}>
                  <span>{nameOf({ han: each.han_name, latin: each.latin_name }, locale).main}</span>
                  <small>{[hospitalOf(each, locale), each.licence_ending && `•••• ${each.licence_ending}`].filter(Boolean).join(" · ")}</small>
                </button>
              ))}
              <Button variant="link" onClick={() => setFound(true)}>{t({ message: "Another colleague of the directory", comment: "Button: looks for the entry that is kept" })}</Button>
            </div>
          )}
          {(candidates.length === 0 || found) && (
            <ColleaguePicker joined={false} label={t({ message: "The entry that is kept", comment: "Field: looks for a colleague" })} without={[entry.practitioner_id, account.practitioner_id]} onPick={({ id }) => choose(id)} />
          )}
          {into !== null && unread && <Banner tone="danger">{errorSentence(i18n, unread)}</Banner>}
        </div>
      </Dialog>
    );
  }
  const other = nameOf(kept.name, locale).main;
  return (
    <Dialog
      wide
      open={open}
      onClose={onClose}
      title={title}
      actions={
        <>
          <Button onClick={() => choose(null)}>{t({ message: "Back", comment: "Button: to the step before" })}</Button>
          <Button variant="danger-fill" busy={merge.busy} onClick={() => merge.run({ practitioner_id: entry.practitioner_id, merger: { into: kept.id } })}>{t({ message: "Merge", comment: "Button: two entries of one colleague become one" })}</Button>
        </>
      }
    >
      <div className={styles.dialog}>
        <p className="selectable"><b>{other}</b> · {terms.title(kept.title)} · {terms.department(kept.department)} · {wordOf(kept.hospital, locale)}</p>
        <p>{t({ message: `This entry of ${name} leaves the directory. The one above is kept as it is, with its account, and answers to both ids: what colleagues kept about this one, favourites and notes, goes over to it. It cannot be undone.`, comment: "What merging two entries of one colleague does; the name of the one that gives way" })}</p>
        {merge.error && (
          <Banner tone="danger">
            {merge.error.code === "conflict"
              ? t({ message: "This cannot be done. The entry that gives way has an account, or the one that is kept is no longer listed, or one of them is your own. Merge the other way round, or ask another verifier.", comment: "Error: what happened, then what to do" })
              : errorSentence(i18n, merge.error)}
          </Banner>
        )}
      </div>
    </Dialog>
  );
}
