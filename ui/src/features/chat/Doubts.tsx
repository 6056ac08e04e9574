import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import type { DeviceDoubt } from "@/bindings";
import { Banner } from "@/components/Banner/Banner";
import { Button } from "@/components/Button/Button";
import { personName } from "@/lib/party";
import { useAction } from "@/lib/query";
import styles from "./Doubts.module.css";

/** People named in one sentence. */
const NAMED = 3;

/** Above the messages: whose keys or devices give reason to ask them. */
export function Doubts({ doubts }: { doubts: readonly DeviceDoubt[] }) {
  const { t, i18n } = useLingui();
  const accept = useAction("keys_accept");
  const changed = doubts.filter(({ kind }) => kind === "changed_keys");
  const unconfirmed = doubts.filter(({ kind }) => kind === "unconfirmed_device").map(({ person }) => personName(person, i18n.locale));
  const names = unconfirmed.slice(0, NAMED);
  const others = unconfirmed.length - names.length;
  if (others > 0) names.push(t({ message: plural(others, { one: "# other", other: "# others" }), comment: "At the end of a list of names: how many more there are" }));
  const who = new Intl.ListFormat(i18n.locale, { type: "conjunction" }).format(names);
  if (doubts.length === 0) return null;
  return (
    <div className={styles.doubts}>
      {changed.map(({ person }) => {
        const name = personName(person, i18n.locale);
        return (
          <Banner
            key={person.user_id}
            tone="danger"
            title={t({ message: `${name} has new keys`, comment: "Title of a warning in a conversation: the encryption keys of a colleague are others than before" })}
            action={<Button size={28} busy={accept.busy} onClick={() => accept.run({ user_id: person.user_id })}>{t({ message: "I have asked", comment: "Button of the warning that a colleague has new keys: they have said that it is they" })}</Button>}
          >
            {t({ message: "They began afresh on a new device, or somebody else is using their account. Ask them, best by phone, before you write about a patient.", comment: "In a conversation: what it means that a colleague has new keys, and what to do" })}
          </Banner>
        );
      })}
      {unconfirmed.length > 0 && (
        <Banner tone="warn" title={t({ message: `Unconfirmed device: ${who}`, comment: "Title of a warning in a conversation; names of colleagues" })}>
          {t({ message: "Somebody signed in to the account with the password, and has not confirmed the device from another one. It reads what is written here from then on.", comment: "In a conversation: what it means that a colleague has a device that is not confirmed" })}
        </Banner>
      )}
    </div>
  );
}
