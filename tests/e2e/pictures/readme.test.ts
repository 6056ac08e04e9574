import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { before, suite, test } from "node:test";
import { Desk } from "../harness/desk.ts";
import { root } from "../harness/repo.ts";
import { directoryIsWhole, field, messages, openChat, rows, search, send, writeTo } from "../harness/steps.ts";
import { suiteServers } from "../harness/suite.ts";

const folder = join(root, "docs/pictures");

/** The README's pictures, from the product as it is: `cargo xtask screenshots`. */
suite("pictures for the README", () => {
  // What stories wrote before has no place in a picture.
  const servers = suiteServers({ reset: true });
  before(() => void mkdirSync(folder, { recursive: true }));

  test("directory and conversation", async (t) => {
    const lin = await Desk.open(t, servers, { as: servers.account("Lin Jianing") });
    const chen = await Desk.open(t, servers, { as: servers.account("Chen Siyuan") });
    await directoryIsWhole(lin.page);
    await directoryIsWhole(chen.page);
    await search(lin.page, "zhangw", "Zhang Wei");
    await rows(lin.page).filter({ hasText: "Binhai Central" }).first().click();
    await lin.page.getByRole("heading", { name: "Verification" }).waitFor();
    await lin.page.screenshot({ path: join(folder, "directory.png") });

    await writeTo(lin.page, "chensiyuan", "Chen Siyuan");
    await send(lin.page, "Chen Siyuan", "Post-infarct VSD, day 3. 床旁超声：室间隔近心尖段中断约 12 mm，左向右分流。");
    await openChat(chen.page, "Lin Jianing");
    const accept = chen.page.getByRole("button", { name: "Accept" });
    await accept.or(field(chen.page, "Lin Jianing")).first().waitFor();
    if (await accept.isVisible()) await accept.click();
    await send(chen.page, "Lin Jianing", "Seen the angiogram. Stop heparin six hours before transfer.");
    await send(chen.page, "Lin Jianing", "同意先稳住。乳酸回升就上 VA-ECMO，我们当天可接。");
    await messages(lin.page).getByText(/VA-ECMO/).waitFor();
    await send(lin.page, "Chen Siyuan", "Lactate 2.1 now. Repeat echo at 14:00, I’ll update you.");
    await messages(lin.page).getByText(/ (Queued|Sent|Read)$/).last().filter({ hasText: "Read" }).waitFor();
    await lin.page.screenshot({ path: join(folder, "chat.png") });
  });
});
