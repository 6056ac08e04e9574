import { useLingui } from "@lingui/react/macro";
import { ArrowRight } from "lucide-react";
import { useId } from "react";
import type { EntryChange, Field, ReviewDetail } from "@/bindings";
import { Icon } from "@/components/Icon/Icon";
import { useTerminology } from "@/lib/words";
import styles from "./Checks.module.css";
import { kindWord } from "./words";

/** What an application of a colleague who has joined would change in their entry, or did. */
export function Changes({ detail: { kind, changes } }: { detail: ReviewDetail }) {
  const { t, i18n } = useLingui();
  const heading = useId();
  const terms = useTerminology(i18n.locale);
  if (kind === "registration") return null;
  const labels: Record<Field, string> = {
    han_name: t({ message: "Name", comment: "Field" }),
    latin_name: t({ message: "Name", comment: "Field" }),
    title: t({ message: "Title", comment: "Field: 职称" }),
    licence_number: t({ message: "Licence", comment: "Row of the summary of an application: the number of the practising licence" }),
    work_email: t({ message: "Work e-mail", comment: "Field" }),
    work_phone: t({ message: "Work phone", comment: "Field" }),
    hospital: t({ message: "Hospital", comment: "Field" }),
    city: t({ message: "City", comment: "Field" }),
    department: t({ message: "Department", comment: "Field: 科室" }),
  };
  const worded = (field: Field, value: string) => {
    if (field === "title") return terms.title(value);
    if (field === "department") return terms.department(value);
    return field === "licence_number" && value ? `•••• ${value}` : value;
  };
  const line = ({ field, before, after }: EntryChange) => (
    <tr key={field}>
      <th scope="row">{labels[field]}</th>
      <td className="selectable">{worded(field, before) || t({ message: "none", comment: "In place of a value that an entry did not have" })}</td>
      <td><span role="img" aria-label={t({ message: "becomes", comment: "Read aloud between a value and the one that takes its place" })}><Icon icon={ArrowRight} size={14} /></span></td>
      <td className={`selectable ${styles.after}`}>{worded(field, after)}</td>
    </tr>
  );
  return (
    <section className={styles.section} aria-labelledby={heading}>
      <h3 id={heading}>{kindWord(i18n, kind)}</h3>
      {changes.length === 0 ? (
        <p>{t({ message: "Nothing else changes in the entry.", comment: "For verifiers, of an application that only renews a verification" })}</p>
      ) : (
        <table className={styles.table}><tbody>{changes.map(line)}</tbody></table>
      )}
    </section>
  );
}
