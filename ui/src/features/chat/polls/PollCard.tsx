import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { ChartBarBig, Check } from "lucide-react";
import type { ReactNode } from "react";
import type { Poll, PollAnswer } from "@/bindings";
import { Button } from "@/components/Button/Button";
import { Icon } from "@/components/Icon/Icon";
import { personName } from "@/lib/party";
import { useAction } from "@/lib/query";
import { type MessageItem, idOf, isUnsent, useMessageActions } from "../actions";
import bubble from "../Item.module.css";
import styles from "./Polls.module.css";

/** People named below an answer. */
const NAMED = 3;

function useVoters(): (answer: PollAnswer) => string {
  const { t, i18n } = useLingui();
  return ({ people, votes }) => {
    const names = people.slice(0, NAMED).map((person) => personName(person, i18n.locale));
    const others = votes - names.length;
    if (names.length > 0 && others > 0) names.push(t({ message: plural(others, { one: "# other", other: "# others" }), comment: "At the end of a list of names: how many more there are" }));
    return new Intl.ListFormat(i18n.locale, { type: "conjunction" }).format(names);
  };
}

/** An answer with how many chose it, and who. */
function Answer({ answer, voters, shown, several }: { answer: PollAnswer; voters: number; shown: boolean; several: boolean }) {
  const named = useVoters();
  const who = named(answer);
  return (
    <>
      <span className={styles.mark} data-several={several || undefined}>{answer.own && <Icon icon={Check} size={12} />}</span>
      <bdi className={styles.text}>{answer.text}</bdi>
      {shown && <span className={styles.votes}>{answer.votes}</span>}
      {shown && <span className={styles.bar} aria-hidden><i style={{ width: `${voters > 0 ? (answer.votes * 100) / voters : 0}%` }} /></span>}
      {who !== "" && <span className={styles.who}>{who}</span>}
    </>
  );
}

/** A question with answers to choose from, and what was chosen. */
export function PollCard({ roomId, item, poll, children }: {
  roomId: string;
  item: MessageItem;
  poll: Poll;
  /** What it answers. */
  children: ReactNode;
}) {
  const { t } = useLingui();
  const { readOnly, endPoll } = useMessageActions();
  const vote = useAction("poll_vote");
  const { voters } = poll;
  const several = poll.most > 1;
  const chosen = poll.answers.filter(({ own }) => own).map(({ id }) => id);
  const open = !poll.ended && !readOnly && item.content.event_id !== null;
  const shown = poll.ended || poll.disclosed;
  const choose = ({ id, own }: PollAnswer) => {
    const others = several ? chosen.filter((each) => each !== id) : [];
    vote.run({ room_id: roomId, item_id: idOf(item), answers: own ? others : [...others, id] });
  };
  const count = shown ? t({ message: plural(voters, { 0: "nobody has voted", one: "# voted", other: "# voted" }), comment: "Below a poll: how many have voted" }) : t({ message: "votes are shown when it has ended", comment: "Below a poll whose votes nobody sees until it has ended" });
  const state = poll.ended
    ? t({ message: `Final result · ${count}`, comment: "Below a poll that has ended; how many have voted" })
    : several ? t({ message: `Choose one or more · ${count}`, comment: "Below a poll in which several answers may be chosen; how many have voted" }) : t({ message: `Choose one · ${count}`, comment: "Below a poll; how many have voted" });
  return (
    <div className={`${bubble.bubble} ${styles.poll}`} data-queued={(item.content.delivery?.state === "queued" && isUnsent(item.content)) || undefined} dir="auto">
      {children}
      <div className={styles.kind}><Icon icon={ChartBarBig} size={14} />{t({ message: "Poll", comment: "Above the question of a poll; 投票" })}</div>
      <p className={styles.question}>{poll.question}{poll.edited && <small className={bubble.edited}>{t({ message: "edited", comment: "After a message that was changed after it was sent" })}</small>}</p>
      <ul className={styles.answers} aria-label={poll.question}>
        {poll.answers.map((answer) => (
          <li key={answer.id}>
            {open ? (
              <button type="button" className={styles.answer} aria-pressed={answer.own} disabled={!answer.own && several && chosen.length >= poll.most} onClick={() => choose(answer)}>
                <Answer answer={answer} voters={voters} shown={shown} several={several} />
              </button>
            ) : (
              <div className={styles.answer} data-own={answer.own || undefined}><Answer answer={answer} voters={voters} shown={shown} several={several} /></div>
            )}
          </li>
        ))}
      </ul>
      <div className={styles.foot}>
        <span>{state}</span>
        {open && poll.may_end && item.content.own && <Button variant="link" size={24} onClick={() => endPoll(item)}>{t({ message: "End poll", comment: "Button of a poll: nobody can vote any more; 结束投票" })}</Button>}
      </div>
    </div>
  );
}
