import { useLingui } from "@lingui/react/macro";
import { RefreshCw } from "lucide-react";
import type { DirectoryStatus } from "@/bindings";
import { Button } from "@/components/Button/Button";
import { Progress } from "@/components/Progress/Progress";
import { errorSentence } from "@/lib/errors";
import { useAction } from "@/lib/query";
import { count } from "@/lib/time";
import styles from "./Directory.module.css";

/** The first fetch: how far it is, and that what is here can be searched already. */
export function Download({ status }: { status: DirectoryStatus }) {
  const { t, i18n } = useLingui();
  const refresh = useAction("directory_refresh");
  const loaded = count(status.loaded, i18n.locale);
  const total = count(status.total, i18n.locale);
  const searchable = count(status.colleagues, i18n.locale);
  const title = t({ message: "Downloading the directory", comment: "Above a progress bar, at the first sign-in" });
  if (status.problem) {
    return (
      <div className={styles.download} role="status">
        <div className={styles.downloadHead}><b>{t({ message: "The directory is not complete yet", comment: "Title when the first download stopped" })}</b></div>
        <p>{errorSentence(i18n, status.problem)}</p>
        <Button size={28} icon={RefreshCw} busy={refresh.busy} onClick={() => refresh.run(null)}>
          {t({ message: "Try again", comment: "Button that repeats what failed" })}
        </Button>
      </div>
    );
  }
  return (
    <div className={styles.download}>
      <div className={styles.downloadHead}>
        <b>{title}</b>
        {status.total > 0 && <span>{loaded} / {total}</span>}
      </div>
      <Progress label={title} value={status.total > 0 ? status.loaded : null} max={Math.max(1, status.total)} />
      {status.colleagues > 0 && <p>{t({ message: `${searchable} colleagues searchable already`, comment: "Below the progress bar of the first download; a number" })}</p>}
    </div>
  );
}
