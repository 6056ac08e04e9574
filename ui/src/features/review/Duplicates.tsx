import { Link } from "@tanstack/react-router";
import { useLingui } from "@lingui/react/macro";
import { TriangleAlert } from "lucide-react";
import type { PossibleDuplicate, ReviewDetail } from "@/bindings";
import { Button } from "@/components/Button/Button";
import { Icon } from "@/components/Icon/Icon";
import { fullDate } from "@/lib/time";
import { nameOf } from "@/lib/words";
import styles from "./Duplicates.module.css";
import { hospitalOf } from "./words";

/** Whoever may be the same person, beside the applicant. */
export function Duplicates({ detail, onEntry }: { detail: ReviewDetail; onEntry: (practitionerId: string) => void }) {
  const { t, i18n } = useLingui();
  const { locale } = i18n;
  const { duplicates, form } = detail;
  if (duplicates.length === 0) return null;
  const ending = form.licence_number.slice(-4);
  const own = nameOf({ han: form.han_name, latin: form.latin_name }, locale).main;
  const licence = duplicates.some(({ kinds }) => kinds.includes("licence"));
  const nameOfOther = (each: PossibleDuplicate) => nameOf({ han: each.han_name, latin: each.latin_name }, locale).main;
  const head = ({ verified_at, application_reference, practitioner_id }: PossibleDuplicate) => {
    if (verified_at) return t({ message: `Existing, verified ${fullDate(Date.parse(verified_at), locale)}`, comment: "Head of a column: a colleague who may be the same person; a day" });
    if (practitioner_id) return t({ message: "In the directory", comment: "Head of a column: a colleague who may be the same person" });
    return t({ message: `Application ${application_reference ?? ""}`, comment: "Head of a column: another application, by its reference, that may be of the same person" });
  };
  const same = (value: boolean) => value || undefined;

  return (
    <section className={styles.warning} role="status">
      <Icon icon={TriangleAlert} />
      <div>
        <h3>
          {licence
            ? t({ message: "Possible duplicate: this licence number is already in use", comment: "Above the comparison of two people who may be the same" })
            : t({ message: "Possible duplicate: same name at the same hospital", comment: "Above the comparison of two people who may be the same" })}
        </h3>
        <div className={styles.scroll}>
          <table>
            <thead>
              <tr>
                <td />
                <th scope="col">{t({ message: "This application", comment: "Head of a column" })}</th>
                {duplicates.map((each, index) => <th key={index} scope="col">{head(each)}</th>)}
              </tr>
            </thead>
            <tbody className="selectable">
              <tr>
                <th scope="row">{t({ message: "Name", comment: "Row of the summary of an application" })}</th>
                <td>{own}</td>
                {duplicates.map((each, index) => <td key={index} data-same={same(each.kinds.includes("name_and_hospital"))}>{nameOfOther(each)}</td>)}
              </tr>
              <tr>
                <th scope="row">{t({ message: "Hospital", comment: "Field of the application form" })}</th>
                <td>{hospitalOf(detail, locale)}</td>
                {duplicates.map((each, index) => <td key={index} data-same={same(each.kinds.includes("name_and_hospital"))}>{hospitalOf(each, locale)}</td>)}
              </tr>
              <tr>
                <th scope="row">{t({ message: "Licence", comment: "Row of the summary of an application: the number of the practising licence" })}</th>
                <td data-same={same(licence)}>•••• {ending}</td>
                {duplicates.map((each, index) => (
                  <td key={index} data-same={same(each.kinds.includes("licence"))}>
                    {each.licence_ending ? `•••• ${each.licence_ending}` : t({ message: "not known", comment: "In the comparison: no licence number is known" })}
                  </td>
                ))}
              </tr>
              {duplicates.some(({ practitioner_id }) => practitioner_id) && (
                <tr>
                  <td />
                  <td />
                  {duplicates.map((each, index) => (
                    <td key={index}>
                      {each.practitioner_id && <Entry id={each.practitioner_id} onEntry={onEntry} />}
                    </td>
                  ))}
                </tr>
              )}
            </tbody>
          </table>
        </div>
      </div>
    </section>
  );
}

function Entry({ id, onEntry }: { id: string; onEntry: (practitionerId: string) => void }) {
  const { t } = useLingui();
  return (
    <>
      <Link to="/directory" search={{ colleague: id }} className={styles.link}>{t({ message: "View in the directory", comment: "Link to the card of a colleague who may be the same person" })}</Link>
      <div className={styles.entry}>
        <Button variant="link" size={24} onClick={() => onEntry(id)}>{t({ message: "Entry for verifiers", comment: "Opens what verifiers see of a colleague's entry; 核验员" })}</Button>
      </div>
    </>
  );
}
