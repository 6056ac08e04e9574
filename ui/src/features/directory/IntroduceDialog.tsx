import { useLingui } from "@lingui/react/macro";
import { useState } from "react";
import type { ColleagueCard, ColleagueRow } from "@/bindings";
import { useAccount, useAppState } from "@/app/state";
import { Banner } from "@/components/Banner/Banner";
import { Button } from "@/components/Button/Button";
import { Dialog } from "@/components/Dialog/Dialog";
import { TextArea } from "@/components/TextField/TextField";
import { toast } from "@/components/Toast/Toast";
import { isBlank } from "@/lib/blank";
import { errorSentence } from "@/lib/errors";
import { useAction, useCommand } from "@/lib/query";
import { nameOf, useTerminology, wordOf } from "@/lib/words";
import { ColleaguePicker } from "./ColleaguePicker";
import styles from "./IntroduceDialog.module.css";

/** Introduces a colleague to another: who, then what each is told, which the doctor may change. Nothing else is sent. */
export function IntroduceDialog({ card, open, onClose }: { card: ColleagueCard; open: boolean; onClose: () => void }) {
  const { t, i18n } = useLingui();
  const account = useAccount();
  const [other, setOther] = useState<ColleagueRow | null>(null);
  const [edited, setEdited] = useState<{ first?: string; second?: string }>({});
  const chosen = useCommand("directory_colleague", { practitioner_id: other?.id ?? "" }, { enabled: other !== null });
  const second = chosen.data;
  const offline = useAppState().connection?.link === "offline";
  const letter = useLetter();
  const firstName = nameOf(card.name, i18n.locale).main;
  const secondName = other ? nameOf(other.name, i18n.locale).main : "";
  const choose = (colleague: ColleagueRow | null) => {
    setOther(colleague);
    setEdited({});
  };
  const close = () => {
    choose(null);
    onClose();
  };
  const introduce = useAction("colleagues_introduce", () => {
    toast.done(
      offline
        ? t({ message: `Your letters to ${firstName} and ${secondName} will be sent when you are online`, comment: "Note in the corner after two colleagues were introduced to each other without a network; 待发送" })
        : t({ message: `${firstName} and ${secondName} have been introduced`, comment: "Note in the corner after two colleagues were introduced to each other" }),
    );
    close();
  });
  const cancel = <Button onClick={close}>{t({ message: "Cancel", comment: "Button that closes a dialog without doing anything" })}</Button>;
  if (!other || !second) {
    return (
      <Dialog wide open={open} onClose={close} title={t({ message: `Introduce ${firstName} to a colleague`, comment: "Title: bringing two colleagues together; 引荐" })} actions={cancel}>
        <ColleaguePicker label={t({ message: "To whom?", comment: "Field: the colleague to whom another is introduced" })} without={[card.id, account.practitioner_id]} onPick={choose} />
        {other && chosen.error && (
          <Banner
            tone="danger"
            title={t({ message: `The card of ${secondName} cannot be read`, comment: "Title of why a colleague who was chosen for an introduction is not taken" })}
            action={<Button size={28} busy={chosen.isFetching} onClick={() => void chosen.refetch()}>{t({ message: "Try again", comment: "Button that repeats what failed" })}</Button>}
          >
            {errorSentence(i18n, chosen.error)}
          </Banner>
        )}
      </Dialog>
    );
  }
  const toFirst = edited.first ?? letter(card, second);
  const toSecond = edited.second ?? letter(second, card);
  // Again it would come twice.
  const alone = introduce.error?.code === "first_letter_alone";
  const send = () => introduce.run({ first: { practitioner_id: card.id, text: toFirst }, second: { practitioner_id: second.id, text: toSecond } });
  return (
    <Dialog
      wide
      open={open}
      onClose={close}
      title={t({ message: `Introduce ${firstName} and ${secondName}`, comment: "Title: two colleagues are brought together; 引荐" })}
      actions={
        <>
          <Button onClick={() => choose(null)}>{t({ message: "Back", comment: "Button: to the step before" })}</Button>
          <Button variant="primary" busy={introduce.busy} disabled={alone || isBlank(toFirst) || isBlank(toSecond)} onClick={send}>{t({ message: "Send both", comment: "Button: sends each of two colleagues the letter about the other" })}</Button>
        </>
      }
    >
      <p>{t({ message: "Each gets their own text in your encrypted chat with them, and nothing else. Neither sees the other’s.", comment: "Above the two letters of an introduction" })}</p>
      <div className={styles.letters}>
        <TextArea label={t({ message: `To ${firstName}`, comment: "Field: the letter to one of two colleagues" })} value={toFirst} onValue={(text) => setEdited({ ...edited, first: text })} rows={6} maxLength={4_000} autoFocus />
        <TextArea label={t({ message: `To ${secondName}`, comment: "Field: the letter to one of two colleagues" })} value={toSecond} onValue={(text) => setEdited({ ...edited, second: text })} rows={6} maxLength={4_000} />
      </div>
      {introduce.error && <Banner tone="danger" title={alone ? t({ message: "One of the two was sent", comment: "Title of why an introduction failed halfway" }) : t({ message: "Nothing was sent", comment: "Title of why an introduction failed" })}>{errorSentence(i18n, introduce.error)}</Banner>}
    </Dialog>
  );
}

/** What somebody is told of another, in the writer's language, with the address that opens their card. */
function useLetter(): (to: ColleagueCard, about: ColleagueCard) => string {
  const { t, i18n } = useLingui();
  const { locale } = i18n;
  const terms = useTerminology(locale);
  return (to, about) => {
    const [name, other] = [nameOf(to.name, locale).main, nameOf(about.name, locale).main];
    const [title, department, hospital] = [terms.title(about.title), terms.department(about.department), wordOf(about.hospital, locale)];
    const words = t({
      message: `Dear ${name},\n\nmay I introduce ${other}: ${title}, ${department}, ${hospital}. You two should be in touch.`,
      comment: "Letter that introduces a colleague to another; the writer may change it. Name of the reader, then name, title, department and hospital of the other",
    });
    return about.user_id === null ? words : `${words}\n\nmatrix:u/${about.user_id.slice(1)}`;
  };
}
