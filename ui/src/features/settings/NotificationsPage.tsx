import { useLingui } from "@lingui/react/macro";
import { AtSign, BellOff, CalendarDays, Eye, Moon } from "lucide-react";
import type { ReactNode } from "react";
import type { NotificationSettings, QuietHours, WindowSettings } from "@/bindings";
import { useSettings } from "@/app/useSettings";
import { Banner } from "@/components/Banner/Banner";
import { Button } from "@/components/Button/Button";
import { Section, SettingRow } from "@/components/Card/Card";
import { Checkbox } from "@/components/Checkbox/Checkbox";
import { InlineSelect } from "@/components/Select/Select";
import { Switch } from "@/components/Switch/Switch";
import { toast } from "@/components/Toast/Toast";
import { useDesktopOffer, useStartAtLogin } from "@/lib/desktop";
import { errorSentence } from "@/lib/errors";
import { useNow } from "@/lib/now";
import { useAction } from "@/lib/query";
import { clock } from "@/lib/time";
import { PlatformError } from "@/platform/types";
import styles from "./Notifications.module.css";

const HALF_HOURS = Array.from({ length: 48 }, (_, at) => at * 30);
/** A Monday. */
const MONDAY = Date.UTC(2026, 10, 2);
const DAY = 86_400_000;

function timeOf(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

/** A row that is one switch. */
function SwitchRow({ on, onChange, title, detail }: { on: boolean; onChange: (on: boolean) => void; title: string; detail?: ReactNode }) {
  return (
    <div className={styles.switch}>
      <Switch on={on} onChange={onChange}>
        <span className={styles.words}><span>{title}</span>{detail && <small>{detail}</small>}</span>
      </Switch>
    </div>
  );
}

function Times({ label, value, onValue }: { label: string; value: number; onValue: (value: number) => void }) {
  // What was set elsewhere to another minute is shown too.
  const minutes = HALF_HOURS.includes(value) ? HALF_HOURS : [...HALF_HOURS, value].sort((a, b) => a - b);
  return (
    <InlineSelect
      label={label}
      value={String(value)}
      onValue={(next) => onValue(Number(next))}
      options={minutes.map((each) => ({ value: String(each), label: timeOf(each) }))}
    />
  );
}

/** When nothing is told. */
function Quiet({ hours, onChange }: { hours: QuietHours; onChange: (change: Partial<QuietHours>) => void }) {
  const { t, i18n } = useLingui();
  const nextDay = hours.to <= hours.from;
  const weekday = new Intl.DateTimeFormat(i18n.locale, { weekday: "short", timeZone: "UTC" });
  const setDay = (at: number, on: boolean) => onChange({ days: hours.days.map((day, each) => (each === at ? on : day)) as QuietHours["days"] });
  return (
    <Section title={t({ message: "Quiet hours", comment: "Heading: times in which nothing is notified; 免打扰时段" })}>
      <SwitchRow on={hours.on} onChange={(on) => onChange({ on })} title={t({ message: "Tell me nothing in quiet hours", comment: "Switch" })} />
      {hours.on && (
        <>
          <SettingRow
            icon={Moon}
            title={t({ message: "From – to", comment: "Setting: when the quiet hours begin and end" })}
            detail={nextDay && t({ message: "Until the next day", comment: "Below the times of the quiet hours, when they go over midnight" })}
          >
            <Times label={t({ message: "Quiet hours begin", comment: "Read aloud: choice of a time" })} value={hours.from} onValue={(from) => onChange({ from })} />
            <Times label={t({ message: "Quiet hours end", comment: "Read aloud: choice of a time" })} value={hours.to} onValue={(to) => onChange({ to })} />
          </SettingRow>
          <SettingRow icon={CalendarDays} title={t({ message: "Days on which they begin", comment: "Setting of the quiet hours" })}>
            <div className={styles.days} role="group" aria-label={t({ message: "Days on which they begin", comment: "Setting of the quiet hours" })}>
              {hours.days.map((on, at) => (
                <Checkbox key={at} checked={on} onChecked={(checked) => setDay(at, checked)}>{weekday.format(MONDAY + at * DAY)}</Checkbox>
              ))}
            </div>
          </SettingRow>
        </>
      )}
      <SettingRow icon={AtSign} title={t({ message: "When somebody mentions me", comment: "Setting: whether a mention is told in quiet hours and while do not disturb is on" })} detail={t({ message: "In quiet hours, and while “do not disturb” is on", comment: "Below: When somebody mentions me" })}>
        <InlineSelect
          label={t({ message: "When somebody mentions me", comment: "Setting: whether a mention is told in quiet hours and while do not disturb is on" })}
          value={hours.mentions ? "tell" : "not"}
          onValue={(value) => onChange({ mentions: value === "tell" })}
          options={[
            { value: "tell", label: t({ message: "Tell me", comment: "Choice: mentions are told even then" }) },
            { value: "not", label: t({ message: "Tell me nothing", comment: "Choice: mentions are not told then either" }) },
          ]}
        />
      </SettingRow>
    </Section>
  );
}

/** What becomes of the program when its window closes, and when the session begins. */
function WindowSection({ chosen, tray, atLogin, onChange }: { chosen: WindowSettings; tray: boolean; atLogin: boolean | null; onChange: (change: Partial<WindowSettings>) => void }) {
  const { t, i18n } = useLingui();
  const startAtLogin = useStartAtLogin();
  const start = (on: boolean) => {
    startAtLogin(on).catch((error: unknown) => toast.failed(errorSentence(i18n, PlatformError.from(error))));
  };
  return (
    <Section title={t({ message: "Window and start", comment: "Heading of settings about closing the window and starting with the computer" })}>
      {tray && (
        <SwitchRow
          on={chosen.close_to_tray}
          onChange={(close_to_tray) => onChange({ close_to_tray })}
          title={t({ message: "Keep running in the tray when the window is closed", comment: "Switch" })}
          detail={t({ message: "So that messages reach you. Quit from the tray’s menu.", comment: "Below: Keep running in the tray when the window is closed" })}
        />
      )}
      {atLogin !== null && (
        <SwitchRow on={atLogin} onChange={start} title={t({ message: "Start when I sign in to this computer", comment: "Switch" })} />
      )}
      {atLogin && tray && (
        <SwitchRow
          on={chosen.start_hidden}
          onChange={(start_hidden) => onChange({ start_hidden })}
          title={t({ message: "Start in the tray, without the window", comment: "Switch: what happens when the program is started with the computer" })}
        />
      )}
    </Section>
  );
}

/** What is told while one looks elsewhere, when, and how much of it. */
export function NotificationsPage() {
  const { t, i18n } = useLingui();
  const { settings, save } = useSettings();
  const offer = useDesktopOffer();
  const now = useNow();
  const { notifications } = settings;
  const change = (next: Partial<NotificationSettings>) => save({ notifications: { ...notifications, ...next } });
  const silence = useAction("silence_set");
  const silentUntil = notifications.silent_until === null ? 0 : Date.parse(notifications.silent_until);
  const until = clock(silentUntil, i18n.locale);
  const shown = t({ message: "What a notification shows", comment: "Setting" });
  return (
    <>
      <h1>{t({ message: "Notifications", comment: "Page of the settings" })}</h1>
      {offer !== undefined && !offer?.notifications && (
        <div className={styles.banner}>
          <Banner tone="info" title={t({ message: "This system shows no notifications", comment: "Title: the desktop has no service for notifications" })}>
            {t({ message: "What you choose here holds as soon as it does. Unread messages are counted in the window all the same.", comment: "Below: This system shows no notifications" })}
          </Banner>
        </div>
      )}
      <Section title={t({ message: "New messages", comment: "Heading of settings about notifications" })}>
        <SwitchRow
          on={notifications.on}
          onChange={(on) => change({ on })}
          title={t({ message: "Notify me of new messages", comment: "Switch" })}
          detail={t({ message: "Not of muted chats. A muted group still tells when you are mentioned; mute a chat from its menu in the list.", comment: "Below: Notify me of new messages" })}
        />
        {notifications.on && (
          <SettingRow icon={Eye} title={shown} detail={notifications.detail === "text" ? t({ message: "Whoever sees this screen can read it, patients’ names too", comment: "Below the choice of what a notification shows, when it shows the text" }) : t({ message: "Messages may name patients, so their text is not shown unless you want it", comment: "Below the choice of what a notification shows" })}>
            <InlineSelect
              label={shown}
              value={notifications.detail}
              onValue={(detail) => change({ detail })}
              options={[
                { value: "sender", label: t({ message: "Sender and chat", comment: "Choice: what a notification shows" }) },
                { value: "text", label: t({ message: "Sender, chat and text", comment: "Choice: what a notification shows" }) },
                { value: "nothing", label: t({ message: "Only that there is one", comment: "Choice: what a notification shows" }) },
              ]}
            />
          </SettingRow>
        )}
        {silentUntil > now && (
          <SettingRow icon={BellOff} warn title={t({ message: `Do not disturb until ${until}`, comment: "State: nothing is notified until then; a time of day" })}>
            <Button size={28} busy={silence.busy} onClick={() => silence.run({ silence: "over" })}>{t({ message: "End", comment: "Button: ends do not disturb" })}</Button>
          </SettingRow>
        )}
      </Section>
      <Quiet hours={notifications.quiet_hours} onChange={(hours) => change({ quiet_hours: { ...notifications.quiet_hours, ...hours } })} />
      {offer && (offer.tray || offer.start_at_login !== null) && (
        <WindowSection
          chosen={settings.window}
          tray={offer.tray}
          atLogin={offer.start_at_login}
          onChange={(next) => save({ window: { ...settings.window, ...next } })}
        />
      )}
    </>
  );
}
