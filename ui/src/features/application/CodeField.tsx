import { useId } from "react";
import { FieldFrame, type FieldProps } from "@/components/TextField/TextField";
import styles from "./CodeField.module.css";

export const CODE_LENGTH = 6;

/** The digits of what was typed or pasted, full-width ones narrowed: at most six. */
export function digitsOf(text: string): string {
  return text.normalize("NFKC").replace(/\D/gu, "").slice(0, CODE_LENGTH);
}

/** Six cells that are one field: the keyboard, paste and the reader meet an ordinary input. */
export function CodeField({ value, onValue, label, help, error }: FieldProps & { value: string; onValue: (value: string) => void }) {
  const id = useId();
  return (
    <FieldFrame id={id} label={label} help={help} error={error}>
      <div className={styles.code} data-error={error ? true : undefined}>
        <input
          id={id}
          className={styles.input}
          value={value}
          onChange={(event) => onValue(event.target.value)}
          onPaste={(event) => {
            // Pasted text may hold words around the digits, which the field's own handling would cut short.
            event.preventDefault();
            onValue(event.clipboardData.getData("text"));
          }}
          inputMode="numeric"
          autoComplete="one-time-code"
          autoFocus
          aria-invalid={error ? true : undefined}
          aria-describedby={error || help ? `${id}-help` : undefined}
        />
        {Array.from({ length: CODE_LENGTH }, (_, index) => (
          <span key={index} aria-hidden className={styles.cell} data-current={index === Math.min(value.length, CODE_LENGTH - 1) || undefined}>{value[index]}</span>
        ))}
      </div>
    </FieldFrame>
  );
}
