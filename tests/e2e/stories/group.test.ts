import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Desk } from "../harness/desk.ts";
import { directoryIsWhole, field, goTo, messages, openChat, send } from "../harness/steps.ts";
import { suiteServers } from "../harness/suite.ts";

suite("a group", () => {
  const servers = suiteServers();

  test("is made, joined, talked in by name, and left", async (t) => {
    const lin = await Desk.open(t, servers, { as: servers.account("Lin Jianing") });
    const chen = await Desk.open(t, servers, { as: servers.account("Chen Siyuan") });
    await directoryIsWhole(lin.page);
    await directoryIsWhole(chen.page);
    const group = `Coronary forum ${Date.now().toString(36)}`;

    await goTo(lin.page, /^Chats/);
    await lin.page.getByRole("button", { name: "New chat" }).click();
    await lin.page.getByRole("menuitem", { name: "New group…" }).click();
    const dialog = lin.page.getByRole("dialog");
    for (const [typed, name] of [["chensiyuan", "Chen Siyuan"], ["hannahweiss", "Hannah Weiss"]] as const) {
      await dialog.getByRole("combobox").fill(typed);
      await dialog.getByRole("option").filter({ hasText: name }).click();
    }
    await dialog.getByRole("textbox", { name: "Group name" }).fill(group);
    await dialog.getByRole("button", { name: "Create and invite 2 colleagues" }).click();
    await field(lin.page, group).waitFor();

    // The invitation tells who invites, before anything of the group is joined.
    await openChat(chen.page, group);
    await chen.page.getByText(`Lin Jianing invites you to the group “${group}”`).waitFor();
    await chen.page.getByRole("button", { name: "Accept" }).click();
    await field(chen.page, group).waitFor();
    await messages(lin.page).getByText("Chen Siyuan joined the conversation").waitFor();

    await send(lin.page, group, "APTT 56 s, keeping heparin.");
    await messages(chen.page).getByText("APTT 56 s, keeping heparin.", { exact: true }).waitFor();
    await goTo(chen.page, /^Directory/);
    await field(lin.page, group).pressSequentially("@csy");
    await lin.page.getByRole("listbox", { name: "Members to name" }).getByRole("option").filter({ hasText: "Chen Siyuan" }).waitFor();
    await lin.page.keyboard.press("Enter");
    await lin.page.keyboard.type("please look");
    await lin.page.keyboard.press("Enter");
    await goTo(chen.page, /^Chats/);
    await messages(chen.page).getByRole("article", { name: /^Lin Jianing names you/ }).getByRole("button", { name: "@Chen Siyuan" }).waitFor();

    await lin.page.getByRole("button", { name: "Group details" }).click();
    const members = lin.page.getByRole("complementary", { name: "Group details" }).getByRole("listitem");
    await members.nth(2).waitFor();
    assert.match((await members.first().textContent()) ?? "", /Lin Jianing.*Owner/);
    await members.filter({ hasText: /Hannah Weiss.*Invited/ }).waitFor();

    await chen.page.getByRole("button", { name: "Group details" }).click();
    await chen.page.getByRole("button", { name: "Leave group…" }).click();
    await chen.page.getByRole("dialog").getByRole("button", { name: "Leave" }).click();
    await messages(lin.page).getByText("Chen Siyuan left the conversation").waitFor();
    await chen.page.getByRole("listbox", { name: "Chats" }).getByRole("option").filter({ hasText: group }).waitFor({ state: "detached" });
  });
});
