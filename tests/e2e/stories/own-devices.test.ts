import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Page } from "playwright-core";
import { Desk } from "../harness/desk.ts";
import { directoryIsWhole, goTo, messages, openChat, rows, search, send, writeTo } from "../harness/steps.ts";
import { suiteServers } from "../harness/suite.ts";

async function openSecurity(page: Page): Promise<void> {
  await goTo(page, /^Settings/);
  await page.getByRole("link", { name: "Security" }).click();
  await page.getByRole("heading", { name: "Security", level: 1 }).waitFor();
}

/** The seven pictures that the dialog shows, by their names. */
async function pictures(page: Page): Promise<string[]> {
  const dialog = page.getByRole("dialog", { name: "Do both devices show the same?" });
  await dialog.waitFor();
  return dialog.getByRole("listitem").allTextContents();
}

suite("one doctor at two computers", () => {
  const servers = suiteServers();

  test("a second computer is verified by emoji, reads the past, and has the favourites", async (t) => {
    const zhang = servers.account("Zhang Wei");
    const desk = await Desk.open(t, servers, { as: zhang });
    await directoryIsWhole(desk.page);
    await openSecurity(desk.page);
    const setUp = desk.page.getByRole("main").getByRole("button", { name: "Set up" });
    const afresh = desk.page.getByRole("button", { name: "Start afresh…" });
    await setUp.or(afresh).first().waitFor();
    if (await afresh.isVisible()) {
      // The demo's data remember computers of earlier stories, which are gone.
      await afresh.click();
      await desk.page.getByLabel("Your password").fill(zhang.password);
      await desk.page.getByRole("button", { name: "Start afresh", exact: true }).click();
    }
    await setUp.click();
    const shown = desk.page.getByRole("dialog", { name: "Your recovery key" });
    const key = (await shown.getByRole("group", { name: "Your recovery key" }).textContent())?.trim() ?? "";
    assert.equal(key.split(/\s+/).length, 12);
    await shown.getByRole("checkbox").click();
    await shown.getByRole("button", { name: "Done" }).click();
    await desk.page.getByText("Backup works").waitFor();

    const letter = `Echo of bed 7 is in the system (${Date.now().toString(36)})`;
    await goTo(desk.page, /^Directory/);
    await writeTo(desk.page, "chensiyuan", "Chen Siyuan");
    await send(desk.page, "Chen Siyuan", letter);
    await messages(desk.page).getByText(/ Sent$/).last().waitFor();
    await goTo(desk.page, /^Directory/);
    await search(desk.page, "chensiyuan", "Chen Siyuan");
    await rows(desk.page).first().click();
    const star = desk.page.getByRole("button", { name: /(Add to|Remove from) favourites/ });
    if ((await star.getAttribute("aria-pressed")) !== "true") await star.click();

    const ward = await Desk.open(t, servers, { as: zhang });
    await directoryIsWhole(ward.page);
    await ward.page.getByText(/come once/).waitFor();
    await openChat(ward.page, "Chen Siyuan");
    await ward.page.getByText("Older messages are locked on this device").waitFor();
    assert.equal(await messages(ward.page).getByText(letter, { exact: true }).count(), 0);

    await ward.page.getByRole("button", { name: "Verify with another device" }).click();
    await desk.page.getByRole("dialog", { name: "Verify your other device?" }).getByRole("button", { name: "Go on" }).click();
    const [there, here] = await Promise.all([pictures(ward.page), pictures(desk.page)]);
    assert.equal(here.length, 7);
    assert.deepEqual(there, here);
    for (const { page } of [desk, ward]) await page.getByRole("button", { name: "They are the same" }).click();
    for (const { page } of [desk, ward]) await page.getByRole("dialog", { name: "Verified" }).getByRole("button", { name: "Close" }).click();

    await messages(ward.page).getByText(letter, { exact: true }).waitFor();
    await ward.page.getByText("Older messages are locked on this device").waitFor({ state: "detached" });
    await goTo(ward.page, /^Directory/);
    await ward.page.getByRole("button", { name: /^Favourites/ }).click();
    await rows(ward.page).filter({ hasText: "Chen Siyuan" }).waitFor();
    await openSecurity(ward.page);
    await ward.page.getByText("Backup works").waitFor();
  });
});
