import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { Contact, LogOut, MonitorSmartphone, Server, UserRound } from "lucide-react";
import { useState } from "react";
import type { Security } from "@/bindings";
import { useAccount, useAppState } from "@/app/state";
import { Avatar } from "@/components/Avatar/Avatar";
import { Banner } from "@/components/Banner/Banner";
import { Button } from "@/components/Button/Button";
import { Section, SettingRow } from "@/components/Card/Card";
import { ConfirmDialog } from "@/components/Dialog/Dialog";
import { Tag } from "@/components/Tag/Tag";
import { toast } from "@/components/Toast/Toast";
import { VerifiedMark } from "@/components/VerifiedMark/VerifiedMark";
import { useSecurity } from "@/features/security/state";
import { useApi } from "@/lib/api";
import { errorSentence } from "@/lib/errors";
import { avatarName, nameOf } from "@/lib/words";
import { useCommand } from "@/lib/query";
import { PlatformError } from "@/platform/types";
import styles from "./Settings.module.css";

export function AccountPage() {
  const { t, i18n } = useLingui();
  const api = useApi();
  const account = useAccount();
  const { connection } = useAppState();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const name = nameOf(account.name, i18n.locale);
  const { data: scheduled = [] } = useCommand("scheduled_messages", null);
  const queued = (connection?.queued ?? 0) + scheduled.length;
  const lastKey = holdsTheLastKey(useSecurity().security);

  const signOut = () => {
    setBusy(true);
    api
      .call("sign_out")
      .catch((error: unknown) => toast.failed(errorSentence(i18n, PlatformError.from(error))))
      .finally(() => {
        setBusy(false);
        setAsking(false);
      });
  };

  return (
    <>
      <h1>{t({ message: "Account", comment: "Page of the settings" })}</h1>
      <div className={styles.profile}>
        <Avatar name={avatarName(account.name)} accountId={account.practitioner_id || account.user_id} size={64} />
        <div>
          <div className={styles.name}>{name.main}<VerifiedMark size={16} />{name.alt && <small>{name.alt}</small>}</div>
          {account.roles.includes("verifier") && <Tag tone="accent">{t({ message: "Verifier", comment: "Role: reviews applications; 核验员" })}</Tag>}
        </div>
      </div>
      <Section title={t({ message: "Signed in", comment: "Heading: as whom and where one is signed in" })}>
        <SettingRow icon={UserRound} title={t({ message: "User name", comment: "Fact about the account" })} detail={<span className="selectable">{account.user_id}</span>} />
        <SettingRow icon={Server} title={t({ message: "Server", comment: "Fact about the account" })} detail={<span className="selectable">{account.server}</span>} />
        <SettingRow icon={MonitorSmartphone} title={t({ message: "This device", comment: "Fact about the account: the device's id" })} detail={<span className="selectable">{account.device_id}</span>} />
      </Section>
      <Section title={t({ message: "In the directory", comment: "Heading: how one stands in the directory of colleagues" })}>
        <SettingRow
          icon={Contact}
          title={t({ message: "My entry", comment: "Page: the doctor's own entry in the directory" })}
          detail={t({ message: "Contacts and who sees them, specialties, languages", comment: "Below 'My entry'" })}
        >
          <Link to="/settings/entry" className={styles.link}>{t({ message: "Open", comment: "Link to a page" })}</Link>
        </SettingRow>
      </Section>
      <Section title={t({ message: "Leave this device", comment: "Heading above signing out" })}>
        <SettingRow
          icon={LogOut}
          title={t({ message: "Sign out", comment: "Action" })}
          detail={t({ message: "Removes chats, directory and keys from this device; other devices are not affected", comment: "Below 'Sign out'" })}
        >
          <Button variant="danger" onClick={() => setAsking(true)}>{t({ message: "Sign out…", comment: "Button that first asks" })}</Button>
        </SettingRow>
      </Section>
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        onConfirm={signOut}
        busy={busy}
        danger
        title={t({ message: "Sign out of this device?", comment: "Title of the question" })}
        confirm={t({ message: "Sign out", comment: "Action" })}
      >
        {queued > 0
          ? t({ message: plural(queued, { one: "# message has not been sent yet and will be lost. Everything else local is removed too.", other: "# messages have not been sent yet and will be lost. Everything else local is removed too." }), comment: "Warning before signing out" })
          : t({ message: "Everything of this account is removed from this device. You can sign in again at any time.", comment: "Below the question whether to sign out" })}
        {lastKey && (
          <Banner tone="danger" title={t({ message: "Your older messages would be locked for good", comment: "Before one signs out of the last device without a recovery key" })}>
            <p>{t({ message: "No other verified device of yours is signed in, and there is no recovery key that you have kept. See to that first, and they open again wherever you sign in.", comment: "Before one signs out of the last device without a recovery key" })}</p>
            <Link to="/settings/security" className={styles.inText}>{t({ message: "To the recovery key", comment: "Link from the question whether to sign out" })}</Link>
          </Banner>
        )}
      </ConfirmDialog>
    </>
  );
}

/** Whether nothing else could open older messages once this device is signed out. */
function holdsTheLastKey(security: Security | undefined): boolean {
  return security?.verified === true && (security.recovery === "not_set_up" || security.recovery === "not_kept") && !security.devices.some((device) => device.verified && !device.this_device);
}
