import { useLingui } from "@lingui/react/macro";
import { Plus, X } from "lucide-react";
import type { EntryProblem, Leave } from "@/bindings";
import { Button, IconButton } from "@/components/Button/Button";
import { Section } from "@/components/Card/Card";
import styles from "./Entry.module.css";
import { faultAt } from "./content";
import { faultSentence } from "./words";

const MOST = 10;

/** When one is away, in one's own words. */
export function LeavesEditor({ leaves, problems, disabled, onLeaves }: {
  leaves: readonly Leave[];
  problems: readonly EntryProblem[];
  disabled: boolean;
  onLeaves: (leaves: Leave[]) => void;
}) {
  const { t, i18n } = useLingui();
  const change = (index: number, part: Partial<Leave>) => onLeaves(leaves.map((each, at) => (at === index ? { ...each, ...part } : each)));
  return (
    <Section
      title={t({ message: "Away", comment: "Part of the doctor's own directory entry: times of leave; 不在岗" })}
      aside={t({ message: "Shown on your card from two weeks before", comment: "Beside the heading of the own times of leave" })}
    >
      {leaves.map((leave, index) => {
        const number = index + 1;
        const fault = faultAt(problems, "leaves", index);
        const ofText = fault === "missing" || fault === "too_long";
        const described = fault ? `leave-${index}` : undefined;
        const day = (part: "from" | "through", label: string) => (
          <input
            className={styles.input}
            type="date"
            value={leave[part]}
            disabled={disabled}
            placeholder="YYYY-MM-DD"
            aria-label={label}
            aria-invalid={(fault && !ofText) || undefined}
            aria-describedby={described}
            onChange={(event) => change(index, { [part]: event.target.value })}
          />
        );
        return (
          // Rows have no ids of their own, and are only changed at their place.
          <div key={index} className={styles.leave} role="group" aria-label={t({ message: `Away ${number}`, comment: "Name of a group of fields: a time of leave, numbered" })}>
            {day("from", t({ message: `First day away ${number}`, comment: "Name of a field: the first day of a leave, numbered" }))}
            {day("through", t({ message: `Last day away ${number}`, comment: "Name of a field: the last day of a leave, numbered" }))}
            <input
              className={styles.input}
              value={leave.text}
              disabled={disabled}
              placeholder={t({ message: "What for, whom to ask", comment: "In the empty field of a leave: congress, holiday, who stands in" })}
              aria-label={t({ message: `Words for away ${number}`, comment: "Name of a field: a short description of a leave, numbered" })}
              aria-invalid={ofText || undefined}
              aria-describedby={described}
              onChange={(event) => change(index, { text: event.target.value })}
            />
            <IconButton
              icon={X}
              size={28}
              disabled={disabled}
              label={t({ message: `Remove away ${number}`, comment: "Takes a time of leave out of the own entry" })}
              onClick={() => onLeaves(leaves.filter((_, at) => at !== index))}
            />
            {fault && <p id={described} className={styles.fault} role="alert">{faultSentence(i18n, fault)}</p>}
          </div>
        );
      })}
      <div className={styles.add}>
        <Button variant="quiet" icon={Plus} disabled={disabled || leaves.length >= MOST} onClick={() => onLeaves([...leaves, { from: "", through: "", text: "" }])}>
          {t({ message: "Add a time away", comment: "Button on the own entry" })}
        </Button>
      </div>
    </Section>
  );
}
