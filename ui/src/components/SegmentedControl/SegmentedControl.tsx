import { Radio } from "@base-ui/react/radio";
import { RadioGroup as Base } from "@base-ui/react/radio-group";
import type { Choice } from "../RadioGroup/RadioGroup";
import styles from "./SegmentedControl.module.css";

/** One of two to four, side by side; arrows move between them. `label` is read aloud. */
export function SegmentedControl<T extends string>({ label, choices, value, onValue }: {
  label: string;
  choices: readonly Choice<T>[];
  value: T;
  onValue: (value: T) => void;
}) {
  return (
    <Base className={styles.track} aria-label={label} value={value} onValueChange={(next) => onValue(next)}>
      {choices.map((choice) => (
        <Radio.Root key={choice.value} value={choice.value} className={styles.segment} aria-label={choice.label}>
          <span aria-hidden>{choice.label}</span>
        </Radio.Root>
      ))}
    </Base>
  );
}
