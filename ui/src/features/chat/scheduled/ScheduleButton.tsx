import { useLingui } from "@lingui/react/macro";
import { AlarmClock } from "lucide-react";
import { useState } from "react";
import type { SendText } from "@/bindings";
import { Banner } from "@/components/Banner/Banner";
import { Button, IconButton } from "@/components/Button/Button";
import { Dialog } from "@/components/Dialog/Dialog";
import { Select } from "@/components/Select/Select";
import { toast } from "@/components/Toast/Toast";
import { errorSentence } from "@/lib/errors";
import { useNow } from "@/lib/now";
import { useAction } from "@/lib/query";
import { clock, dateAndClock, fullDate, nearDay } from "@/lib/time";
import styles from "./Scheduled.module.css";
import { type Moment, type Suggestion, days, instantOf, minutes, suggested } from "./times";

const TOMORROW: Moment = { day: 1, minute: 450 };

/** Below the message field: has what is written go out later. */
export function ScheduleButton({ message, disabled, onScheduled }: { message: SendText; disabled: boolean; onScheduled: () => void }) {
  const { t, i18n } = useLingui();
  const { locale } = i18n;
  const now = useNow();
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState(TOMORROW);
  const at = instantOf(chosen, now);
  const over = at <= now;
  const schedule = useAction("message_schedule", () => {
    setOpen(false);
    toast.done(t({ message: `Goes out ${dateAndClock(at, now, locale)}`, comment: "Note in the corner: a message that was written for later; day and time" }));
    onScheduled();
  });
  const words: Record<Suggestion, string> = {
    evening: t({ message: "This evening", comment: "When a message is to go out" }),
    morning: t({ message: "Tomorrow morning", comment: "When a message is to go out" }),
    monday: t({ message: "Monday morning", comment: "When a message is to go out" }),
  };
  const close = () => {
    schedule.clear();
    setOpen(false);
  };
  const dayLabel = (day: number) => {
    const noon = instantOf({ day, minute: 12 * 60 }, now);
    return nearDay(noon, now, locale) ?? fullDate(noon, locale);
  };
  return (
    <>
      <IconButton icon={AlarmClock} size={28} disabled={disabled} label={t({ message: "Send later…", comment: "Button below the message field; 定时发送" })} onClick={() => setOpen(true)} />
      <Dialog
        open={open}
        onClose={close}
        title={t({ message: "Send later", comment: "Title of a dialog: when a message is to go out" })}
        actions={
          <>
            <Button onClick={close}>{t({ message: "Cancel", comment: "Button that closes a dialog without doing anything" })}</Button>
            <Button variant="primary" busy={schedule.busy} disabled={over} onClick={() => schedule.run({ message, at: new Date(at).toISOString() })}>{t({ message: `Send ${dateAndClock(at, now, locale)}`, comment: "Button: has a message go out then; day and time" })}</Button>
          </>
        }
      >
        <div className={styles.form}>
          <div className={styles.suggested}>
            {suggested(now).map((moment) => (
              <Button key={moment.what} size={28} onClick={() => setChosen(moment)}>{words[moment.what]} · {clock(instantOf(moment, now), locale)}</Button>
            ))}
          </div>
          <div className={styles.pair}>
            <Select label={t({ message: "Day", comment: "Field: the day on which a message is to go out" })} options={days.map((day) => ({ value: String(day), label: dayLabel(day) }))} value={String(chosen.day)} onValue={(day) => setChosen({ ...chosen, day: Number(day) })} />
            <Select label={t({ message: "Time", comment: "Field: the time of day at which a message is to go out" })} options={minutes.map((minute) => ({ value: String(minute), label: clock(instantOf({ day: 1, minute }, now), locale) }))} value={String(chosen.minute)} onValue={(minute) => setChosen({ ...chosen, minute: Number(minute) })} error={over ? t({ message: "This time is over.", comment: "Below the time at which a message is to go out" }) : undefined} />
          </div>
          <p className={styles.fine}>{t({ message: "It waits on this computer. If Consilium is not running then, it goes out when it is started.", comment: "In the dialog that has a message go out later" })}</p>
          {schedule.error && <Banner tone="danger" title={t({ message: "The message was not kept", comment: "Title of why a message cannot go out later" })}>{errorSentence(i18n, schedule.error)}</Banner>}
        </div>
      </Dialog>
    </>
  );
}
