import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { ShieldAlert, ShieldCheck } from "lucide-react";
import { Icon } from "@/components/Icon/Icon";
import { useLatest } from "@/lib/api";
import styles from "./ColleagueCard.module.css";
import { Section } from "./Section";

/** What reads along when one writes to a colleague, as far as this machine knows. */
export function Devices({ userId }: { userId: string }) {
  const { t } = useLingui();
  const devices = useLatest("colleague_devices", { user_id: userId }).value;
  if (!devices || devices.confirmed + devices.unconfirmed === 0) return null;
  const { confirmed, unconfirmed } = devices;
  const all = confirmed + unconfirmed;
  return (
    <Section title={t({ message: "Devices in use", comment: "Heading on a colleague's card: the computers that they are signed in on" })}>
      <div className={styles.devices} data-doubt={unconfirmed > 0 || devices.changed_keys || undefined}>
        <Icon icon={unconfirmed > 0 || devices.changed_keys ? ShieldAlert : ShieldCheck} />
        <div>
          {unconfirmed === 0
            ? t({ message: plural(all, { one: "One device, confirmed by the colleague", other: "# devices, all confirmed by the colleague" }), comment: "On a colleague's card" })
            : t({ message: plural(all, { one: "One device, not confirmed by the colleague", other: `${unconfirmed} of # devices not confirmed by the colleague` }), comment: "On a colleague's card: devices on which somebody signed in, which were not confirmed from another one" })}
          {devices.changed_keys && <div>{t({ message: "New keys: ask the colleague, best by phone, whether they began afresh.", comment: "On a colleague's card: their encryption keys are others than before" })}</div>}
        </div>
      </div>
    </Section>
  );
}
