import { useNavigate } from "@tanstack/react-router";
import { useLingui } from "@lingui/react/macro";
import { BadgeCheck, Building2, FilePen, GraduationCap, type LucideIcon, RefreshCw, TriangleAlert } from "lucide-react";
import { useState } from "react";
import type { ApplicationView } from "@/bindings";
import { Banner } from "@/components/Banner/Banner";
import { Button } from "@/components/Button/Button";
import { Facts, Section, SettingRow } from "@/components/Card/Card";
import { ConfirmDialog } from "@/components/Dialog/Dialog";
import { Icon } from "@/components/Icon/Icon";
import { Tag } from "@/components/Tag/Tag";
import { hospitalOf } from "@/features/application/form";
import { reasonSentence } from "@/features/application/words";
import { errorSentence } from "@/lib/errors";
import { useNow } from "@/lib/now";
import { useAction } from "@/lib/query";
import { fullDate, startOfDate } from "@/lib/time";
import { useTerminology, wordOf } from "@/lib/words";
import { CHANGE_KINDS, type ChangeKind, openOf } from "./change/change";
import { CHANGE_TITLES } from "./change/words";
import styles from "./Entry.module.css";
import { expiryOf } from "./expiry";
import { useApplications } from "./useApplications";
import { useExpiryTitle } from "./useExpiryTitle";
import { useOwnCard } from "./useOwnCard";

const ICONS: Record<ChangeKind, LucideIcon> = { transfer: Building2, title: GraduationCap, renewal: RefreshCw };

/** What was verified, through which day, and how it is changed. */
export function Verification() {
  const { t, i18n } = useLingui();
  const { locale } = i18n;
  const navigate = useNavigate();
  const now = useNow();
  const expiryTitle = useExpiryTitle();
  const terms = useTerminology(locale);
  const card = useOwnCard();
  const { data: known, error } = useApplications();
  const open = openOf(known);
  const last = known?.own.applications[0];
  const begin = (kind: ChangeKind) => void navigate({ to: "/settings/entry/change", search: { kind } });

  const verification = card?.verification;
  const until = verification?.valid_until ?? known?.own.valid_until;
  const ending = known?.own.licence_ending ?? verification?.licence_ending;
  const expiry = expiryOf(until, now);
  const over = expiry !== null && expiry.days < 0;
  const lastDay = until ? fullDate(startOfDate(until), locale) : null;
  const verifiedOn = verification ? fullDate(Date.parse(verification.verified_at), locale) : "";
  const organization = verification ? wordOf(verification.organization, locale) : "";
  return (
    <>
      {expiry && until && open?.status !== "submitted" && (
        <div className={styles.expiry}>
          <Banner
            tone="warn"
            title={expiryTitle(expiry.days, until)}
            action={known && !known.draft && !open && <Button size={28} onClick={() => begin("renewal")}>{t({ message: "Renew", comment: "Button: begins an application to have the own verification renewed" })}</Button>}
          >
            {t({ message: "Your entry and your account stay. Colleagues see no badge from then on until it is renewed.", comment: "Below 'Your verification runs out …'" })}
          </Banner>
        </div>
      )}
      <Section
        title={t({ message: "Verification", comment: "Heading on a colleague's card; 实名认证" })}
        aside={t({ message: "Changed by an application that a verifier checks", comment: "Beside the heading of what was verified of the doctor" })}
      >
        {card && (
          <Facts
            facts={[
              [t({ message: "Hospital", comment: "Field of the application form" }), wordOf(card.hospital, locale)],
              [t({ message: "Department", comment: "Field of the application form; 科室" }), terms.department(card.department)],
              [t({ message: "Title", comment: "Field: the doctor's professional title; 职称" }), terms.title(card.title)],
              [t({ message: "Licence", comment: "Row of the summary of an application: the number of the practising licence" }), ending ? `•••• ${ending}` : t({ message: "not known to the registry", comment: "In place of the last digits of a licence number" })],
              [
                t({ message: "Verified", comment: "Row of the own entry: whether, by whom and through which day" }),
                verification ? (
                  <span className={styles.verified}>
                    {over ? <Tag tone="warn"><Icon icon={TriangleAlert} size={12} />{t({ message: "Ran out", comment: "State of a verification" })}</Tag> : <Tag tone="accent"><Icon icon={BadgeCheck} size={12} />{t({ message: "Verified", comment: "State of a verification", context: "tag" })}</Tag>}
                    <span>
                      {lastDay
                        ? t({ message: `${verifiedOn} by ${organization}, through ${lastDay}`, comment: "When one was verified, by whom, and the last day on which it counts" })
                        : t({ message: `${verifiedOn} by ${organization}`, comment: "When one was verified, and by whom" })}
                    </span>
                  </span>
                ) : t({ message: "not verified", comment: "In the row 'Verified' of the own entry" }),
              ],
            ]}
          />
        )}
        {error && <p className={styles.note}>{errorSentence(i18n, error)}</p>}
        {open ? <Under application={open} /> : known?.draft ? <Begun kind={known.draft.change.kind} onGoOn={begin} /> : known && (
          <>
            {last?.status === "active" && <p className={styles.note}>{t({ message: "Your last application was approved:", comment: "On the page of the own entry; a reference follows" })} <span className="selectable">{last.reference}</span></p>}
            <div className={styles.ways}>
              {CHANGE_KINDS.map((kind) => <Button key={kind} icon={ICONS[kind]} onClick={() => begin(kind)}>{i18n._(CHANGE_TITLES[kind])}</Button>)}
            </div>
          </>
        )}
      </Section>
    </>
  );
}

/** An application that waits, came back, or was not submitted yet. */
function Under({ application }: { application: ApplicationView }) {
  const { t, i18n } = useLingui();
  const navigate = useNavigate();
  const { kind, status, reference, reason, note } = application;
  const states: Partial<Record<ApplicationView["status"], string>> = {
    draft: t({ message: "Not submitted yet", comment: "State of an application about the own entry" }),
    submitted: t({ message: "Under review, usually 1–2 working days", comment: "State of an application about the own entry" }),
    more_requested: t({ message: "The verifier asks for more", comment: "State of an application about the own entry" }),
    rejected: t({ message: "Not approved", comment: "Event of an application, and its state" }),
  };
  const back = status === "more_requested" || status === "rejected";
  const why = !back ? null : note || (reason && reasonSentence(i18n, reason));
  const hospital = hospitalOf(application, i18n.locale);
  const what = kind === "registration" ? "" : i18n._(CHANGE_TITLES[kind]);
  return (
    <SettingRow
      icon={FilePen}
      warn={back}
      title={kind === "transfer" ? t({ message: `Move to ${hospital}`, comment: "An application of a doctor to change hospital; its name" }) : what}
      detail={<span className="selectable">{[states[status], reference, why].filter(Boolean).join(" · ")}</span>}
    >
      <Button variant={back ? "primary" : "default"} size={28} onClick={() => void navigate({ to: "/settings/entry/change", search: {} })}>
        {status === "submitted" ? t({ message: "View", comment: "Button: opens an application that is under review" }) : t({ message: "Go on", comment: "Button: goes on with what was begun" })}
      </Button>
    </SettingRow>
  );
}

/** Something was typed and never sent. */
function Begun({ kind, onGoOn }: { kind: ChangeKind; onGoOn: (kind: ChangeKind) => void }) {
  const { t, i18n } = useLingui();
  const [asking, setAsking] = useState(false);
  const discard = useAction("entry_application_discard_draft", () => setAsking(false));
  return (
    <SettingRow icon={FilePen} title={i18n._(CHANGE_TITLES[kind])} detail={t({ message: "Begun and not sent; kept on this device", comment: "State of an application about the own entry" })}>
      <Button variant="quiet" size={28} onClick={() => setAsking(true)}>{t({ message: "Discard", comment: "Button: forgets what was written and not saved" })}</Button>
      <Button size={28} onClick={() => onGoOn(kind)}>{t({ message: "Go on", comment: "Button: goes on with what was begun" })}</Button>
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t({ message: "Discard what you wrote?", comment: "Question" })}
        confirm={t({ message: "Discard", comment: "Button: forgets what was written and not saved" })}
        danger
        busy={discard.busy}
        onConfirm={() => discard.run(null)}
      >
        {t({ message: "Nothing was sent, so nothing changes in your entry.", comment: "Below 'Discard what you wrote?'" })}
        {discard.error && <Banner tone="danger">{errorSentence(i18n, discard.error)}</Banner>}
      </ConfirmDialog>
    </SettingRow>
  );
}
