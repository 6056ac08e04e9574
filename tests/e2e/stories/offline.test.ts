import assert from "node:assert/strict";
import { after, suite, test } from "node:test";
import { Desk, closeBrowser } from "../harness/desk.ts";
import { startServers } from "../harness/servers.ts";
import { directoryIsWhole, field, goTo, messages, openChat, rows, search, send, writeTo } from "../harness/steps.ts";

suite("without servers", () => {
  after(closeBrowser);

  test("the directory is searched and a message waits, also after a restart, and goes out once", async (t) => {
    const servers = await startServers();
    t.after(() => servers.stop().catch(() => undefined));
    const lin = await Desk.open(t, servers, { as: servers.account("Lin Jianing") });
    const { page } = lin;
    await directoryIsWhole(page);
    const all = await page.getByText(/^[\d,]+ colleagues$/).first().textContent();
    await writeTo(page, "chensiyuan", "Chen Siyuan");
    const sent = `Before the cut (${Date.now().toString(36)})`;
    await send(page, "Chen Siyuan", sent);
    // Reads along from now on: what is sent later is encrypted for this device too.
    const chen = await Desk.open(t, servers, { as: servers.account("Chen Siyuan") });
    await openChat(chen.page, "Lin Jianing");
    const accept = chen.page.getByRole("button", { name: "Accept" });
    await accept.or(field(chen.page, "Lin Jianing")).first().waitFor();
    if (await accept.isVisible()) await accept.click();
    await messages(page).getByText(/ Read$/).last().waitFor();

    await servers.stop();
    await lin.restart();

    await page.getByText(/^Offline$/).first().waitFor();
    await goTo(page, /^Directory/);
    await page.getByText(all ?? "", { exact: true }).first().waitFor();
    await page.getByText(/^As of /).waitFor();
    for (const text of ["chensiyuan", "chensy", "陈思远", "siyuan"]) await search(page, text, "陈思远");
    await rows(page).first().click();
    await page.getByText("Work phone").waitFor();
    await page.getByRole("searchbox").fill("qqqqqq");
    await page.getByText("No match for “qqqqqq”").waitFor();
    await search(page, "siyuan donghu", "陈思远");

    await openChat(page, "Chen Siyuan");
    await messages(page).getByText(sent, { exact: true }).waitFor();
    const queued = `Written without a network (${Date.now().toString(36)})`;
    await send(page, "Chen Siyuan", queued);
    await messages(page).getByText(/ Queued$/).last().waitFor();
    await lin.restart("kill");
    await openChat(page, "Chen Siyuan");
    await messages(page).getByText(queued, { exact: true }).waitFor();

    const again = await startServers();
    t.after(() => again.stop());
    assert.equal(again.registry, servers.registry, "the servers come back where they were");
    await messages(page).getByText(/ (Sent|Read)$/).last().waitFor({ timeout: 120_000 });
    assert.equal(await messages(page).getByText(queued, { exact: true }).count(), 1);
    await messages(chen.page).getByText(queued, { exact: true }).waitFor({ timeout: 120_000 });
    assert.equal(await messages(chen.page).getByText(queued, { exact: true }).count(), 1);
  });
});
