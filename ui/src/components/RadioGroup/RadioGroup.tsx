import { Radio } from "@base-ui/react/radio";
import { RadioGroup as Base } from "@base-ui/react/radio-group";
import { useId } from "react";
import styles from "./RadioGroup.module.css";

export interface Choice<T extends string> {
  value: T;
  label: string;
  /** What the choice comes to, below it. */
  detail?: string;
}

/** One of a few, all in sight. `label` heads the group. */
export function RadioGroup<T extends string>({ label, choices, value, onValue }: {
  label: string;
  choices: readonly Choice<T>[];
  value: T | null;
  onValue: (value: T) => void;
}) {
  const id = useId();
  return (
    <div>
      <div id={id} className={styles.heading}>{label}</div>
      <Base aria-labelledby={id} value={value} onValueChange={(next) => onValue(next as T)}>
        {choices.map((choice) => (
          <label key={choice.value} className={styles.choice}>
            <Radio.Root value={choice.value} className={styles.dot} />
            {choice.detail === undefined ? choice.label : <span>{choice.label}<small>{choice.detail}</small></span>}
          </label>
        ))}
      </Base>
    </div>
  );
}
