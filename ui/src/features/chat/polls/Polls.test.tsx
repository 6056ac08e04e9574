import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { openApp } from "@/testing/app";
import { FakeCore, Refused, type Room } from "@/testing/fake-core";
import { pollOf } from "@/testing/polls";

const QUESTION = "Who takes the night of the 3rd?";

let core: FakeCore;
let forum: Room;

beforeEach(() => {
  vi.spyOn(document, "hasFocus").mockReturnValue(true);
  core = new FakeCore();
  forum = core.group("forum", "Coronary forum", [12, 1]);
});

const inputsOf = (command: string) => core.calls.filter((call) => call.command === command).map(({ input }) => input);
const open = () => openApp(core, `/chats/${forum.id}`);
const answers = async () => within(await screen.findByRole("list", { name: QUESTION }));
const answer = async (name: RegExp) => (await answers()).getByRole("button", { name });

describe("a poll", () => {
  it("is asked from below the message field, and what was typed is kept until it is sent", async () => {
    open();
    await userEvent.click(await screen.findByRole("button", { name: "Ask in a poll" }));
    let dialog = within(await screen.findByRole("dialog", { name: "New poll" }));
    await userEvent.type(dialog.getByRole("textbox", { name: "Question" }), `${QUESTION}{Enter}`);
    expect(dialog.getByRole("textbox", { name: "Answer 1" })).toHaveFocus();
    await userEvent.keyboard("Chen{Enter}");
    await userEvent.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
    await userEvent.click(screen.getByRole("button", { name: "Ask in a poll" }));
    dialog = within(await screen.findByRole("dialog", { name: "New poll" }));
    expect(dialog.getByRole("textbox", { name: "Question" })).toHaveValue(QUESTION);
    expect(dialog.getByRole("button", { name: "Send poll" })).toBeDisabled();
    const second = dialog.getByRole("textbox", { name: "Answer 2" });
    await userEvent.type(second, "Chen");
    expect(dialog.getByText("This answer is there already.")).toBeInTheDocument();
    await userEvent.clear(second);
    await userEvent.type(second, "Zhang");
    await userEvent.type(dialog.getByRole("textbox", { name: "Answer 3" }), "nobody can");
    core.handlers.poll_create = () => { throw new Refused("disk_full"); };
    await userEvent.click(dialog.getByRole("button", { name: "Send poll" }));
    expect(await dialog.findByText(/The disk is full/)).toBeInTheDocument();
    expect(second).toHaveValue("Zhang");
  });

  it("is voted in, changed, taken back and ended", async () => {
    open();
    await userEvent.click(await screen.findByRole("button", { name: "Ask in a poll" }));
    const dialog = within(await screen.findByRole("dialog"));
    await userEvent.type(dialog.getByRole("textbox", { name: "Question" }), QUESTION);
    await userEvent.type(dialog.getByRole("textbox", { name: "Answer 1" }), "Chen");
    await userEvent.type(dialog.getByRole("textbox", { name: "Answer 2" }), "Zhang");
    await userEvent.click(dialog.getByRole("button", { name: "Send poll" }));
    expect(inputsOf("poll_create")).toEqual([{ room_id: forum.id, question: QUESTION, answers: ["Chen", "Zhang"], several: false, thread: null }]);
    const log = within(await screen.findByRole("log"));
    expect(await log.findByText("Choose one · nobody has voted")).toBeInTheDocument();
    expect(screen.getByText("You: Poll: Who takes the night of the 3rd?")).toBeInTheDocument();

    await userEvent.click(await answer(/^Chen/));
    expect(await answer(/^Chen.*1.*Lin Jianing/)).toHaveAttribute("aria-pressed", "true");
    await userEvent.click(await answer(/^Zhang/));
    expect(await answer(/^Chen/)).toHaveAttribute("aria-pressed", "false");
    expect(log.getByText("Choose one · 1 voted")).toBeInTheDocument();
    await userEvent.click(await answer(/^Zhang/));
    expect(log.getByText("Choose one · nobody has voted")).toBeInTheDocument();
    expect(inputsOf("poll_vote").map((input) => (input as { answers: string[] }).answers)).toEqual([["1"], ["2"], []]);

    await userEvent.click(log.getByRole("button", { name: "End poll" }));
    const confirm = within(await screen.findByRole("dialog", { name: "End this poll?" }));
    await userEvent.click(confirm.getByRole("button", { name: "End poll" }));
    expect(await log.findByText("Final result · nobody has voted")).toBeInTheDocument();
    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
    expect((await answers()).queryByRole("button")).not.toBeInTheDocument();
  });

  it("lets several be chosen up to as many as it says, and names who chose", async () => {
    forum.items = [core.message(forum, false, pollOf(core, QUESTION, [["Mon", [1, 12, 13, 14]], ["Tue", [0]], ["Wed", []]], { most: 2 }), 3)];
    open();
    expect(await screen.findByText("Choose one or more · 5 voted")).toBeInTheDocument();
    expect(await answer(/^Mon.*and 1 other/)).toBeInTheDocument();
    await userEvent.click(await answer(/^Mon/));
    expect(inputsOf("poll_vote")).toMatchObject([{ answers: ["2", "1"] }]);
    expect(await answer(/^Wed/)).toBeDisabled();
    expect(screen.queryByRole("button", { name: "End poll" })).not.toBeInTheDocument();
  });

  it("of another client hides its votes until it has ended, and is ended and copied from the menu", async () => {
    const item = core.message(forum, false, pollOf(core, QUESTION, [["Mon", []], ["Tue", []]], { disclosed: false, may_end: true }), 3);
    forum.items = [item];
    open();
    expect(await screen.findByText("Choose one · votes are shown when it has ended")).toBeInTheDocument();
    expect((await answers()).queryByText("0")).not.toBeInTheDocument();
    fireEvent.contextMenu(document.querySelector(`[data-message="${item.id}"]`) as HTMLElement);
    const menu = within(await screen.findByRole("menu"));
    expect(menu.getByRole("menuitem", { name: /Copy text/ })).toBeInTheDocument();
    expect(menu.queryByRole("menuitem", { name: /Forward/ })).not.toBeInTheDocument();
    await userEvent.click(menu.getByRole("menuitem", { name: /End poll/ }));
    await userEvent.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "End poll" }));
    expect(inputsOf("poll_end")).toEqual([{ room_id: forum.id, item_id: item.content.event_id }]);
  });

  it("says what waits of a vote, and what was refused", async () => {
    const item = core.message(forum, false, pollOf(core, QUESTION, [["Mon", [0]], ["Tue", []]]), 3, null, { change: { state: "queued" } });
    forum.items = [item];
    open();
    expect(await screen.findByText("Vote queued")).toBeInTheDocument();
    act(() => core.change(forum, item.id, () => ({ change: { state: "failed" } })));
    expect(await screen.findByText("Vote not sent")).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Retry" })).toBeInTheDocument();
  });
});
