import { useLingui } from "@lingui/react/macro";
import { CircleCheck, Eye, EyeOff, TriangleAlert } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { ReviewDetail } from "@/bindings";
import { IconButton } from "@/components/Button/Button";
import { Icon } from "@/components/Icon/Icon";
import { phoneWord, telOf } from "@/lib/phone";
import styles from "./Checks.module.css";
import { hospitalOf } from "./words";

/** `99041•••••••4417`: enough to tell it, until the whole is compared with the image. */
export function partlyMasked(number: string): string {
  return number.length === 15 && !number.includes("•") ? number.slice(0, 5) + "•".repeat(6) + number.slice(-4) : number;
}

function State({ good, children }: { good: boolean; children: ReactNode }) {
  return <span className={styles.state} data-good={good || undefined}><Icon icon={good ? CircleCheck : TriangleAlert} size={14} />{children}</span>;
}

/** What the registry could check by itself, and what a verifier can. */
export function Checks({ detail }: { detail: ReviewDetail }) {
  const { t, i18n } = useLingui();
  const { form, duplicates, email_confirmed } = detail;
  const [shown, setShown] = useState(false);
  const licenceUsed = duplicates.some(({ kinds }) => kinds.includes("licence"));
  const nameUsed = duplicates.some(({ kinds }) => kinds.includes("name_and_hospital"));
  const phone = telOf(form.work_phone);
  const masked = partlyMasked(form.licence_number);
  const inUse = t({ message: "In use", comment: "Result of a check: somebody else is registered with this" });
  const notInUse = t({ message: "Not in use", comment: "Result of a check: nobody else is registered with this" });
  return (
    <section className={styles.section}>
      <h3>{t({ message: "Checks", comment: "Heading above what was checked about an application" })}</h3>
      <table className={styles.table}>
        <tbody>
          <tr>
            <th scope="row">{t({ message: "Name, hospital", comment: "Row of the checks" })}</th>
            <td className="selectable">{[form.han_name, form.latin_name].filter(Boolean).join(" ")} · {hospitalOf(detail, i18n.locale)}</td>
            <td><State good={!nameUsed}>{nameUsed ? inUse : notInUse}</State></td>
          </tr>
          {form.workplace.kind === "unlisted" && (
            <tr>
              <th scope="row">{t({ message: "Hospital", comment: "Field of the application form" })}</th>
              <td className="selectable">{[form.workplace.name, form.workplace.city].filter(Boolean).join(" · ")}</td>
              <td><State good={false}>{t({ message: "Not in the list; entered by hand", comment: "Result of a check: the applicant typed the name and city of a hospital that the service does not know" })}</State></td>
            </tr>
          )}
          <tr>
            <th scope="row">{t({ message: "Licence", comment: "Row of the summary of an application: the number of the practising licence" })}</th>
            <td>
              <span className={styles.number}>
                <span className="selectable">{shown ? form.licence_number : masked}</span>
                {masked !== form.licence_number && (
                  <IconButton
                    icon={shown ? EyeOff : Eye}
                    size={24}
                    pressed={shown}
                    label={t({ message: "Show the whole number", comment: "Button beside the licence number of which some digits are hidden" })}
                    onClick={() => setShown(!shown)}
                  />
                )}
              </span>
            </td>
            <td><State good={!licenceUsed}>{licenceUsed ? inUse : notInUse}</State></td>
          </tr>
          <tr>
            <th scope="row">{t({ message: "Work e-mail", comment: "Field" })}</th>
            <td className="selectable">{form.work_email}</td>
            <td>
              <State good={email_confirmed}>
                {email_confirmed
                  ? t({ message: "Confirmed", comment: "Result of a check: the e-mail was confirmed by a code" })
                  : t({ message: "Not confirmed", comment: "Result of a check: the e-mail was not confirmed by a code" })}
              </State>
            </td>
          </tr>
          <tr>
            <th scope="row">{t({ message: "Work phone", comment: "Field of the application form" })}</th>
            <td className="selectable">{phoneWord(i18n, form.work_phone)}</td>
            <td>
              {phone && <a className={styles.link} href={phone} target="_blank" rel="noreferrer">{t({ message: "Call to check", comment: "Link: call the work phone" })}</a>}
            </td>
          </tr>
        </tbody>
      </table>
    </section>
  );
}
