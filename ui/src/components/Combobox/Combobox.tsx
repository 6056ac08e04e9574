import { Autocomplete } from "@base-ui/react/autocomplete";
import { Search } from "lucide-react";
import { type KeyboardEvent, useId, useState } from "react";
import { enterGuard } from "@/lib/composing";
import { useHeld } from "@/lib/held";
import { Highlight, type Ranges } from "../Highlight/Highlight";
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
  /** What of `text` was searched for. */
  ranges?: Ranges;
  /** Leads elsewhere instead of filling the field: "Not listed? Enter manually". */
  leads?: boolean;
}

export interface ComboboxProps extends FieldProps {
  text: string;
  /** Typed, as opposed to picked. */
  onText: (text: string) => void;
  /** Already searched for by the caller: nothing is filtered here. */
  suggestions: readonly Suggestion[];
  onPick: (suggestion: Suggestion) => void;
  /** Whether `suggestions` answer the text as it stands. An Enter that comes before waits for them. */
  settled?: boolean;
  /** Said in the list while there is nothing to pick: searching, no match. */
  note?: string | undefined;
  placeholder?: string;
  onBlur?: () => void;
}

/** A text field that suggests. What is typed stays what is typed, until one of the suggestions is picked. */
export function Combobox({ text, onText, suggestions, onPick, settled = true, note, placeholder, onBlur, label, aside, help, error }: ComboboxProps) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const [guard] = useState(enterGuard);
  const held = useHeld(settled, () => {
    const [first] = suggestions;
    // Whoever means another way than the list chooses that themselves.
    if (!first || first.leads) return;
    setOpen(false);
    onPick(first);
  });
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement> & { preventBaseUIHandler: () => void }) => {
    const press = event.nativeEvent;
    if (guard.means(press, "Escape")) held.giveUp();
    if (settled || !open || !guard.means(press)) return;
    event.preventDefault();
    event.preventBaseUIHandler();
    held.hold(true);
  };
  return (
    <FieldFrame id={id} label={label} aside={aside} help={help} error={error}>
      <Autocomplete.Root
        items={suggestions}
        itemToStringValue={(item: Suggestion) => item.text}
        mode="none"
        // Enter takes the first: it never sends the form from an open list.
        autoHighlight
        // What was typed before and not picked has its list again.
        openOnInputClick={suggestions.length > 0}
        open={open}
        onOpenChange={setOpen}
        value={text}
        onValueChange={(next, { reason }) => {
          held.giveUp();
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
            onKeyDown={onKeyDown}
            onCompositionEnd={({ timeStamp }) => guard.compositionEnd(timeStamp)}
            spellCheck={false}
            aria-invalid={error ? true : undefined}
            aria-describedby={error || help ? `${id}-help` : undefined}
          />
        </Autocomplete.InputGroup>
        <Autocomplete.Portal>
          <Autocomplete.Positioner className={popup.positioner} sideOffset={4} align="start">
            <Autocomplete.Popup className={popup.popup} data-narrow>
              {note && <Autocomplete.Status className={popup.note}>{note}</Autocomplete.Status>}
              <Autocomplete.List>
                {(item: Suggestion) => (
                  <Autocomplete.Item key={item.id} value={item} className={popup.item} data-leads={item.leads || undefined} onClick={() => onPick(item)}>
                    <span className={popup.two}>
                      {item.ranges ? <Highlight text={item.text} ranges={item.ranges} /> : item.text}
                      {item.detail && <small>{item.detail}</small>}
                    </span>
                  </Autocomplete.Item>
                )}
              </Autocomplete.List>
            </Autocomplete.Popup>
          </Autocomplete.Positioner>
        </Autocomplete.Portal>
      </Autocomplete.Root>
    </FieldFrame>
  );
}
