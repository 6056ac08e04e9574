import { Link, useRouter } from "@tanstack/react-router";
import { useLingui } from "@lingui/react/macro";
import { ChevronRight } from "lucide-react";
import { Icon } from "@/components/Icon/Icon";
import { useShortcuts } from "@/lib/shortcuts";
import { useTerminology, wordOf } from "@/lib/words";
import styles from "./Trail.module.css";
import { type Search, useDirectory } from "./state";

/** Back one step by Alt+←, as in a browser. */
export function useWayBack(): void {
  const router = useRouter();
  useShortcuts([{ alt: true, key: "ArrowLeft", run: () => router.history.back() }]);
}

/** Whether a search is of one hospital, or of one department of it, to which a trail leads. */
export function hasTrail({ organizations, departments }: Search): boolean {
  return organizations.length === 1 && departments.length <= 1;
}

/** The way to the colleagues of one hospital, or of one department of it: hospitals, the hospital, the department. */
export function Trail() {
  const { t, i18n } = useLingui();
  const terms = useTerminology(i18n.locale);
  const { search, setSearch, chosen } = useDirectory();
  useWayBack();
  const [hospital] = chosen("organizations");
  if (!hospital || !hasTrail(search)) return null;
  const [department] = search.departments;
  const name = wordOf(hospital.label, i18n.locale);
  const step = <Icon icon={ChevronRight} size={14} />;
  return (
    <nav className={styles.trail} aria-label={t({ message: "Where you are", comment: "Read aloud: the way from all hospitals to one and its department" })}>
      <Link to="/directory/hospitals" search={{}}>{t({ message: "Hospitals", comment: "Directory by hospital and department; 医院" })}</Link>
      {step}
      <Link to="/directory/hospitals/$organizationId" params={{ organizationId: hospital.key }} search={{}}>{name}</Link>
      {step}
      {department === undefined ? (
        <b aria-current="page">{t({ message: "Everyone", comment: "At the end of the way to the colleagues of a hospital: all of them, whatever their department" })}</b>
      ) : (
        <>
          <button type="button" onClick={() => setSearch({ departments: [] })}>{t({ message: "Everyone", comment: "At the end of the way to the colleagues of a hospital: all of them, whatever their department" })}</button>
          {step}
          <b aria-current="page">{terms.department(department)}</b>
        </>
      )}
    </nav>
  );
}
