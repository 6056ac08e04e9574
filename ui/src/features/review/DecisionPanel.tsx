import { useLingui } from "@lingui/react/macro";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import type { DecisionKind, ReasonCode, ReviewDetail } from "@/bindings";
import { Banner } from "@/components/Banner/Banner";
import { Button } from "@/components/Button/Button";
import { Checkbox } from "@/components/Checkbox/Checkbox";
import { RadioGroup } from "@/components/RadioGroup/RadioGroup";
import { SegmentedControl } from "@/components/SegmentedControl/SegmentedControl";
import { Select } from "@/components/Select/Select";
import { TextArea } from "@/components/TextField/TextField";
import { errorSentence } from "@/lib/errors";
import { useNow } from "@/lib/now";
import { useAction } from "@/lib/query";
import { monthAndYear } from "@/lib/time";
import { wordOf } from "@/lib/words";
import styles from "./DecisionPanel.module.css";
import { CONFIRMATIONS, type Confirmation, type DecisionDraft, EMPTY_DECISION, MONTHS, type Missing, NEW_HOSPITAL, NOTE_LIMIT, decisionOf, missingIn } from "./decision";
import { Outcome, Said } from "./Outcome";
import { REASONS_OF, reasonWord } from "./words";

interface DecisionPanelProps {
  detail: ReviewDetail;
  /** The version the verifier has read. */
  seen: number;
  onSeen: () => void;
  draft: DecisionDraft;
  onDraft: (draft: DecisionDraft) => void;
  onSkip: () => void;
  hasNext: boolean;
  onDecided: (detail: ReviewDetail) => void;
  /** Reads the application anew, after somebody else changed it. */
  onConflict: () => Promise<ReviewDetail | undefined>;
  trail: ReactNode;
  stacked: boolean;
}

/** What to decide, and what was recorded so far. */
export function DecisionPanel({ detail, seen, onSeen, draft, onDraft, onSkip, hasNext, onDecided, onConflict, trail, stacked }: DecisionPanelProps) {
  const { t, i18n } = useLingui();
  const { locale } = i18n;
  const now = useNow();
  const id = useId();
  const panel = useRef<HTMLElement>(null);
  const [asked, setAsked] = useState(false);
  const [own, setOwn] = useState(false);
  const [seek, setSeek] = useState(0);
  /** Decided just now, here: the focus goes on to what comes next. */
  const [decided, setDecided] = useState(false);
  /** How often the taking back of an approval was begun or given up: the button that was pressed is gone, and the focus goes on. */
  const [turned, setTurned] = useState(0);
  /** Somebody else had decided when this decision came. */
  const [late, setLate] = useState(false);
  const decide = useAction("review_decide", (after) => {
    onDecided(after);
    // Made: when the applicant sends it again, another begins.
    onDraft(EMPTY_DECISION);
    setLate(false);
    setAsked(false);
    setDecided(true);
  });
  useEffect(() => {
    if (seek > 0) panel.current?.querySelector<HTMLElement>("[aria-invalid=true], [data-missing] [role=radio]")?.focus();
  }, [seek]);
  useEffect(() => {
    if (turned > 0) panel.current?.querySelector<HTMLElement>("[role=radio][aria-checked=true], [data-revoke] button")?.focus();
  }, [turned]);

  const title = t({ message: "Decision", comment: "Title of the panel in which a verifier decides" });
  // There is no account yet; what a change changed is in force.
  const revocable = detail.status === "approved";
  const takingBack = revocable && draft.takesBack;
  const open = detail.status === "submitted" || takingBack;
  const asksHospital = detail.similar_hospitals.length > 0;
  // Of an approved one the applicant can change nothing: they have begun to make the account.
  const changed = open && !takingBack && detail.version !== seen;
  const missing = asked ? missingIn(draft, asksHospital) : null;
  const sentences: Record<Missing, string> = {
    hospital: t({ message: "Choose which hospital it is.", comment: "Below the hospitals that one entered by hand may be" }),
    confirmations: t({ message: "Tick each point, or choose another decision.", comment: "Below the confirmations of an approval" }),
    reason: t({ message: "Choose a reason.", comment: "Below the reasons of a decision" }),
    note: t({ message: "Say in the note what is the matter.", comment: "Below the note, when the reason is 'other'" }),
    shorter_note: t({ message: "A note has at most 1,000 characters.", comment: "Below the note" }),
  };
  const set = (change: Partial<DecisionDraft>) => {
    if (decide.error) decide.clear();
    setOwn(false);
    onDraft({ ...draft, ...change });
  };

  const turn = (on: boolean) => {
    onDraft(on ? { ...EMPTY_DECISION, kind: "request_more", takesBack: true } : EMPTY_DECISION);
    setAsked(false);
    setTurned((count) => count + 1);
  };

  const sendAs = (version: number) => {
    decide.run(
      { application_id: detail.id, decision: decisionOf(draft, version) },
      {
        onError: (error) => {
          if (error.code !== "conflict") return;
          void onConflict().then((fresh) => {
            const stands = fresh?.status === detail.status;
            // The account is being made: there is still time, and nothing to look at.
            if (takingBack && stands && fresh.version !== version) {
              sendAs(fresh.version);
              return;
            }
            // Unchanged, and refused all the same: it is the verifier's own.
            if (stands && fresh.version === version) setOwn(true);
            setLate(fresh !== undefined && !stands);
            onDraft({ ...draft, confirmed: [] });
            setAsked(false);
          });
        },
      },
    );
  };
  const send = () => {
    setAsked(true);
    if (missingIn(draft, asksHospital) === null) sendAs(takingBack ? detail.version : seen);
    else setSeek((count) => count + 1);
  };

  const problem = !decide.error
    ? null
    : own
      ? t({ message: "Nobody decides on their own application. Leave it to another verifier.", comment: "After a decision was refused" })
      : decide.error.code === "email_unconfirmed"
        ? t({ message: "The applicant has not confirmed the work e-mail yet, so this cannot be approved. What you chose is kept.", comment: "After a decision was refused" })
        : errorSentence(i18n, decide.error);

  const confirmations: Record<Confirmation, string> = {
    identity: t({ message: "the evidence shows this person", comment: "After 'I confirm that'" }),
    licence: t({ message: "the licence is valid and belongs to them", comment: "After 'I confirm that'" }),
    employment: t({ message: "they work at this hospital, in this department, with this title", comment: "After 'I confirm that'" }),
  };
  const decideLabels: Record<DecisionKind, string> = {
    approve: t({ message: "Approve application", comment: "Button" }),
    request_more: t({ message: "Ask the applicant", comment: "Button: send back and ask for more" }),
    reject: t({ message: "Reject application", comment: "Button" }),
  };
  const today = new Date(now);
  // By the first of the month: the 31st has no counterpart in every month.
  const until = (months: number) => monthAndYear(new Date(today.getFullYear(), today.getMonth() + months, 1).getTime(), locale);
  const skip = <Button onClick={onSkip}>{hasNext || !open ? t({ message: "Skip", comment: "Button: leave this application undecided and open the next" }) : t({ message: "Close", comment: "Closes a text that was read" })}</Button>;

  return (
    <aside ref={panel} className={styles.panel} data-stacked={stacked || undefined} aria-label={title}>
      <header className={styles.bar}><h3>{title}</h3></header>
      <div className={styles.scroll}>
        {!open ? (
          <>
            {late && (
              <div className={styles.before}>
                <Banner tone="danger" title={t({ message: "Your decision did not count", comment: "Title: another verifier had decided on the application a moment earlier" })}>
                  {detail.status === "withdrawn"
                    ? t({ message: "The applicant had withdrawn the application.", comment: "Below 'Your decision did not count'" })
                    : detail.status === "active"
                    ? t({ message: "The applicant has an account by now. Under “Entry for verifiers” it can be taken out.", comment: "Below 'Your decision did not count': an approval could not be taken back any more" })
                    : t({ message: "Another verifier was first:", comment: "Below 'Your decision did not count'; the decision that was made follows" })}
                </Banner>
              </div>
            )}
            <Outcome detail={detail} />
            {revocable && (
              <div className={styles.block} data-revoke>
                <Button onClick={() => turn(true)}>{t({ message: "Take the approval back…", comment: "Button: decide otherwise, as long as the applicant has no account" })}</Button>
              </div>
            )}
            {late && draft.note.trim() !== "" && (
              <div className={styles.block}>
                <h4>{t({ message: "Your note, which was not sent", comment: "Above what a verifier wrote to the applicant, when another verifier had decided first" })}</h4>
                <blockquote className={`${styles.note} selectable`} dir="auto">{draft.note}</blockquote>
              </div>
            )}
          </>
        ) : (
          <>
            {takingBack && (
              <div className={styles.before}>
                <Banner tone="info">{t({ message: "Your decision takes the approval back: the applicant cannot make an account with it any more.", comment: "Above the decision that comes in the place of an approval" })}</Banner>
              </div>
            )}
            {detail.reason && !takingBack && (
              <div className={styles.before}>
                <Banner tone="info" title={t({ message: "Sent again after it came back for", comment: "Above the decision: why an earlier one sent the application back; the reason follows" })}><Said detail={detail} /></Banner>
              </div>
            )}
            <SegmentedControl
              label={title}
              value={draft.kind}
              onValue={(kind) => { setAsked(false); set({ kind }); }}
              choices={[
                ...(takingBack ? [] : [{ value: "approve" as const, label: t({ message: "Approve", comment: "Choice of a decision" }) }]),
                { value: "request_more", label: t({ message: "Ask for more", comment: "Choice of a decision" }) },
                { value: "reject", label: t({ message: "Reject", comment: "Choice of a decision" }) },
              ]}
            />
            {problem && <div className={styles.block}><Banner tone="danger">{problem}</Banner></div>}
            {changed && (
              <div className={styles.block}>
                <Banner tone="warn" title={t({ message: "The application has changed", comment: "Title of a warning to the verifier" })}>
                  {t({ message: "The applicant changed it while you had it open. Look at it again before you decide.", comment: "Below 'The application has changed'" })}
                </Banner>
              </div>
            )}
            {draft.kind === "approve" ? (
              <>
                {!detail.email_confirmed && (
                  <div className={styles.block}>
                    <Banner tone="warn">{t({ message: "The work e-mail is not confirmed yet. It can be approved only after that.", comment: "To the verifier" })}</Banner>
                  </div>
                )}
                {asksHospital && (
                  <div className={styles.block} data-missing={missing === "hospital" || undefined}>
                    <RadioGroup
                      label={t({ message: "The hospital was entered by hand. It is", comment: "Above a choice: hospitals of the directory, or a new one" })}
                      choices={[
                        ...detail.similar_hospitals.map((each) => ({ value: each.id, label: wordOf({ zh: each.name, en: each.name_latin }, locale), detail: each.city })),
                        { value: NEW_HOSPITAL, label: t({ message: "None of these: a new one", comment: "Choice: the hospital is added to the directory" }), detail: [detail.hospital, detail.form.workplace.kind === "unlisted" && detail.form.workplace.city].filter(Boolean).join(" · ") },
                      ]}
                      value={draft.hospital}
                      onValue={(hospital) => set({ hospital })}
                    />
                    {missing === "hospital" && <p className={styles.error} role="alert">{sentences.hospital}</p>}
                  </div>
                )}
                <div role="group" className={styles.block} aria-labelledby={`${id}-heading`}>
                  <h4 id={`${id}-heading`}>{t({ message: "I confirm that", comment: "Above the checkboxes of an approval" })}</h4>
                  {CONFIRMATIONS.map((each) => (
                    <Checkbox
                      key={each}
                      checked={draft.confirmed.includes(each)}
                      onChecked={(on) => set({ confirmed: on ? [...draft.confirmed, each] : draft.confirmed.filter((other) => other !== each) })}
                      errorId={missing === "confirmations" && !draft.confirmed.includes(each) ? `${id}-confirm` : undefined}
                    >
                      {confirmations[each]}
                    </Checkbox>
                  ))}
                  {missing === "confirmations" && <p id={`${id}-confirm`} className={styles.error} role="alert">{sentences.confirmations}</p>}
                </div>
                <div className={styles.block}>
                  <Select
                    label={t({ message: "Valid for", comment: "Field: how long the verification holds" })}
                    options={MONTHS.map((months) => ({ value: String(months), label: t({ message: `${months} months, until ${until(months)}`, comment: "How long the verification holds; number, then a month and year" }) }))}
                    value={String(draft.months)}
                    onValue={(months) => set({ months: Number(months) })}
                    help={t({ message: "Colleagues see who verified the entry, when, and until when.", comment: "Below 'Valid for'" })}
                  />
                </div>
              </>
            ) : (
              <div className={styles.block} data-missing={missing === "reason" || undefined}>
                <RadioGroup<ReasonCode>
                  key={draft.kind}
                  label={t({ message: "Reason", comment: "Above the reasons of a decision" })}
                  choices={REASONS_OF[draft.kind].map((value) => ({ value, label: reasonWord(i18n, value) }))}
                  value={draft.reasons[draft.kind]}
                  onValue={(reason) => set({ reasons: { ...draft.reasons, [draft.kind]: reason } })}
                />
                {missing === "reason" && <p className={styles.error} role="alert">{sentences.reason}</p>}
              </div>
            )}
            <div className={styles.block}>
              <TextArea
                label={t({ message: "Note to the applicant", comment: "Field" })}
                aside={draft.kind === "approve" || draft.reasons[draft.kind] !== "other" ? t({ message: "if any", comment: "At the right of a label: the field may stay empty" }) : undefined}
                value={draft.note}
                onValue={(note) => set({ note })}
                help={Array.from(draft.note).length > NOTE_LIMIT * 0.8 ? `${Array.from(draft.note).length} / ${NOTE_LIMIT}` : undefined}
                error={missing === "note" || missing === "shorter_note" ? sentences[missing] : undefined}
              />
            </div>
          </>
        )}
        <div className={styles.trail}>{trail}</div>
      </div>
      <footer className={styles.foot}>
        {open ? (
          <>
            {takingBack ? <Button onClick={() => turn(false)}>{t({ message: "Cancel", comment: "Button" })}</Button> : skip}
            <span className={styles.push} />
            {changed ? (
              <Button variant="primary" onClick={() => { onDraft({ ...draft, confirmed: [] }); setAsked(false); onSeen(); }}>{t({ message: "I have looked again", comment: "Button: go on after the application changed" })}</Button>
            ) : (
              <Button variant={draft.kind === "reject" ? "danger-fill" : "primary"} busy={decide.busy} onClick={send}>{decideLabels[draft.kind]}</Button>
            )}
          </>
        ) : (
          <>
            <span className={styles.push} />
            <Button key="next" variant="primary" autoFocus={decided} onClick={onSkip}>{hasNext ? t({ message: "Next application", comment: "Button: after a decision" }) : t({ message: "Close", comment: "Closes a text that was read" })}</Button>
          </>
        )}
      </footer>
    </aside>
  );
}
