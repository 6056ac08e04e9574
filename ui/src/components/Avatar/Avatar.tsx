import { hueOf, initials } from "@/lib/names";
import styles from "./Avatar.module.css";

export interface AvatarProps {
  /** The name whose initials are shown: Han where there is one. */
  name: string;
  /** Matrix user id, or another stable id for people without an account; decides the hue. */
  accountId: string;
  size?: 14 | 20 | 24 | 28 | 32 | 36 | 40 | 64;
  /** Dot of one's own connection, in the rail. */
  dot?: "on" | "off";
}

/** A person. The name always stands beside it as text, so the circle itself is silent. */
export function Avatar({ name, accountId, size = 36, dot }: AvatarProps) {
  const text = initials(name);
  return (
    <span
      className={styles.avatar}
      data-hue={hueOf(accountId)}
      data-size={size}
      data-pair={text.length > 1 || undefined}
      aria-hidden
    >
      {text}
      {dot && <span className={styles.dot} data-dot={dot} />}
    </span>
  );
}
