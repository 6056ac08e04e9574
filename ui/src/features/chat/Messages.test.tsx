import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { openApp } from "@/testing/app";
import { FakeCore, type MessageItem, Refused, type Room } from "@/testing/fake-core";

const CHEN = "/chats/!room12:jz.example";

let core: FakeCore;
let chen: Room;
let theirs: MessageItem;
let own: MessageItem;
let copied: string[];

beforeEach(() => {
  vi.spyOn(document, "hasFocus").mockReturnValue(true);
  copied = [];
  userEvent.setup();
  navigator.clipboard.writeText = (text) => Promise.resolve(void copied.push(text));
  core = new FakeCore();
  chen = core.room(12);
  theirs = core.message(chen, false, "Hold on IABP, re-image at 48 h.", 5);
  own = core.message(chen, true, "APTT 56 s", 4, { state: "read" });
  chen.items = [theirs, own];
});

const field = () => screen.findByRole("textbox", { name: "Message to Chen Siyuan" });
const log = () => screen.getByRole("log", { name: "Messages with Chen Siyuan" });
const inputsOf = (command: string) => core.calls.filter((call) => call.command === command).map(({ input }) => input);
const row = async (text: string) => (await within(await screen.findByRole("log")).findByText(text)).closest<HTMLElement>("[data-message]") as HTMLElement;
/** Moves the focus to a message by the keyboard alone. */
const focusOn = async (text: string) => {
  const message = await row(text);
  act(() => log().focus());
  for (let n = 0; n < 10 && document.activeElement !== message; n += 1) await userEvent.keyboard("{ArrowUp}");
  expect(message).toHaveFocus();
  return message;
};
const menuOf = async (text: string) => {
  fireEvent.contextMenu(await row(text));
  return await screen.findByRole("menu");
};

describe("what came unencrypted", () => {
  it("is not shown, and is nobody's message", async () => {
    theirs.content = { ...theirs.content, body: { kind: "unencrypted" } };
    openApp(core, CHEN);
    expect(await screen.findByText(/A message in the name of Chen Siyuan came unencrypted and is not shown/)).toBeInTheDocument();
    expect(screen.getAllByRole("article")).toHaveLength(1);
  });
});

describe("answering", () => {
  it("quotes what is answered, and Escape gives it up", async () => {
    openApp(core, CHEN);
    await userEvent.click(within(await menuOf("Hold on IABP, re-image at 48 h.")).getByRole("menuitem", { name: "Reply" }));
    expect(await screen.findByText("Reply to Chen Siyuan")).toBeInTheDocument();
    await waitFor(async () => expect(await field()).toHaveFocus());
    await userEvent.keyboard("{Escape}");
    expect(screen.queryByText("Reply to Chen Siyuan")).not.toBeInTheDocument();

    await userEvent.click(within(await menuOf("Hold on IABP, re-image at 48 h.")).getByRole("menuitem", { name: "Reply" }));
    await userEvent.type(await field(), "Agreed.{Enter}");
    expect(inputsOf("message_send")).toEqual([{ room_id: chen.id, text: "Agreed.", mentions: [], reply_to: theirs.content.event_id, thread: null }]);
    expect(screen.queryByText("Reply to Chen Siyuan")).not.toBeInTheDocument();
    const quote = within(await row("Agreed.")).getByRole("button", { name: /Chen Siyuan/ });
    expect(quote).toHaveTextContent("Hold on IABP, re-image at 48 h.");
    await userEvent.click(quote);
    await waitFor(() => expect(document.querySelector(`[data-message="${theirs.id}"]`)).toHaveFocus());
  });

  it("goes to a message further up by loading what is older", async () => {
    const old = core.message(chen, false, "The first angiogram", 900);
    chen.older = [[old], [core.message(chen, false, "Second", 800)], [core.message(chen, false, "Third", 700)]];
    chen.items = [core.message(chen, true, "As you said", 3, { state: "sent" }, { reply: core.replyTo(old) })];
    openApp(core, CHEN);
    await userEvent.click(within(await row("As you said")).getByRole("button", { name: /The first angiogram/ }));
    await waitFor(() => expect(document.querySelector(`[data-message="${old.id}"]`)).toHaveFocus());
  });

  it("keeps what is answered with the draft", async () => {
    core.room(13);
    const { router } = openApp(core, CHEN);
    await userEvent.click(within(await menuOf("Hold on IABP, re-image at 48 h.")).getByRole("menuitem", { name: "Reply" }));
    await userEvent.type(await field(), "I would");
    await act(() => router.navigate({ to: "/chats/$roomId", params: { roomId: "!room13:jz.example" } }));
    expect(chen.draft).toEqual({ text: "I would", mentions: [], target: { kind: "reply", event_id: theirs.content.event_id }, aside: null });
    await act(() => router.navigate({ to: "/chats/$roomId", params: { roomId: chen.id } }));
    expect(await field()).toHaveValue("I would");
    expect(await screen.findByText("Reply to Chen Siyuan")).toBeInTheDocument();
  });

  it("brings the answer back when the core cannot take it", async () => {
    core.handlers.message_send = () => { throw new Refused("disk_full"); };
    openApp(core, CHEN);
    await userEvent.click(within(await menuOf("Hold on IABP, re-image at 48 h.")).getByRole("menuitem", { name: "Reply" }));
    await userEvent.type(await field(), "Not lost{Enter}");
    expect(await screen.findByText(/disk is full/)).toBeInTheDocument();
    expect(await field()).toHaveValue("Not lost");
    expect(screen.getByText("Reply to Chen Siyuan")).toBeInTheDocument();
  });
});

describe("editing", () => {
  it("over something half written keeps both, also while one is elsewhere", async () => {
    core.room(13);
    const { router } = openApp(core, CHEN);
    await userEvent.type(await field(), "half written");
    await userEvent.click(within(await menuOf("APTT 56 s")).getByRole("menuitem", { name: "Edit" }));
    await waitFor(async () => expect(await field()).toHaveValue("APTT 56 s"));
    await userEvent.type(await field(), ", falling");
    await act(() => router.navigate({ to: "/chats/$roomId", params: { roomId: "!room13:jz.example" } }));
    await act(() => router.navigate({ to: "/chats/$roomId", params: { roomId: chen.id } }));
    expect(await field()).toHaveValue("APTT 56 s, falling");
    expect(await screen.findByText("Editing your message")).toBeInTheDocument();
    await userEvent.keyboard("{Escape}");
    expect(await field()).toHaveValue("half written");
  });

  it("begins with the arrow up in an empty field and says that a message was edited", async () => {
    openApp(core, CHEN);
    await userEvent.click(await field());
    await userEvent.keyboard("{ArrowUp}");
    expect(await field()).toHaveValue("APTT 56 s");
    expect(screen.getByText("Editing your message")).toBeInTheDocument();
    await userEvent.keyboard(", falling{Enter}");
    expect(inputsOf("message_edit")).toEqual([{ room_id: chen.id, item_id: own.content.event_id, text: "APTT 56 s, falling", mentions: [] }]);
    expect(within(await row("APTT 56 s, falling")).getByText("edited")).toBeInTheDocument();
    expect(await field()).toHaveValue("");
    expect(inputsOf("message_send")).toEqual([]);
  });

  it("puts aside what was being written, and sends nothing that did not change", async () => {
    openApp(core, CHEN);
    await userEvent.type(await field(), "Half a thought");
    await userEvent.click(within(await menuOf("APTT 56 s")).getByRole("menuitem", { name: "Edit" }));
    expect(await field()).toHaveValue("APTT 56 s");
    await waitFor(async () => expect(await field()).toHaveFocus());
    await userEvent.keyboard("{Escape}");
    expect(await field()).toHaveValue("Half a thought");
    await userEvent.click(within(await menuOf("APTT 56 s")).getByRole("menuitem", { name: "Edit" }));
    await waitFor(async () => expect(await field()).toHaveFocus());
    await userEvent.keyboard("{Enter}");
    expect(await field()).toHaveValue("Half a thought");
    expect(inputsOf("message_edit")).toEqual([]);
  });

  it("is for one's own messages alone", async () => {
    openApp(core, CHEN);
    const menu = within(await menuOf("Hold on IABP, re-image at 48 h."));
    expect(menu.getByRole("menuitem", { name: "Reply" })).toBeInTheDocument();
    expect(menu.queryByRole("menuitem", { name: "Edit" })).not.toBeInTheDocument();
    expect(menu.queryByRole("menuitem", { name: "Recall" })).not.toBeInTheDocument();
  });

  it("says that an edit waits, and offers a way out if it is refused", async () => {
    openApp(core, CHEN);
    await field();
    act(() => core.setLink("offline"));
    await userEvent.click(await field());
    await userEvent.keyboard("{ArrowUp} now{Enter}");
    expect(await within(log()).findByText("Edit queued")).toBeInTheDocument();
    act(() => core.change(chen, own.id, () => ({ change: { state: "failed" } })));
    expect(await within(log()).findByText("Edit not sent")).toBeInTheDocument();
    await userEvent.click(within(log()).getByRole("button", { name: "Keep as it was" }));
    expect(inputsOf("message_discard")).toEqual([{ room_id: chen.id, item_id: own.content.event_id }]);
  });

  it("is not ended or left by the keys of an input method", async () => {
    openApp(core, CHEN);
    const area = await field();
    await userEvent.click(area);
    await userEvent.keyboard("{ArrowUp}");
    const key = (init: Record<string, unknown>) => fireEvent.keyDown(area, init);
    // Chromium: the keys say that they belong to a composition.
    fireEvent.compositionStart(area);
    key({ key: "Enter", keyCode: 229, isComposing: true });
    key({ key: "Escape", keyCode: 229, isComposing: true });
    fireEvent.compositionEnd(area);
    // WebKit: they come right after its end.
    for (const name of ["Enter", "Escape"]) {
      fireEvent.compositionStart(area);
      fireEvent.compositionEnd(area);
      key({ key: name, keyCode: 229 });
    }
    expect(screen.getByText("Editing your message")).toBeInTheDocument();
    expect(area).toHaveValue("APTT 56 s");
    expect(inputsOf("message_edit")).toEqual([]);
    key({ key: "Escape", keyCode: 27 });
    expect(screen.queryByText("Editing your message")).not.toBeInTheDocument();
  });

  it("does not begin while an input method has the arrow", async () => {
    openApp(core, CHEN);
    const press: Record<string, unknown> = { key: "ArrowUp", keyCode: 229, isComposing: true };
    fireEvent.keyDown(await field(), press);
    expect(screen.queryByText("Editing your message")).not.toBeInTheDocument();
  });
});

describe("recalling", () => {
  it("says what it can undo and what not, before it does", async () => {
    openApp(core, CHEN);
    await userEvent.click(within(await menuOf("APTT 56 s")).getByRole("menuitem", { name: "Recall" }));
    const dialog = await screen.findByRole("dialog", { name: "Recall this message?" });
    expect(dialog).toHaveAccessibleDescription(/Whoever has read it has read it/);
    expect(inputsOf("message_recall")).toEqual([]);
    await userEvent.click(within(dialog).getByRole("button", { name: "Recall" }));
    expect(inputsOf("message_recall")).toEqual([{ room_id: chen.id, item_id: own.content.event_id }]);
    expect(await screen.findByText("You recalled a message")).toBeInTheDocument();
  });

  it("of what was not sent is a deletion that nobody sees", async () => {
    chen.items = [...chen.items, core.message(chen, true, "not yet", 1, { state: "queued" })];
    openApp(core, CHEN);
    await userEvent.click(within(await menuOf("not yet")).getByRole("menuitem", { name: "Delete" }));
    const dialog = await screen.findByRole("dialog", { name: "Delete this message?" });
    await userEvent.click(within(dialog).getByRole("button", { name: "Delete" }));
    await waitFor(() => expect(within(log()).queryByText("not yet")).not.toBeInTheDocument());
  });

  it("waits for the network and says so", async () => {
    openApp(core, CHEN);
    await field();
    act(() => core.setLink("offline"));
    await focusOn("APTT 56 s");
    await userEvent.keyboard("{Delete}");
    await userEvent.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Recall" }));
    expect(await screen.findByText("Recall queued")).toBeInTheDocument();
    act(() => core.setLink("online"));
    await waitFor(() => expect(screen.queryByText("Recall queued")).not.toBeInTheDocument());
  });
});

describe("reacting", () => {
  it("is done with three words and taken back with the same", async () => {
    openApp(core, CHEN);
    await focusOn("Hold on IABP, re-image at 48 h.");
    await userEvent.keyboard("3");
    expect(inputsOf("message_react")).toEqual([{ room_id: chen.id, item_id: theirs.content.event_id, word: "query" }]);
    const chip = await screen.findByRole("button", { name: "Query 1: Lin Jianing" });
    expect(chip).toHaveAttribute("aria-pressed", "true");
    await userEvent.click(chip);
    await waitFor(() => expect(chip).not.toBeInTheDocument());
  });

  it("says who, and that the own one waits", async () => {
    chen.items = [{ ...theirs, content: { ...theirs.content, reactions: [{ ...core.reaction("agree", [0, 1, 12]), queued: true, count: 30 }] } }];
    openApp(core, CHEN);
    const chip = await screen.findByRole("button", { name: "Agree 30: Lin Jianing, Zhang Wei, Chen Siyuan and 27 more, queued" });
    await userEvent.hover(chip);
    expect(await screen.findByText("Lin Jianing, Zhang Wei, Chen Siyuan and 27 more")).toBeInTheDocument();
  });

  it("shows what other clients sent as it is, and does not take it up", async () => {
    chen.items = [{ ...theirs, content: { ...theirs.content, reactions: [core.reaction("<b>👍</b>", [12])] } }];
    openApp(core, CHEN);
    const chip = await screen.findByRole("button", { name: "<b>👍</b> 1: Chen Siyuan" });
    expect(chip).toHaveTextContent("<b>👍</b> 1");
    await userEvent.click(chip);
    expect(inputsOf("message_react")).toEqual([]);
  });

  it("takes back an own reaction that another client sent", async () => {
    chen.items = [{ ...theirs, content: { ...theirs.content, reactions: [core.reaction("👍", [0, 12])] } }];
    openApp(core, CHEN);
    await userEvent.click(await screen.findByRole("button", { name: /^👍 2/, pressed: true }));
    expect(inputsOf("message_take_reaction_back")).toEqual([{ room_id: chen.id, item_id: theirs.content.event_id, key: "👍" }]);
    expect(await screen.findByRole("button", { name: "👍 1: Chen Siyuan" })).toBeInTheDocument();
  });
});

describe("the menu of a message", () => {
  it("is reached by the keyboard alone, and Escape leads back to the field", async () => {
    openApp(core, CHEN);
    const message = await focusOn("Hold on IABP, re-image at 48 h.");
    await userEvent.keyboard("{Enter}");
    const menu = await screen.findByRole("menu");
    expect(within(menu).getAllByRole("menuitem").map((item) => item.textContent)).toEqual(["Agree1", "Noted2", "Query3", "ReplyR", "Reply in threadT", "Copy textC", "SelectS", "Forward…F", "Star*", "PinP"]);
    await userEvent.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("menu")).not.toBeInTheDocument());
    await waitFor(() => expect(message).toHaveFocus());
    await userEvent.keyboard("c");
    expect(copied).toEqual(["Hold on IABP, re-image at 48 h."]);
    await userEvent.keyboard("{Escape}");
    expect(await field()).toHaveFocus();
  });

  it("is beside the message for the pointer", async () => {
    openApp(core, CHEN);
    await userEvent.hover(await row("Hold on IABP, re-image at 48 h."));
    await userEvent.click(await screen.findByRole("button", { name: "Agree" }));
    expect(inputsOf("message_react")).toEqual([{ room_id: chen.id, item_id: theirs.content.event_id, word: "agree" }]);
    await userEvent.hover(await row("Hold on IABP, re-image at 48 h."));
    await userEvent.click(screen.getByRole("button", { name: "More" }));
    expect(await screen.findByRole("menu")).toBeInTheDocument();
  });
});

describe("selecting", () => {
  it("copies several messages with their authors, in their order", async () => {
    openApp(core, CHEN);
    await userEvent.click(within(await menuOf("APTT 56 s")).getByRole("menuitem", { name: "Select" }));
    expect(await screen.findByText("1 message selected")).toBeInTheDocument();
    await focusOn("Hold on IABP, re-image at 48 h.");
    await userEvent.keyboard(" ");
    expect(screen.getByText("2 messages selected")).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Copy" }));
    expect(copied[0]).toMatch(/^Chen Siyuan \d\d:\d\d\nHold on IABP, re-image at 48 h\.\n\nLin Jianing \d\d:\d\d\nAPTT 56 s$/);
    expect(await field()).toBeVisible();
  });
});

describe("formatting", () => {
  it("draws what the core lets through, and shows where a link leads", async () => {
    const run = (text: string, style = {}) => ({ text, strong: false, emphasis: false, code: false, link: null, mention: null, ...style });
    chen.items = [core.message(chen, false, {
      kind: "text", text: "plain", edited: false,
      formatted: [
        { kind: "paragraph", runs: [run("stop ", { strong: true }), run("the guide", { link: "https://guide.example/ecmo" })] },
        { kind: "list", start: 3, items: [[{ kind: "paragraph", runs: [run("<img src=x onerror=alert(1)>")] }]] },
        { kind: "paragraph", runs: [run("click", { link: "javascript:alert(1)" })] },
      ],
    }, 1)];
    openApp(core, CHEN);
    const link = await within(await screen.findByRole("log")).findByRole("link");
    expect(link).toHaveTextContent("the guide guide.example");
    expect(link).toHaveAttribute("href", "https://guide.example/ecmo");
    expect(link).toHaveAttribute("rel", "noreferrer noopener");
    expect(screen.getByText("stop").tagName).toBe("STRONG");
    expect(within(log()).getByRole("list")).toHaveAttribute("start", "3");
    expect(screen.getByText("<img src=x onerror=alert(1)>")).toBeInTheDocument();
    expect(within(log()).getAllByRole("link")).toHaveLength(1);
  });

  it("copies an address that goes unencrypted instead of opening it", async () => {
    chen.items = [core.message(chen, false, "see http://old.example/page.", 1)];
    openApp(core, CHEN);
    await userEvent.click(await screen.findByRole("button", { name: "http://old.example/page" }));
    expect(copied).toEqual(["http://old.example/page"]);
  });

  it("begins a very long message with a part of it", async () => {
    chen.items = [core.message(chen, false, `first ${"x".repeat(65_000)} last`, 1)];
    openApp(core, CHEN);
    await userEvent.click(await screen.findByRole("button", { name: "Show all of it" }));
    expect(await within(log()).findByText(/last$/)).toBeInTheDocument();
  });
});

describe("reading", () => {
  it("says by how many a message of a group was read, and by whom", async () => {
    chen.items = [core.message(chen, true, "for all", 1, { state: "read" }, { readers: { by: 2, of: 3 } })];
    openApp(core, CHEN);
    await userEvent.click(await screen.findByRole("button", { name: "Read by 2/3" }));
    const who = await screen.findByRole("dialog", { name: "Who has read it" });
    const heading = await within(who).findByRole("heading", { name: "Not yet" });
    expect(within(who).getAllByRole("listitem")).toHaveLength(3);
    expect(heading.nextSibling).toHaveTextContent(core.person(3).name.latin);
  });

  it("keeps the unread divider where it was, and finds it further up", async () => {
    chen.unread = 3;
    chen.older = [[core.message(chen, false, "read", 60), core.message(chen, false, "unread", 50)], [core.message(chen, false, "unread too", 45)]];
    chen.items = [theirs];
    openApp(core, CHEN);
    await userEvent.click(await screen.findByRole("button", { name: "First unread" }));
    expect(await within(log()).findByText("Unread")).toBeInTheDocument();
    // As after a gap in what the homeserver sent.
    act(() => {
      chen.items = chen.items.map((item) => ({ ...item, id: `${item.id} again` }));
      core.emit("timeline", { type: "items", update: { type: "reset", items: chen.items } }, { room_id: chen.id });
    });
    expect(within(log()).getByText("Unread")).toBeInTheDocument();
  });
});

describe("pinning", () => {
  it("is for everybody, shown above, and leads to the message", async () => {
    openApp(core, CHEN);
    await userEvent.click(within(await menuOf("Hold on IABP, re-image at 48 h.")).getByRole("menuitem", { name: "Pin" }));
    await focusOn("APTT 56 s");
    await userEvent.keyboard("p");
    const banner = await screen.findByRole("button", { name: "Pinned, 2 of 2: Lin Jianing: APTT 56 s" });
    await userEvent.click(banner);
    await waitFor(() => expect(document.querySelector(`[data-message="${own.id}"]`)).toHaveFocus());
    await userEvent.click(screen.getByRole("button", { name: /^Pinned, 1 of 2: Chen Siyuan/ }));
    await waitFor(() => expect(document.querySelector(`[data-message="${theirs.id}"]`)).toHaveFocus());
    await userEvent.click(within(await menuOf("APTT 56 s")).getByRole("menuitem", { name: "Unpin" }));
    await waitFor(() => expect(screen.queryByRole("button", { name: /^Pinned.* Lin/ })).not.toBeInTheDocument());
  });

  it("says that it needs the network", async () => {
    openApp(core, CHEN);
    await field();
    act(() => core.setLink("offline"));
    await userEvent.click(within(await menuOf("APTT 56 s")).getByRole("menuitem", { name: "Pin" }));
    expect((await screen.findAllByText(/The server cannot be reached/)).length).toBeGreaterThan(0);
  });
});
