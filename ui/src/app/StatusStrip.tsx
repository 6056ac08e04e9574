import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { CircleAlert, CloudAlert, CloudOff, HardDrive } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/Button/Button";
import { Strip } from "@/components/Strip/Strip";
import { VerificationStrip } from "@/features/entry/VerificationStrip";
import { SecurityStrip } from "@/features/security/SecurityStrip";
import { useLatest } from "@/lib/api";
import { errorSentence } from "@/lib/errors";
import { useNow } from "@/lib/now";
import { useAction } from "@/lib/query";
import { clock, count, dateAndClock } from "@/lib/time";
import { useAppState } from "./state";

/** At most one line of what is the matter: a full disk and the connection first, then data, then a notice. */
export function StatusStrip({ section }: { section: "chats" | "directory" | "other" }) {
  const { t, i18n } = useLingui();
  const { locale } = i18n;
  const now = useNow();
  const { connection } = useAppState();
  const directory = useLatest("directory_status", null).value;
  const reconnect = useAction("reconnect");
  const refresh = useAction("directory_refresh");
  /** Whoever put off renewing their verification is told at the next start. */
  const [renewsLater, setRenewsLater] = useState(false);

  const queued = connection?.queued ?? 0;

  if (connection?.disk_full) {
    return (
      <Strip
        tone="danger"
        icon={HardDrive}
        title={t({ message: "The disk is full", comment: "Status strip" })}
        detail={t({ message: "new messages cannot be kept. Free some space; nothing on the server is lost", comment: "After 'The disk is full —'" })}
        action={
          <Button variant="link" size={24} busy={reconnect.busy} onClick={() => reconnect.run(null)}>
            {t({ message: "Try again", comment: "Button that repeats what failed" })}
          </Button>
        }
      />
    );
  }

  if (connection?.link === "offline") {
    const asOf = directory?.as_of ? dateAndClock(Date.parse(directory.as_of), now, locale) : null;
    const colleagues = count(directory?.colleagues ?? 0, locale);
    const detail =
      queued > 0 && section === "chats"
        ? t({ message: plural(queued, { one: "# message will send when you reconnect", other: "# messages will send when you reconnect" }), comment: "After 'Offline —'" })
        : asOf && directory?.phase === "complete"
          ? t({ message: `directory of ${colleagues} colleagues as of ${asOf}`, comment: "After 'Offline —'. The moment is worded by the system: today 08:40" })
          : t({ message: "what is on this device stays usable", comment: "After 'Offline —'" });
    return (
      <Strip
        tone="warn"
        icon={CloudOff}
        title={t({ message: "Offline", comment: "State of the connection" })}
        detail={detail}
        aside={t({ message: "Search, browse and write as usual", comment: "At the right of the offline strip" })}
        action={
          <Button variant="link" size={24} busy={reconnect.busy} onClick={() => reconnect.run(null)}>
            {t({ message: "Retry", comment: "Tries again to reach the servers, or to send a message" })}
          </Button>
        }
      />
    );
  }

  if (connection?.link === "weak") {
    const synced = connection.last_synced ? clock(Date.parse(connection.last_synced), locale) : null;
    return (
      <Strip
        tone="warn"
        icon={CloudAlert}
        title={t({ message: "Weak network", comment: "Status strip" })}
        detail={
          queued > 0
            ? t({ message: plural(queued, { one: "reconnecting, # message queued", other: "reconnecting, # messages queued" }), comment: "After 'Weak network —'" })
            : t({ message: "reconnecting", comment: "After 'Weak network —'" })
        }
        aside={synced && t({ message: `Last synced ${synced}`, comment: "At the right of the weak-network strip; a time of day" })}
        action={
          <Button variant="link" size={24} busy={reconnect.busy} onClick={() => reconnect.run(null)}>
            {t({ message: "Retry now", comment: "Tries at once to reach the servers" })}
          </Button>
        }
      />
    );
  }

  if (directory?.problem && connection?.link === "online" && directory.problem.code !== "offline") {
    return (
      <Strip
        tone="danger"
        icon={CircleAlert}
        title={t({ message: "Directory update failed", comment: "Status strip" })}
        detail={errorSentence(i18n, directory.problem)}
        action={
          <Button variant="link" size={24} busy={refresh.busy} onClick={() => refresh.run(null)}>
            {t({ message: "Try again", comment: "Button that repeats what failed" })}
          </Button>
        }
      />
    );
  }
  const verification = renewsLater ? null : <VerificationStrip onLater={() => setRenewsLater(true)} />;
  if (section === "chats") return <SecurityStrip otherwise={verification} />;
  return section === "directory" ? verification : null;
}
