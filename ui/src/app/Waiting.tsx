import { useLingui } from "@lingui/react/macro";
import { RefreshCw, TriangleAlert } from "lucide-react";
import type { PlatformErrorCode } from "@/platform/types";
import { Button } from "@/components/Button/Button";
import { EmptyState } from "@/components/EmptyState/EmptyState";
import { errorSentence } from "@/lib/errors";
import { useAction } from "@/lib/query";
import { Logo } from "./Brand";
import styles from "./Waiting.module.css";

/** While keyring and databases are read. Usually too short to be seen, hence it fades in. */
export function Starting() {
  const { t } = useLingui();
  return (
    <div className={styles.starting} role="status">
      <Logo size={48} />
      <span>{t({ message: "Opening your data…", comment: "Shown while the program starts and reads its encrypted data" })}</span>
    </div>
  );
}

/** The profile cannot be opened: what to do, and again. */
export function Unavailable({ error }: { error: { code: PlatformErrorCode } }) {
  const { t, i18n } = useLingui();
  const retry = useAction("session_retry");
  return (
    <main className={styles.full}>
      <EmptyState
        icon={TriangleAlert}
        title={t({ message: "Consilium cannot open your data", comment: "Title of the page shown when the local profile cannot be opened" })}
        actions={
          <Button variant="primary" icon={RefreshCw} busy={retry.busy} onClick={() => retry.run(null)}>
            {t({ message: "Try again", comment: "Button that repeats what failed" })}
          </Button>
        }
      >
        {errorSentence(i18n, error)}
      </EmptyState>
    </main>
  );
}

/** A browser tab without the token of a development host. */
export function NoHost() {
  const { t } = useLingui();
  return (
    <main className={styles.full}>
      <EmptyState icon={TriangleAlert} title={t({ message: "No host", comment: "Title in a browser tab opened without the address the development host printed" })}>
        {t({ message: "Open the whole address that the development host printed, with its token.", comment: "For developers" })}
      </EmptyState>
    </main>
  );
}
