import { useLingui } from "@lingui/react/macro";
import { Search as SearchIcon, X } from "lucide-react";
import { type KeyboardEvent, type Ref, useImperativeHandle, useRef } from "react";
import { IconButton } from "@/components/Button/Button";
import { Icon } from "@/components/Icon/Icon";
import { Tag } from "@/components/Tag/Tag";
import { useComposing } from "@/lib/composing";
import { useFocusHeir } from "@/lib/focus";
import styles from "./SearchBox.module.css";

export function SearchBox({ ref, label, placeholder, text, onText, pinyin = false, onKeyDown }: {
  ref: Ref<HTMLInputElement>;
  /** Read aloud. */
  label: string;
  placeholder: string;
  text: string;
  onText: (text: string) => void;
  /** Latin letters found Han names. */
  pinyin?: boolean;
  /** Keys of the list below, which work from here. */
  onKeyDown: (event: KeyboardEvent) => void;
}) {
  const { t } = useLingui();
  const input = useRef<HTMLInputElement>(null);
  useImperativeHandle(ref, () => input.current as HTMLInputElement);
  const heir = useFocusHeir(() => input.current?.focus());
  const keys = useComposing((event: KeyboardEvent) => {
    if (event.key === "Escape" && text !== "") {
      event.preventDefault();
      onText("");
    } else onKeyDown(event);
  });
  return (
    <div role="search" className={styles.box} {...heir}>
      <Icon icon={SearchIcon} />
      <input
        ref={input}
        type="text"
        role="searchbox"
        className={styles.input}
        value={text}
        onChange={(event) => onText(event.target.value)}
        {...keys}
        placeholder={placeholder}
        aria-label={label}
        aria-keyshortcuts="/"
        spellCheck={false}
        autoComplete="off"
      />
      {pinyin && <Tag>{t({ message: "Pinyin", comment: "Beside the search field: Latin letters were matched with Chinese names" })}</Tag>}
      {text !== "" && <IconButton icon={X} size={24} label={t({ message: "Clear search", comment: "Empties the search field" })} onClick={() => onText("")} />}
    </div>
  );
}
