import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { dayAndMonth } from "@/lib/time";
import type { ColleagueCard } from "@/bindings";
import { openApp } from "@/testing/app";
import { FakeCore, Refused, wireError } from "@/testing/fake-core";
import { ward } from "@/testing/story";
import { PlatformError } from "@/platform/types";

const card = () => screen.findByRole("complementary", { name: "Colleague" });
const textOf = (core: FakeCore, room: number) => core.rooms[room]?.items.flatMap(({ content }) => (content.kind === "message" && content.body.kind === "text" ? [content.body.text] : []));

async function toWhom(core: FakeCore) {
  openApp(core, "/directory?colleague=p-1");
  await userEvent.click(await within(await card()).findByRole("button", { name: "More" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Introduce to a colleague…" }));
  const dialog = await screen.findByRole("dialog");
  return { dialog, field: within(dialog).getByRole("combobox", { name: "To whom?" }) };
}

async function introduce(core: FakeCore) {
  const { dialog, field } = await toWhom(core);
  expect(field).toHaveFocus();
  await userEvent.type(field, "weiss");
  await within(dialog).findByRole("option", { name: /Hannah Weiss/ });
  await userEvent.keyboard("{Enter}");
}

describe("an introduction", () => {
  it("takes whom an Enter meant that came before the answer, unless one types on", async () => {
    const core = new FakeCore();
    const { dialog, field } = await toWhom(core);
    await within(dialog).findAllByRole("option");
    const search = core.handlers.directory_search;
    const waiting: (() => void)[] = [];
    core.handlers.directory_search = async (query) => {
      await new Promise<void>((resolve) => { waiting.push(resolve); });
      if (!search) throw new Error("nobody answers");
      return search(query);
    };
    await userEvent.type(field, "wei{Enter}s");
    await waitFor(() => expect(waiting.length).toBeGreaterThan(0));
    for (const answer of waiting.splice(0)) answer();
    await within(dialog).findByRole("option", { name: /Hannah Weiss/ });
    expect(screen.queryByRole("textbox", { name: "To Zhang Wei" })).not.toBeInTheDocument();
    await userEvent.type(field, "s{Enter}");
    await waitFor(() => expect(waiting.length).toBeGreaterThan(0));
    expect(screen.queryByRole("textbox", { name: "To Zhang Wei" })).not.toBeInTheDocument();
    for (const answer of waiting.splice(0)) answer();
    expect(await screen.findByRole("textbox", { name: "To Hannah Weiss" })).toBeInTheDocument();
  });

  it("sends each of two colleagues a letter that the doctor may change, by keyboard", async () => {
    const core = new FakeCore();
    await introduce(core);
    const toZhang = await screen.findByRole("textbox", { name: "To Zhang Wei" });
    expect(toZhang).toHaveFocus();
    expect(toZhang).toHaveValue("Dear Zhang Wei,\n\nmay I introduce Hannah Weiss: Chief Physician, Cardiology, St Aldhelm’s Hospital. You two should be in touch.\n\nmatrix:u/hannah.weiss14:jz.example");
    const toWeiss = screen.getByRole("textbox", { name: "To Hannah Weiss" });
    expect((toWeiss as HTMLTextAreaElement).value).toContain("may I introduce Zhang Wei: Chief Physician, Cardiology, Binhai Central Hospital");
    await userEvent.clear(toWeiss);
    await userEvent.type(toWeiss, "Zhang Wei knows left mains.");
    await userEvent.click(screen.getByRole("button", { name: "Send both" }));
    expect(await screen.findByText("Zhang Wei and Hannah Weiss have been introduced")).toBeInTheDocument();
    expect(core.rooms.map(({ peer }) => peer.name.latin)).toEqual(["Zhang Wei", "Hannah Weiss"]);
    expect(textOf(core, 0)?.[0]).toContain("Hannah Weiss");
    expect(textOf(core, 1)).toEqual(["Zhang Wei knows left mains."]);
  });

  it("is made with whom one chose: not on the Enter of an input method, not with whom former letters found", async () => {
    const core = new FakeCore();
    const search = core.handlers.directory_search;
    let answer: () => void = () => undefined;
    core.handlers.directory_search = async (query) => {
      if (query.text === "weiss") await new Promise<void>((resolve) => { answer = resolve; });
      return await (search?.(query) ?? Promise.reject(new Error("search")));
    };
    const { dialog, field } = await toWhom(core);
    await within(dialog).findAllByRole("option");
    fireEvent.compositionEnd(field);
    fireEvent.keyDown(field, { key: "Enter", keyCode: 229 });
    fireEvent.change(field, { target: { value: "weiss" } });
    fireEvent.keyDown(field, { key: "Enter" });
    // The card that is open, and one's own for what the strip says of it.
    const known = ['{"practitioner_id":"p-1"}', '{"practitioner_id":"p-0"}'];
    expect(core.calls.some(({ command, input }) => command === "directory_colleague" && !known.includes(JSON.stringify(input)))).toBe(false);
    act(() => answer());
    await within(dialog).findByRole("option", { name: /Hannah Weiss/ });
    fireEvent.keyDown(field, { key: "Enter" });
    expect(await screen.findByRole("textbox", { name: "To Hannah Weiss" })).toBeInTheDocument();
  });

  it("that cannot be made says that nothing was sent, and loses no letter", async () => {
    const core = new FakeCore();
    core.handlers.colleagues_introduce = () => { throw new PlatformError(wireError("offline")); };
    await introduce(core);
    const letter = await screen.findByRole("textbox", { name: "To Zhang Wei" });
    await userEvent.clear(letter);
    await userEvent.type(letter, "My own words");
    await userEvent.click(screen.getByRole("button", { name: "Send both" }));
    expect(await screen.findByText("Nothing was sent")).toBeInTheDocument();
    expect(letter).toHaveValue("My own words");
  });

  it("that went out by half says so, and does not send the same letter again", async () => {
    const core = new FakeCore();
    core.handlers.colleagues_introduce = () => { throw new PlatformError(wireError("first_letter_alone")); };
    await introduce(core);
    await screen.findByRole("textbox", { name: "To Zhang Wei" });
    await userEvent.click(screen.getByRole("button", { name: "Send both" }));
    expect(await screen.findByText("One of the two was sent")).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Send both" })).toBeDisabled();
  });

  it("says that the letters wait for the network, if they do", async () => {
    const core = new FakeCore();
    await introduce(core);
    await screen.findByRole("textbox", { name: "To Zhang Wei" });
    act(() => core.setLink("offline"));
    await userEvent.click(screen.getByRole("button", { name: "Send both" }));
    expect(await screen.findByText("Your letters to Zhang Wei and Hannah Weiss will be sent when you are online")).toBeInTheDocument();
    expect(screen.queryByText(/have been introduced/)).not.toBeInTheDocument();
  });

  it("says why the one who was chosen cannot be read, and tries again", async () => {
    const core = new FakeCore();
    const read = core.handlers.directory_colleague;
    let damaged = true;
    core.handlers.directory_colleague = (input) => {
      if (damaged && input.practitioner_id === "p-14") throw new Refused("internal");
      return read?.(input) ?? Promise.reject(new Error("colleague"));
    };
    await introduce(core);
    const dialog = screen.getByRole("dialog");
    expect(await within(dialog).findByText(/Something in Consilium went wrong/)).toBeInTheDocument();
    damaged = false;
    await userEvent.click(within(dialog).getByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("textbox", { name: "To Hannah Weiss" })).toBeInTheDocument();
  });

  it("is not offered with somebody who has no account, nor with oneself", async () => {
    const core = new FakeCore();
    const index = core.people.findIndex(({ user_id }) => user_id === null);
    for (const id of [index, 0]) {
      const { unmount } = openApp(core, `/directory?colleague=p-${id}`);
      await userEvent.click(await within(await card()).findByRole("button", { name: "More" }));
      await screen.findByRole("menuitem", { name: "Export vCard…" });
      expect(screen.queryByRole("menuitem", { name: "Introduce to a colleague…" })).not.toBeInTheDocument();
      unmount();
    }
  });
});

describe("a card", () => {
  it("tells the groups in common and who works beside the colleague", async () => {
    openApp(ward(), "/directory?colleague=p-12");
    const groups = await within(await card()).findByRole("region", { name: "Groups in common" });
    expect(within(groups).getAllByRole("listitem").map((each) => each.textContent)).toEqual([expect.stringMatching(/心内科 · 复杂冠脉讨论组14$/), expect.stringMatching(/东湖–滨海心脏协作网11$/)]);
    const beside = await within(await card()).findByRole("region", { name: "Same department" });
    const [first] = within(beside).getAllByRole("button");
    const name = first?.querySelector("span:nth-of-type(2)")?.textContent ?? "";
    expect(beside).not.toHaveTextContent("Chen SiyuanChief");
    const all = within(beside).getByRole("button", { name: /^Show all/ });
    expect(within(beside).getByText(all.textContent.replace("Show all ", "")), "the same number twice").toBeInTheDocument();
    await userEvent.click(all);
    expect(await screen.findByRole("navigation", { name: "Where you are" })).toHaveTextContent("Donghu Heart Hospital");
    expect(screen.getAllByRole("option").some((row) => row.textContent.includes(name))).toBe(true);
  });

  it("leads to the hospital", async () => {
    const { router } = openApp(new FakeCore(), "/directory?colleague=p-1");
    await userEvent.click(await within(await card()).findByRole("link", { name: "Binhai Central Hospital" }));
    await waitFor(() => expect(router.state.location.pathname).toBe("/directory/hospitals/o-bh1"));
  });
});

describe("business cards", () => {
  const open = async (core: FakeCore, side?: string) => {
    const app = openApp(core, "/directory");
    await userEvent.click(await screen.findByRole("button", { name: "Business cards" }));
    const dialog = await screen.findByRole("dialog", { name: "Business cards" });
    if (side) await userEvent.click(within(dialog).getByRole("radio", { name: side }));
    return { ...app, dialog };
  };

  it("show one's own as a code, as large as the screen, and write it to a file", async () => {
    const core = new FakeCore();
    const { dialog } = await open(core);
    const code = await within(dialog).findByRole("img", { name: "QR code with the card of Lin Jianing" });
    expect(code.querySelectorAll("path")).toHaveLength(2);
    for (const { value } of core.people[0]?.contacts ?? []) expect(within(dialog).getByText(value)).toBeInTheDocument();
    await userEvent.click(within(dialog).getByRole("button", { name: "Save as SVG…" }));
    expect(await screen.findByText("Code saved")).toBeInTheDocument();
    expect(core.saved[0]).toMatchObject({ name: "林嘉宁.svg", type: "image/svg+xml" });
    expect(new TextDecoder().decode(core.saved[0]?.bytes)).toContain("<svg");
    const print = vi.spyOn(window, "print").mockImplementation(() => undefined);
    await userEvent.click(within(dialog).getByRole("button", { name: "Print…" }));
    expect(print).toHaveBeenCalledOnce();
    await userEvent.click(within(dialog).getByRole("button", { name: "Full screen" }));
    expect(await screen.findByRole("dialog", { name: "Lin Jianing" })).toBeInTheDocument();
    await userEvent.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("dialog", { name: "Lin Jianing" })).not.toBeInTheDocument());
    expect(screen.getByRole("dialog", { name: "Business cards" })).toBeInTheDocument();
  });

  it("open the colleague whom a pasted account or a picture names", async () => {
    const core = new FakeCore();
    const { dialog, unmount } = await open(core, "Scan or paste");
    await userEvent.type(within(dialog).getByRole("textbox", { name: "vCard, link or account" }), core.people[12]?.user_id ?? "");
    await userEvent.keyboard("{Control>}{Enter}{/Control}");
    expect(await within(await card()).findByRole("heading", { name: /Chen Siyuan/ })).toBeInTheDocument();
    unmount();

    const again = await open(core, "Scan or paste");
    const picture = new File([`IMPP:matrix:u/${core.people[1]?.user_id?.slice(1)}`], "card.png", { type: "image/png" });
    await userEvent.upload(again.dialog.querySelector("input[type=file]") as HTMLInputElement, picture);
    expect(await within(await card()).findByRole("heading", { name: /Zhang Wei/ })).toBeInTheDocument();
  });

  it("open nobody after they were closed, and take one card at a time", async () => {
    const core = new FakeCore();
    const answers: (() => void)[] = [];
    core.handlers.colleague_recognize_text = () => new Promise((resolve) => answers.push(() => resolve({ kind: "colleague", practitioner_id: "p-12" })));
    const { dialog } = await open(core, "Scan or paste");
    await userEvent.type(within(dialog).getByRole("textbox", { name: "vCard, link or account" }), "@chen");
    await userEvent.keyboard("{Control>}{Enter}{Enter}{/Control}");
    expect(answers).toHaveLength(1);
    await userEvent.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
    await act(() => Promise.resolve(answers[0]?.()));
    expect(screen.getByText("Nobody selected")).toBeInTheDocument();
  });

  it("say plainly whom nobody has verified, and what names nobody", async () => {
    const { dialog } = await open(new FakeCore(), "Scan or paste");
    const field = within(dialog).getByRole("textbox", { name: "vCard, link or account" });
    await userEvent.click(field);
    await userEvent.paste("BEGIN:VCARD\nFN:Zhang Wei\nIMPP:matrix:u/eve:elsewhere.example\nEND:VCARD");
    await userEvent.click(within(dialog).getByRole("button", { name: "Find colleague" }));
    expect(await within(dialog).findByText("Nobody in the directory has this card")).toBeInTheDocument();
    expect(within(dialog).getByText("Zhang Wei · @eve:elsewhere.example")).toBeInTheDocument();
    await userEvent.clear(field);
    await userEvent.type(field, "good morning");
    await userEvent.click(within(dialog).getByRole("button", { name: "Find colleague" }));
    expect(await within(dialog).findByText(/This names nobody/)).toBeInTheDocument();
    expect(field).toHaveValue("good morning");
    const file = dialog.querySelector("input[type=file]") as HTMLInputElement;
    await userEvent.upload(file, new File([], "wall.png", { type: "image/png" }));
    expect(await within(dialog).findByText(/No QR code can be read/)).toBeInTheDocument();
    await userEvent.upload(file, new File([new Uint8Array(17 * 1024 * 1024)], "huge.png", { type: "image/png" }));
    expect(await within(dialog).findByText("This file is too large.")).toBeInTheDocument();
  });
});

describe("leave", () => {
  it("is on the card as the colleague's own word, now and when it is to come", async () => {
    const at = (days: number) => Date.now() + days * 86_400_000;
    const day = (days: number) => new Date(at(days)).toLocaleDateString("sv");
    const core = new FakeCore();
    const leaves = [{ from: day(-2), through: day(0), text: "congress" }, { from: day(8), through: day(12), text: "" }, { from: day(13), through: day(13), text: "手术示教" }];
    core.people[1] = { ...core.people[1] as ColleagueCard, leaves };
    openApp(core, "/directory?colleague=p-1");
    const word = (days: number) => dayAndMonth(at(days), Date.now(), "en");
    expect(await screen.findByText(`Away until ${word(0)}`)).toBeInTheDocument();
    expect(screen.getByText("congress")).toBeInTheDocument();
    expect(screen.getByText(`Away from ${word(8)} until ${word(12)}`)).toBeInTheDocument();
    expect(screen.getByText(`Away on ${word(13)}`)).toBeInTheDocument();
    expect(screen.getAllByText("as the colleague says")).toHaveLength(3);
  });
});

it("opens the entry that is kept by the id of one that gave way", async () => {
  const core = new FakeCore();
  core.gaveWay.set("p-former", "p-1");
  openApp(core, "/directory?colleague=p-former");
  const panel = await screen.findByRole("complementary", { name: "Colleague" });
  expect(await within(panel).findByRole("heading", { name: /Zhang Wei/ })).toBeInTheDocument();
  await userEvent.click(within(panel).getByRole("button", { name: "Add to favourites" }));
  await waitFor(() => expect(core.people[1]?.favourite).toBe(true));
});
