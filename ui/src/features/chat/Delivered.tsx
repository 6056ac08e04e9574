import { Popover } from "@base-ui/react/popover";
import { useLingui } from "@lingui/react/macro";
import { Check, CheckCheck, CircleAlert, Clock, type LucideIcon } from "lucide-react";
import { useState } from "react";
import type { Delivery, Person, ReadCount, Readers as ReadersOf } from "@/bindings";
import { Button } from "@/components/Button/Button";
import { Icon } from "@/components/Icon/Icon";
import { VerifiedMark } from "@/components/VerifiedMark/VerifiedMark";
import { useApi } from "@/lib/api";
import { errorSentence } from "@/lib/errors";
import { useAction } from "@/lib/query";
import { clock } from "@/lib/time";
import { nameOf } from "@/lib/words";
import { PlatformError } from "@/platform/types";
import styles from "./Delivered.module.css";

const ICONS: Record<Delivery["state"], LucideIcon> = { queued: Clock, failed: CircleAlert, sent: Check, read: CheckCheck };

interface Own {
  room_id: string;
  item_id: string;
}

function Names({ title, people }: { title: string; people: readonly Person[] }) {
  const { i18n } = useLingui();
  if (people.length === 0) return null;
  return (
    <section className={styles.names}>
      <h3>{title}</h3>
      <ul>{people.map((person) => <li key={person.user_id}>{nameOf(person.name, i18n.locale).main || person.user_id}{person.verified && <VerifiedMark size={12} />}</li>)}</ul>
    </section>
  );
}

/** "Read by 11/13"; who they are, one click away. */
function Readers({ own, count }: { own: Own; count: ReadCount }) {
  const { t, i18n } = useLingui();
  const api = useApi();
  const [readers, setReaders] = useState<ReadersOf | string | null>(null);
  const { by, of } = count;
  const load = (open: boolean) => {
    if (!open) return;
    api.call("message_readers", own).then(setReaders, (error: unknown) => setReaders(errorSentence(i18n, PlatformError.from(error))));
  };
  return (
    <Popover.Root onOpenChange={load}>
      <Popover.Trigger className={styles.readers}>{t({ message: `Read by ${by}/${of}`, comment: "Beside one's own message in a group: by how many of the others it was read; 已读 11/13" })}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner className={styles.positioner} sideOffset={4}>
          <Popover.Popup className={styles.popup} aria-label={t({ message: "Who has read it", comment: "Read aloud: name of the list of readers of a message" })}>
            {readers === null ? "…" : typeof readers === "string" ? readers : (
              <>
                <Names title={t({ message: "Read", comment: "Delivery of one's own message: the colleague has read it" })} people={readers.read} />
                <Names title={t({ message: "Not yet", comment: "Above those who have not read a message" })} people={readers.unread} />
              </>
            )}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** Retry and the other way out of what the server refused. */
function Refused({ own, giveUp }: { own: Own; giveUp: string }) {
  const { t } = useLingui();
  const retry = useAction("message_retry");
  const discard = useAction("message_discard");
  return (
    <>
      <Button variant="link" size={24} busy={retry.busy} onClick={() => retry.run(own)}>{t({ message: "Retry", comment: "Tries again to reach the servers, or to send a message" })}</Button>
      <Button variant="link" size={24} busy={discard.busy} onClick={() => discard.run(own)}>{giveUp}</Button>
    </>
  );
}

/** How an own message stands. */
export function Delivered({ own, at, delivery, readers }: { own: Own; at: string; delivery: Delivery; readers: ReadCount | null }) {
  const { t, i18n } = useLingui();
  const words: Record<Delivery["state"], string> = {
    queued: t({ message: "Queued", comment: "Delivery of one's own message: goes out by itself once connected; 待发送" }),
    failed: t({ message: "Not sent", comment: "Delivery of one's own message" }),
    sent: t({ message: "Sent", comment: "Delivery of one's own message" }),
    read: t({ message: "Read", comment: "Delivery of one's own message: the colleague has read it" }),
  };
  const counted = delivery.state === "read" && readers !== null;
  return (
    <div className={styles.meta} data-state={delivery.state}>
      <Icon icon={ICONS[delivery.state]} size={12} />
      <span><time dateTime={at}>{clock(Date.parse(at), i18n.locale)}</time>{!counted && ` ${words[delivery.state]}`}</span>
      {counted && <Readers own={own} count={readers} />}
      {delivery.state === "failed" && <Refused own={own} giveUp={t({ message: "Delete", comment: "Removes a message that was not sent" })} />}
    </div>
  );
}

/** What is to become of a message that is there already, and is not out. */
export function Change({ own, change, of }: { own: Own; change: Delivery; of: "edit" | "recall" | "vote" }) {
  const { t } = useLingui();
  const failed = change.state === "failed";
  const words = {
    edit: failed ? t({ message: "Edit not sent", comment: "Beside a message whose edit the server refused" }) : t({ message: "Edit queued", comment: "Beside a message whose edit goes out once connected" }),
    recall: failed ? t({ message: "Not recalled", comment: "Beside a message whose recall the server refused" }) : t({ message: "Recall queued", comment: "Beside a message whose recall goes out once connected" }),
    vote: failed ? t({ message: "Vote not sent", comment: "Beside a poll: the server refused one's own vote, or its end" }) : t({ message: "Vote queued", comment: "Beside a poll: one's own vote, or its end, goes out once connected" }),
  };
  return (
    <div className={styles.meta} data-state={change.state}>
      <Icon icon={ICONS[change.state]} size={12} />
      <span>{words[of]}</span>
      {failed && <Refused own={own} giveUp={t({ message: "Keep as it was", comment: "Gives up an edit or a recall of a message that the server refused" })} />}
    </div>
  );
}
