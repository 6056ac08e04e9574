import { Menu as Base } from "@base-ui/react/menu";
import type { LucideIcon } from "lucide-react";
import { Icon } from "../Icon/Icon";
import popup from "../Select/Popup.module.css";
import { IconButton } from "../Button/Button";

export interface MenuEntry {
  label: string;
  icon?: LucideIcon;
  danger?: boolean;
  onSelect: () => void;
}

/** An icon that opens a list of actions. */
export function Menu({ icon, label, entries }: { icon: LucideIcon; label: string; entries: readonly MenuEntry[] }) {
  return (
    <Base.Root>
      <Base.Trigger render={<IconButton icon={icon} label={label} />} />
      <Base.Portal>
        <Base.Positioner className={popup.positioner} sideOffset={4} align="end">
          <Base.Popup className={popup.popup}>
            {entries.map((entry) => (
              <Base.Item key={entry.label} className={popup.item} data-danger={entry.danger || undefined} onClick={entry.onSelect}>
                {entry.icon && <Icon icon={entry.icon} />}
                <span className={popup.text}>{entry.label}</span>
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
