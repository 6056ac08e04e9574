import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { ColleagueCard } from "@/bindings";
import { openApp } from "@/testing/app";
import { FakeCore, Refused, wireError } from "@/testing/fake-core";
import { NOTHING_LOADED } from "@/testing/fixtures";
import { ward } from "@/testing/story";
import { EVERYBODY } from "./state";

const card = () => screen.getByRole("complementary", { name: "Colleague" });

describe("finding a colleague", () => {
  it("searches as one types, marks what matched, and opens the card with the keyboard alone", async () => {
    const core = new FakeCore();
    const { router } = openApp(core, "/directory");
    await screen.findByRole("option", { name: /Lin Jianing/ });
    await userEvent.keyboard("/");
    expect(screen.getByRole("searchbox")).toHaveFocus();
    await userEvent.keyboard("chen si");
    await waitFor(() => expect(screen.getByText("1 colleague", { exact: true })).toBeInTheDocument());
    const row = screen.getByRole("option", { name: /Chen Siyuan/ });
    expect([...row.querySelectorAll("mark")].map((mark) => mark.textContent)).toEqual(["Chen", "Si"]);
    expect(screen.getByText("Pinyin")).toBeInTheDocument();
    await userEvent.keyboard("{ArrowDown}");
    expect(row).toHaveAttribute("aria-selected", "true");
    expect(await within(card()).findByRole("heading", { name: /Chen Siyuan/ })).toBeInTheDocument();
    expect(within(card()).getByText(/licence ending 4417/)).toBeInTheDocument();
    await userEvent.keyboard("{Enter}");
    expect(within(card()).getByRole("button", { name: "Message" })).toHaveFocus();
    await userEvent.keyboard("{Enter}");
    await waitFor(() => expect(decodeURIComponent(router.state.location.pathname)).toBe("/chats/!room12:jz.example"));
    expect(await screen.findByRole("textbox", { name: "Message to Chen Siyuan" })).toHaveFocus();
  });

  it("opens whom an Enter meant that came before the answer", async () => {
    openApp(new FakeCore(), "/directory");
    await screen.findByRole("option", { name: /Lin Jianing/ });
    fireEvent.change(screen.getByRole("searchbox"), { target: { value: "chen si" } });
    fireEvent.keyDown(screen.getByRole("searchbox"), { key: "Enter" });
    await waitFor(() => expect(within(card()).getByRole("heading", { name: /Chen Siyuan/ })).toBeInTheDocument());
  });

  it("leaves the row it was on when the card of somebody else is opened from elsewhere", async () => {
    const { router } = openApp(new FakeCore(), "/directory");
    const first = await screen.findByRole("option", { name: /Lin Jianing/ });
    await userEvent.click(first);
    expect(first).toHaveAttribute("aria-selected", "true");
    await act(() => router.navigate({ to: "/directory", search: { colleague: "p-12" } }));
    expect(await within(card()).findByRole("heading", { name: /Chen Siyuan/ })).toBeInTheDocument();
    expect(first).toHaveAttribute("aria-selected", "false");
  });

  it("selects what was searched for before when the search is called from elsewhere", async () => {
    const { router } = openApp(new FakeCore(), "/directory");
    await userEvent.type(await screen.findByRole("searchbox"), "weiss");
    await userEvent.keyboard("{Control>}1{/Control}");
    await waitFor(() => expect(router.state.location.pathname).toBe("/chats"));
    await userEvent.keyboard("{Control>}{Shift>}n{/Shift}{/Control}");
    const field = await screen.findByRole<HTMLInputElement>("searchbox");
    await waitFor(() => expect(field).toHaveFocus());
    expect(field).toHaveValue("weiss");
    expect([field.selectionStart, field.selectionEnd]).toEqual([0, 5]);
  });

  it("opens on Enter whom one searched for, not whom the former letters found", async () => {
    const core = new FakeCore();
    const search = core.handlers.directory_search;
    let answer: () => void = () => undefined;
    core.handlers.directory_search = async (query) => {
      if (query.text === "weiss") await new Promise<void>((resolve) => { answer = resolve; });
      return await (search?.(query) ?? Promise.reject(new Error("search")));
    };
    openApp(core, "/directory");
    await screen.findByText("60 colleagues");
    const field = screen.getByRole("searchbox");
    fireEvent.change(field, { target: { value: "weiss" } });
    fireEvent.keyDown(field, { key: "Enter" });
    expect(screen.getByText("Nobody selected")).toBeInTheDocument();
    act(() => answer());
    await screen.findByText("1 colleague", { exact: true });
    fireEvent.keyDown(field, { key: "Enter" });
    expect(await within(card()).findByRole("heading", { name: /Hannah Weiss/ })).toBeInTheDocument();
  });

  it("narrows by filters whose numbers say what each would leave, and takes them away again", async () => {
    openApp(new FakeCore(), "/directory");
    const filters = await screen.findByRole("complementary", { name: "Filters" });
    await userEvent.click(await within(filters).findByRole("checkbox", { name: /^Cardiology/ }));
    const chip = await screen.findByRole("button", { name: "Remove filter Department" });
    expect(chip).toHaveTextContent("Department: Cardiology");
    for (const option of screen.getAllByRole("option")) expect(option).toHaveTextContent("Cardiology");
    await userEvent.click(chip);
    expect(await screen.findByText("60 colleagues")).toBeInTheDocument();
  });

  it("keeps the name of a chosen filter in sight while the search finds nobody of it", async () => {
    openApp(new FakeCore(), "/directory");
    const filters = await screen.findByRole("complementary", { name: "Filters" });
    const hospitals = await within(filters).findByRole("region", { name: "Hospital" });
    await userEvent.click(within(hospitals).getByRole("button", { name: /more/ }));
    await userEvent.click(within(hospitals).getByRole("checkbox", { name: /^St Aldhelm/ }));
    await userEvent.type(screen.getByRole("searchbox"), "zhang");
    expect(await screen.findByText("No match for “zhang”")).toBeInTheDocument();
    expect(screen.getByRole("navigation", { name: "Where you are" })).toHaveTextContent("St Aldhelm’s Hospital");
    expect(within(filters).getByRole("checkbox", { name: /^St Aldhelm/ })).toBeChecked();
    await userEvent.click(screen.getByRole("button", { name: "Clear filters" }));
    expect(await screen.findByText("11 colleagues")).toBeInTheDocument();
  });

  it("keeps the search while one looks elsewhere", async () => {
    openApp(new FakeCore(), "/directory");
    await userEvent.type(await screen.findByRole("searchbox"), "weiss");
    await userEvent.keyboard("{Control>}1{/Control}");
    await screen.findByText("No chats yet");
    await userEvent.click(screen.getByRole("button", { name: "Open directory" }));
    expect(await screen.findByRole("searchbox")).toHaveValue("weiss");
  });

  it("says when nobody matches and offers the way back", async () => {
    openApp(new FakeCore(), "/directory");
    await userEvent.type(await screen.findByRole("searchbox"), "qqqq");
    expect(await screen.findByText("No match for “qqqq”")).toBeInTheDocument();
    await userEvent.keyboard("{Escape}");
    expect(await screen.findByText("60 colleagues")).toBeInTheDocument();
  });

  it("says plainly when only similar names were found", async () => {
    openApp(new FakeCore(), "/directory");
    await userEvent.type(await screen.findByRole("searchbox"), "zhagnwenbo");
    expect(await screen.findByRole("option", { name: /Zhang Wenbo/ })).toBeInTheDocument();
    expect(screen.getByText("No exact match for “zhagnwenbo”")).toBeInTheDocument();
    expect(screen.getByText(/Showing similar names/)).toBeInTheDocument();
    await userEvent.clear(screen.getByRole("searchbox"));
    await userEvent.type(screen.getByRole("searchbox"), "zhangwenbo");
    await waitFor(() => expect(screen.queryByText(/Showing similar names/)).not.toBeInTheDocument());
  });

  it("puts the people one knows first, under a heading", async () => {
    openApp(ward(), "/directory");
    await userEvent.type(await screen.findByRole("searchbox"), "zhang wei");
    const known = await screen.findByText("People you know");
    const first = screen.getAllByRole("option")[0] as HTMLElement;
    expect(known.compareDocumentPosition(first) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy();
    expect(within(first).getByRole("img", { name: "Favourite" })).toBeInTheDocument();
    expect(screen.getByText("Other colleagues")).toBeInTheDocument();
  });

  it("shows the telephone number in which digits were found", async () => {
    const core = new FakeCore();
    openApp(core, "/directory");
    await userEvent.type(await screen.findByRole("searchbox"), "0112");
    const row = await screen.findByRole("option", { name: /0599-555-0112/ });
    expect([...row.querySelectorAll("mark")].map((mark) => mark.textContent)).toEqual(["0112"]);
  });
});

describe("the list", () => {
  it("goes to a letter when it is sorted by name", async () => {
    openApp(new FakeCore(), "/directory");
    await userEvent.click(await screen.findByRole("combobox", { name: "Order" }));
    await userEvent.click(await screen.findByRole("option", { name: "By name" }));
    const letters = await screen.findByRole("group", { name: "Letters" });
    await userEvent.click(within(letters).getByRole("button", { name: "Z" }));
    const selected = () => screen.getAllByRole("option").filter((row) => row.getAttribute("aria-selected") === "true");
    await waitFor(() => expect(selected()[0]).toHaveTextContent(/Z/));
    act(() => screen.getByRole("listbox", { name: "Colleagues" }).focus());
    await userEvent.keyboard("o");
    await waitFor(() => expect(selected()[0]).toHaveTextContent("Ouyang Jing"));
  });

  it("chooses several with the keyboard and the mouse, and writes their vCards", async () => {
    const core = new FakeCore();
    openApp(core, "/directory");
    const rows = await screen.findAllByRole("option");
    await userEvent.click(rows[1] as HTMLElement);
    act(() => screen.getByRole("listbox", { name: "Colleagues" }).focus());
    await userEvent.keyboard("{Shift>}{ArrowDown}{ArrowDown}{/Shift}");
    expect(await screen.findByText("3 selected")).toBeInTheDocument();
    const user = userEvent.setup();
    await user.keyboard("{Control>}");
    await user.click(screen.getAllByRole("option")[6] as HTMLElement);
    await user.keyboard("{/Control}");
    expect(await screen.findByText("4 selected")).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Export vCards…" }));
    expect(await screen.findByText("4 vCards saved")).toBeInTheDocument();
    expect(core.saved[0]).toMatchObject({ name: "colleagues.vcf", type: "text/vcard;charset=utf-8" });
    expect(new TextDecoder().decode(core.saved[0]?.bytes).match(/BEGIN:VCARD/g)).toHaveLength(4);
    await userEvent.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByText("4 selected")).not.toBeInTheDocument());
  });

  it("begins at its head for the keyboard, not for the mouse on its way to a row", async () => {
    const core = new FakeCore();
    // One's own card is read for what the strip says of it.
    const opened = () => core.calls.filter(({ command, input }) => command === "directory_colleague" && JSON.stringify(input) !== '{"practitioner_id":"p-0"}');
    openApp(core, "/directory");
    const rows = await screen.findAllByRole("option");
    const user = userEvent.setup();
    await user.keyboard("{Control>}");
    await user.click(rows[4] as HTMLElement);
    await user.keyboard("{/Control}");
    expect(await screen.findByText("1 selected")).toBeInTheDocument();
    expect(opened()).toEqual([]);
    act(() => (document.activeElement as HTMLElement).blur());
    await user.keyboard("{Escape}");
    await user.click(rows[3] as HTMLElement);
    expect(await within(card()).findByRole("heading", { name: /Zhang Wei/ })).toBeInTheDocument();
    expect(opened()).toHaveLength(1);
  });

  it("opens with Home, End and a page at a time", async () => {
    openApp(new FakeCore({ size: 300 }), "/directory");
    await screen.findByText("300 colleagues");
    act(() => screen.getByRole("listbox", { name: "Colleagues" }).focus());
    const at = () => screen.getByRole("listbox", { name: "Colleagues" }).getAttribute("aria-activedescendant");
    await userEvent.keyboard("{End}");
    expect(at()).toBe("colleague-299");
    expect(await screen.findByText((_, element) => element?.id === "colleague-299")).toHaveAttribute("aria-posinset", "300");
    await userEvent.keyboard("{PageUp}");
    expect(at()).toBe("colleague-289");
    await userEvent.keyboard("{Home}");
    expect(at()).toBe("colleague-0");
  });
});

describe("whose list it is", () => {
  it("is narrowed to favourites, which the star of a card makes", async () => {
    openApp(new FakeCore(), "/directory?colleague=p-12");
    const card = await screen.findByRole("complementary", { name: "Colleague" });
    await userEvent.click(await within(card).findByRole("button", { name: "Add to favourites" }));
    expect(await within(card).findByRole("button", { name: "Remove from favourites" })).toHaveAttribute("aria-pressed", "true");
    const filters = screen.getByRole("complementary", { name: "Filters" });
    const favourites = await within(filters).findByRole("button", { name: /^Favourites/ });
    await waitFor(() => expect(favourites).toHaveTextContent("1"));
    await userEvent.click(favourites);
    expect(await screen.findByText("1 colleague", { exact: true })).toBeInTheDocument();
    expect(screen.getByRole("option", { name: /Chen Siyuan/ })).toBeInTheDocument();
  });

  it("is one filter among several that are taken away together", async () => {
    openApp(new FakeCore(), "/directory");
    const filters = await screen.findByRole("complementary", { name: "Filters" });
    await userEvent.click(await within(filters).findByRole("checkbox", { name: /^Not joined yet/ }));
    await userEvent.click(within(within(filters).getByRole("region", { name: "City" })).getByRole("checkbox", { name: /^Jiangzhou/ }));
    expect(screen.getByRole("button", { name: "Remove filter Account" })).toHaveTextContent("Account: Not joined yet");
    await userEvent.click(screen.getByRole("button", { name: "Clear filters" }));
    expect(await screen.findByText("60 colleagues")).toBeInTheDocument();
  });

  it("is kept under a name and asked again with one click", async () => {
    const core = new FakeCore();
    openApp(core, "/directory");
    await userEvent.type(await screen.findByRole("searchbox"), "zhang");
    await screen.findByText("11 colleagues");
    await userEvent.click(screen.getByRole("button", { name: "Save this search" }));
    const dialog = await screen.findByRole("dialog");
    const field = within(dialog).getByRole("textbox", { name: "Name of the search" });
    await userEvent.clear(field);
    await userEvent.type(field, "Zhangs{Enter}");
    await waitFor(() => expect(core.searches).toHaveLength(1));
    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
    await userEvent.clear(screen.getByRole("searchbox"));
    await screen.findByText("60 colleagues");
    await userEvent.click(screen.getByRole("button", { name: "Zhangs" }));
    expect(await screen.findByText("11 colleagues")).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Delete saved search Zhangs" }));
    await waitFor(() => expect(screen.queryByRole("button", { name: "Zhangs" })).not.toBeInTheDocument());
  });
});

describe("the focus", () => {
  it("stays where one works when what had it goes away", async () => {
    const core = new FakeCore();
    openApp(core, "/directory?colleague=p-1");
    await userEvent.click(await screen.findByRole("button", { name: "Ask for mobile" }));
    await waitFor(() => expect(screen.getByRole("group", { name: "Mobile" })).toHaveFocus());
    await userEvent.click(screen.getByRole("button", { name: "Add a note" }));
    await userEvent.keyboard("Rounds at seven{Escape}");
    expect(screen.getByRole("button", { name: "Add a note" })).toHaveFocus();
    await userEvent.click(screen.getByRole("button", { name: "Add a note" }));
    await userEvent.keyboard("Rounds at seven{Control>}{Enter}{/Control}");
    await waitFor(() => expect(screen.getByRole("button", { name: "Rounds at seven" })).toHaveFocus());
    await userEvent.type(screen.getByRole("searchbox"), "zhang");
    await userEvent.click(screen.getByRole("button", { name: "Clear search" }));
    expect(screen.getByRole("searchbox")).toHaveFocus();
  });

  it("stays in the cards from one to the next, and chooses nobody by being handed on", async () => {
    const core = ward();
    openApp(core, "/directory?colleague=p-12");
    const beside = await screen.findByRole("region", { name: "Same department" });
    const [first] = within(beside).getAllByRole("button");
    const name = first?.querySelector("span:nth-of-type(2)")?.textContent ?? "";
    await userEvent.click(first as HTMLElement);
    expect(await within(card()).findByRole("heading", { name: new RegExp(`^${name}`) })).toBeInTheDocument();
    expect(card().parentElement).toHaveFocus();
    const filters = screen.getByRole("complementary", { name: "Filters" });
    const [department] = within(await within(filters).findByRole("region", { name: "Department" })).getAllByRole("checkbox");
    await userEvent.click(department as HTMLElement);
    await userEvent.click(await screen.findByRole("button", { name: "Remove filter Department" }));
    await waitFor(() => expect(screen.getByRole("listbox", { name: "Colleagues" })).toHaveFocus());
    expect(within(card()).getByRole("heading", { name: new RegExp(`^${name}`) })).toBeInTheDocument();
  });

  it("goes back to the list from a card that lay over it", async () => {
    window.innerWidth = 1000;
    try {
      openApp(new FakeCore(), "/directory?colleague=p-12");
      (await screen.findByRole("button", { name: "Message" })).focus();
      await userEvent.keyboard("{Escape}");
      await waitFor(() => expect(screen.getByRole("listbox", { name: "Colleagues" })).toHaveFocus());
      expect(screen.queryByRole("heading", { name: /Chen Siyuan/ })).not.toBeInTheDocument();
    } finally {
      window.innerWidth = 1280;
    }
  });
});

describe("what fails", () => {
  const unable = "The disk is full. Free some space, then try again; what was sent is safe.";
  // A note in the corner is read aloud at once from a text of its own.
  const said = (words: string | RegExp) => screen.findAllByText(words);

  it("is said in the corner where nothing on the screen says it", async () => {
    const core = new FakeCore();
    core.searches = [{ id: "s1", name: "Zhangs", query: { ...EVERYBODY, text: "zhang", offset: 0, limit: 0 } }];
    core.handlers.favourite_set = () => { throw new Refused("disk_full"); };
    core.handlers.saved_search_delete = () => { throw new Refused("database_corrupt"); };
    core.handlers.directory_refresh = () => { throw new Refused("offline"); };
    openApp(core, "/directory");
    await userEvent.click((await screen.findByRole("option", { name: /Chen Siyuan/ })).lastElementChild as HTMLElement);
    expect(await said(unable)).not.toHaveLength(0);
    await userEvent.click(screen.getByRole("button", { name: "Delete saved search Zhangs" }));
    expect(await said(/A local file is damaged/)).not.toHaveLength(0);
    await userEvent.click(screen.getByRole("button", { name: "Update now" }));
    expect(await said(/The server cannot be reached/)).not.toHaveLength(0);
  });

  it("is said once, at its place, where the screen says it", async () => {
    const core = new FakeCore();
    core.handlers.favourite_set = () => { throw new Refused("disk_full"); };
    openApp(core, "/directory?colleague=p-12");
    await userEvent.click(await screen.findByRole("button", { name: "Add to favourites" }));
    expect(await within(card()).findByText(unable)).toBeInTheDocument();
    expect(screen.getAllByText(unable)).toHaveLength(1);
  });

  it("leaves no rows blank without a word, and is tried again when asked", async () => {
    const core = new FakeCore({ size: 300 });
    const search = core.handlers.directory_search;
    let damaged = true;
    core.handlers.directory_search = (query) => {
      if (damaged && query.offset >= 200) throw new Refused("internal");
      return search?.(query) ?? Promise.reject(new Refused("internal"));
    };
    openApp(core, "/directory");
    await screen.findByText("300 colleagues");
    act(() => screen.getByRole("listbox", { name: "Colleagues" }).focus());
    await userEvent.keyboard("{End}");
    expect(await screen.findByText("Part of the list cannot be shown")).toBeInTheDocument();
    damaged = false;
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    await waitFor(() => expect(screen.queryByText("Part of the list cannot be shown")).not.toBeInTheDocument());
    expect(document.getElementById("colleague-299")).toBeInTheDocument();
  });
});

describe("a card", () => {
  it("of a colleague without an account offers contacts, not messages", async () => {
    const core = new FakeCore();
    const index = core.people.findIndex(({ user_id }) => user_id === null);
    openApp(core, `/directory?colleague=p-${index}`);
    expect(await within(await screen.findByRole("complementary", { name: "Colleague" })).findByText(/not in Consilium yet/)).toBeInTheDocument();
    expect(within(card()).queryByRole("button", { name: "Message" })).not.toBeInTheDocument();
    expect(within(card()).getByText("Work phone")).toBeInTheDocument();
  });

  it("calls nobody verified for whom nobody vouches any more", async () => {
    const core = new FakeCore();
    const index = core.people.findIndex(({ user_id }) => user_id === null);
    const colleague = core.people[index];
    if (!colleague?.verification) throw new Error("a verified colleague without an account is needed");
    const { verification } = colleague;
    colleague.verification = { ...verification, in_force: false, valid_until: "2025-11-18" };
    const { unmount } = openApp(core, `/directory?colleague=p-${index}`);
    expect(await screen.findByText("Not verified, and not in Consilium yet: please call or write an e-mail.")).toBeInTheDocument();
    expect(within(card()).queryByRole("img", { name: "Verified" })).not.toBeInTheDocument();
    expect(within(card()).getByText("Ran out on 18 Nov 2025: not verified until it is renewed")).toBeInTheDocument();
    unmount();

    colleague.verification = null;
    openApp(core, `/directory?colleague=p-${index}`);
    expect(await screen.findByText("Not verified, and not in Consilium yet: please call or write an e-mail.")).toBeInTheDocument();
    expect(within(card()).queryByRole("heading", { name: "Verification" })).not.toBeInTheDocument();
  });

  it("names verifier, hospital and extension in the reader's language", async () => {
    const core = new FakeCore();
    const [chen] = core.people.slice(12);
    if (!chen) throw new Error("no such colleague");
    chen.contacts = [{ kind: "phone", private: false, value: "0599-555-0148 转 6217" }];
    openApp(core, "/directory?colleague=p-12");
    expect(await screen.findByText(/Reviewer Sun Lixin/)).toBeInTheDocument();
    expect(within(card()).getByText(chen.hospital.en, { selector: "b" })).toBeInTheDocument();
    expect(within(card()).getByText("0599-555-0148 ext. 6217")).toBeInTheDocument();
  });

  it("calls, writes, and copies each contact", async () => {
    const written: string[] = [];
    const user = userEvent.setup();
    openApp(new FakeCore(), "/directory?colleague=p-12");
    const phone = within(await screen.findByRole("group", { name: "Work phone" }));
    expect(phone.getByRole("link")).toHaveAttribute("href", "tel:05995550112");
    const mail = within(screen.getByRole("group", { name: "Work e-mail" }));
    expect(mail.getByRole("link")).toHaveAttribute("href", "mailto:chen.siyuan12@dh1.example");
    navigator.clipboard.writeText = (text) => Promise.resolve(void written.push(text));
    await user.click(phone.getByRole("button", { name: "Copy Work phone" }));
    expect(await screen.findByText("Copied")).toBeInTheDocument();
    expect(written).toEqual(["0599-555-0112"]);
  });

  it("keeps a private note", async () => {
    const core = new FakeCore();
    openApp(core, "/directory?colleague=p-12");
    await userEvent.click(await within(await screen.findByRole("complementary", { name: "Colleague" })).findByRole("button", { name: "Add a note" }));
    await userEvent.type(screen.getByRole("textbox", { name: "Private note" }), "Knows about devices");
    await userEvent.tab();
    expect(await screen.findByRole("button", { name: "Knows about devices" })).toBeInTheDocument();
    expect(core.people[12]?.note).toBe("Knows about devices");
    await userEvent.click(screen.getByRole("button", { name: "Knows about devices" }));
    await userEvent.type(screen.getByRole("textbox", { name: "Private note" }), " and shunts{Escape}");
    expect(core.people[12]?.note).toBe("Knows about devices");
  });

  it("keeps a private note when one leaves by a shortcut, and says so if it cannot", async () => {
    const core = new FakeCore();
    const { router } = openApp(core, "/directory?colleague=p-12");
    const write = async (words: string) => {
      await userEvent.click(await screen.findByRole("button", { name: "Add a note" }));
      await userEvent.type(screen.getByRole("textbox", { name: "Private note" }), words);
    };
    await write("Knows about devices");
    await userEvent.keyboard("{Control>}1{/Control}");
    await waitFor(() => expect(core.people[12]?.note).toBe("Knows about devices"));
    expect(core.calls.filter(({ command }) => command === "note_save")).toHaveLength(1);

    core.handlers.note_save = () => { throw new Refused("disk_full"); };
    await act(() => router.navigate({ to: "/directory", search: { colleague: "p-1" } }));
    await write("Rounds at seven");
    await userEvent.click(screen.getByRole("option", { name: /Chen Siyuan/ }));
    expect(await screen.findAllByText(/^The disk is full/)).not.toHaveLength(0);
  });

  it("leads to the colleagues of the same department, and to a file", async () => {
    const core = new FakeCore();
    openApp(core, "/directory?colleague=p-12");
    await userEvent.click(await within(await screen.findByRole("complementary", { name: "Colleague" })).findByRole("button", { name: "More" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "Export vCard…" }));
    await waitFor(() => expect(core.saved[0]?.name).toBe("Chen Siyuan.vcf"));
    await userEvent.click(within(card()).getByRole("button", { name: "More" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "Same department" }));
    for (const row of await screen.findAllByRole("option")) expect(row).toHaveTextContent("Cardiology");
    expect(screen.queryByRole("heading", { name: /Chen Siyuan/ }), "nothing lies over them").not.toBeInTheDocument();
  });

  it("leads to no department of which the directory does not say it", async () => {
    const core = new FakeCore();
    core.people[12] = { ...core.people[12] as ColleagueCard, department: "" };
    openApp(core, "/directory?colleague=p-12");
    await userEvent.click(await within(await screen.findByRole("complementary", { name: "Colleague" })).findByRole("button", { name: "More" }));
    await screen.findByRole("menuitem", { name: "Export vCard…" });
    expect(screen.queryByRole("menuitem", { name: "Same department" })).not.toBeInTheDocument();
  });

  it("of oneself offers neither", async () => {
    openApp(new FakeCore(), "/directory?colleague=p-0");
    expect(await screen.findByRole("heading", { name: /Lin Jianing/ })).toBeInTheDocument();
    expect(within(card()).queryByRole("button", { name: "Message" })).not.toBeInTheDocument();
  });
});

describe("the copy on this machine", () => {
  it("is never shown as whole while it is being fetched", async () => {
    const core = new FakeCore();
    core.directory = { ...NOTHING_LOADED, loaded_bytes: 3_000_000, total_bytes: 8_000_000, colleagues: 28, seconds_left: 130 };
    openApp(core, "/directory");
    const bar = await screen.findByRole("progressbar", { name: "Downloading the directory" });
    expect(bar).toHaveAttribute("aria-valuenow", "3000000");
    expect(screen.getByText("3 MB of 8 MB")).toBeInTheDocument();
    expect(screen.getByText("28 colleagues searchable already · about 2 minutes left")).toBeInTheDocument();
    expect(screen.queryByText(/^As of/)).not.toBeInTheDocument();
    await userEvent.type(screen.getByRole("searchbox"), "qqqq");
    expect(await screen.findByText("The directory is still being downloaded: there may be more in a moment.")).toBeInTheDocument();
    act(() => core.setDirectory({ phase: "complete", as_of: new Date().toISOString(), colleagues: 60 }));
    expect(await screen.findByText(/^As of today/)).toBeInTheDocument();
    expect(screen.getByText("Try a name, pinyin, initials, department or hospital.")).toBeInTheDocument();
    expect(screen.queryByRole("progressbar")).not.toBeInTheDocument();
  });

  it("says why the first fetch stopped, and goes on when asked", async () => {
    const core = new FakeCore();
    core.directory = { ...NOTHING_LOADED, loaded_bytes: 3_000_000, total_bytes: 8_000_000, colleagues: 28, problem: wireError("offline") };
    openApp(core, "/directory");
    expect(await screen.findByText("The directory is not complete yet")).toBeInTheDocument();
    await userEvent.type(screen.getByRole("searchbox"), "qqqq");
    expect(await screen.findByText("Part of the directory is not here yet: there may be more once it is.")).toBeInTheDocument();
    expect(screen.queryByText(/still being downloaded/)).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(core.calls.map(({ command }) => command)).toContain("directory_refresh");
  });

  it("waits when the doctor says so, and goes on", async () => {
    const core = new FakeCore();
    core.directory = { ...NOTHING_LOADED, loaded_bytes: 3_000_000, total_bytes: 8_000_000, seconds_left: 130 };
    openApp(core, "/directory");
    await userEvent.click(await screen.findByRole("button", { name: "Pause" }));
    expect(await screen.findByText("The download is paused")).toBeInTheDocument();
    expect(screen.queryByText(/left/)).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Continue" }));
    expect(await screen.findByRole("button", { name: "Pause" })).toBeInTheDocument();
    expect(core.calls.map(({ command }) => command)).toEqual(expect.arrayContaining(["directory_pause", "directory_refresh"]));
  });

  it("says why nobody is shown as verified", async () => {
    const core = new FakeCore();
    core.directory = { ...core.directory, doubt: "expired" };
    openApp(core, "/directory");
    expect(await screen.findByText("Nobody is shown as verified at the moment")).toBeInTheDocument();
    act(() => core.setDirectory({ doubt: null }));
    await waitFor(() => expect(screen.queryByText("Nobody is shown as verified at the moment")).not.toBeInTheDocument());
  });

  it("is asked again when the core says that it changed", async () => {
    const core = new FakeCore();
    openApp(core, "/directory");
    await screen.findByText("60 colleagues");
    core.people.splice(40);
    act(() => core.setDirectory({ colleagues: 40 }));
    expect(await screen.findByText("40 colleagues")).toBeInTheDocument();
  });
});
