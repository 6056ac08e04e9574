import { useLingui } from "@lingui/react/macro";
import { useState } from "react";
import type { OwnContact } from "@/bindings";
import { Section } from "@/components/Card/Card";
import { SegmentedControl } from "@/components/SegmentedControl/SegmentedControl";
import styles from "./Entry.module.css";
import { type Viewer, seenBy } from "./content";
import { OWN_KINDS, valueWord } from "./words";

/** What others see of the contacts, also before they are saved. */
export function SeenBy({ contacts }: { contacts: readonly OwnContact[] }) {
  const { t, i18n } = useLingui();
  const [viewer, setViewer] = useState<Viewer>("same_hospital");
  const { shown, requestable } = seenBy(contacts.filter(({ value }) => value.trim() !== ""), viewer);
  const title = t({ message: "How others see it", comment: "Heading: the own contacts as a colleague sees them" });
  return (
    <Section title={title}>
      <div className={styles.viewer}>
        <SegmentedControl
          label={title}
          value={viewer}
          onValue={setViewer}
          choices={[
            { value: "same_hospital", label: t({ message: "Colleagues of my hospital", comment: "Who looks at the own entry" }) },
            { value: "other_hospital", label: t({ message: "Colleagues elsewhere", comment: "Who looks at the own entry: verified colleagues of other hospitals" }) },
          ]}
        />
      </div>
      <dl className={styles.seen} aria-live="polite">
        {shown.map((contact) => (
          <div key={contact.kind + contact.value}><dt>{i18n._(OWN_KINDS[contact.kind])}</dt><dd>{valueWord(i18n, contact)}</dd></div>
        ))}
        {requestable.map((kind) => (
          <div key={kind}><dt>{i18n._(OWN_KINDS[kind])}</dt><dd className={styles.muted}>{t({ message: "Shown to whom you grant it", comment: "In place of a contact that is shown on request" })}</dd></div>
        ))}
        {shown.length + requestable.length === 0 && <p className={styles.muted}>{t({ message: "No contact. They can write to you in Consilium.", comment: "How others see an entry without contacts" })}</p>}
      </dl>
    </Section>
  );
}
