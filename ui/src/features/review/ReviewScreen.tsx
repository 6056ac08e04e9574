import { useSearch } from "@tanstack/react-router";
import { useLingui } from "@lingui/react/macro";
import { CloudOff, History, RefreshCw, ShieldX, UserRoundCheck } from "lucide-react";
import { useRef, useState } from "react";
import type { ReviewBox } from "@/bindings";
import { useAppState } from "@/app/state";
import { Button, IconButton } from "@/components/Button/Button";
import { EmptyState } from "@/components/EmptyState/EmptyState";
import { Bar, Pane } from "@/components/Pane/Pane";
import { Chip } from "@/components/Tag/Tag";
import { useSizeClass } from "@/lib/media";
import { useAction } from "@/lib/query";
import type { PlatformError } from "@/platform/types";
import { ApplicationView } from "./ApplicationView";
import { AuditPane } from "./AuditPane";
import { EntryView } from "./EntryView";
import { Problem } from "./Problem";
import { Queue, type QueueHandle } from "./Queue";
import { useAskAgain, useForgetOffline, useQueue } from "./queue";
import styles from "./Review.module.css";

type Shown = { what: "application" | "entry"; id: string } | { what: "audit" } | null;

/** Applications, for verifiers: the queue, one application, and what to decide about it. */
export function ReviewScreen() {
  const { t } = useLingui();
  const { connection } = useAppState();
  const size = useSizeClass();
  const [box, setBox] = useState<ReviewBox>("pending");
  const [shown, setShown] = useState<Shown>(null);
  const list = useRef<QueueHandle>(null);
  // Called from elsewhere: an application or an entry is opened, once.
  const { application, entry } = useSearch({ from: "/review" });
  const called = entry ?? application ?? null;
  const [answered, setAnswered] = useState<string | null>(null);
  if (called !== null && called !== answered) {
    setAnswered(called);
    setShown({ what: entry === undefined ? "application" : "entry", id: called });
  }
  const offline = connection?.link === "offline";
  const queue = useQueue(box, !offline);
  const askAgain = useAskAgain();
  useForgetOffline(offline);

  const items = queue.data?.pages.flatMap((page) => page.items) ?? [];
  const counts = queue.data?.pages.at(-1)?.counts;
  const selected = shown?.what === "application" ? shown.id : null;
  const index = items.findIndex(({ id }) => id === selected);

  const choose = (next: ReviewBox) => {
    setBox(next);
    setShown(null);
  };
  const skip = () => {
    const next = items[index + 1] ?? (index > 0 ? items[0] : undefined);
    setShown(next && next.id !== selected ? { what: "application", id: next.id } : null);
    list.current?.focus();
  };
  const back = () => setShown(null);
  const openEntry = (id: string) => setShown({ what: "entry", id });

  const title = t({ message: "Review", comment: "Title of the verifier's section" });
  const failed = queue.error;
  const single = size === "single";

  if (offline) return <Pane label={title} as="main"><Bar title={title} plain /><NoNetwork /></Pane>;
  if (failed?.code === "not_a_verifier") return <Pane label={title} as="main"><Bar title={title} plain /><NoLonger /></Pane>;

  return (
    <div className={styles.screen} data-size={size} data-open={shown ? true : undefined}>
      {!(single && shown) && (
        <div className={styles.queue}>
          <Pane label={title} side>
            <Bar title={title} plain>
              <span className={styles.push} />
              <IconButton icon={RefreshCw} size={28} label={t({ message: "Ask again now", comment: "Button: fetch the queue of applications again" })} aria-busy={queue.isFetching || undefined} onClick={askAgain} />
              <IconButton icon={History} size={28} label={t({ message: "Audit trail", comment: "Button and title: the record of all that verifiers did; 操作记录" })} pressed={shown?.what === "audit"} onClick={() => setShown(shown?.what === "audit" ? null : { what: "audit" })} />
            </Bar>
            <div className={styles.chips}>
              <Chip on={box === "pending"} onClick={() => choose("pending")} {...(counts ? { count: counts.pending } : {})}>{t({ message: "Pending", comment: "Box of the verifier's queue: to be decided; 待审" })}</Chip>
              <Chip on={box === "waiting"} onClick={() => choose("waiting")} {...(counts ? { count: counts.waiting } : {})}>{t({ message: "Waiting", comment: "Box of the verifier's queue: the applicant is to add something; 待补充" })}</Chip>
              <Chip on={box === "done"} onClick={() => choose("done")}>{t({ message: "Done", comment: "Box of the verifier's queue: decided; 已办结" })}</Chip>
            </div>
            {failed && !queue.data ? (
              <Problem error={failed} onRetry={() => void queue.refetch()} />
            ) : (
              <Queue
                ref={list}
                key={box}
                box={box}
                items={queue.data ? items : null}
                selected={selected}
                more={queue.hasNextPage && !queue.isFetchingNextPage}
                onMore={() => void queue.fetchNextPage()}
                onOpen={(id) => setShown({ what: "application", id })}
              />
            )}
            {failed && queue.data && <Stale error={failed} />}
          </Pane>
        </div>
      )}
      {shown?.what === "application" ? (
        <ApplicationView
          key={shown.id}
          id={shown.id}
          onSkip={skip}
          hasNext={items.length > 1 || (items.length === 1 && index < 0)}
          onBack={back}
          onEntry={openEntry}
          stacked={size !== "wide"}
          withBack={single}
        />
      ) : shown?.what === "entry" ? (
        <EntryView key={shown.id} id={shown.id} onBack={back} onApplication={(id) => setShown({ what: "application", id })} onEntry={openEntry} />
      ) : shown?.what === "audit" ? (
        <AuditPane onClose={back} />
      ) : (
        !single && (
          <Pane label={t({ message: "Application", comment: "Read aloud: the part of the window with one application" })}>
            <EmptyState icon={UserRoundCheck} title={t({ message: "Choose an application", comment: "When no application is open" })}>
              {t({ message: "Opening one is recorded in the audit trail.", comment: "When no application is open" })}
            </EmptyState>
          </Pane>
        )
      )}
    </div>
  );
}

function NoNetwork() {
  const { t } = useLingui();
  const reconnect = useAction("reconnect");
  return (
    <EmptyState
      icon={CloudOff}
      title={t({ message: "Review needs the network", comment: "Title of the verifier's section while offline" })}
      actions={<Button variant="primary" size={28} busy={reconnect.busy} onClick={() => reconnect.run(null)}>{t({ message: "Retry now", comment: "Tries at once to reach the servers" })}</Button>}
    >
      {t({ message: "Applications are not kept on this computer. What you began to decide is kept until you are back online.", comment: "In the verifier's section while offline" })}
    </EmptyState>
  );
}

function NoLonger() {
  const { t } = useLingui();
  return (
    <EmptyState icon={ShieldX} title={t({ message: "You are no longer a verifier", comment: "Title when the role was taken away" })}>
      {t({ message: "Nothing can be reviewed from this account. If this is wrong, ask your administrator.", comment: "When the role of a verifier was taken away" })}
    </EmptyState>
  );
}

/** The list is older than it looks: it could not be asked again. */
function Stale({ error }: { error: PlatformError }) {
  return <div className={styles.stale}><Problem error={error} small /></div>;
}
