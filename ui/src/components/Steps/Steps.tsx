import { Check } from "lucide-react";
import { Icon } from "../Icon/Icon";
import styles from "./Steps.module.css";

export interface Step {
  title: string;
  detail: string;
}

/** Where one stands in a procedure of a few steps. `current` counts from 0; past the end, all are done. */
export function Steps({ steps, current }: { steps: readonly Step[]; current: number }) {
  return (
    <ol className={styles.steps}>
      {steps.map((step, index) => {
        const state = index < current ? "done" : index === current ? "on" : "next";
        return (
          <li key={step.title} data-state={state} aria-current={state === "on" ? "step" : undefined}>
            <span className={styles.mark} aria-hidden>{state === "done" ? <Icon icon={Check} size={14} /> : index + 1}</span>
            <span><b>{step.title}</b><small>{step.detail}</small></span>
          </li>
        );
      })}
    </ol>
  );
}
