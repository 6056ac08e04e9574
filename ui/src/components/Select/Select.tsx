import { Select as Base } from "@base-ui/react/select";
import { Check, ChevronDown } from "lucide-react";
import { useId } from "react";
import { Icon } from "../Icon/Icon";
import { FieldFrame, type FieldProps } from "../TextField/TextField";
import field from "../TextField/TextField.module.css";
import popup from "./Popup.module.css";
import styles from "./Select.module.css";

export interface SelectOption<T extends string> {
  value: T;
  label: string;
}

interface ListProps<T extends string> {
  options: readonly SelectOption<T>[];
  value: T | null;
  onValue: (value: T) => void;
  placeholder?: string;
}

function Options<T extends string>({ options, align = "start" }: { options: readonly SelectOption<T>[]; align?: "start" | "end" }) {
  return (
    <Base.Portal>
      <Base.Positioner className={popup.positioner} sideOffset={4} align={align} alignItemWithTrigger={false}>
        <Base.Popup className={popup.popup}>
          {options.map(({ value, label }) => (
            <Base.Item key={value} value={value} className={popup.item}>
              <Base.ItemText className={popup.text}>{label}</Base.ItemText>
              <Base.ItemIndicator className={popup.check}><Icon icon={Check} size={14} /></Base.ItemIndicator>
            </Base.Item>
          ))}
        </Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  );
}

/** One of a fixed list, as a field of a form. */
export function Select<T extends string>({ options, value, onValue, placeholder, label, aside, help, error }: ListProps<T> & FieldProps) {
  const id = useId();
  return (
    <FieldFrame id={id} label={label} aside={aside} help={help} error={error}>
      <Base.Root items={options} value={value} onValueChange={(next) => { if (next !== null) onValue(next); }}>
        <Base.Trigger
          id={id}
          className={styles.trigger}
          data-error={error ? true : undefined}
          aria-labelledby={`${id}-label`}
          aria-invalid={error ? true : undefined}
          aria-describedby={error || help ? `${id}-help` : undefined}
        >
          <Base.Value className={field.input}>
            {(current: T | null) => options.find((option) => option.value === current)?.label ?? <span className={styles.placeholder}>{placeholder}</span>}
          </Base.Value>
          <Base.Icon className={styles.icon}><Icon icon={ChevronDown} /></Base.Icon>
        </Base.Trigger>
        <Options options={options} />
      </Base.Root>
    </FieldFrame>
  );
}

/** One of a fixed list, small, at the right of a settings row; `quiet` without an edge. `label` is read aloud. */
export function InlineSelect<T extends string>({ options, value, onValue, label, quiet = false, disabled = false }: ListProps<T> & { label: string; quiet?: boolean; disabled?: boolean }) {
  return (
    <Base.Root items={options} value={value} disabled={disabled} onValueChange={(next) => { if (next !== null) onValue(next); }}>
      <Base.Trigger className={styles.inline} data-quiet={quiet || undefined} data-nothing={value === "" || undefined} aria-label={label}>
        <Base.Value>{(current: T | null) => options.find((option) => option.value === current)?.label ?? ""}</Base.Value>
        <Base.Icon className={styles.icon}><Icon icon={ChevronDown} size={14} /></Base.Icon>
      </Base.Trigger>
      <Options options={options} align="end" />
    </Base.Root>
  );
}
