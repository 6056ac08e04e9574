import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openApp } from "@/testing/app";
import { FakeCore, Refused, type Room } from "@/testing/fake-core";

const CHEN = "/chats/!room12:jz.example";

let core: FakeCore;
let chen: Room;

beforeEach(() => {
  vi.spyOn(document, "hasFocus").mockReturnValue(true);
  core = new FakeCore();
  chen = core.room(12);
  chen.items = [core.message(chen, false, "Hold on IABP, re-image at 48 h.", 5)];
});

const field = () => screen.findByRole("textbox", { name: "Message to Chen Siyuan" });
const log = () => screen.getByRole("log", { name: "Messages with Chen Siyuan" });
const inputsOf = (command: string) => core.calls.filter((call) => call.command === command).map(({ input }) => input);

describe("writing", () => {
  it("sends on Enter, makes a line on Shift+Enter, and shows the core's own echo until it is sent", async () => {
    // Long enough to be seen on a busy machine.
    core.sendsAfter = 2_000;
    openApp(core, CHEN);
    await userEvent.type(await field(), "Agreed.{Shift>}{Enter}{/Shift}Lactate 2.1{Enter}");
    expect(inputsOf("message_send")).toEqual([{ room_id: chen.id, text: "Agreed.\nLactate 2.1", mentions: [], reply_to: null, thread: null }]);
    expect(await field()).toHaveValue("");
    expect(await within(log()).findByText(/Queued/)).toBeInTheDocument();
    expect(await within(log()).findByText(/Sent/)).toBeInTheDocument();
  });

  it("queues while offline and says so; it goes out by itself later", async () => {
    openApp(core, CHEN);
    await field();
    act(() => core.setLink("offline"));
    await userEvent.type(await field(), "Repeat echo at 14:00{Enter}");
    expect(await within(log()).findByText(/Queued/)).toBeInTheDocument();
    expect(await screen.findByText(/1 message will send when you reconnect/)).toBeInTheDocument();
    act(() => core.setLink("online"));
    expect(await within(log()).findByText(/Sent/)).toBeInTheDocument();
  });

  it("offers Retry and Delete for what the server refused", async () => {
    const failed = core.message(chen, true, "APTT 56 s", 3, { state: "failed" });
    chen.items = [...chen.items, failed];
    openApp(core, CHEN);
    await userEvent.click(await screen.findByRole("button", { name: "Retry" }));
    expect(inputsOf("message_retry")).toEqual([{ room_id: chen.id, item_id: failed.id }]);
    act(() => core.setDelivery(chen, failed.id, { state: "failed" }));
    await userEvent.click(await screen.findByRole("button", { name: "Delete" }));
    await waitFor(() => expect(within(log()).queryByText("APTT 56 s")).not.toBeInTheDocument());
  });

  it("brings the text back when the core cannot take it", async () => {
    core.handlers.message_send = () => { throw new Refused("disk_full"); };
    openApp(core, CHEN);
    await userEvent.type(await field(), "Not lost{Enter}");
    expect(await screen.findByText(/disk is full/)).toBeInTheDocument();
    expect(await field()).toHaveValue("Not lost");
  });

  describe("one message right after the other", () => {
    /** Answers of the core, to be given one by one. */
    let answers: ((refused?: true) => void)[];
    beforeEach(() => {
      answers = [];
      core.handlers.message_send = () => new Promise((resolve, reject) => {
        answers.push((refused) => { if (refused) reject(new Refused("disk_full")); else resolve(null); });
      });
    });
    const answer = (nth: number, refused?: true) => act(() => Promise.resolve(answers[nth]?.(refused)));
    const sent = () => core.calls.flatMap(({ command, input }) => (command === "message_send" ? [(input as { text: string }).text] : []));

    it("sends each once the one before was taken, also when that was refused", async () => {
      openApp(core, CHEN);
      await userEvent.type(await field(), "one{Enter}two{Enter}three{Enter}");
      expect(await field()).toHaveValue("");
      expect(sent()).toEqual(["one"]);
      await answer(0);
      await waitFor(() => expect(sent()).toEqual(["one", "two"]));
      await answer(1, true);
      await waitFor(() => expect(sent()).toEqual(["one", "two", "three"]));
      expect(await field()).toHaveValue("two");
    });

    it("brings all that was refused back in the order in which it was written", async () => {
      openApp(core, CHEN);
      await userEvent.type(await field(), "one{Enter}two{Enter}three");
      await answer(0, true);
      await waitFor(() => expect(sent()).toEqual(["one", "two"]));
      await answer(1, true);
      await waitFor(async () => expect(await field()).toHaveValue("one\ntwo\nthree"));
    });

    it("waits for no other conversation", async () => {
      core.room(13);
      const { router } = openApp(core, CHEN);
      await userEvent.type(await field(), "one{Enter}");
      await act(() => router.navigate({ to: "/chats/$roomId", params: { roomId: "!room13:jz.example" } }));
      await userEvent.type(await screen.findByRole("textbox", { name: "Message to Wang Xuemei" }), "two{Enter}");
      expect(sent()).toEqual(["one", "two"]);
    });
  });

  it("sends nothing empty and nothing longer than an event", async () => {
    openApp(core, CHEN);
    await userEvent.type(await field(), "   {Enter}");
    const area = await field();
    await userEvent.clear(area);
    await userEvent.click(area);
    await userEvent.paste("x".repeat(12_001));
    await userEvent.keyboard("{Enter}");
    expect(screen.getByText(/too long to send/)).toBeInTheDocument();
    expect(inputsOf("message_send")).toEqual([]);
  });

  it.each([["zero-width space", "\u200b"], ["joiners and marks", " \u200c\u200d\u200e\u200f\u2060"], ["byte order mark", "\ufeff\n"], ["bidi controls", "\u202a\u202e\u2066\u2069\u061c"], ["other spaces", "\u00a0\u3000\t"]])("sends nothing of which nothing is seen: %s", async (_, text) => {
    openApp(core, CHEN);
    await userEvent.click(await field());
    await userEvent.paste(text);
    expect(screen.getByRole("button", { name: "Send" })).toBeDisabled();
    await userEvent.keyboard("{Enter}");
    expect(inputsOf("message_send")).toEqual([]);
    await userEvent.keyboard("👩\u200d⚕️{Enter}");
    expect(inputsOf("message_send")).toHaveLength(1);
  });

  it("takes in what was answered in a notification and could not be sent, below what is being written", async () => {
    openApp(core, CHEN);
    const area = await field();
    await userEvent.type(area, "Bed 12");
    await waitFor(() => expect(chen.draft?.text).toBe("Bed 12"));
    await userEvent.type(area, " is free");
    act(() => {
      chen.draft = { text: "Bed 12\non my way", mentions: [], target: null, aside: null };
      core.emit("conversations", { type: "reset", items: core.conversations() });
    });
    await waitFor(() => expect(area).toHaveValue("Bed 12 is free\non my way"));
    await waitFor(() => expect(chen.draft?.text).toBe("Bed 12 is free\non my way"));
    expect(area).toHaveValue("Bed 12 is free\non my way");
  });

  it("keeps the draft of each conversation", async () => {
    core.room(13);
    const { router } = openApp(core, CHEN);
    await userEvent.type(await field(), "Half a thought");
    await act(() => router.navigate({ to: "/chats/$roomId", params: { roomId: "!room13:jz.example" } }));
    expect(await screen.findByRole("textbox", { name: "Message to Wang Xuemei" })).toHaveValue("");
    expect(within(screen.getByRole("listbox", { name: "Chats" })).getByText("Half a thought")).toBeInTheDocument();
    await act(() => router.navigate({ to: "/chats/$roomId", params: { roomId: chen.id } }));
    expect(await field()).toHaveValue("Half a thought");
  });

  it("tells the other side that one types, and when one stops", async () => {
    openApp(core, CHEN);
    await userEvent.type(await field(), "ab");
    expect(inputsOf("typing_set")).toEqual([{ room_id: chen.id, typing: true }]);
    await userEvent.clear(await field());
    expect(inputsOf("typing_set").at(-1)).toEqual({ room_id: chen.id, typing: false });
  });
});

describe("a small window", () => {
  beforeEach(() => { window.innerWidth = 700; });
  afterEach(() => { window.innerWidth = 1280; });

  it("goes back to the list on Escape in the empty field, not from what is written or composed", async () => {
    const { router } = openApp(core, CHEN);
    const area = await field();
    await userEvent.type(area, "Half{Escape}");
    expect(area).toHaveValue("Half");
    await userEvent.clear(area);
    fireEvent.keyDown(area, { key: "Escape", isComposing: true });
    // WebKit's Escape that gives up a candidate comes after the composition has ended.
    fireEvent.compositionEnd(area);
    fireEvent.keyDown(area, { key: "Escape", keyCode: 229 });
    expect(decodeURIComponent(router.state.location.pathname)).toBe(CHEN);
    await userEvent.keyboard("{Escape}");
    await waitFor(() => expect(router.state.location.pathname).toBe("/chats"));
    expect(await screen.findByRole("listbox", { name: "Chats" })).toBeInTheDocument();
  });

  it("gives up an answer first", async () => {
    const { router } = openApp(core, CHEN);
    await field();
    fireEvent.contextMenu(screen.getByRole("article"));
    await userEvent.click(within(await screen.findByRole("menu")).getByRole("menuitem", { name: "Reply" }));
    await waitFor(async () => expect(await field()).toHaveFocus());
    await userEvent.keyboard("{Escape}");
    expect(screen.queryByText("Reply to Chen Siyuan")).not.toBeInTheDocument();
    expect(decodeURIComponent(router.state.location.pathname)).toBe(CHEN);
    await userEvent.keyboard("{Escape}");
    await waitFor(() => expect(router.state.location.pathname).toBe("/chats"));
  });
});

it("stays in the conversation on Escape where the list stands beside it", async () => {
  const { router } = openApp(core, CHEN);
  await userEvent.type(await field(), "{Escape}");
  expect(decodeURIComponent(router.state.location.pathname)).toBe(CHEN);
});

describe("reading", () => {
  it("keeps one's place while others write, and goes to the end when one writes oneself", async () => {
    openApp(core, CHEN);
    await field();
    const timeline = log();
    vi.spyOn(timeline, "scrollHeight", "get").mockReturnValue(1_000);
    vi.spyOn(timeline, "clientHeight", "get").mockReturnValue(300);
    act(() => core.push(chen, core.message(chen, false, "Seen at the end", 0)));
    timeline.scrollTop = 200;
    fireEvent.scroll(timeline);
    act(() => core.push(chen, core.message(chen, false, "And one more", 0)));
    expect(await screen.findByRole("button", { name: "1 new message" })).toBeInTheDocument();
    expect(timeline.scrollTop).toBe(200);
    await userEvent.type(await field(), "Agreed.{Enter}");
    expect(timeline.scrollTop).toBe(1_000);
    expect(screen.queryByRole("button", { name: /new message|Latest/ })).not.toBeInTheDocument();
  });

  it("stays at the end when a banner takes of its height before the scroll there is told of", async () => {
    openApp(core, CHEN);
    await field();
    const timeline = log();
    vi.spyOn(timeline, "scrollHeight", "get").mockReturnValue(1_000);
    const height = vi.spyOn(timeline, "clientHeight", "get").mockReturnValue(300);
    act(() => core.push(chen, core.message(chen, false, "One more", 0)));
    timeline.scrollTop = 700;
    fireEvent.scroll(timeline);
    height.mockReturnValue(200);
    fireEvent.scroll(timeline);
    expect(screen.queryByRole("button", { name: "Latest" })).not.toBeInTheDocument();
    act(() => core.push(chen, core.message(chen, false, "And another", 0)));
    expect(timeline.scrollTop).toBe(1_000);
    expect(screen.queryByRole("button", { name: /new message|Latest/ })).not.toBeInTheDocument();
  });

  it("marks as read what is in sight, and only when its window is in front", async () => {
    vi.spyOn(document, "hasFocus").mockReturnValue(false);
    chen.unread = 1;
    openApp(core, CHEN);
    await within(await screen.findByRole("log")).findByText("Hold on IABP, re-image at 48 h.");
    expect(inputsOf("conversation_mark_read")).toEqual([]);
    vi.spyOn(document, "hasFocus").mockReturnValue(true);
    act(() => void window.dispatchEvent(new Event("focus")));
    expect(inputsOf("conversation_mark_read")).toEqual([{ room_id: chen.id }]);
    act(() => core.push(chen, core.message(chen, false, "And one more", 0)));
    expect(inputsOf("conversation_mark_read")).toHaveLength(2);
  });

  it("counts nothing that comes while one looks, though the core does until it is told", async () => {
    core.handlers.conversation_mark_read = () => null;
    openApp(core, CHEN);
    await within(await screen.findByRole("log")).findByText("Hold on IABP, re-image at 48 h.");
    const comes = () => act(() => {
      chen.unread += 1;
      core.push(chen, core.message(chen, false, "And one more", 0));
    });
    comes();
    expect(screen.queryByRole("img", { name: /unread/ })).not.toBeInTheDocument();
    vi.spyOn(document, "hasFocus").mockReturnValue(false);
    act(() => void window.dispatchEvent(new Event("blur")));
    comes();
    expect(within(screen.getByRole("listbox", { name: "Chats" })).getByRole("img", { name: "2 unread" })).toBeInTheDocument();
  });

  it("loads what is older until the beginning", async () => {
    chen.older = [[core.message(chen, false, "First of all", 900)], [core.message(chen, false, "Second", 800)]];
    openApp(core, CHEN);
    expect(await screen.findByText("First of all")).toBeInTheDocument();
    const said = within(log()).getAllByText(/First of all|Second|Hold on IABP/).map((node) => node.textContent);
    expect(said).toEqual(["First of all", "Second", "Hold on IABP, re-image at 48 h."]);
    expect(inputsOf("timeline_load_older")).toHaveLength(2);
  });

  it("goes on while what is older has nothing to show, like answers in threads", async () => {
    chen.items = [];
    chen.older = [[core.message(chen, false, "First of all", 900)]];
    const load = core.handlers.timeline_load_older;
    let asked = 0;
    core.handlers.timeline_load_older = (input) => (++asked < 4 ? null : load?.(input) ?? null);
    openApp(core, CHEN);
    expect(await screen.findByText("First of all")).toBeInTheDocument();
  });

  it("does not ask for ever when older messages cannot be had", async () => {
    chen.older = [[core.message(chen, false, "Older", 900)]];
    core.handlers.timeline_load_older = () => { throw new Refused("offline"); };
    openApp(core, CHEN);
    expect(await screen.findByRole("button", { name: "Load older messages" })).toBeInTheDocument();
    expect(inputsOf("timeline_load_older")).toHaveLength(1);
  });

  it("names whose key is missing, and what was recalled", async () => {
    chen.items = [...chen.items, core.message(chen, false, { kind: "undecryptable", before_this_device: false }, 3), core.message(chen, true, { kind: "undecryptable", before_this_device: true }, 2), core.message(chen, true, { kind: "recalled" }, 1)];
    openApp(core, CHEN);
    expect(await screen.findByText("Waiting for the key from Chen Siyuan")).toBeInTheDocument();
    expect(screen.getByText("Sent before you signed in on this device, and not readable here")).toBeInTheDocument();
    expect(screen.getByText("You recalled a message")).toBeInTheDocument();
  });

  it("says when the colleague comes and goes, not that one is here oneself", async () => {
    const change = (person: number, what: "joined" | "left") => ({ id: `${person} ${what}`, content: { kind: "membership_change" as const, person: core.person(person), change: what, by: null, at: new Date().toISOString() } });
    chen.items = [change(0, "joined"), change(12, "joined"), change(12, "left")];
    openApp(core, CHEN);
    expect(await screen.findByText("Chen Siyuan joined the conversation")).toBeInTheDocument();
    expect(screen.getByText("Chen Siyuan left the conversation")).toBeInTheDocument();
    expect(screen.queryByText("Lin Jianing joined the conversation")).not.toBeInTheDocument();
  });

  it("shows who is typing", async () => {
    openApp(core, CHEN);
    await field();
    act(() => core.emit("typing", [core.person(12)], { room_id: chen.id }));
    expect(await screen.findByText("Chen Siyuan is typing")).toBeInTheDocument();
  });

  it("shows a message as text, whatever it looks like", async () => {
    chen.items = [core.message(chen, false, "<img src=x onerror=alert(1)> **not bold**", 1)];
    openApp(core, CHEN);
    expect(await within(await screen.findByRole("log")).findByText("<img src=x onerror=alert(1)> **not bold**")).toBeInTheDocument();
  });
});

describe("the address of an account in a message", () => {
  it("opens the card of its owner, or says that nobody has it", async () => {
    chen.items = [
      core.message(chen, false, `May I introduce Zhang Wei.\n\nmatrix:u/${core.people[1]?.user_id?.slice(1)}`, 5),
      core.message(chen, false, "（matrix:u/eve:elsewhere.example）", 4),
    ];
    const { router } = openApp(core, CHEN);
    const address = await screen.findByRole("button", { name: "matrix:u/eve:elsewhere.example" });
    await userEvent.click(address);
    // Also read aloud.
    expect((await screen.findAllByText("Nobody in the directory has this account.")).length).toBeGreaterThan(0);
    await userEvent.click(screen.getByRole("button", { name: /^matrix:u\/zhang/ }));
    await waitFor(() => expect(router.state.location.pathname).toBe("/directory"));
    expect(await screen.findByRole("heading", { name: /Zhang Wei/ })).toBeInTheDocument();
  });
});

describe("the list", () => {
  it("is walked with the arrows and opens on Enter, so that passing by reads nothing", async () => {
    const wang = core.room(13, { unread: 3 });
    wang.items = [core.message(wang, false, "Report is in the system.", 60)];
    const { router } = openApp(core, "/chats");
    const list = await screen.findByRole("listbox", { name: "Chats" });
    expect(within(list).getByRole("img", { name: "3 unread" })).toBeInTheDocument();
    act(() => list.focus());
    await userEvent.keyboard("{ArrowDown}{ArrowDown}");
    expect(router.state.location.pathname).toBe("/chats");
    await userEvent.keyboard("{Enter}");
    await waitFor(() => expect(decodeURIComponent(router.state.location.pathname)).toBe("/chats/!room13:jz.example"));
    await waitFor(() => expect(within(list).queryByRole("img", { name: "3 unread" })).not.toBeInTheDocument());
  });

  it("shows the conversation that was open to who comes back from elsewhere", async () => {
    const { router } = openApp(core, CHEN);
    await field();
    await userEvent.click(screen.getByRole("link", { name: "Directory" }));
    await waitFor(() => expect(router.state.location.pathname).toBe("/directory"));
    await userEvent.click(screen.getByRole("link", { name: /^Chats/ }));
    await field();
    expect(decodeURIComponent(router.state.location.pathname)).toBe(CHEN);
  });

  it("goes to the next unread conversation with Alt+Down", async () => {
    core.room(13, { unread: 1 });
    const { router } = openApp(core, CHEN);
    await field();
    await userEvent.keyboard("{Alt>}{ArrowDown}{/Alt}");
    await waitFor(() => expect(decodeURIComponent(router.state.location.pathname)).toBe("/chats/!room13:jz.example"));
  });

  it("asks before a stranger's conversation is joined", async () => {
    core.room(15, { membership: "invited" });
    openApp(core, "/chats/!room15:jz.example");
    expect(await screen.findByText("Ouyang Jing would like to chat with you", { exact: true })).toBeInTheDocument();
    expect(screen.queryByRole("textbox")).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Accept" }));
    expect(await screen.findByRole("textbox", { name: "Message to Ouyang Jing" })).toBeInTheDocument();
  });
});
