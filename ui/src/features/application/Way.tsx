import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { Check, CornerDownLeft } from "lucide-react";
import type { ApplicationView } from "@/bindings";
import { Card, Facts } from "@/components/Card/Card";
import { Icon } from "@/components/Icon/Icon";
import { useNow } from "@/lib/now";
import { clock, dateAndClock, dayAndMonth } from "@/lib/time";
import { nameOf, useTerminology } from "@/lib/words";
import { hospitalOf, maskedLicence } from "./form";
import { type Mark, dueBy, marksOf } from "./progress";
import styles from "./Way.module.css";
import { kindWord } from "./words";

/** What happened to an application, what goes on, and what comes. */
export function Way({ application }: { application: ApplicationView }) {
  const { t, i18n } = useLingui();
  const { locale } = i18n;
  const now = useNow();
  const submitted = application.events.findLast(({ kind }) => kind === "submitted");
  const due = submitted ? dueBy(Date.parse(submitted.at)) : null;

  const words = ({ kind, at }: Mark): { title: string; detail: string } => {
    switch (kind) {
      case "submitted": return { title: t({ message: "Application submitted", comment: "Event of an application" }), detail: t({ message: `Reference ${application.reference}`, comment: "Reference of an application: AP-2607-03318" }) };
      case "email_confirmed": return { title: t({ message: "Work e-mail confirmed", comment: "Event of an application" }), detail: application.form.work_email };
      case "email": return { title: t({ message: "Confirm your work e-mail", comment: "What comes next for an application" }), detail: application.form.work_email };
      case "more_requested": return { title: t({ message: "Verifier asked for more", comment: "Event of an application" }), detail: "" };
      case "rejected": return { title: t({ message: "Not approved", comment: "Event of an application, and its state" }), detail: "" };
      case "approved": return { title: t({ message: "Approved", comment: "Event of an application, and its state" }), detail: "" };
      case "activated": return application.kind !== "registration" ? { title: t({ message: "Entry updated", comment: "Event of an application about the own entry" }), detail: "" } : { title: t({ message: "Account active", comment: "Event of an application" }), detail: "" };
      case "withdrawn": return { title: t({ message: "Withdrawn", comment: "Event of an application, and its state" }), detail: "" };
      case "opened": return { title: t({ message: "A verifier opened the application", comment: "Event of an application" }), detail: "" };
      case "review":
        return {
          title: t({ message: "Hospital review in progress", comment: "What goes on with an application" }),
          detail: at
            ? t({ message: `A verifier opened your application: ${dateAndClock(Date.parse(at), now, locale)}`, comment: "Below 'Hospital review in progress'; the moment is worded by the system: Today 08:30" })
            : t({ message: "No verifier has opened it yet", comment: "Below 'Hospital review in progress'" }),
        };
      case "entry": return { title: t({ message: "Entry updated", comment: "Event of an application about the own entry" }), detail: t({ message: "Until then it stays as it is", comment: "Below 'Entry updated', which is still to come" }) };
      case "account": return { title: t({ message: "Account active", comment: "Event of an application" }), detail: t({ message: "Choose a password; the directory is then downloaded", comment: "Below 'Account active', which is still to come" }) };
    }
  };

  return (
    <ol className={styles.way}>
      {marksOf(application).map((mark) => {
        const { title, detail } = words(mark);
        const at = mark.state === "done" || mark.state === "back" ? mark.at : null;
        return (
          <li key={mark.id} data-state={mark.state} aria-current={mark.state === "now" ? "step" : undefined}>
            <span className={styles.mark} aria-hidden>
              {mark.state === "done" && <Icon icon={Check} size={12} />}
              {mark.state === "back" && <Icon icon={CornerDownLeft} size={12} />}
            </span>
            <div className={styles.words}><div>{title}</div>{detail && <small className="selectable">{detail}</small>}</div>
            {at && <time dateTime={at}>{`${dayAndMonth(Date.parse(at), now, locale)} ${clock(Date.parse(at), locale)}`}</time>}
            {mark.state === "now" && due !== null && due > now && (
              <time>{t({ message: `expected by ${dayAndMonth(due, now, locale)}`, comment: "When the review is expected to be done; a day" })}</time>
            )}
          </li>
        );
      })}
    </ol>
  );
}

/** What was sent, so that one sees it is right; the licence as far as needed to tell it. */
export function Summary({ application }: { application: ApplicationView }) {
  const { t, i18n } = useLingui();
  const { locale } = i18n;
  const terms = useTerminology(locale);
  const { form, evidence } = application;
  const name = nameOf({ han: form.han_name, latin: form.latin_name }, locale);
  const kinds = [...new Set(evidence.map(({ kind }) => kind))].map((kind, index) => (index === 0 ? kindWord(i18n, kind) : kindWord(i18n, kind).toLocaleLowerCase(locale)));
  const list = new Intl.ListFormat(locale, { type: "conjunction" }).format(kinds);
  const count = evidence.length;
  return (
    <Card>
      <Facts
        facts={[
          [t({ message: "Name", comment: "Row of the summary of an application" }), [name.main, name.alt].filter(Boolean).join(" ")],
          [t({ message: "Title", comment: "Field: the doctor's professional title; 职称" }), terms.title(form.title)],
          [t({ message: "Workplace", comment: "Group of the application form" }), `${hospitalOf(application, locale)} · ${terms.department(form.department)}`],
          [t({ message: "Licence", comment: "Row of the summary of an application: the number of the practising licence" }), maskedLicence(form.licence_number)],
          [
            t({ message: "Evidence", comment: "Images that prove what an application states; 证明材料" }),
            count === 0
              ? t({ message: "No images", comment: "Row 'Evidence' of the summary" })
              : t({ message: plural(count, { one: `${list}, # image, encrypted`, other: `${list}, # images, encrypted` }), comment: "Row 'Evidence' of the summary: kinds of evidence, how many" }),
          ],
        ]}
      />
    </Card>
  );
}
