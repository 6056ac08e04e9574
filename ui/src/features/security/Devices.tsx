import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { Ellipsis, Laptop, LogOut, PenLine, Smartphone, TriangleAlert } from "lucide-react";
import { useState } from "react";
import type { Device, Security } from "@/bindings";
import { Button } from "@/components/Button/Button";
import { Section, SettingRow } from "@/components/Card/Card";
import { Menu, type MenuEntry } from "@/components/Menu/Menu";
import { Tag } from "@/components/Tag/Tag";
import { useNow } from "@/lib/now";
import { useAction } from "@/lib/query";
import { dateAndClock } from "@/lib/time";
import { PasswordDialog } from "./PasswordDialog";
import { RenameDialog } from "./RenameDialog";
import styles from "./Security.module.css";
import { deviceId, deviceName } from "./words";

const PHONE = /android|iphone|ipad|phone|手机/i;

/** The devices of the account: which are verified, and what can be done about the others. */
export function Devices({ security }: { security: Security }) {
  const { t, i18n } = useLingui();
  const [leaving, setLeaving] = useState<readonly Device[]>([]);
  const [renaming, setRenaming] = useState<Device | null>(null);
  const signOut = useAction("devices_sign_out", () => setLeaving([]));
  const others = security.devices.filter((device) => !device.this_device);
  const first = security.devices.find((device) => !device.verified)?.device_id;
  const ask = (devices: readonly Device[]) => {
    signOut.clear();
    setLeaving(devices);
  };
  const close = () => setLeaving([]);
  const name = deviceName(i18n, leaving[0]);
  const count = leaving.length;
  return (
    <Section
      title={t({ message: "Devices", comment: "Heading in the security settings: where one is signed in" })}
      aside={security.devices.length}
      action={others.length > 1 && <Button variant="link" size={24} onClick={() => ask(others)}>{t({ message: "Sign out the others", comment: "Button: ends the sessions on all other devices" })}</Button>}
    >
      {security.devices.map((device) => (
        <DeviceRow key={device.device_id} device={device} security={security} first={device.device_id === first} onRename={() => setRenaming(device)} onSignOut={() => ask([device])} />
      ))}
      {count > 0 && (
        <PasswordDialog
          title={count === 1 ? t({ message: `Sign out “${name}”?`, comment: "Title of the question; the name of a device" }) : t({ message: plural(count, { one: "Sign out # other device?", other: "Sign out # other devices?" }), comment: "Title of the question" })}
          confirm={t({ message: "Sign out", comment: "Action" })}
          busy={signOut.busy}
          error={signOut.error}
          onTyping={signOut.clear}
          onConfirm={(password) => signOut.run({ device_ids: leaving.map((device) => device.device_id), password })}
          onClose={close}
        >
          <p>{t({ message: "What is written from now on cannot be read there any more. If it was not you, choose a new password afterwards.", comment: "Before other devices are signed out" })}</p>
        </PasswordDialog>
      )}
      {renaming && <RenameDialog device={renaming} onClose={() => setRenaming(null)} />}
    </Section>
  );
}

function DeviceRow({ device, security, first, onRename, onSignOut }: {
  device: Device;
  security: Security;
  /** The first of those that are not verified has the filled button. */
  first: boolean;
  onRename: () => void;
  onSignOut: () => void;
}) {
  const { t, i18n } = useLingui();
  const now = useNow();
  const verify = useAction("verification_request");
  const { this_device: here, verified } = device;
  const name = deviceName(i18n, device);
  const short = deviceId(device.device_id);
  const warn = here ? security.verified === false : !verified;
  const seen = device.last_seen && dateAndClock(Date.parse(device.last_seen), now, i18n.locale);
  const detail = [
    !warn && verified && t({ message: "verified", comment: "Below the name of a device, first of a list with dots" }),
    here ? t({ message: "active now", comment: "Below the name of this device" }) : seen && t({ message: `last seen ${seen}`, comment: "Below the name of a device; the moment is worded by the system: yesterday 22:40" }),
  ].filter(Boolean).join(" · ");
  const others = security.devices.some((each) => each.verified && !each.this_device);
  const entries: MenuEntry[] = [{ label: t({ message: "Rename…", comment: "Action: gives a device another name" }), icon: PenLine, onSelect: onRename }];
  if (!here) entries.push({ label: t({ message: "Sign out…", comment: "Button that first asks" }), icon: LogOut, danger: true, onSelect: onSignOut });
  return (
    <SettingRow
      icon={warn ? TriangleAlert : PHONE.test(device.name) ? Smartphone : Laptop}
      warn={warn}
      title={
        <span className={styles.title}>
          <b>{name}</b>
          {here && <Tag tone="accent">{t({ message: "This device", comment: "Fact about the account: the device's id" })}</Tag>}
          {warn && <Tag tone="warn">{t({ message: "Not verified", context: "device", comment: "A device of the account that is not verified" })}</Tag>}
        </span>
      }
      detail={detail}
    >
      <span className={styles.id}>{short}</span>
      {warn && !here && <Button variant="danger" onClick={onSignOut}>{t({ message: "Not me, sign out", comment: "Button: ends the session on a device that one does not know" })}</Button>}
      {warn && (here ? others : security.verified) && (
        <Button variant={first ? "primary" : "default"} busy={verify.busy} onClick={() => verify.run({ device_id: here ? null : device.device_id })}>
          {t({ message: "Verify", comment: "Button: begins the verification of a device" })}
        </Button>
      )}
      <Menu icon={Ellipsis} label={t({ message: `More about ${name} ${short}`, comment: "Name of the button with three dots beside a device: its name, and its id" })} entries={entries} />
    </SettingRow>
  );
}
