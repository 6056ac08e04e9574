import { useLingui } from "@lingui/react/macro";
import { BellRing, Hospital, KeyRound, Lock, type LucideIcon, Phone, Shield, Users } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/Button/Button";
import { Icon } from "@/components/Icon/Icon";
import styles from "./Aside.module.css";
import { PrivacyNotice } from "./PrivacyNotice";

interface Note {
  icon: LucideIcon;
  title: string;
  text: string;
}

function Notes({ title, notes }: { title: string; notes: readonly Note[] }) {
  return (
    <>
      <h2 className={styles.title}>{title}</h2>
      {notes.map((note) => (
        <div key={note.title} className={styles.note}>
          <Icon icon={note.icon} size={20} />
          <div><b>{note.title}</b><p>{note.text}</p></div>
        </div>
      ))}
    </>
  );
}

/** Beside the form: who will see what. */
export function WhoSeesWhat() {
  const { t } = useLingui();
  const [reading, setReading] = useState(false);
  return (
    <>
      <Notes
        title={t({ message: "Who sees what", comment: "Title beside the application form" })}
        notes={[
          {
            icon: Users,
            title: t({ message: "Verified colleagues", context: "who", comment: "Beside the application form: who sees something" }),
            text: t({ message: "Name, title, hospital, department, work phone and work e-mail.", comment: "What verified colleagues see" }),
          },
          {
            icon: Hospital,
            title: t({ message: "Verifiers", comment: "Beside the application form: who sees something; 核验员" }),
            text: t({ message: "Licence number and evidence. Images are destroyed 30 days after the decision; from then on only the last four digits are shown.", comment: "What verifiers see" }),
          },
          {
            icon: Lock,
            title: t({ message: "Only you", comment: "Beside the application form: who sees something" }),
            text: t({ message: "Chats are end-to-end encrypted. Neither we nor the hospital can read them.", comment: "What nobody else sees" }),
          },
          {
            icon: Shield,
            title: t({ message: "Patients", comment: "Beside the application form: who sees something" }),
            text: t({ message: "Not open to patients; the application asks for nothing about them.", comment: "What patients see" }),
          },
        ]}
      />
      <Button variant="link" onClick={() => setReading(true)}>{t({ message: "Read the full privacy notice", comment: "Link that opens the notice" })}</Button>
      <PrivacyNotice open={reading} onClose={() => setReading(false)} />
    </>
  );
}

/** Beside an application under review: what is true while one waits. */
export function WhileYouWait() {
  const { t } = useLingui();
  return (
    <Notes
      title={t({ message: "While you wait", comment: "Title beside an application under review" })}
      notes={[
        {
          icon: BellRing,
          title: t({ message: "Nothing to watch", comment: "Beside an application under review" }),
          text: t({ message: "The decision appears here by itself and comes by e-mail. You may close Consilium in the meantime.", comment: "Below 'Nothing to watch'" }),
        },
        {
          icon: Phone,
          title: t({ message: "A verifier may call", comment: "Beside an application under review" }),
          text: t({ message: "On the work phone you gave, to make sure that it is you.", comment: "Below 'A verifier may call'" }),
        },
        {
          icon: KeyRound,
          title: t({ message: "Continue on this computer", comment: "Beside an application under review" }),
          text: t({ message: "The key to your application is in this system’s password store. Only here can you finish it.", comment: "Below 'Continue on this computer'" }),
        },
      ]}
    />
  );
}
