import { Autocomplete } from "@base-ui/react/autocomplete";
import { Search } from "lucide-react";
import { type ReactNode, useId } from "react";
import { Icon } from "../Icon/Icon";
import popup from "../Select/Popup.module.css";
import { FieldFrame, type FieldProps } from "../TextField/TextField";
import field from "../TextField/TextField.module.css";

export interface Suggestion {
  id: string;
  /** What the field shows once this is picked. */
  text: string;
  /** Second line: city, grade. */
  detail?: string;
}

export interface ComboboxProps extends FieldProps {
  text: string;
  /** Typed, as opposed to picked. */
  onText: (text: string) => void;
  /** Already searched for by the caller: nothing is filtered here. */
  suggestions: readonly Suggestion[];
  onPick: (suggestion: Suggestion) => void;
  /** Said in the list while there is nothing to pick: searching, no match. */
  note?: string | undefined;
  /** Last entry of the list: "Not listed? Enter manually". */
  footer?: ReactNode;
  placeholder?: string;
  onBlur?: () => void;
}

/** A text field that suggests. What is typed stays what is typed, until one of the suggestions is picked. */
export function Combobox({ text, onText, suggestions, onPick, note, footer, placeholder, onBlur, label, aside, help, error }: ComboboxProps) {
  const id = useId();
  return (
    <FieldFrame id={id} label={label} aside={aside} help={help} error={error}>
      <Autocomplete.Root
        items={suggestions}
        itemToStringValue={(item: Suggestion) => item.text}
        mode="none"
        value={text}
        onValueChange={(next, { reason }) => {
          if (reason !== "item-press") onText(next);
        }}
      >
        <Autocomplete.InputGroup className={field.control} data-error={error ? true : undefined}>
          <Icon icon={Search} />
          <Autocomplete.Input
            id={id}
            className={field.input}
            placeholder={placeholder}
            onBlur={onBlur}
            spellCheck={false}
            aria-invalid={error ? true : undefined}
            aria-describedby={error || help ? `${id}-help` : undefined}
          />
        </Autocomplete.InputGroup>
        <Autocomplete.Portal>
          <Autocomplete.Positioner className={popup.positioner} sideOffset={4}>
            <Autocomplete.Popup className={popup.popup}>
              {note && <Autocomplete.Status className={popup.note}>{note}</Autocomplete.Status>}
              <Autocomplete.List>
                {(item: Suggestion) => (
                  <Autocomplete.Item key={item.id} value={item} className={popup.item} onClick={() => onPick(item)}>
                    <span className={popup.two}>
                      {item.text}
                      {item.detail && <small>{item.detail}</small>}
                    </span>
                  </Autocomplete.Item>
                )}
              </Autocomplete.List>
              {footer && <div className={popup.footer}>{footer}</div>}
            </Autocomplete.Popup>
          </Autocomplete.Positioner>
        </Autocomplete.Portal>
      </Autocomplete.Root>
    </FieldFrame>
  );
}
