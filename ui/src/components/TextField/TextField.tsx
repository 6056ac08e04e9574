import { Check, Eye, EyeOff, type LucideIcon } from "lucide-react";
import { type InputHTMLAttributes, type ReactNode, type Ref, type TextareaHTMLAttributes, useId, useState } from "react";
import { useLingui } from "@lingui/react/macro";
import { Icon } from "../Icon/Icon";
import styles from "./TextField.module.css";

export interface FieldProps {
  label: ReactNode;
  /** Small words at the right of the label: "if any". */
  aside?: ReactNode;
  /** Below the field, while nothing is wrong. */
  help?: ReactNode;
  /** What is wrong; takes the place of `help` and is read aloud with the field. */
  error?: string | undefined;
}

/** Label above, sentence below: shared by everything one fills in. Gives the ids that tie them to the control. */
export function FieldFrame({ label, aside, help, error, id, children }: FieldProps & { id: string; children: ReactNode }) {
  return (
    <div className={styles.field}>
      <div className={styles.labelRow}>
        <label htmlFor={id} id={`${id}-label`}>{label}</label>
        {aside && <span className={styles.aside}>{aside}</span>}
      </div>
      {children}
      {error ? (
        <p id={`${id}-help`} className={styles.help} data-error role="alert">{error}</p>
      ) : (
        help && <p id={`${id}-help`} className={styles.help}>{help}</p>
      )}
    </div>
  );
}

export interface TextFieldProps extends FieldProps, Omit<InputHTMLAttributes<HTMLInputElement>, "style" | "className" | "onChange" | "value" | "size"> {
  value: string;
  onValue: (value: string) => void;
  /** A tick: checked and right. */
  ok?: boolean;
  icon?: LucideIcon;
  ref?: Ref<HTMLInputElement>;
}

export function TextField({ label, aside, help, error, value, onValue, ok = false, icon, type = "text", id: given, ...rest }: TextFieldProps) {
  const { t } = useLingui();
  const own = useId();
  const id = given ?? own;
  const [shown, setShown] = useState(false);
  const secret = type === "password";
  return (
    <FieldFrame id={id} label={label} aside={aside} help={help} error={error}>
      <div className={styles.control} data-error={error ? true : undefined}>
        {icon && <Icon icon={icon} />}
        <input
          {...rest}
          id={id}
          className={styles.input}
          type={secret && shown ? "text" : type}
          value={value}
          onChange={(event) => onValue(event.target.value)}
          aria-invalid={error ? true : undefined}
          aria-describedby={error || help ? `${id}-help` : undefined}
          spellCheck={rest.spellCheck ?? false}
        />
        {secret && (
          <button
            type="button"
            className={styles.reveal}
            onClick={() => setShown(!shown)}
            aria-pressed={shown}
            aria-label={t({ message: "Show password", comment: "Name of the eye button in a password field" })}
          >
            <Icon icon={shown ? EyeOff : Eye} />
          </button>
        )}
        {ok && !error && <span className={styles.ok}><Icon icon={Check} /></span>}
      </div>
    </FieldFrame>
  );
}

export interface TextAreaProps extends FieldProps, Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, "style" | "className" | "onChange" | "value"> {
  value: string;
  onValue: (value: string) => void;
}

export function TextArea({ label, aside, help, error, value, onValue, rows = 4, id: given, ...rest }: TextAreaProps) {
  const own = useId();
  const id = given ?? own;
  return (
    <FieldFrame id={id} label={label} aside={aside} help={help} error={error}>
      <textarea
        {...rest}
        id={id}
        rows={rows}
        className={styles.area}
        data-error={error ? true : undefined}
        value={value}
        onChange={(event) => onValue(event.target.value)}
        aria-invalid={error ? true : undefined}
        aria-describedby={error || help ? `${id}-help` : undefined}
      />
    </FieldFrame>
  );
}
