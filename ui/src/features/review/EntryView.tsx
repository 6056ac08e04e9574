import { Link } from "@tanstack/react-router";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useLingui } from "@lingui/react/macro";
import { ArrowLeft } from "lucide-react";
import { useState } from "react";
import type { ReviewEntry } from "@/bindings";
import { useAccount } from "@/app/state";
import { Avatar } from "@/components/Avatar/Avatar";
import { Banner } from "@/components/Banner/Banner";
import { Button, IconButton } from "@/components/Button/Button";
import { Facts, Section } from "@/components/Card/Card";
import { Pane, Scroll } from "@/components/Pane/Pane";
import { SkeletonRows } from "@/components/Skeleton/Skeleton";
import { useApi } from "@/lib/api";
import { useNow } from "@/lib/now";
import { queryKey } from "@/lib/query";
import { dateAndClock, fullDate, startOfDate } from "@/lib/time";
import { avatarName, nameOf } from "@/lib/words";
import { PlatformError } from "@/platform/types";
import head from "./ApplicationView.module.css";
import styles from "./EntryView.module.css";
import { MergeDialog } from "./MergeDialog";
import { Problem } from "./Problem";
import { RemoveDialog } from "./RemoveDialog";
import { REMOVAL_REASONS } from "./removal";
import { hospitalOf, kindWord, statusWord } from "./words";

interface EntryViewProps {
  /** FHIR Practitioner id. */
  id: string;
  onBack: () => void;
  onApplication: (id: string) => void;
  onEntry: (id: string) => void;
}

/** An entry of the directory as verifiers see it, and what they may decide about it. */
export function EntryView({ id, onBack, onApplication, onEntry }: EntryViewProps) {
  const { t } = useLingui();
  const api = useApi();
  const client = useQueryClient();
  const key = queryKey("review_entry", { practitioner_id: id });
  const query = useQuery<ReviewEntry, PlatformError>({
    queryKey: key,
    queryFn: async () => {
      try {
        return await api.call("review_entry", { practitioner_id: id });
      } catch (error) {
        throw PlatformError.from(error);
      }
    },
    // Each look is recorded, and what was read before is not shown again as if it were so now.
    gcTime: 0,
  });
  const label = t({ message: "Entry for verifiers", comment: "Opens what verifiers see of a colleague's entry; 核验员" });
  const entry = query.data;
  return (
    <Pane label={label}>
      <div className={head.back}><IconButton icon={ArrowLeft} label={t({ message: "Back to the list", comment: "Button, in a narrow window" })} onClick={onBack} /></div>
      {entry ? (
        <Scroll>
          <Known
            entry={entry}
            onApplication={onApplication}
            onEntry={onEntry}
            onRemoved={(after) => client.setQueryData(key, after)}
            onMerged={(kept) => {
              client.setQueryData(queryKey("review_entry", { practitioner_id: kept.practitioner_id }), kept);
              onEntry(kept.practitioner_id);
            }}
          />
        </Scroll>
      ) : query.error ? <Problem error={query.error} onRetry={() => void query.refetch()} /> : <SkeletonRows rows={5} />}
    </Pane>
  );
}

function Known({ entry, onApplication, onEntry, onRemoved, onMerged }: {
  entry: ReviewEntry;
  onApplication: (id: string) => void;
  onEntry: (id: string) => void;
  onRemoved: (entry: ReviewEntry) => void;
  onMerged: (kept: ReviewEntry) => void;
}) {
  const { t, i18n } = useLingui();
  const { locale } = i18n;
  const now = useNow();
  const account = useAccount();
  const [removing, setRemoving] = useState(false);
  const [merging, setMerging] = useState(false);
  const [into, setInto] = useState<string | null>(null);
  const full = { han: entry.han_name, latin: entry.latin_name };
  const name = nameOf(full, locale);
  const own = entry.practitioner_id === account.practitioner_id;
  const joined = entry.user_id !== null && entry.removal === null;
  // Who was taken out and registered anew has two entries as well.
  const mergeable = !joined && !own && entry.replaced_by === null;
  const others = entry.duplicates.filter(({ practitioner_id }) => practitioner_id !== entry.practitioner_id);
  const mergeInto = (id: string | null) => {
    setInto(id);
    setMerging(true);
  };
  const reason = entry.removal ? i18n._(REMOVAL_REASONS[entry.removal.reason]) : "";
  const standing = entry.listed
    ? t({ message: "In the directory", comment: "Head of a column: a colleague who may be the same person" })
    : entry.replaced_by ? t({ message: "Gave way to another entry", comment: "Standing of an entry, for verifiers" })
    : t({ message: "Not in the directory any more", comment: "Standing of an entry, for verifiers" });
  return (
    <>
      <header className={head.head}>
        <Avatar name={avatarName(full)} accountId={entry.practitioner_id} size={40} />
        <div className={head.who}>
          <h2 className="selectable">{name.main}{name.alt && <small>{name.alt}</small>}</h2>
          <p>{standing}</p>
        </div>
        {entry.listed && (
          <div className={head.when}><Link to="/directory" search={{ colleague: entry.practitioner_id }} className={head.link}>{t({ message: "View in the directory", comment: "Link to the card of a colleague who may be the same person" })}</Link></div>
        )}
      </header>
      <div className={styles.body}>
        {entry.replaced_by && <Replaced by={entry.replaced_by} onEntry={onEntry} />}
        {entry.removal && (
          <div className={styles.ended}>
            <Banner tone="warn" title={t({ message: `Taken out: ${reason}`, comment: "How an entry ended; the reason follows" })}>
              <p>{[entry.removal.by, dateAndClock(Date.parse(entry.removal.at), now, locale)].filter(Boolean).join(" · ")}</p>
              {entry.removal.note && <p className="selectable">{entry.removal.note}</p>}
              {entry.user_id && (
                <p>
                  {entry.removal.locked
                    ? t({ message: "The account is locked.", comment: "Of a colleague who was taken out of the directory" })
                    : t({ message: "The account is not locked yet: the homeserver has not answered. It is tried again every minute.", comment: "Of a colleague who was taken out of the directory" })}
                </p>
              )}
            </Banner>
          </div>
        )}
        <Section title={t({ message: "Standing", comment: "Heading: account, verification and sources of an entry, for verifiers" })} aside={t({ message: "Opening it is recorded", comment: "Beside a heading: looking at an entry is in the audit trail" })}>
          <Facts
            facts={[
              [t({ message: "Account", comment: "What changed in a directory entry" }), entry.user_id ?? t({ message: "none: listed, not joined", comment: "In place of an account" })],
              ...(entry.verifier ? [[t({ message: "Role", comment: "Fact about an account, for verifiers" }), t({ message: "Verifier", comment: "Role: reviews applications; 核验员" })] as const] : []),
              [
                t({ message: "Verified through", comment: "Fact about an entry: the last day of the verification" }),
                entry.valid_until ? fullDate(startOfDate(entry.valid_until), locale) : t({ message: "not verified by an application", comment: "In place of the last day of a verification" }),
              ],
              [t({ message: "Imported from", comment: "Fact about an entry: named sources of imports that have it" }), entry.sources.length > 0 ? entry.sources.join(", ") : t({ message: "no import has it", comment: "In place of the sources of imports" })],
            ]}
          />
        </Section>
        <Section title={t({ message: "Applications", comment: "Heading: applications of one colleague, for verifiers" })}>
          {entry.applications.length === 0 && <p className={styles.note}>{t({ message: "None was submitted.", comment: "In place of the applications of a colleague" })}</p>}
          {entry.applications.map(({ reference, ...each }) => (
            <div key={each.id} className={styles.line}>
              <div>
                {kindWord(i18n, each.kind)}
                <small className="selectable">{[statusWord(i18n, { ...each, removed: entry.removal !== null }), reference, dateAndClock(Date.parse(each.submitted_at), now, locale)].join(" · ")}</small>
              </div>
              <Button size={28} aria-label={t({ message: `Open application ${reference}`, comment: "Button; a reference" })} onClick={() => onApplication(each.id)}>{t({ message: "Open", comment: "Link to a page" })}</Button>
            </div>
          ))}
        </Section>
        {others.length > 0 && (
          <Section title={t({ message: "May be the same person", comment: "Heading: possible duplicates of an entry, for verifiers" })}>
            {others.map((each, index) => {
              const other = nameOf({ han: each.han_name, latin: each.latin_name }, locale).main;
              const why = [
                each.kinds.includes("licence") && t({ message: "same licence number", comment: "Why two entries may be of one person" }),
                each.kinds.includes("name_and_hospital") && t({ message: "same name and hospital", comment: "Why two entries may be of one person" }),
              ];
              const { practitioner_id } = each;
              return (
                <div key={practitioner_id ?? index} className={styles.line}>
                  <div>{other}<small className="selectable">{[hospitalOf(each, locale), ...why, each.application_reference].filter(Boolean).join(" · ")}</small></div>
                  {practitioner_id && (
                    <div className={styles.tools}>
                      <Button size={28} aria-label={t({ message: `Open entry of ${other}`, comment: "Button; the name of a colleague" })} onClick={() => onEntry(practitioner_id)}>{t({ message: "Open", comment: "Link to a page" })}</Button>
                      {mergeable && <Button size={28} onClick={() => mergeInto(practitioner_id)}>{t({ message: "Merge into this…", comment: "Button beside an entry: it is kept, and the one that is open gives way to it" })}</Button>}
                    </div>
                  )}
                </div>
              );
            })}
          </Section>
        )}
        {(entry.listed || mergeable) && (
          <div className={styles.actions}>
            {own ? (
              <p>{t({ message: "This is your own entry. Another verifier decides about it.", comment: "In place of what a verifier may decide about an entry" })}</p>
            ) : (
              <>
                {entry.listed && <Button variant="danger" onClick={() => setRemoving(true)}>{t({ message: "Take out of the directory…", comment: "Button that first asks" })}</Button>}
                <Button disabled={!mergeable} onClick={() => mergeInto(null)}>{t({ message: "Merge into another entry…", comment: "Button: two entries of one colleague become one; opens a dialog" })}</Button>
                {joined && <p>{t({ message: "An entry with an account is the one that is kept: open the other one to merge it into this.", comment: "Why an entry cannot be merged into another" })}</p>}
              </>
            )}
          </div>
        )}
      </div>
      {removing && <RemoveDialog entry={entry} name={name.main} open onClose={() => setRemoving(false)} onRemoved={onRemoved} />}
      {merging && <MergeDialog entry={entry} name={name.main} open into={into} onInto={setInto} onClose={() => setMerging(false)} onMerged={onMerged} />}
    </>
  );
}

function Replaced({ by, onEntry }: { by: string; onEntry: (id: string) => void }) {
  const { t } = useLingui();
  return (
    <div className={styles.ended}>
      <Banner tone="info" action={<Button size={28} onClick={() => onEntry(by)}>{t({ message: "Open that entry", comment: "Button: opens the entry to which this one gave way" })}</Button>}>
        {t({ message: "It was merged into another entry of the same colleague.", comment: "How an entry ended" })}
      </Banner>
    </div>
  );
}
