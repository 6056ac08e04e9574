import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openApp } from "@/testing/app";
import { FakeCore, type MessageItem, Refused, type Room } from "@/testing/fake-core";

const CHEN = "/chats/!room12:jz.example";

let core: FakeCore;
let chen: Room;
let theirs: MessageItem;
let own: MessageItem;

function begin(now?: number) {
  core = new FakeCore(now === undefined ? {} : { now });
  chen = core.room(12);
  core.room(13);
  core.group("forum", "复杂冠脉讨论组", [12, 1, 15]);
  theirs = core.message(chen, false, "Hold on IABP, re-image at 48 h.", 5);
  own = core.message(chen, true, "APTT 56 s", 4, { state: "read" });
  chen.items = [theirs, own, core.message(chen, false, { kind: "undecryptable", before_this_device: false }, 3)];
}

beforeEach(() => {
  vi.spyOn(document, "hasFocus").mockReturnValue(true);
  begin();
});

const log = () => screen.findByRole("log", { name: "Messages with Chen Siyuan" });
const inputsOf = (command: string) => core.calls.filter((call) => call.command === command).map(({ input }) => input);
const row = async (text: string) => (await within(await log()).findByText(text)).closest<HTMLElement>("[data-message]") as HTMLElement;
const choose = async (text: string, name: string) => {
  fireEvent.contextMenu(await row(text));
  await userEvent.click(within(await screen.findByRole("menu")).getByRole("menuitem", { name }));
};

describe("forwarding", () => {
  it("sends one message on to several chats, which are found by their names", async () => {
    openApp(core, CHEN);
    await choose("APTT 56 s", "Forward…");
    const dialog = await screen.findByRole("dialog", { name: "Forward 1 message" });
    expect(within(dialog).queryByText("merged as one card")).not.toBeInTheDocument();
    expect(within(dialog).getByRole("button", { name: "Forward to 0 chats" })).toBeDisabled();
    await userEvent.click(within(dialog).getByRole("checkbox", { name: "Wang Xuemei" }));
    await userEvent.type(within(dialog).getByRole("textbox", { name: "Forward to" }), "冠脉");
    await userEvent.click(within(dialog).getByRole("checkbox", { name: "复杂冠脉讨论组" }));
    await userEvent.click(within(dialog).getByRole("button", { name: "Forward to 2 chats" }));
    expect(inputsOf("messages_forward")).toEqual([{ room_id: chen.id, item_ids: [own.content.event_id], to: ["!room13:jz.example", "!forum:jz.example"], title: null }]);
    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
    for (const id of ["!room13:jz.example", "!forum:jz.example"]) expect(core.roomOf(id).items.at(-1)).toMatchObject({ content: { own: true, body: { text: "APTT 56 s" } } });
  });

  it("merges several into one card, which opens to be read and proves nothing", async () => {
    const { router } = openApp(core, CHEN);
    const first = await row("Hold on IABP, re-image at 48 h.");
    act(() => first.focus());
    await userEvent.keyboard("s");
    expect(within(await log()).getAllByRole("checkbox")).toHaveLength(2);
    await userEvent.click(await row("APTT 56 s"));
    await userEvent.click(screen.getByRole("button", { name: "Forward…" }));
    const dialog = await screen.findByRole("dialog", { name: "Forward 2 messages" });
    await userEvent.click(within(dialog).getByRole("radio", { name: /merged as one card/ }));
    await userEvent.click(within(dialog).getByRole("checkbox", { name: "Wang Xuemei" }));
    await userEvent.click(within(dialog).getByRole("button", { name: "Forward to 1 chat" }));
    const title = "Chat history: Chen Siyuan, Lin Jianing — 2 messages";
    expect(inputsOf("messages_forward")).toEqual([{ room_id: chen.id, item_ids: [theirs.content.event_id, own.content.event_id], to: ["!room13:jz.example"], title }]);
    await waitFor(() => expect(screen.queryByRole("toolbar", { name: "Selected messages" })).not.toBeInTheDocument());

    await act(() => router.navigate({ to: "/chats/$roomId", params: { roomId: "!room13:jz.example" } }));
    const card = await screen.findByRole("button", { name: /Chat history: Chen Siyuan, Lin Jianing — 2 messages.*as forwarded by/ });
    expect(card).toHaveTextContent("Chen Siyuan: Hold on IABP");
    await userEvent.click(card);
    const opened = await screen.findByRole("dialog", { name: title });
    expect(within(opened).getAllByRole("listitem")).toHaveLength(2);
    expect(within(opened).getByText(/cannot be proved here/)).toBeInTheDocument();
    expect(within(opened).queryByText("Verified")).not.toBeInTheDocument();
  });

  it("says when it is too much for one card, and loses no choice", async () => {
    core.handlers.messages_forward = () => { throw new Refused("too_large"); };
    openApp(core, CHEN);
    await choose("APTT 56 s", "Select");
    await userEvent.click(await row("Hold on IABP, re-image at 48 h."));
    await userEvent.click(screen.getByRole("button", { name: "Forward…" }));
    const dialog = await screen.findByRole("dialog");
    await userEvent.click(within(dialog).getByRole("radio", { name: /merged as one card/ }));
    await userEvent.click(within(dialog).getByRole("checkbox", { name: "Wang Xuemei" }));
    await userEvent.click(within(dialog).getByRole("button", { name: "Forward to 1 chat" }));
    expect(await within(dialog).findByText(/too much for one card/)).toBeInTheDocument();
    expect(within(dialog).getByRole("checkbox", { name: "Wang Xuemei" })).toBeChecked();
  });

  it("is not offered for what cannot be read", async () => {
    openApp(core, CHEN);
    fireEvent.contextMenu(await row("Waiting for the key from Chen Siyuan"));
    expect(within(await screen.findByRole("menu")).queryByRole("menuitem", { name: "Forward…" })).not.toBeInTheDocument();
  });
});

describe("starring", () => {
  it("marks a message, lists it beside the chats, and leads back to it", async () => {
    const { router } = openApp(core, CHEN);
    await choose("Hold on IABP, re-image at 48 h.", "Star");
    expect(inputsOf("message_star")).toEqual([{ room_id: chen.id, event_id: theirs.content.event_id, starred: true }]);
    expect(await within(await row("Hold on IABP, re-image at 48 h.")).findByText("Starred")).toBeInTheDocument();
    await act(() => router.navigate({ to: "/chats/$roomId", params: { roomId: "!room13:jz.example" } }));
    await userEvent.click(screen.getByRole("button", { name: "Starred messages" }));
    const list = await screen.findByRole("list", { name: "Starred messages" });
    await userEvent.click(within(list).getByRole("button", { name: /Chen Siyuan.*Hold on IABP/ }));
    await waitFor(async () => expect(await row("Hold on IABP, re-image at 48 h.")).toHaveFocus());
    await userEvent.keyboard("*");
    await waitFor(() => expect(screen.queryByRole("list", { name: "Starred messages" })).not.toBeInTheDocument());
    expect(await screen.findByText("Nothing is starred yet")).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Back to chats" }));
    expect(await screen.findByRole("listbox", { name: "Chats" })).toBeInTheDocument();
  });

  it("says of a message that is not here that it is not", async () => {
    core.stars = [{ room_id: chen.id, event_id: "$elsewhere" }];
    openApp(core, CHEN);
    await userEvent.click(await screen.findByRole("button", { name: "Starred messages" }));
    expect(await screen.findByText("Not on this device yet, or recalled")).toBeInTheDocument();
  });
});

describe("going to a day", () => {
  beforeEach(() => {
    const now = new Date("2026-07-16T09:00:00");
    vi.useFakeTimers({ now, toFake: ["Date"] });
    begin(now.getTime());
  });
  afterEach(() => { vi.useRealTimers(); });

  it("loads what is older until its messages are there", async () => {
    const days = (n: number) => n * 24 * 60;
    const old = core.message(chen, false, "The angiogram of the second", days(14) - 120);
    chen.older = [[core.message(chen, false, "Older still", days(20)), old], [core.message(chen, false, "Third", days(3))]];
    openApp(core, CHEN);
    await log();
    await userEvent.click(screen.getByRole("button", { name: "Go to a day" }));
    const grid = await screen.findByRole("grid", { name: "Days" });
    await waitFor(() => expect(within(grid).getByRole("button", { name: "16 Jul 2026" })).toHaveFocus());
    expect(within(grid).getByRole("button", { name: "17 Jul 2026" })).toBeDisabled();
    await userEvent.keyboard("{ArrowUp}{ArrowUp}");
    await waitFor(() => expect(within(grid).getByRole("button", { name: "2 Jul 2026" })).toHaveFocus());
    await userEvent.keyboard("{Enter}");
    await waitFor(() => expect(document.querySelector(`[data-message="${old.id}"]`)).toHaveFocus());
  });

  it("goes as far as this device can without a network, and says so", async () => {
    chen.older = [[core.message(chen, false, "Third", 3 * 24 * 60)]];
    core.handlers.timeline_load_older = () => { throw new Refused("offline"); };
    openApp(core, CHEN);
    await log();
    await userEvent.click(screen.getByRole("button", { name: "Go to a day" }));
    const grid = await screen.findByRole("grid", { name: "Days" });
    await userEvent.click(within(grid).getByRole("button", { name: "1 Jul 2026" }));
    expect((await screen.findAllByText(/the earliest message here/))[0]).toBeInTheDocument();
  });
});
