// Polls of the fake core.
import type { MessageBody, Poll } from "@/bindings";
import { type FakeCore, type Handlers, Refused } from "./fake-core.ts";
import { replyInThread } from "./threads.ts";

/** A poll, with who chose which answer: indices of people, the doctor being 0. */
export function pollOf(core: FakeCore, question: string, answers: readonly (readonly [string, readonly number[]])[], more: Partial<Poll> = {}): Extract<MessageBody, { kind: "poll" }> {
  const voters = new Set(answers.flatMap(([, people]) => people));
  return {
    kind: "poll",
    poll: {
      question, most: 1, disclosed: true, ended: false, may_end: false, edited: false, voters: voters.size,
      answers: answers.map(([text, people], index) => ({ id: String(index + 1), text, votes: people.length, own: people.includes(0), people: people.toSorted((a, b) => a - b).map((each) => core.person(each)) })),
      ...more,
    },
  };
}

/** The same poll after the doctor has chosen anew. */
function chosen(core: FakeCore, poll: Poll, ids: readonly string[]): Poll {
  const me = core.person(0);
  const answers = poll.answers.map((answer) => {
    const others = answer.people.filter(({ user_id }) => user_id !== me.user_id);
    const own = ids.includes(answer.id);
    return { ...answer, own, people: own ? [me, ...others] : others, votes: answer.votes - Number(answer.own) + Number(own) };
  });
  return { ...poll, answers, voters: poll.voters - Number(poll.answers.some(({ own }) => own)) + Number(ids.length > 0) };
}

export function pollCommands(core: FakeCore): Handlers {
  const change = (room_id: string, id: string, how: (poll: Poll) => Poll) => {
    core.change(core.roomOf(room_id), id, ({ body }) => {
      if (body.kind !== "poll") throw new Refused("not_found");
      return { body: { kind: "poll", poll: how(body.poll) } };
    });
    return null;
  };
  return {
    poll_create: ({ room_id, question, answers, several, thread }) => {
      const room = core.roomOf(room_id);
      const body = pollOf(core, question, answers.map((answer) => [answer, []] as const), { most: several ? answers.length : 1, may_end: true });
      const item = core.message(room, true, body, 0);
      if (thread === null) core.push(room, item);
      else replyInThread(core, room, thread, item);
      return null;
    },
    poll_vote: ({ room_id, item_id, answers }) => change(room_id, item_id, (poll) => chosen(core, poll, answers)),
    poll_end: ({ room_id, item_id }) => change(room_id, item_id, (poll) => ({ ...poll, ended: true, may_end: false })),
  };
}
