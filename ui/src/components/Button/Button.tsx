import type { LucideIcon } from "lucide-react";
import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";
import { Icon } from "../Icon/Icon";
import styles from "./Button.module.css";

type Native = Omit<ButtonHTMLAttributes<HTMLButtonElement>, "style" | "className">;

export interface ButtonProps extends Native {
  /** At most one `primary` or `danger-fill` per surface. */
  variant?: "default" | "primary" | "quiet" | "link" | "danger" | "danger-fill";
  size?: 24 | 28 | 32 | 36;
  icon?: LucideIcon;
  /** Work goes on: the button keeps its place and focus, and does nothing more. */
  busy?: boolean;
  grow?: boolean;
  children: ReactNode;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({ variant = "default", size = 32, icon, busy = false, grow = false, type = "button", children, onClick, ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={busy && type === "submit" ? "button" : type}
      className={styles.button}
      data-variant={variant}
      data-size={size}
      data-grow={grow || undefined}
      aria-busy={busy || undefined}
      aria-disabled={busy || rest["aria-disabled"]}
      onClick={busy ? undefined : onClick}
    >
      {busy ? <span className={styles.spinner} aria-hidden /> : icon && <Icon icon={icon} size={size >= 36 ? 16 : size <= 24 ? 14 : 16} />}
      <span className={styles.label}>{children}</span>
    </button>
  );
}

export interface IconButtonProps extends Native {
  icon: LucideIcon;
  /** Read aloud and shown as the tooltip: an icon alone is no name. */
  label: string;
  size?: 24 | 28 | 32;
  pressed?: boolean;
  /** A filled icon, e.g. the star of a favourite. */
  filled?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

export function IconButton({ icon, label, size = 32, pressed, filled = false, type = "button", ...rest }: IconButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      className={styles.iconButton}
      data-size={size}
      data-filled={filled || undefined}
      aria-pressed={pressed}
      aria-label={label}
      title={label}
    >
      <Icon icon={icon} size={size <= 24 ? 14 : 16} />
    </button>
  );
}
