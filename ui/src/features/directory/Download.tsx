import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { Pause, Play, RefreshCw } from "lucide-react";
import type { DirectoryStatus } from "@/bindings";
import { Button } from "@/components/Button/Button";
import { Progress } from "@/components/Progress/Progress";
import { errorSentence } from "@/lib/errors";
import { useAction } from "@/lib/query";
import { fileSize } from "@/lib/size";
import { count } from "@/lib/time";
import styles from "./Directory.module.css";

/** The first fetch: how far it is, that it can wait, and that what is here can be searched already. */
export function Download({ status }: { status: DirectoryStatus }) {
  const { t, i18n } = useLingui();
  const { locale } = i18n;
  const refresh = useAction("directory_refresh");
  const pause = useAction("directory_pause");
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
  const known = status.total_bytes > 0;
  const loaded = fileSize(status.loaded_bytes, locale);
  const total = fileSize(status.total_bytes, locale);
  const searchable = count(status.colleagues, locale);
  const minutes = Math.round((status.seconds_left ?? 0) / 60);
  const facts = [
    status.colleagues > 0 && t({ message: `${searchable} colleagues searchable already`, comment: "Below the progress bar of the first download; a number" }),
    !status.paused && status.seconds_left !== null &&
      (minutes < 1
        ? t({ message: "less than a minute left", comment: "Below the progress bar of the first download" })
        : t({ message: plural(minutes, { one: "about a minute left", other: "about # minutes left" }), comment: "Below the progress bar of the first download" })),
  ].filter(Boolean);
  return (
    <div className={styles.download}>
      <div className={styles.downloadHead}>
        <b>{status.paused ? t({ message: "The download is paused", comment: "Above a progress bar: the doctor stopped the download of the directory" }) : title}</b>
        {known && <span>{t({ message: `${loaded} of ${total}`, comment: "How much of a download is here: '12.4 MB of 38 MB'" })}</span>}
      </div>
      <Progress label={title} value={known ? status.loaded_bytes : null} max={Math.max(1, status.total_bytes)} />
      <div className={styles.downloadHead}>
        <p>{facts.join(" · ")}</p>
        {status.paused ? (
          <Button size={24} icon={Play} onClick={() => refresh.run(null)}>{t({ message: "Continue", comment: "Goes on with a download that was paused" })}</Button>
        ) : (
          <Button size={24} icon={Pause} busy={pause.busy} onClick={() => pause.run(null)}>{t({ message: "Pause", comment: "Stops a download until the doctor goes on with it" })}</Button>
        )}
      </div>
    </div>
  );
}
