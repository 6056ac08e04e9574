import { useLingui } from "@lingui/react/macro";
import { Button } from "@/components/Button/Button";
import { Dialog } from "@/components/Dialog/Dialog";
import styles from "./PrivacyNotice.module.css";

/** What is stored where, who sees it and for how long: no more and no less than what the product does. */
export function PrivacyNotice({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useLingui();
  const parts: readonly (readonly [title: string, text: string])[] = [
    [
      t({ message: "What you state", comment: "Heading in the privacy notice" }),
      t({ message: "Your application goes to the registry of the service at the address you entered, which the hospital or its alliance runs: name, title, hospital, department, licence number, work e-mail and work phone. The licence number is stored encrypted.", comment: "Privacy notice: the statements" }),
    ],
    [
      t({ message: "Evidence", comment: "Heading in the privacy notice" }),
      t({ message: "Images are stored encrypted. Only verifiers can open them, and each look is recorded. They are destroyed 30 days after the decision, or at once when you withdraw.", comment: "Privacy notice: the evidence images" }),
    ],
    [
      t({ message: "Verifiers", comment: "Heading in the privacy notice; 核验员" }),
      t({ message: "Verifiers see the whole application. After the decision they see the last four digits of the licence number. Their decisions are recorded with name and time and kept.", comment: "Privacy notice: what verifiers see" }),
    ],
    [
      t({ message: "Colleagues", comment: "Heading in the privacy notice; 同道" }),
      t({ message: "Once you are verified, all verified colleagues of the service find you in the directory: name, title, hospital, department, work phone and work e-mail, who verified you and when, and the last four digits of your licence. The directory is also kept, encrypted, on their computers.", comment: "Privacy notice: what colleagues see" }),
    ],
    [
      t({ message: "Chats", comment: "Heading in the privacy notice" }),
      t({ message: "Messages are end-to-end encrypted: only the people in a chat can read them. The server knows who writes to whom and when.", comment: "Privacy notice: messages" }),
    ],
    [
      t({ message: "This computer", comment: "Heading in the privacy notice" }),
      t({ message: "What you type is kept encrypted on this computer until it is sent. Keys are in the system’s password store. Signing out removes everything.", comment: "Privacy notice: what is stored locally" }),
    ],
    [
      t({ message: "Questions and corrections", comment: "Heading in the privacy notice" }),
      t({ message: "Ask the Medical Affairs office of your hospital, which answers for the service. You can correct the application until it is approved, and withdraw it until your account exists.", comment: "Privacy notice: whom to ask" }),
    ],
  ];
  return (
    <Dialog
      wide
      open={open}
      onClose={onClose}
      title={t({ message: "Privacy notice", comment: "Title of the notice" })}
      actions={<Button variant="primary" onClick={onClose}>{t({ message: "Close", comment: "Closes a text that was read" })}</Button>}
    >
      {parts.map(([title, text]) => (
        <section key={title} className={styles.part}><h3>{title}</h3><p>{text}</p></section>
      ))}
    </Dialog>
  );
}
