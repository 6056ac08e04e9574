import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { openApp } from "@/testing/app";
import { FakeCore, type MessageItem, type Room } from "@/testing/fake-core";
import { writeInThread } from "@/testing/threads";

const CHEN = "/chats/!room12:jz.example";
const QUESTION = "Close it now, or after 48 h?";

let core: FakeCore;
let chen: Room;
let asked: MessageItem;

beforeEach(() => {
  vi.spyOn(document, "hasFocus").mockReturnValue(true);
  core = new FakeCore();
  chen = core.room(12);
  asked = core.message(chen, false, QUESTION, 50);
  chen.items = [asked, core.message(chen, true, "Bed 12 is free", 4)];
});

const log = () => screen.findByRole("log", { name: "Messages with Chen Siyuan" });
const pane = () => screen.findByRole("complementary", { name: "Thread" });
const threadField = async () => within(await pane()).findByRole("textbox", { name: "Reply in this thread" });
const inputsOf = (command: string) => core.calls.filter((call) => call.command === command).map(({ input }) => input);
const rowIn = async (where: HTMLElement, text: string) => (await within(where).findByText(text)).closest<HTMLElement>("[data-message]") as HTMLElement;
const openFromMenu = async (name: string) => {
  fireEvent.contextMenu(await rowIn(await log(), QUESTION));
  await userEvent.click(within(await screen.findByRole("menu")).getByRole("menuitem", { name }));
};

describe("a thread", () => {
  it("begins from the menu of a message, stands beside the conversation, and Escape closes it", async () => {
    openApp(core, CHEN);
    await openFromMenu("Reply in thread");
    const field = await threadField();
    await waitFor(() => expect(field).toHaveFocus());
    await userEvent.type(field, "After 48 h.{Enter}");
    expect(inputsOf("message_send")).toEqual([{ room_id: chen.id, text: "After 48 h.", mentions: [], reply_to: null, thread: asked.content.event_id }]);
    expect(await within(await pane()).findByText("After 48 h.")).toBeInTheDocument();
    const row = await rowIn(await log(), QUESTION);
    expect(within(row).getByRole("button", { name: /1 reply.*last by Lin Jianing.*After 48 h\./ })).toBeInTheDocument();
    expect((await log()).querySelectorAll("[data-message]")).toHaveLength(2);
    await userEvent.type(await threadField(), "half{Escape}");
    expect(screen.queryByRole("complementary", { name: "Thread" })).not.toBeInTheDocument();
    expect(screen.getByRole("textbox", { name: "Message to Chen Siyuan" })).toHaveFocus();
    await openFromMenu("Open thread");
    expect(await threadField()).toHaveValue("half");
    expect(screen.getByRole("textbox", { name: "Message to Chen Siyuan" })).toHaveValue("");
  });

  it("has a key, and its messages can be answered, edited and reacted to", async () => {
    writeInThread(core, chen, asked, [[chen.peer, "After 48 h.", 20], [null, "Agreed", 10]]);
    openApp(core, CHEN);
    const row = await rowIn(await log(), QUESTION);
    act(() => row.focus());
    await userEvent.keyboard("t");
    const own = await rowIn(await pane(), "Agreed");
    act(() => own.focus());
    await userEvent.keyboard("t1");
    expect(inputsOf("message_react")).toEqual([{ room_id: chen.id, item_id: expect.any(String) as string, word: "agree" }]);
    expect(await within(await pane()).findByRole("button", { name: /Agree 1/ })).toBeInTheDocument();
    await userEvent.keyboard("e");
    const field = await threadField();
    await waitFor(() => expect(field).toHaveValue("Agreed"));
    await userEvent.type(field, ", tomorrow{Enter}");
    expect(await within(await pane()).findByText("Agreed, tomorrow")).toBeInTheDocument();
    const theirs = await rowIn(await pane(), "After 48 h.");
    act(() => theirs.focus());
    await userEvent.keyboard("r");
    await userEvent.type(field, "why?{Enter}");
    const [answered] = chen.threads.get(asked.content.event_id ?? "")?.items ?? [];
    expect(inputsOf("message_send")).toMatchObject([{ text: "why?", reply_to: answered?.content.event_id, thread: asked.content.event_id }]);
  });

  it("tells what is new in it until one looks there", async () => {
    writeInThread(core, chen, asked, [[chen.peer, "After 48 h.", 20], [chen.peer, "Lactate first", 10]], 2);
    openApp(core, CHEN);
    const line = await within(await log()).findByRole("button", { name: /2 replies.*2 new/ });
    expect(inputsOf("thread_mark_read")).toEqual([]);
    await userEvent.click(await screen.findByRole("button", { name: /2 new replies in a thread/ }));
    await pane();
    await waitFor(() => expect(inputsOf("thread_mark_read")).toEqual([{ room_id: chen.id, root: asked.content.event_id }]));
    await waitFor(() => expect(line).not.toHaveTextContent("2 new"));
    expect(screen.queryByRole("button", { name: /new replies in a thread/ })).not.toBeInTheDocument();
  });

  it("opens where a message that was found elsewhere stands", async () => {
    writeInThread(core, chen, asked, [[chen.peer, "After 48 h.", 20], [chen.peer, "Lactate first", 10]]);
    const found = chen.threads.get(asked.content.event_id ?? "")?.items[0];
    openApp(core, `${CHEN}?message=${encodeURIComponent(found?.content.event_id ?? "")}`);
    await waitFor(async () => expect(await rowIn(await pane(), "After 48 h.")).toHaveFocus());
  });

  it("is the other conversation's no more", async () => {
    core.room(13);
    const { router } = openApp(core, CHEN);
    await openFromMenu("Reply in thread");
    await pane();
    await act(() => router.navigate({ to: "/chats/$roomId", params: { roomId: "!room13:jz.example" } }));
    expect(screen.queryByRole("complementary", { name: "Thread" })).not.toBeInTheDocument();
  });
});

describe("files beside a conversation", () => {
  const file = (name: string) => new File([new Uint8Array(4).fill(7)], name, { type: "application/pdf" });
  const trayIn = (where: HTMLElement) => within(where).queryByRole("list", { name: "Attached" });
  const conversation = () => screen.getByRole("main", { name: "Chat with Chen Siyuan" });

  it("go into the thread where one writes there, and answer what one answers", async () => {
    URL.createObjectURL = () => "blob:1";
    writeInThread(core, chen, asked, [[chen.peer, "After 48 h.", 20]]);
    openApp(core, CHEN);
    await openFromMenu("Open thread");
    const field = await threadField();
    await waitFor(() => expect(field).toHaveFocus());
    const row = await rowIn(await pane(), "After 48 h.");
    act(() => row.focus());
    await userEvent.keyboard("r");
    // Also while something else than the field has the focus.
    act(() => row.focus());
    fireEvent.paste(row, { clipboardData: { files: [file("pasted.pdf")] } });
    await waitFor(async () => expect(trayIn(await pane())).toHaveTextContent("pasted.pdf"));
    expect(trayIn(conversation())).not.toBeInTheDocument();
    await userEvent.upload(within(await pane()).getByTestId("attach"), [file("chosen.pdf")]);
    await waitFor(async () => expect(trayIn(await pane())).toHaveTextContent("chosen.pdf"));
    await userEvent.type(field, "lactate{Enter}");
    const [answered] = chen.threads.get(asked.content.event_id ?? "")?.items ?? [];
    await waitFor(() => expect(inputsOf("attachment_send")).toHaveLength(2));
    const common = { room_id: chen.id, thread: asked.content.event_id };
    expect(inputsOf("attachment_send")).toMatchObject([
      { ...common, name: "pasted.pdf", caption: "lactate", reply_to: answered?.content.event_id },
      { ...common, name: "chosen.pdf", caption: "", reply_to: null },
    ]);
    expect(await within(await pane()).findByText("pasted.pdf")).toBeInTheDocument();
    expect(within(await log()).queryByText("pasted.pdf")).not.toBeInTheDocument();
  });

  it("go into the conversation where one goes on writing there", async () => {
    openApp(core, CHEN);
    await openFromMenu("Reply in thread");
    await waitFor(async () => expect(await threadField()).toHaveFocus());
    await userEvent.click(screen.getByRole("textbox", { name: "Message to Chen Siyuan" }));
    fireEvent.paste(document.body, { clipboardData: { files: [file("for-chen.pdf")] } });
    await waitFor(() => expect(trayIn(conversation())).toHaveTextContent("for-chen.pdf"));
    expect(trayIn(await pane())).not.toBeInTheDocument();
    // A thread that is closed takes nothing any more.
    await userEvent.click(await threadField());
    await userEvent.keyboard("{Escape}");
    fireEvent.paste(document.body, { clipboardData: { files: [file("again.pdf")] } });
    await waitFor(() => expect(trayIn(conversation())).toHaveTextContent("again.pdf"));
  });

  it("are taken by the one they are dropped on", async () => {
    openApp(core, CHEN);
    await openFromMenu("Reply in thread");
    await threadField();
    const dataTransfer = { types: ["Files"], files: [file("dropped.pdf")] };
    fireEvent.dragEnter(document.body, { dataTransfer });
    await screen.findByText("Drop to attach to your message to Chen Siyuan");
    fireEvent.drop((await screen.findByText("Drop to attach to your reply in this thread")).parentElement as HTMLElement, { dataTransfer });
    await waitFor(async () => expect(trayIn(await pane())).toHaveTextContent("dropped.pdf"));
    expect(trayIn(conversation())).not.toBeInTheDocument();
  });
});

describe("the days", () => {
  it("are shown only where something stands", async () => {
    chen.items = [
      { id: "d1", content: { kind: "day_divider", date: "2026-07-14" } },
      { id: "d2", content: { kind: "day_divider", date: "2026-07-15" } },
      asked,
      { id: "d3", content: { kind: "day_divider", date: "2026-07-16" } },
    ];
    openApp(core, CHEN);
    expect(await within(await log()).findByText(/15 July/)).toBeInTheDocument();
    expect(within(await log()).queryByText(/1[46] July/)).not.toBeInTheDocument();
  });
});
