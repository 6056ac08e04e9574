import { Link } from "@tanstack/react-router";
import { useLingui } from "@lingui/react/macro";
import { Check, Database } from "lucide-react";
import { useEffect } from "react";
import { Section, SettingRow } from "@/components/Card/Card";
import { Icon } from "@/components/Icon/Icon";
import { SkeletonRows } from "@/components/Skeleton/Skeleton";
import { Tag } from "@/components/Tag/Tag";
import { useApi } from "@/lib/api";
import { useCommand } from "@/lib/query";
import { Devices } from "./Devices";
import { Recovery } from "./Recovery";
import styles from "./Security.module.css";
import { useSecurity } from "./state";

export function SecurityPage() {
  const { t } = useLingui();
  const api = useApi();
  const { security } = useSecurity();
  // When devices were seen last changes without news of it.
  useEffect(() => void api.call("security_refresh").catch(() => undefined), [api]);
  return (
    <>
      <h1>{t({ message: "Security", comment: "Page of the settings: devices and recovery key" })}</h1>
      {security ? (
        <>
          <Devices security={security} />
          <Recovery security={security} />
        </>
      ) : (
        <SkeletonRows rows={4} />
      )}
      <OnThisDevice />
    </>
  );
}

function OnThisDevice() {
  const { t } = useLingui();
  const platform = useCommand("app_info", null).data?.platform;
  const store =
    platform === "windows" ? t({ message: "Key in Windows Credential Manager", comment: "Where the key of the local data is" })
    : platform === "macos" ? t({ message: "Key in the Keychain", comment: "Where the key of the local data is: the store of macOS" })
    : t({ message: "Key in the system’s password store", comment: "Where the key of the local data is: GNOME Keyring, KWallet" });
  return (
    <Section title={t({ message: "Encryption on this device", comment: "Heading in the security settings" })}>
      <SettingRow
        icon={Database}
        title={<span className={styles.title}>{t({ message: "Encrypted", comment: "State of the data on this device" })}<Tag tone="accent"><Icon icon={Check} size={12} />{store}</Tag></span>}
        detail={t({ message: "Chats, directory, notes and keys. Signing out removes all of it from this device", comment: "Below 'Encrypted': what is on this device" })}
      >
        <Link to="/settings/account" className={styles.link}>{t({ message: "Account", comment: "Page of the settings" })}</Link>
      </SettingRow>
    </Section>
  );
}
