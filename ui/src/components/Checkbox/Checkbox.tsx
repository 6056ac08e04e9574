import { Checkbox as Base } from "@base-ui/react/checkbox";
import { Check } from "lucide-react";
import { type ReactNode, useId } from "react";
import { Icon } from "../Icon/Icon";
import styles from "./Checkbox.module.css";

export interface CheckboxProps {
  checked: boolean;
  onChecked: (checked: boolean) => void;
  children: ReactNode;
  /** A filter's row: 24 high, truncated, with a number at its end. */
  count?: string;
  disabled?: boolean;
  /** Id of the sentence that says why it must be ticked, while it is not. */
  errorId?: string | undefined;
}

export function Checkbox({ checked, onChecked, children, count, disabled = false, errorId }: CheckboxProps) {
  const id = useId();
  const facet = count !== undefined;
  return (
    <label className={facet ? styles.facet : styles.row} data-on={checked || undefined} htmlFor={id}>
      <Base.Root id={id} className={styles.box} checked={checked} onCheckedChange={onChecked} disabled={disabled} aria-invalid={errorId ? true : undefined} aria-describedby={errorId}>
        <Base.Indicator className={styles.tick}><Icon icon={Check} size={12} /></Base.Indicator>
      </Base.Root>
      <span className={styles.label}>{children}</span>
      {facet && <span className={styles.count}>{count}</span>}
    </label>
  );
}
