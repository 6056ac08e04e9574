import { suite, test } from "node:test";
import type { Locator, Page } from "playwright-core";
import { Desk } from "../harness/desk.ts";
import { directoryIsWhole, goTo, messages, openChat, send, writeTo } from "../harness/steps.ts";
import { suiteServers } from "../harness/suite.ts";

/** A message of the open conversation. */
function message(page: Page, text: string): Locator {
  return messages(page).locator("[data-message]").filter({ hasText: text }).first();
}

async function choose(page: Page, text: string, item: string): Promise<void> {
  await message(page, text).click({ button: "right" });
  await page.getByRole("menu").getByRole("menuitem", { name: item }).click();
}

suite("what becomes of a message", () => {
  const servers = suiteServers();

  test("it is answered in a thread, starred, and handed on to a third colleague", async (t) => {
    const lin = await Desk.open(t, servers, { as: servers.account("Lin Jianing") });
    const chen = await Desk.open(t, servers, { as: servers.account("Chen Siyuan") });
    await directoryIsWhole(lin.page);
    await directoryIsWhole(chen.page);
    const tag = Date.now().toString(36);
    const question = `Close the septum now? (${tag})`;
    await writeTo(lin.page, "chensiyuan", "Chen Siyuan");
    await send(lin.page, "Chen Siyuan", question);

    await openChat(chen.page, "Lin Jianing");
    const accept = chen.page.getByRole("button", { name: "Accept" });
    await messages(chen.page).or(accept).first().waitFor();
    if (await accept.isVisible()) await accept.click();
    await message(chen.page, question).waitFor();
    await choose(chen.page, question, "Reply in thread");
    const answer = `After 48 h. (${tag})`;
    const thread = chen.page.getByRole("complementary", { name: "Thread" });
    await thread.getByRole("textbox", { name: "Reply in this thread" }).fill(answer);
    await chen.page.keyboard.press("Enter");
    await thread.getByText(answer, { exact: true }).waitFor();

    await message(lin.page, question).getByRole("button", { name: /1 reply/ }).click();
    const linsThread = lin.page.getByRole("complementary", { name: "Thread" });
    await linsThread.getByText(answer, { exact: true }).waitFor();
    await lin.page.keyboard.press("Escape");
    await linsThread.waitFor({ state: "detached" });

    await choose(lin.page, question, "Star");
    await message(lin.page, question).getByText("Starred").waitFor({ state: "attached" });
    await choose(lin.page, question, "Unstar");
    await message(lin.page, question).getByText("Starred").waitFor({ state: "detached" });

    await goTo(lin.page, /^Directory/);
    await writeTo(lin.page, "hannahweiss", "Hannah Weiss");
    await openChat(lin.page, "Chen Siyuan");
    await choose(lin.page, question, "Forward…");
    const dialog = lin.page.getByRole("dialog", { name: "Forward 1 message" });
    await dialog.getByRole("checkbox", { name: "Hannah Weiss" }).click();
    await dialog.getByRole("button", { name: "Forward to 1 chat" }).click();
    await dialog.waitFor({ state: "detached" });
    await openChat(lin.page, "Hannah Weiss");
    await message(lin.page, question).waitFor();
  });
});
