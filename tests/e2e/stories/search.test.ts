import { suite, test } from "node:test";
import { Desk } from "../harness/desk.ts";
import { directoryIsWhole, field, messages, openChat, send, writeTo } from "../harness/steps.ts";
import { suiteServers } from "../harness/suite.ts";

suite("finding what was written", () => {
  const servers = suiteServers();

  test("Ctrl+K finds a colleague by pinyin and a message by two characters, and Ctrl+F in the conversation", async (t) => {
    const chen = await Desk.open(t, servers, { as: servers.account("Chen Siyuan") });
    const { page } = await Desk.open(t, servers, { as: servers.account("Lin Jianing") });
    await directoryIsWhole(chen.page);
    await directoryIsWhole(page);
    const mark = Date.now().toString(36);
    await writeTo(page, "chensiyuan", "Chen Siyuan");
    await send(page, "Chen Siyuan", `患者高血压十年，肝素维持 (${mark})`);
    await messages(page).getByText(/ (Sent|Read)$/).last().waitFor();
    await openChat(chen.page, "Lin Jianing");
    const accept = chen.page.getByRole("button", { name: "Accept" });
    await accept.or(field(chen.page, "Lin Jianing")).first().waitFor();
    if (await accept.isVisible()) await accept.click();
    await messages(chen.page).getByText(new RegExp(mark)).waitFor();

    await directoryIsWhole(page);
    await page.keyboard.press("ControlOrMeta+k");
    const switcher = page.getByRole("dialog", { name: "Quick switcher" });
    await switcher.getByRole("combobox").fill("chensy");
    await switcher.getByRole("group", { name: "Chats" }).getByRole("option", { name: /Chen Siyuan/ }).waitFor();
    await switcher.getByRole("combobox").fill(`血压 ${mark}`);
    const found = switcher.getByRole("group", { name: "Messages" }).getByRole("option").first();
    await found.locator("mark").filter({ hasText: "血压" }).waitFor();
    await page.keyboard.press("Enter");
    await messages(page).locator("[data-message]:focus").filter({ hasText: mark }).waitFor();

    await page.keyboard.press("ControlOrMeta+f");
    await page.getByRole("combobox", { name: "Search messages" }).fill(`肝素 ${mark}`);
    await page.getByRole("listbox", { name: "Messages that were found" }).getByRole("option").filter({ hasText: mark }).waitFor();
    await page.getByText("Complete: every message of this chat.").waitFor();
  });
});
