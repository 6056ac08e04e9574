import { Menu as Base } from "@base-ui/react/menu";
import type { LucideIcon } from "lucide-react";
import { useRef } from "react";
import { flushSync } from "react-dom";
import { Icon } from "../Icon/Icon";
import popup from "../Select/Popup.module.css";
import { IconButton } from "../Button/Button";

export interface MenuEntry {
  label: string;
  icon?: LucideIcon;
  danger?: boolean;
  /** The key that does the same without the menu. */
  shortcut?: string;
  onSelect: () => void;
}

function Entries({ entries, onChoose = (entry) => entry.onSelect() }: { entries: readonly MenuEntry[]; onChoose?: (entry: MenuEntry) => void }) {
  return entries.map((entry) => (
    <Base.Item key={entry.label} className={popup.item} data-danger={entry.danger || undefined} onClick={() => onChoose(entry)}>
      {entry.icon && <Icon icon={entry.icon} />}
      <span className={popup.text}>{entry.label}</span>
      {entry.shortcut && <kbd className={popup.key} aria-hidden>{entry.shortcut}</kbd>}
    </Base.Item>
  ));
}

/** An icon that opens a list of actions. */
export function Menu({ icon, label, entries, size = 32 }: { icon: LucideIcon; label: string; entries: readonly MenuEntry[]; size?: 24 | 28 | 32 }) {
  return (
    <Base.Root>
      <Base.Trigger render={<IconButton icon={icon} label={label} size={size} />} />
      <Base.Portal>
        <Base.Positioner className={popup.positioner} sideOffset={4} align="end">
          <Base.Popup className={popup.popup}>
            <Entries entries={entries} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

export interface MenuAtProps {
  /** What it is about: an element, or where the pointer was. */
  anchor: Element | { getBoundingClientRect: () => DOMRect };
  label: string;
  entries: readonly MenuEntry[];
  onClose: () => void;
}

/** A list of actions about something on the screen, open for as long as it is mounted. */
export function MenuAt({ anchor, label, entries, onClose }: MenuAtProps) {
  const chosen = useRef<MenuEntry>(null);
  const close = () => {
    const entry = chosen.current;
    // A menu that goes gives the focus back, at the end of the task in which it went. What is chosen may move the focus,
    // so it comes after that, and before the next key is taken, which belongs where the focus goes. The menu itself hears
    // first how it was closed: by a key, the focus is shown.
    queueMicrotask(() => {
      flushSync(onClose);
      if (entry) queueMicrotask(entry.onSelect);
    });
  };
  return (
    <Base.Root open onOpenChange={(open) => { if (!open) close(); }}>
      <Base.Portal>
        <Base.Positioner className={popup.positioner} anchor={anchor} sideOffset={4} align="start">
          <Base.Popup className={popup.popup} aria-label={label}>
            <Entries entries={entries} onChoose={(entry) => { chosen.current = entry; }} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
