import { useLingui } from "@lingui/react/macro";
import { ChartBarBig } from "lucide-react";
import { type KeyboardEvent, useRef, useState } from "react";
import { Banner } from "@/components/Banner/Banner";
import { Button, IconButton } from "@/components/Button/Button";
import { Checkbox } from "@/components/Checkbox/Checkbox";
import { Dialog } from "@/components/Dialog/Dialog";
import { TextField } from "@/components/TextField/TextField";
import { useComposing } from "@/lib/composing";
import { errorSentence } from "@/lib/errors";
import { useAction } from "@/lib/query";
import styles from "./Polls.module.css";

/** What the core takes. */
const QUESTION_LIMIT = 500;
const ANSWER_LIMIT = 200;
const MOST = 20;
const FEWEST = 2;

/** As many fields as there are answers, and one more. */
function withRoom(answers: readonly string[]): readonly string[] {
  const last = answers.findLastIndex((answer) => answer.trim() !== "");
  return Array.from({ length: Math.min(MOST, Math.max(FEWEST, last + 2)) }, (_, index) => answers[index] ?? "");
}

/** Below the message field: asks a question with answers to choose from. */
export function PollButton({ roomId, thread, name, onSent }: { roomId: string; thread: string | null; name: string; onSent: () => void }) {
  const { t, i18n } = useLingui();
  const [open, setOpen] = useState(false);
  // What was typed stays when the dialog is closed, until it is sent.
  const [question, setQuestion] = useState("");
  const [answers, setAnswers] = useState<readonly string[]>(() => withRoom([]));
  const [several, setSeveral] = useState(false);
  const form = useRef<HTMLDivElement>(null);
  const create = useAction("poll_create", (_, isThere) => {
    setOpen(false);
    setQuestion("");
    setAnswers(withRoom([]));
    setSeveral(false);
    if (isThere) onSent();
  });
  const given = answers.map((answer) => answer.trim()).filter((answer) => answer !== "");
  const twice = given.find((answer, index) => given.indexOf(answer) !== index);
  const ready = question.trim() !== "" && given.length >= FEWEST && twice === undefined;
  const composing = useComposing((event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const fields = [...(form.current?.querySelectorAll<HTMLInputElement>("input[type=text]") ?? [])];
    fields[fields.indexOf(event.currentTarget) + 1]?.focus();
  });
  const close = () => {
    create.clear();
    setOpen(false);
  };
  return (
    <>
      <IconButton icon={ChartBarBig} size={28} label={t({ message: "Ask in a poll", comment: "Button below the message field: opens the dialog that makes a poll; 发起投票" })} onClick={() => setOpen(true)} />
      <Dialog
        wide
        open={open}
        onClose={close}
        title={t({ message: "New poll", comment: "Title of a dialog: a question with answers to choose from; 发起投票" })}
        actions={
          <>
            <Button onClick={close}>{t({ message: "Cancel", comment: "Button that closes a dialog without doing anything" })}</Button>
            <Button variant="primary" busy={create.busy} disabled={!ready} onClick={() => create.run({ room_id: roomId, question, answers: given, several, thread })}>{t({ message: "Send poll", comment: "Button: sends a poll to the conversation" })}</Button>
          </>
        }
      >
        <div ref={form} className={styles.form}>
          <TextField label={t({ message: "Question", comment: "Field: what a poll asks" })} value={question} onValue={setQuestion} maxLength={QUESTION_LIMIT} spellCheck {...composing} />
          <div className={styles.fields} role="group" aria-label={t({ message: "Answers", comment: "Read aloud: the fields for the answers of a poll" })}>
            {answers.map((answer, index) => {
              const number = index + 1;
              return (
                <TextField
                  key={number}
                  label={t({ message: `Answer ${number}`, comment: "Field: one of the answers of a poll; a number" })}
                  aside={index < FEWEST ? undefined : t({ message: "optional", comment: "Beside the label of a field that may stay empty" })}
                  value={answer}
                  onValue={(value) => setAnswers(withRoom(answers.with(index, value)))}
                  maxLength={ANSWER_LIMIT}
                  error={answer.trim() !== "" && answer.trim() === twice && given.indexOf(twice) !== index ? t({ message: "This answer is there already.", comment: "Below a field for an answer of a poll" }) : undefined}
                  spellCheck
                  {...composing}
                />
              );
            })}
          </div>
          <Checkbox checked={several} onChecked={setSeveral}>{t({ message: "Several answers may be chosen", comment: "Box in the dialog that makes a poll" })}</Checkbox>
          <p className={styles.fine}>{t({ message: `Everybody in ${name} sees who chose what, and may choose anew until you end the poll.`, comment: "In the dialog that makes a poll; the name of the conversation" })}</p>
          {create.error && <Banner tone="danger" title={t({ message: "The poll was not sent", comment: "Title of why a poll could not be sent" })}>{errorSentence(i18n, create.error)}</Banner>}
        </div>
      </Dialog>
    </>
  );
}
