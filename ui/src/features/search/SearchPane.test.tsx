import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { openApp } from "@/testing/app";
import { FakeCore, type Room } from "@/testing/fake-core";

let core: FakeCore;
let chen: Room;
let wang: Room;

beforeEach(() => {
  vi.spyOn(document, "hasFocus").mockReturnValue(true);
  core = new FakeCore();
  chen = core.room(12);
  chen.items = [
    core.message(chen, false, "Heparin at this rate, see https://heparin.example", 90),
    core.message(chen, true, "APTT 56 s, keeping heparin", 80),
  ];
  wang = core.room(13);
  wang.items = [core.message(wang, false, "No heparin before the echo", 60)];
});

const field = () => screen.findByRole("combobox", { name: "Search messages" });
const list = () => screen.getByRole("listbox", { name: "Messages that were found" });
const hits = () => within(list()).queryAllByRole("option").map((row) => row.textContent);
const lastQuery = () => core.calls.findLast(({ command }) => command === "messages_find")?.input;
const path = (router: ReturnType<typeof openApp>["router"]) => decodeURIComponent(router.state.location.pathname);

async function open(at = "/chats") {
  const view = openApp(core, at);
  await userEvent.click(await screen.findByRole("button", { name: "Search messages" }));
  await field();
  return view;
}

describe("searching in chats", () => {
  it("finds messages with what matched marked, and says of which conversation an own one is", async () => {
    await open();
    await userEvent.type(await field(), "heparin");
    await waitFor(() => expect(hits()).toHaveLength(3));
    expect(hits()[0]).toContain("No heparin before the echo");
    expect(within(list()).getAllByText("heparin")[0]?.tagName).toBe("MARK");
    expect(hits()[1]).toMatch(/Lin Jianing.*Chen Siyuan.*APTT/);
    expect(screen.getByText("3 messages")).toBeInTheDocument();
  });

  it("goes to the message on Enter and keeps what was found", async () => {
    const { router } = await open();
    await userEvent.type(await field(), "aptt");
    await waitFor(() => expect(hits()).toHaveLength(1));
    await userEvent.keyboard("{Enter}");
    await waitFor(() => expect(path(router)).toBe(`/chats/${chen.id}`));
    const log = await screen.findByRole("log");
    await waitFor(() => expect(within(log).getByText("APTT 56 s, keeping heparin").closest("[data-message]")).toHaveFocus());
    expect(hits()).toHaveLength(1);
    // The same once more, after reading elsewhere.
    act(() => log.focus());
    await userEvent.click(within(list()).getByRole("option"));
    await waitFor(() => expect(within(log).getByText("APTT 56 s, keeping heparin").closest("[data-message]")).toHaveFocus());
  });

  it("is of the open conversation with Ctrl+F and from its head", async () => {
    const { router } = openApp(core, `/chats/${wang.id}`);
    await screen.findByRole("textbox", { name: "Message to Wang Xuemei" });
    await userEvent.keyboard("{Control>}f{/Control}");
    await userEvent.type(await field(), "heparin");
    await waitFor(() => expect(hits()).toHaveLength(1));
    expect(lastQuery()).toMatchObject({ room_id: wang.id });
    await userEvent.click(screen.getByRole("button", { name: "Back to chats" }));
    expect(await screen.findByRole("listbox", { name: "Chats" })).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Search in this chat" }));
    expect(await field()).toHaveFocus();
    expect(path(router)).toBe(`/chats/${wang.id}`);
  });

  it("is narrowed by kind, person and day", async () => {
    await open();
    await userEvent.type(await field(), "heparin");
    await waitFor(() => expect(hits()).toHaveLength(3));
    await userEvent.click(screen.getByRole("combobox", { name: "What kind" }));
    await userEvent.click(await screen.findByRole("option", { name: "Links" }));
    await waitFor(() => expect(hits()).toHaveLength(1));
    expect(lastQuery()).toMatchObject({ kinds: ["link"] });
    await userEvent.click(screen.getByRole("combobox", { name: "What kind" }));
    await userEvent.click(await screen.findByRole("option", { name: "Any kind" }));
    await userEvent.click(screen.getByRole("button", { name: "From whom" }));
    await userEvent.click(await screen.findByRole("button", { name: "Written by me" }));
    await waitFor(() => expect(hits()).toHaveLength(1));
    expect(lastQuery()).toMatchObject({ sender: core.account.user_id });
    await userEvent.click(screen.getByRole("button", { name: "Lin Jianing: Remove filter" }));
    await waitFor(() => expect(hits()).toHaveLength(3));
    await userEvent.click(screen.getByRole("button", { name: "When" }));
    fireEvent.change(screen.getByLabelText("From"), { target: { value: "2099-01-01" } });
    expect(await screen.findByText("Nothing on this device matches.")).toBeInTheDocument();
    expect(lastQuery()).toMatchObject({ since: "2099-01-01", until: null });
  });

  it("loads more while one goes down", async () => {
    wang.items = Array.from({ length: 70 }, (_, n) => core.message(wang, false, `heparin ${n}`, 100 - n));
    await open();
    await userEvent.type(await field(), "heparin");
    await waitFor(() => expect(hits()).toHaveLength(30));
    for (let n = 0; n < 5; n += 1) await userEvent.keyboard("{PageDown}");
    await waitFor(() => expect(hits()).toHaveLength(60));
    expect(lastQuery()).toMatchObject({ cursor: "30" });
  });

  it("always says what it covers", async () => {
    core.coverage = { complete: false, since: "2025-05-03T08:00:00.000Z", filling: "fetching", undecryptable: 2 };
    await open();
    expect(await screen.findByText(/Complete since 3 May 2025. Older messages are being fetched. 2 messages cannot be read/)).toBeInTheDocument();
    core.coverage = { complete: true, since: null, filling: "done", undecryptable: 0 };
    act(() => core.emit("changes", ["search"]));
    expect(await screen.findByText("Complete: every message of all chats.")).toBeInTheDocument();
  });

  it("forgets what is recalled meanwhile", async () => {
    await open();
    await userEvent.type(await field(), "echo");
    await waitFor(() => expect(hits()).toHaveLength(1));
    act(() => {
      core.change(wang, wang.items[0]?.id ?? "", () => ({ body: { kind: "recalled" } }));
      core.emit("changes", ["search"]);
    });
    await waitFor(() => expect(hits()).toHaveLength(0));
  });

  it("closes on Escape, once its field is empty", async () => {
    await open();
    await userEvent.type(await field(), "echo");
    await userEvent.keyboard("{Escape}");
    expect(await field()).toHaveValue("");
    await userEvent.keyboard("{Escape}");
    expect(await screen.findByRole("listbox", { name: "Chats" })).toBeInTheDocument();
  });
});
