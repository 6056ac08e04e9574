import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { openApp } from "@/testing/app";
import { FakeCore, type Room } from "@/testing/fake-core";

let core: FakeCore;
let chen: Room;

beforeEach(() => {
  vi.spyOn(document, "hasFocus").mockReturnValue(true);
  core = new FakeCore();
  chen = core.room(12);
  chen.items = [
    core.message(chen, false, "Rising lactate means cardiogenic shock, do not wait", 90),
    core.message(chen, false, "Hold on IABP", 5),
  ];
});

const inputsOf = (command: string) => core.calls.filter((call) => call.command === command).map(({ input }) => input);
const dialog = () => screen.findByRole("dialog", { name: "Quick switcher" });
const field = () => screen.getByRole("combobox", { name: "Quick switcher" });
const rows = () => screen.getAllByRole("option").map((row) => row.textContent);
const chosen = () => screen.getByRole("option", { selected: true }).textContent;
const path = (router: ReturnType<typeof openApp>["router"]) => decodeURIComponent(router.state.location.pathname);

async function open(at = "/directory") {
  const view = openApp(core, at);
  await screen.findByRole("link", { name: "Directory" });
  await userEvent.keyboard("{Control>}k{/Control}");
  await dialog();
  return view;
}

describe("the quick switcher", () => {
  it("offers conversations and actions before anything is typed, and closes on Escape and Ctrl+K", async () => {
    await open();
    expect(screen.getByRole("group", { name: "Chats" })).toBeInTheDocument();
    expect(screen.getByRole("group", { name: "Actions" })).toBeInTheDocument();
    expect(chosen()).toContain("Chen Siyuan");
    await userEvent.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
    await userEvent.keyboard("{Control>}k{/Control}");
    await dialog();
    await userEvent.keyboard("{Control>}k{/Control}");
    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
  });

  it("finds colleagues, conversations, messages and actions in one list, with what matched marked", async () => {
    await open();
    await userEvent.type(field(), "card");
    const messages = await screen.findByRole("group", { name: "Messages" });
    expect(within(messages).getByText("1 on this device")).toBeInTheDocument();
    expect(within(messages).getByText("card").tagName).toBe("MARK");
    const actions = screen.getByRole("group", { name: "Actions" });
    expect(within(actions).getByRole("option", { name: /My contact card/ })).toBeInTheDocument();
    await userEvent.clear(field());
    await userEvent.type(field(), "chen");
    const colleagues = await screen.findByRole("group", { name: "Colleagues" });
    await within(colleagues).findByRole("option", { name: /Chen Siyuan/ });
    expect(within(await screen.findByRole("group", { name: "Chats" })).getByRole("option", { name: /Chen Siyuan/ })).toBeInTheDocument();
  });

  it("asks for everything at once and waits for nothing", async () => {
    await open();
    fireEvent.change(field(), { target: { value: "z" } });
    await waitFor(() => expect(inputsOf("messages_find").at(-1)).toMatchObject({ text: "z", limit: 3 }));
    expect(inputsOf("directory_search").at(-1)).toMatchObject({ text: "z" });
    expect(inputsOf("conversations_find").at(-1)).toEqual({ text: "z" });
  });

  it("is walked with arrows and, section by section, with Tab", async () => {
    await open();
    await userEvent.type(field(), "chen");
    await screen.findByRole("group", { name: "Chats" });
    await waitFor(() => expect(rows()[0]).toContain("Chen Siyuan"));
    const first = chosen();
    await userEvent.keyboard("{Tab}");
    expect(screen.getByRole("option", { selected: true }).closest("[role=group]")).toHaveAccessibleName("Chats");
    await userEvent.keyboard("{Shift>}{Tab}{/Shift}");
    expect(chosen()).toBe(first);
    await userEvent.keyboard("{ArrowUp}");
    expect(chosen()).toBe(rows().at(-1));
    await userEvent.keyboard("{ArrowDown}");
    expect(chosen()).toBe(first);
    expect(field()).toHaveFocus();
  });

  it("opens a card on Enter and writes on Ctrl+Enter", async () => {
    core.handlers.conversation_start = () => ({ room_id: chen.id });
    const { router } = await open();
    await userEvent.type(field(), "chen");
    await waitFor(() => expect(chosen()).toContain("Chen Siyuan"));
    await userEvent.keyboard("{Enter}");
    await waitFor(() => expect(path(router)).toBe("/directory"));
    expect(await screen.findByRole("heading", { name: /Chen Siyuan/ })).toBeInTheDocument();

    await userEvent.keyboard("{Control>}k{/Control}");
    await dialog();
    await userEvent.type(field(), "chen");
    await waitFor(() => expect(chosen()).toContain("Chen Siyuan"));
    await userEvent.keyboard("{Control>}{Enter}{/Control}");
    await waitFor(() => expect(path(router)).toBe(`/chats/${chen.id}`));
    expect(inputsOf("conversation_start")).toEqual([{ practitioner_id: core.people[12]?.id }]);
  });

  it("leaves the cursor where it was when it is closed", async () => {
    await open(`/chats/${chen.id}`);
    await userEvent.keyboard("{Escape}");
    const composer = await screen.findByRole("textbox", { name: /^Message/ });
    composer.focus();
    await userEvent.keyboard("{Control>}k{/Control}");
    await dialog();
    await waitFor(() => expect(field()).toHaveFocus());
    await userEvent.keyboard("{Escape}");
    await waitFor(() => expect(composer).toHaveFocus());

    await userEvent.keyboard("{Control>}f{/Control}");
    await waitFor(() => expect(screen.getByRole("combobox", { name: "Search messages" })).toHaveFocus());
    await userEvent.keyboard("{Escape}");
    await waitFor(() => expect(composer).toHaveFocus());
  });

  it("leads to all of those it has no room for", async () => {
    const { router } = await open("/chats");
    await userEvent.type(field(), "a");
    const colleagues = await screen.findByRole("group", { name: "Colleagues" });
    const all = await within(colleagues).findByRole("option", { name: /^Show all \d+ colleagues$/ });
    await userEvent.keyboard("{ArrowDown}{ArrowDown}{ArrowDown}");
    expect(all).toHaveAttribute("aria-selected", "true");
    await userEvent.keyboard("{Enter}");
    await waitFor(() => expect(path(router)).toBe("/directory"));
    expect(await screen.findByRole("searchbox", { name: "Search colleagues" })).toHaveValue("a");
    expect(router.state.location.search).toEqual({});

    chen.items = Array.from({ length: 5 }, (_, n) => core.message(chen, false, `Lactate ${n}`, 60 - n));
    await userEvent.keyboard("{Control>}k{/Control}");
    await dialog();
    await userEvent.type(field(), "lactate");
    const messages = await screen.findByRole("group", { name: "Messages" });
    await userEvent.click(await within(messages).findByRole("option", { name: "Show all messages" }));
    await waitFor(() => expect(path(router)).toBe("/chats"));
    expect(await screen.findByRole("combobox", { name: /Search messages/ })).toHaveValue("lactate");
  });

  it("goes to the message in its conversation", async () => {
    chen.older = [[core.message(chen, false, "Aspirin was stopped on Monday", 900)]];
    const { router } = await open();
    await userEvent.type(field(), "aspirin");
    await waitFor(() => expect(chosen()).toContain("Aspirin"));
    await userEvent.keyboard("{Enter}");
    await waitFor(() => expect(path(router)).toBe(`/chats/${chen.id}`));
    const log = await screen.findByRole("log");
    await waitFor(() => expect(within(log).getByText("Aspirin was stopped on Monday").closest("[data-message]")).toHaveFocus());
    expect(router.state.location.search).toEqual({});
  });

  it("does what was meant when Enter comes before the answers", async () => {
    let answer: () => void = () => undefined;
    const search = core.handlers.directory_search;
    core.handlers.directory_search = async (query) => {
      await new Promise<void>((done) => { answer = done; });
      return await (search as NonNullable<typeof search>)(query);
    };
    const { router } = await open("/chats");
    await userEvent.type(field(), "weiss{Enter}");
    expect(path(router)).toBe("/chats");
    act(() => answer());
    await waitFor(() => expect(path(router)).toBe("/directory"));
    expect(await screen.findByRole("heading", { name: /Hannah Weiss/ })).toBeInTheDocument();
  });

  it("keeps what the cursor is on while sections answer", async () => {
    let answer: () => void = () => undefined;
    const search = core.handlers.directory_search;
    await open();
    await userEvent.type(field(), "chen");
    await waitFor(() => expect(chosen()).toContain("Chen Siyuan"));
    core.handlers.directory_search = async (query) => {
      await new Promise<void>((done) => { answer = done; });
      return await (search as NonNullable<typeof search>)(query);
    };
    await userEvent.keyboard("{Tab}");
    const before = chosen();
    act(() => core.emit("changes", ["directory", "search"]));
    await waitFor(() => expect(inputsOf("directory_search").length).toBeGreaterThan(1));
    expect(chosen()).toBe(before);
    act(() => answer());
    await waitFor(() => expect(chosen()).toBe(before));
  });

  it("opens nothing on the Enter that confirms an input method's candidate", async () => {
    const { router } = await open("/chats");
    const input = field();
    fireEvent.compositionStart(input);
    fireEvent.change(input, { target: { value: "chen" } });
    fireEvent.keyDown(input, { key: "Enter", keyCode: 229, isComposing: true });
    fireEvent.keyDown(input, { key: "Escape", keyCode: 229, isComposing: true });
    fireEvent.keyDown(input, { key: "ArrowDown", keyCode: 229, isComposing: true });
    fireEvent.compositionEnd(input);
    // WebKit's, after the end of the composition.
    fireEvent.keyDown(input, { key: "Enter", keyCode: 229 });
    await waitFor(() => expect(chosen()).toContain("Chen Siyuan"));
    expect(path(router)).toBe("/chats");
    fireEvent.keyDown(input, { key: "Enter", keyCode: 13 });
    await waitFor(() => expect(path(router)).toBe("/directory"));
  });

  it("says when nothing matches, and does what an action says", async () => {
    await open();
    await userEvent.type(field(), "qqqqqq");
    expect(await screen.findByText("Nothing on this device matches.")).toBeInTheDocument();
    await userEvent.clear(field());
    await userEvent.type(field(), "dark{Enter}");
    await waitFor(() => expect(inputsOf("settings_save")).toMatchObject([{ language: "system", theme: "dark" }]));
  });

  it("hands what was typed on to the search with filters", async () => {
    await open();
    await userEvent.type(field(), "lactate");
    await screen.findByRole("group", { name: "Messages" });
    await userEvent.clear(field());
    await userEvent.type(field(), "search mess");
    await waitFor(() => expect(chosen()).toContain("Search messages"));
    await userEvent.keyboard("{Enter}");
    expect(await screen.findByRole("combobox", { name: "Search messages" })).toHaveFocus();
  });
});
