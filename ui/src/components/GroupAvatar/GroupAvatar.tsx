import { hueOf, initials } from "@/lib/names";
import avatar from "../Avatar/Avatar.module.css";
import styles from "./GroupAvatar.module.css";

export interface Face {
  /** The name whose initials are shown: Han where there is one. */
  name: string;
  /** Decides the hue, as in the person's own avatar. */
  accountId: string;
}

/** A group: up to four of its members. Its name always stands beside it as text, so the picture itself is silent. */
export function GroupAvatar({ faces, size = 40 }: { faces: readonly Face[]; size?: 28 | 32 | 40 }) {
  return (
    <span className={styles.group} data-size={size} aria-hidden>
      {Array.from({ length: 4 }, (_, at) => {
        const face = faces[at];
        if (!face) return <span key={at} className={styles.blank} />;
        // One character is all there is room for.
        return <span key={at} className={`${avatar.avatar} ${styles.face}`} data-hue={hueOf(face.accountId)}>{Array.from(initials(face.name))[0]}</span>;
      })}
    </span>
  );
}
