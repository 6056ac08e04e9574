import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { openApp } from "@/testing/app";
import { FakeCore, type Group, Refused, type Room } from "@/testing/fake-core";

const FORUM = "/chats/!forum:jz.example";

let core: FakeCore;
let forum: Room;

beforeEach(() => {
  vi.spyOn(document, "hasFocus").mockReturnValue(true);
  core = new FakeCore();
  forum = core.group("forum", "Coronary forum", [12, 1, 14, 15]);
  forum.items = [core.message(forum, false, "Hold on IABP, re-image at 48 h.", 5, null, { sender: core.person(14) })];
});

const field = () => screen.findByRole("textbox", { name: "Message to Coronary forum" });
const inputsOf = (command: string) => core.calls.filter((call) => call.command === command).map(({ input }) => input);
const chats = () => screen.findByRole("listbox", { name: "Chats" });
const details = async () => {
  await userEvent.click(await screen.findByRole("button", { name: "Group details" }));
  return await screen.findByRole("complementary", { name: "Group details" });
};
const owns = () => {
  const group = forum.group as Group;
  group.members = group.members.map((member, at) => ({ ...member, role: at === 0 ? "owner" : "member", removable: at > 0 }));
};
const menuOf = async (name: string) => {
  await userEvent.click(await screen.findByRole("button", { name: `More about ${name}` }));
  return within(await screen.findByRole("menu"));
};

describe("the list", () => {
  it("shows who wrote last, and that one is named", async () => {
    forum.unread = 3;
    forum.mentions = 1;
    openApp(core, "/chats");
    const row = await within(await chats()).findByRole("option");
    expect(row).toHaveTextContent("Coronary forum");
    expect(row).toHaveTextContent("@youHannah Weiss: Hold on IABP, re-image at 48 h.");
    expect(within(row).getByRole("img", { name: "3 unread" })).toBeInTheDocument();
  });

  it("has pinned ones first, low priority last and archived ones out of sight", async () => {
    forum.placement = "low_priority";
    core.room(13, { placement: "pinned" }).items = [core.message(forum, false, "older", 900)];
    core.room(15).items = [core.message(forum, false, "newer", 1)];
    core.group("course", "Course of 2025", [13], { placement: "archived", unread: 2 });
    openApp(core, "/chats");
    const names = async () => within(await chats()).getAllByRole("option").map((row) => row.textContent);
    await waitFor(async () => expect(await names()).toEqual([expect.stringMatching(/^王Wang Xuemei/), expect.stringMatching(/^欧阳Ouyang Jing/), expect.stringMatching(/Coronary forum/)]));
    // What was put away does not call.
    expect(screen.queryByRole("img", { name: /unread$/ })).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: /^Archived/ }));
    expect(await names()).toEqual([expect.stringMatching(/Course of 2025/)]);
    await userEvent.click(screen.getByRole("button", { name: "Back to all chats" }));
    expect(await names()).toHaveLength(3);
  });

  it("shows groups alone, by the keyboard too", async () => {
    core.room(13);
    openApp(core, "/chats");
    expect(within(await chats()).getAllByRole("option")).toHaveLength(2);
    act(() => screen.getByRole("button", { name: "Groups" }).focus());
    await userEvent.keyboard("{Enter}");
    expect(within(await chats()).getAllByRole("option").map((row) => row.textContent)).toEqual([expect.stringMatching(/Coronary forum/)]);
  });

  it("has a menu on each row, by the mouse and by the keyboard", async () => {
    openApp(core, "/chats");
    fireEvent.contextMenu(await within(await chats()).findByRole("option"));
    await userEvent.click(within(await screen.findByRole("menu")).getByRole("menuitem", { name: "Mute" }));
    expect(inputsOf("conversation_mute")).toEqual([{ room_id: forum.id, muted: true }]);
    expect(await screen.findByRole("img", { name: "Muted" })).toBeInTheDocument();

    const list = await chats();
    for (const [name, input] of [["Pin to top", { room_id: forum.id, placement: "pinned" }], ["Archive", { room_id: forum.id, placement: "archived" }]] as const) {
      act(() => list.focus());
      await userEvent.keyboard("{ArrowDown}{Shift>}{F10}{/Shift}");
      await userEvent.click(within(await screen.findByRole("menu")).getByRole("menuitem", { name }));
      expect(inputsOf("conversation_place").at(-1)).toEqual(input);
    }
    expect(await screen.findByText("All chats are archived")).toBeInTheDocument();
  });

  it("says at once that this needs the network", async () => {
    openApp(core, "/chats");
    act(() => core.setLink("offline"));
    fireEvent.contextMenu(await within(await chats()).findByRole("option"));
    await userEvent.click(within(await screen.findByRole("menu")).getByRole("menuitem", { name: "Mark as unread" }));
    expect((await screen.findAllByText(/server cannot be reached/)).length).toBeGreaterThan(0);
  });

  it("draws only the rows in sight of 2,000", async () => {
    for (let n = 0; n < 2_000; n += 1) core.rooms.push({ ...forum, id: `!many${n}:jz.example` });
    openApp(core, "/chats");
    const rows = await within(await chats()).findAllByRole("option");
    expect(rows.length).toBeLessThan(60);
    expect(rows[0]).toHaveAttribute("aria-setsize", "2001");
  });
});

describe("a group", () => {
  it("says who is who in it, and what came and went in few lines", async () => {
    const invited = [1, 14, 15, 13].map((index) => ({ id: `i${index}`, content: { kind: "membership_change" as const, person: core.person(index), change: "invited" as const, by: core.person(12), at: new Date().toISOString() } }));
    const removed = { id: "r", content: { kind: "membership_change" as const, person: core.person(13), change: "removed" as const, by: core.person(12), at: new Date().toISOString() } };
    forum.items = [{ id: "s", content: { kind: "start" } }, ...invited, removed, { id: "n", content: { kind: "renamed", by: core.person(0), name: "Coronary forum", at: new Date().toISOString() } }, ...forum.items];
    openApp(core, FORUM);
    const log = within(await screen.findByRole("log", { name: "Messages in Coronary forum" }));
    expect(await log.findByText(/The group “Coronary forum” begins here. Only its members can read it./)).toBeInTheDocument();
    expect(log.getByText("Chen Siyuan invited Zhang Wei, Hannah Weiss, Ouyang Jing, and 1 other")).toBeInTheDocument();
    expect(log.getByText("Chen Siyuan removed Wang Xuemei")).toBeInTheDocument();
    expect(log.getByText("You named the group “Coronary forum”")).toBeInTheDocument();
    expect(log.getByText("Chief Physician · St Aldhelm’s Hospital")).toBeInTheDocument();
    expect(screen.getByText("5 members, end-to-end encrypted")).toBeInTheDocument();
  });

  it("is accepted only after it is known who invites", async () => {
    const shock = core.group("shock", "Shock team", [12], { membership: "invited" });
    (shock.group as Group).invitedBy = { ...core.person(12), verified: false };
    openApp(core, "/chats/!shock:jz.example");
    expect(await screen.findByText("Chen Siyuan invites you to the group “Shock team”")).toBeInTheDocument();
    expect(screen.getByText("Chief Physician · Donghu Heart Hospital")).toBeInTheDocument();
    expect(screen.getByText("Not verified")).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Accept" }));
    expect(await screen.findByRole("textbox", { name: "Message to Shock team" })).toBeInTheDocument();
  });

  it("is reported with a reason, which declines it", async () => {
    const shock = core.group("shock", "Shock team", [12], { membership: "invited" });
    (shock.group as Group).invitedBy = { ...core.person(12), verified: false };
    openApp(core, "/chats/!shock:jz.example");
    await userEvent.click(await screen.findByRole("button", { name: "Report…" }));
    const dialog = within(await screen.findByRole("dialog", { name: "Report Chen Siyuan?" }));
    const send = () => userEvent.click(dialog.getByRole("button", { name: "Report and decline" }));
    await send();
    expect(dialog.getByText("Choose a reason.")).toBeInTheDocument();
    await userEvent.click(dialog.getByRole("radio", { name: "Something else" }));
    await send();
    expect(dialog.getByText("Say what it is.")).toBeInTheDocument();
    expect(inputsOf("invitation_report")).toEqual([]);
    await userEvent.type(dialog.getByRole("textbox", { name: "What happened" }), "Sells stents.");
    await send();
    expect(inputsOf("invitation_report")).toEqual([{ room_id: "!shock:jz.example", reason: "other", text: "Sells stents." }]);
    expect(await screen.findByText("Chen Siyuan was reported, and the invitation declined")).toBeInTheDocument();
    await waitFor(() => expect(screen.queryByText("Shock team")).not.toBeInTheDocument());
  });
});

describe("a report of an invitation", () => {
  it("that cannot be sent comes back with what was written, also after it was closed", async () => {
    core.group("shock", "Shock team", [12], { membership: "invited" });
    let fail: () => void = () => undefined;
    core.handlers.invitation_report = () => new Promise<null>((_, reject) => { fail = () => reject(new Refused("offline")); });
    openApp(core, "/chats/!shock:jz.example");
    await userEvent.click(await screen.findByRole("button", { name: "Report…" }));
    await userEvent.click(await screen.findByRole("radio", { name: "Harassment" }));
    await userEvent.type(screen.getByRole("textbox", { name: "What happened" }), "Every night.");
    await userEvent.click(screen.getByRole("button", { name: "Report and decline" }));
    await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
    act(() => fail());
    expect(await screen.findByRole("textbox", { name: "What happened" })).toHaveValue("Every night.");
    expect(screen.getByRole("radio", { name: "Harassment" })).toBeChecked();
    expect(within(screen.getByRole("dialog")).getByText(/cannot be reached/)).toBeInTheDocument();
  });
});

describe("its details", () => {
  it("tell topic, members with their roles, and find one of them", async () => {
    (forum.group as Group).topic = "Left main and CTO";
    openApp(core, FORUM);
    const pane = within(await details());
    expect(await pane.findByText("Left main and CTO")).toBeInTheDocument();
    const members = async () => (await pane.findAllByRole("listitem")).map((row) => row.textContent);
    expect(await members()).toEqual([expect.stringMatching(/Chen Siyuan.*Owner/), expect.stringMatching(/Lin Jianing/), expect.stringMatching(/Zhang Wei/), expect.stringMatching(/Hannah Weiss/), expect.stringMatching(/Ouyang Jing/)]);
    expect(pane.queryByRole("button", { name: "Invite colleagues" })).not.toBeInTheDocument();
    await userEvent.click(pane.getByRole("button", { name: "Find member" }));
    await userEvent.type(pane.getByRole("textbox", { name: "Find member" }), "ouyang");
    await waitFor(async () => expect(await members()).toEqual([expect.stringMatching(/Ouyang Jing/)]));
  });

  it("open and close with Ctrl+.", async () => {
    openApp(core, FORUM);
    await field();
    await userEvent.keyboard("{Control>}.{/Control}");
    expect(await screen.findByRole("complementary", { name: "Group details" })).toBeInTheDocument();
    await userEvent.keyboard("{Control>}.{/Control}");
    expect(screen.queryByRole("complementary", { name: "Group details" })).not.toBeInTheDocument();
  });

  it("let its owner appoint, hand over, remove, invite and rename", async () => {
    owns();
    openApp(core, FORUM);
    const pane = within(await details());
    await userEvent.click((await menuOf("Hannah Weiss")).getByRole("menuitem", { name: "Make admin" }));
    expect(inputsOf("group_appoint")).toEqual([{ room_id: forum.id, user_id: core.person(14).user_id, admin: true }]);
    expect(await pane.findByText("Admin")).toBeInTheDocument();

    await userEvent.click((await menuOf("Ouyang Jing")).getByRole("menuitem", { name: "Remove from group…" }));
    await userEvent.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Remove" }));
    expect(inputsOf("group_remove")).toEqual([{ room_id: forum.id, user_id: core.person(15).user_id }]);
    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());

    await userEvent.click(pane.getByRole("button", { name: "Change name and topic" }));
    const dialog = within(await screen.findByRole("dialog"));
    expect(dialog.getByText(/readable by your hospital’s server. Never name a patient/)).toBeInTheDocument();
    await userEvent.clear(dialog.getByRole("textbox", { name: "Group name" }));
    await userEvent.type(dialog.getByRole("textbox", { name: "Group name" }), "Left main forum");
    await userEvent.click(dialog.getByRole("button", { name: "Save" }));
    expect(await screen.findByRole("heading", { name: "Left main forum" })).toBeInTheDocument();

    await userEvent.click(pane.getByRole("button", { name: "Invite colleagues" }));
    const inviting = within(await screen.findByRole("dialog"));
    await userEvent.type(inviting.getByRole("combobox"), "wangxuemei");
    await userEvent.click(await inviting.findByRole("option", { name: /Wang Xuemei/ }));
    await userEvent.click(inviting.getByRole("button", { name: "Invite 1 colleague" }));
    expect(await pane.findByText("Invited")).toBeInTheDocument();
    expect(inputsOf("group_invite")).toEqual([{ room_id: forum.id, practitioner_ids: [core.people[13]?.id] }]);

    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
    await userEvent.click((await menuOf("Zhang Wei")).getByRole("menuitem", { name: "Make owner…" }));
    await userEvent.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Hand over" }));
    expect(inputsOf("group_hand_over")).toEqual([{ room_id: forum.id, user_id: core.person(1).user_id, stay_admin: true }]);
    await waitFor(() => expect(pane.getAllByRole("listitem")[0]).toHaveTextContent(/Zhang Wei.*Owner/));
  });

  it("tell the only owner to hand the group over before leaving", async () => {
    owns();
    openApp(core, FORUM);
    const pane = within(await details());
    await userEvent.click(await pane.findByRole("button", { name: "Leave group…" }));
    await userEvent.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Leave" }));
    expect(await screen.findByText(/only owner of this group. Hand it over first/)).toBeInTheDocument();
    expect(core.rooms).toContain(forum);
  });

  it("leave it and keep what was written, to read and to forward, until it is deleted", async () => {
    openApp(core, FORUM);
    const pane = within(await details());
    await userEvent.click(await pane.findByRole("button", { name: "Leave group…" }));
    const dialog = within(await screen.findByRole("dialog"));
    expect(dialog.getByRole("checkbox", { name: /Keep what was written/ })).toBeChecked();
    await userEvent.click(dialog.getByRole("button", { name: "Leave" }));
    expect(inputsOf("group_leave")).toEqual([{ room_id: forum.id, keep: true }]);
    expect(await screen.findByText(/You left this group/)).toBeInTheDocument();
    expect(screen.queryByRole("textbox", { name: /Message to/ })).not.toBeInTheDocument();
    fireEvent.contextMenu(screen.getAllByRole("article")[0] as HTMLElement);
    const names = within(await screen.findByRole("menu")).getAllByRole("menuitem").map((item) => item.textContent);
    expect(names).toEqual(["Copy textC", "SelectS", "Forward…F", "Star*"]);
    await userEvent.keyboard("{Escape}");
    expect(screen.getByRole("button", { name: /^Archived/ })).toHaveTextContent("1");
    await userEvent.click(screen.getByRole("button", { name: "Delete archive" }));
    await userEvent.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Delete archive" }));
    expect(inputsOf("group_forget")).toEqual([{ room_id: forum.id }]);
    await waitFor(() => expect(core.rooms).not.toContain(forum));
  });

  it("leave it with everything in it", async () => {
    openApp(core, FORUM);
    const pane = within(await details());
    await userEvent.click(await pane.findByRole("button", { name: "Leave group…" }));
    const dialog = within(await screen.findByRole("dialog"));
    await userEvent.click(dialog.getByRole("checkbox", { name: /Keep what was written/ }));
    await userEvent.click(dialog.getByRole("button", { name: "Leave" }));
    expect(inputsOf("group_leave")).toEqual([{ room_id: forum.id, keep: false }]);
    expect(core.rooms).not.toContain(forum);
  });

  it("mute it and pin it", async () => {
    openApp(core, FORUM);
    const pane = within(await details());
    await userEvent.click(await pane.findByRole("switch", { name: "Mute notifications" }));
    await userEvent.click(pane.getByRole("switch", { name: "Pin to top" }));
    expect([forum.muted, forum.placement]).toEqual([true, "pinned"]);
    await waitFor(() => expect(pane.getByRole("switch", { name: "Pin to top" })).toBeChecked());
  });
});

describe("a new group", () => {
  it("is made of several colleagues, from the list of chats", async () => {
    const { router } = openApp(core, "/chats");
    await userEvent.click(await screen.findByRole("button", { name: "New chat" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "New group…" }));
    const dialog = within(await screen.findByRole("dialog"));
    for (const name of ["Chen Siyuan", "Hannah Weiss"]) {
      await userEvent.type(dialog.getByRole("combobox"), name.toLowerCase());
      await userEvent.click(await dialog.findByRole("option", { name: new RegExp(name) }));
    }
    expect(dialog.getByRole("button", { name: "Remove Chen Siyuan" })).toBeInTheDocument();
    expect(dialog.getByRole("button", { name: "Create and invite 2 colleagues" })).toBeDisabled();
    await userEvent.type(dialog.getByRole("textbox", { name: "Group name" }), "Follow-up");
    await userEvent.click(dialog.getByRole("radio", { name: /^Everything/ }));
    await userEvent.click(dialog.getByRole("button", { name: "Create and invite 2 colleagues" }));
    expect(inputsOf("group_create")).toEqual([{ practitioner_ids: [core.people[12]?.id, core.people[14]?.id], name: "Follow-up", topic: "", history: "shared" }]);
    expect(await screen.findByRole("textbox", { name: "Message to Follow-up" })).toBeInTheDocument();
    expect(decodeURIComponent(router.state.location.pathname)).toMatch(/^\/chats\/!made-/);
  });

  it("needs the network, and says so before anything is typed in vain", async () => {
    openApp(core, "/chats");
    act(() => core.setLink("offline"));
    await userEvent.click(await screen.findByRole("button", { name: "New chat" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "New group…" }));
    expect(await screen.findByText(/made on the server: you need to be online/)).toBeInTheDocument();
  });

  it("is made of a department in two clicks, and of no more than can be invited", async () => {
    const { unmount } = openApp(core, "/directory?hospital=o-dh1");
    await userEvent.click(await screen.findByRole("button", { name: /^Group with these \d+$/ }));
    const dialog = within(await screen.findByRole("dialog"));
    expect(dialog.getByRole("button", { name: "Remove Chen Siyuan" })).toBeInTheDocument();
    unmount();
    const crowd = new FakeCore({ size: 2_000 });
    openApp(crowd, "/directory?hospital=o-dh1");
    expect(await screen.findByRole("button", { name: "Group: at most 50" })).toHaveAttribute("aria-disabled", "true");
  });

  it("is made of those who were selected and have an account", async () => {
    openApp(core, "/directory");
    const rows = await screen.findAllByRole("option");
    for (const at of [1, 2]) fireEvent.click(rows[at] as HTMLElement, { ctrlKey: true });
    await userEvent.click(await screen.findByRole("button", { name: "Group with these 2" }));
    expect(within(await screen.findByRole("dialog")).getByRole("button", { name: "Create and invite 2 colleagues" })).toBeInTheDocument();
  });
});

/** The members are asked for and not told, until the returned function is called. */
function holdsMembers(): () => void {
  const members = core.handlers.group_members;
  let answer: () => void = () => undefined;
  const asked = new Promise<void>((done) => { answer = done; });
  core.handlers.group_members = async (input) => {
    await asked;
    if (!members) throw new Error("nobody answers");
    return members(input);
  };
  return answer;
}

describe("naming somebody", () => {
  it("begins with an @, is chosen by the keyboard, and is sent with the account", async () => {
    openApp(core, FORUM);
    await userEvent.type(await field(), "@ouyang");
    const list = await screen.findByRole("listbox", { name: "Members to name" });
    await waitFor(() => expect(within(list).getAllByRole("option")).toHaveLength(1));
    await userEvent.keyboard("{Enter}");
    expect(await field()).toHaveValue("@Ouyang Jing ");
    expect(screen.queryByRole("listbox", { name: "Members to name" })).not.toBeInTheDocument();
    await userEvent.keyboard("please look{Enter}");
    expect(inputsOf("message_send")).toEqual([{ room_id: forum.id, text: "@Ouyang Jing please look", mentions: [{ id: core.person(15).user_id, text: "@Ouyang Jing" }], reply_to: null, thread: null }]);
    const log = within(screen.getByRole("log"));
    expect(await log.findByRole("button", { name: "@Ouyang Jing" })).toBeInTheDocument();
  });

  it.each([
    ["{Enter}", "", "", ""], ["{Enter}", "please look", "", ""], ["{Enter}", "please look", "{Enter}", ""], ["{Enter}", "please look", "{Enter}", "next"],
    ["{Tab}", "", "", ""], ["{Tab}", "please look", "{Enter}", ""],
  ])("counts when %s came before the answer, whatever is typed since (%s%s%s)", async (key, since, sends, next) => {
    openApp(core, FORUM);
    await userEvent.type(await field(), "@");
    await screen.findByRole("listbox", { name: "Members to name" });
    const answer = holdsMembers();
    await userEvent.keyboard(`ouyang${key}${since}${sends}${next}`);
    expect(await field()).toHaveValue(`@ouyang${since}${next}`);
    expect(inputsOf("message_send")).toEqual([]);
    answer();
    const text = `@Ouyang Jing ${since}`;
    if (sends === "") await waitFor(async () => expect(await field()).toHaveValue(text));
    else await waitFor(() => expect(inputsOf("message_send")).toEqual([{ room_id: forum.id, text, mentions: [{ id: core.person(15).user_id, text: "@Ouyang Jing" }], reply_to: null, thread: null }]));
    expect(await field()).toHaveValue(sends === "" ? text : next);
  });

  it("does not hold a message in which nobody is named", async () => {
    openApp(core, FORUM);
    await field();
    const answer = holdsMembers();
    await userEvent.type(await field(), "@home{Enter}at 8");
    expect(inputsOf("message_send")).toEqual([]);
    answer();
    await waitFor(() => expect(inputsOf("message_send")).toEqual([expect.objectContaining({ text: "@home", mentions: [] })]));
    expect(await field()).toHaveValue("at 8");
  });

  it("stays as it is typed when a Tab finds nobody", async () => {
    openApp(core, FORUM);
    await field();
    const answer = holdsMembers();
    await userEvent.type(await field(), "@home{Tab}at 8");
    answer();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await field()).toHaveValue("@homeat 8");
    expect(await field()).toHaveFocus();
    expect(inputsOf("message_send")).toEqual([]);
  });

  it("is given up with Escape, and forgotten with the name", async () => {
    openApp(core, FORUM);
    await userEvent.type(await field(), "@ouyang");
    await screen.findByRole("listbox", { name: "Members to name" });
    await userEvent.keyboard("{Escape}");
    expect(screen.queryByRole("listbox", { name: "Members to name" })).not.toBeInTheDocument();
    await userEvent.clear(await field());
    await userEvent.type(await field(), "@zhang");
    await waitFor(() => expect(screen.getByRole("listbox", { name: "Members to name" }).children).toHaveLength(1));
    await userEvent.keyboard("{Tab}");
    expect(await field()).toHaveValue("@Zhang Wei ");
    await userEvent.clear(await field());
    await userEvent.type(await field(), "nobody{Enter}");
    expect(inputsOf("message_send")).toEqual([{ room_id: forum.id, text: "nobody", mentions: [], reply_to: null, thread: null }]);
  });

  it("can be everybody for who runs the group, and nobody else", async () => {
    const { unmount } = openApp(core, FORUM);
    await userEvent.type(await field(), "@");
    expect(within(await screen.findByRole("listbox", { name: "Members to name" })).queryByRole("option", { name: /@all/ })).not.toBeInTheDocument();
    unmount();
    owns();
    forum.draft = null;
    openApp(core, FORUM);
    await userEvent.click(await screen.findByRole("button", { name: "Name a member" }));
    await userEvent.click(await screen.findByRole("option", { name: /@all/ }));
    await userEvent.type(await field(), "14:00{Enter}");
    expect(inputsOf("message_send")).toEqual([{ room_id: forum.id, text: "@all 14:00", mentions: [{ id: forum.id, text: "@all" }], reply_to: null, thread: null }]);
  });

  it("stays in the draft, and in a message that is edited", async () => {
    core.room(13);
    const { router } = openApp(core, FORUM);
    await userEvent.type(await field(), "@ouyang");
    await screen.findByRole("listbox", { name: "Members to name" });
    await userEvent.keyboard("{Enter}");
    await act(() => router.navigate({ to: "/chats/$roomId", params: { roomId: "!room13:jz.example" } }));
    const ouyang = [{ id: core.person(15).user_id, text: "@Ouyang Jing" }];
    await waitFor(() => expect(forum.draft).toEqual({ text: "@Ouyang Jing ", mentions: ouyang, target: null, aside: null }));
    await act(() => router.navigate({ to: "/chats/$roomId", params: { roomId: forum.id } }));
    await userEvent.type(await field(), "please{Enter}");
    await waitFor(() => expect(screen.getByRole("log")).toHaveTextContent(/Sent/));
    await userEvent.keyboard("{ArrowUp} now{Enter}");
    expect(inputsOf("message_edit")).toEqual([expect.objectContaining({ text: "@Ouyang Jing please now", mentions: ouyang })]);
  });

  it("marks a message that names oneself", async () => {
    forum.items = [core.message(forum, false, "see above", 1, null, { sender: core.person(14), mentions_me: true })];
    openApp(core, FORUM);
    expect(await screen.findByRole("article", { name: /^Hannah Weiss names you, / })).toBeInTheDocument();
  });

  it("is no matter of a conversation of two", async () => {
    core.room(13);
    openApp(core, "/chats/!room13:jz.example");
    await userEvent.type(await screen.findByRole("textbox", { name: "Message to Wang Xuemei" }), "@w");
    expect(inputsOf("group_members")).toEqual([]);
    expect(screen.queryByRole("button", { name: "Name a member" })).not.toBeInTheDocument();
  });
});
