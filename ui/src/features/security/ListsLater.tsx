import { Link } from "@tanstack/react-router";
import { Trans } from "@lingui/react/macro";
import styles from "./Security.module.css";
import { useSecurity } from "./state";

/** In place of what only verified devices have. */
export function ListsLater() {
  if (useSecurity().security?.verified !== false) return null;
  return (
    <p className={styles.later}>
      <Trans comment="In the directory of a device that is not verified; the link goes to the security settings">
        Favourites, private notes and saved searches of your other devices come once <Link to="/settings/security" className={styles.inline}>this device is verified</Link>.
      </Trans>
    </p>
  );
}
