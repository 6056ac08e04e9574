import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { FileDown } from "lucide-react";
import type { ColleagueRow } from "@/bindings";
import { Button } from "@/components/Button/Button";
import { errorSentence } from "@/lib/errors";
import styles from "./Directory.module.css";
import { GroupOfPicked } from "./GroupWith";
import { useExport } from "./useExport";

/** What can be done with colleagues chosen together, in the place of the summary. */
export function PickedBar({ picked, onClear }: { picked: ReadonlyMap<string, ColleagueRow>; onClear: () => void }) {
  const { t, i18n } = useLingui();
  const vcards = useExport();
  return (
    <div className={`${styles.summary} ${styles.picked}`}>
      <span role="status">{t({ message: plural(picked.size, { one: "# selected", other: "# selected" }), comment: "How many colleagues are chosen together" })}</span>
      {vcards.error && <span role="alert">{errorSentence(i18n, vcards.error)}</span>}
      <span className={styles.gap} />
      <GroupOfPicked picked={picked} />
      <Button size={28} icon={FileDown} busy={vcards.busy} onClick={() => vcards.run([...picked.keys()])}>{t({ message: "Export vCards…", comment: "Writes the contacts of several colleagues to a file; opens a dialog" })}</Button>
      <Button variant="link" size={28} onClick={onClear}>{t({ message: "Clear selection", comment: "Chooses none of the colleagues any more" })}</Button>
    </div>
  );
}
