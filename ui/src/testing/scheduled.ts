// Messages that go out later, in the fake core. Their time never comes by itself.
import { type FakeCore, type Handlers, Refused } from "./fake-core.ts";

export function scheduledCommands(core: FakeCore): Handlers {
  const take = (id: number) => {
    const found = core.scheduled.find((each) => each.id === id);
    if (!found) throw new Refused("not_found");
    core.scheduled = core.scheduled.filter((each) => each !== found);
    core.emit("changes", ["scheduled"]);
    return found.message;
  };
  return {
    message_schedule: ({ message, at }) => {
      const id = Math.max(0, ...core.scheduled.map((each) => each.id)) + 1;
      core.scheduled = [...core.scheduled, { id, message, at, problem: null }].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
      core.emit("changes", ["scheduled"]);
      return null;
    },
    scheduled_messages: () => [...core.scheduled],
    scheduled_send: async ({ id }) => {
      await core.handlers.message_send?.(take(id));
      return null;
    },
    scheduled_cancel: ({ id }) => {
      take(id);
      return null;
    },
  };
}
