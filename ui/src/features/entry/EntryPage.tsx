import { useQueryClient } from "@tanstack/react-query";
import { useLingui } from "@lingui/react/macro";
import { useRef, useState } from "react";
import type { EntryContent, EntryPart, EntryProblem } from "@/bindings";
import { Banner } from "@/components/Banner/Banner";
import { Button } from "@/components/Button/Button";
import { toast } from "@/components/Toast/Toast";
import { useApi } from "@/lib/api";
import { errorSentence } from "@/lib/errors";
import { useNow } from "@/lib/now";
import { queryKey, useCommand } from "@/lib/query";
import { dateAndClock } from "@/lib/time";
import { PlatformError } from "@/platform/types";
import { ContactsEditor } from "./ContactsEditor";
import styles from "./Entry.module.css";
import { History } from "./History";
import { LeavesEditor } from "./LeavesEditor";
import { Interests, Languages } from "./Lists";
import { Requests } from "./Requests";
import { SeenBy } from "./SeenBy";
import { Verification } from "./Verification";
import { changedParts } from "./content";
import { useDraft } from "./draft";
import { PARTS, listed } from "./words";

/** The doctor's own entry: what is theirs to keep, how others see it, who asks for more, and how it came to be so. */
export function EntryPage() {
  const { t, i18n } = useLingui();
  const api = useApi();
  const client = useQueryClient();
  const now = useNow();
  const { data: entry, error } = useCommand("entry", null);
  const { draft, setDraft } = useDraft();
  const [problems, setProblems] = useState<readonly EntryProblem[]>([]);
  const [failure, setFailure] = useState<PlatformError | null>(null);
  const [busy, setBusy] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);

  const content = draft?.content ?? entry?.content;
  const editable = entry?.current === true && !busy;
  const edit = (part: EntryPart, value: EntryContent[EntryPart]) => {
    if (!entry || !content) return;
    const next = { ...content, [part]: value };
    const before = draft?.before ?? entry.content;
    setProblems((known) => known.filter((problem) => problem.part !== part));
    setDraft(changedParts(next, before).length === 0 ? null : { content: next, before, versions: draft?.versions ?? entry.versions });
  };

  const save = async () => {
    if (!draft) return;
    setBusy(true);
    setFailure(null);
    try {
      const found = await api.call("entry_check", draft.content);
      setProblems(found);
      if (found.length > 0) return;
      await api.call("entry_save", { content: draft.content, versions: draft.versions });
      setDraft(null);
      toast.done(t({ message: "Your entry is saved", comment: "Note in the corner" }));
    } catch (reason) {
      setFailure(PlatformError.from(reason));
    } finally {
      setBusy(false);
      await client.invalidateQueries({ queryKey: queryKey("entry", null) });
      await client.invalidateQueries({ queryKey: queryKey("entry_history", null) });
    }
  };
  const discard = () => {
    setDraft(null);
    setProblems([]);
    setFailure(null);
  };
  const conflict = failure?.code === "conflict" && draft !== null && entry !== undefined;

  return (
    <>
      <h1 ref={heading} tabIndex={-1}>{t({ message: "My entry", comment: "Page: the doctor's own entry in the directory" })}</h1>
      <p className={styles.lead}>
        {t({ message: "What colleagues find of you in the directory. Name, title, hospital and department were verified; they change only through verification.", comment: "Below the heading of the doctor's own directory entry" })}
      </p>
      {error && <Banner tone="danger">{errorSentence(i18n, error)}</Banner>}
      {entry && !entry.current && (
        <Banner tone="info" title={t({ message: "To read, not to change", comment: "Heading of a note: the own entry cannot be edited now" })}>
          {t({ message: `The registry cannot be reached, so this is the copy on this device as of ${dateAndClock(Date.parse(entry.as_of), now, i18n.locale)}. What you have written is kept; it can be saved when the registry answers again.`, comment: "Note on the doctor's own directory entry, offline" })}
        </Banner>
      )}
      {conflict && (
        <Banner
          tone="warn"
          title={t({ message: "Your entry was changed elsewhere meanwhile", comment: "Heading of a note: an edit met a newer version" })}
          action={
            <div className={styles.choices}>
              <Button size={28} onClick={discard}>{t({ message: "Take the other state", comment: "Button: discards what was written here, shows what was saved elsewhere" })}</Button>
              <Button
                size={28}
                onClick={() => {
                  setFailure(null);
                  setDraft({ content: draft.content, before: entry.content, versions: entry.versions });
                }}
              >
                {t({ message: "Keep what I wrote", comment: "Button: what was written here is to be saved over what was saved elsewhere" })}
              </Button>
            </div>
          }
        >
          {t({ message: `Nothing of yours is lost, and nothing was overwritten. Changed elsewhere: ${listed(changedParts(draft.before, entry.content).map((part) => i18n._(PARTS[part])), i18n.locale) || "–"}.`, comment: "Note: an edit met a newer version; the parts that differ follow" })}
        </Banner>
      )}
      {failure && !conflict && <Banner tone="danger">{errorSentence(i18n, failure)}</Banner>}
      <Verification />
      <Requests contacts={entry?.content.contacts ?? []} heading={heading} />
      {content && (
        <>
          <ContactsEditor contacts={content.contacts} problems={problems} disabled={!editable} onContacts={(contacts) => edit("contacts", contacts)} />
          <Interests interests={content.interests} problems={problems} disabled={!editable} onInterests={(interests) => edit("interests", interests)} />
          <Languages languages={content.languages} problems={problems} disabled={!editable} onLanguages={(languages) => edit("languages", languages)} />
          <LeavesEditor leaves={content.leaves} problems={problems} disabled={!editable} onLeaves={(leaves) => edit("leaves", leaves)} />
          <div className={styles.save} data-dirty={draft !== null || undefined}>
            <span role="status">
              {problems.length > 0
                ? t({ message: "Some fields need correction. They are marked above.", comment: "Beside the button that saves the own entry" })
                : draft && t({ message: "Not saved yet", comment: "Beside the button that saves the own entry" })}
            </span>
            <Button disabled={!draft || busy} onClick={discard}>{t({ message: "Discard", comment: "Button: forgets what was written and not saved" })}</Button>
            <Button variant="primary" busy={busy} disabled={!draft || entry?.current !== true || conflict} onClick={() => void save()}>{t({ message: "Save", comment: "Button" })}</Button>
          </div>
          <SeenBy contacts={content.contacts} />
          <History />
        </>
      )}
    </>
  );
}
