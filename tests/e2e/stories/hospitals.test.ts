import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { suite, test } from "node:test";
import { Desk } from "../harness/desk.ts";
import { directoryIsWhole, messages, openChat, rows } from "../harness/steps.ts";
import { suiteServers } from "../harness/suite.ts";

suite("from a hospital to its colleagues, and from one colleague to another", () => {
  const servers = suiteServers();

  test("hospital, department, person, introduction", async (t) => {
    // What is written before she has a device is for none.
    const weiss = await Desk.open(t, servers, { as: servers.account("Hannah Weiss") });
    await directoryIsWhole(weiss.page);
    const { page } = await Desk.open(t, servers, { as: servers.account("Lin Jianing") });
    await directoryIsWhole(page);
    await page.getByRole("button", { name: /^Hospitals/ }).click();
    await page.getByRole("group", { name: "Where colleagues are" }).getByRole("button", { name: /^Binhai/ }).click();
    await page.getByText(/^\d+ hospitals$/).waitFor();
    await page.getByRole("searchbox", { name: "Search hospitals" }).fill("bhzx");
    await page.getByRole("listbox", { name: "Hospitals" }).getByRole("option").filter({ hasText: "Binhai Central Hospital" }).first().click();
    const hospital = page.getByRole("complementary", { name: "Hospital" });
    await hospital.getByRole("link", { name: /0599-555-/ }).waitFor();
    const cardiology = hospital.getByRole("option", { name: /^Cardiology/ });
    const many = Number(await cardiology.locator("b").textContent());
    assert.ok(many > 1, "the demo has cardiologists there");
    await cardiology.click();
    await page.getByText(`${many} colleagues`, { exact: true }).waitFor();

    await page.getByRole("searchbox", { name: "Search colleagues" }).fill("zhangwei");
    await rows(page).filter({ hasText: "Zhang Wei" }).filter({ hasText: "Chief Physician" }).first().click();
    const card = page.getByRole("complementary", { name: "Colleague" });
    await card.getByRole("button", { name: "Message", exact: true }).waitFor();
    await card.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Introduce to a colleague…" }).click();
    await page.getByRole("combobox", { name: "To whom?" }).fill("hannah weiss");
    await page.getByRole("dialog").getByRole("option", { name: /Hannah Weiss/ }).waitFor();
    await page.keyboard.press("Enter");
    const mark = Date.now().toString(36);
    await page.getByRole("textbox", { name: "To Hannah Weiss" }).fill(`Zhang Wei knows left mains (${mark}).`);
    assert.match(await page.getByRole("textbox", { name: "To Zhang Wei" }).inputValue(), /may I introduce Hannah Weiss: .*matrix:u\//s);
    await page.getByRole("button", { name: "Send both" }).click();
    await page.getByText("Zhang Wei and Hannah Weiss have been introduced").waitFor();

    await openChat(weiss.page, "Lin Jianing");
    const accept = weiss.page.getByRole("button", { name: "Accept" });
    const letter = messages(weiss.page).getByText(`Zhang Wei knows left mains (${mark}).`, { exact: true });
    await accept.or(letter).first().waitFor();
    if (await accept.isVisible()) await accept.click();
    await letter.waitFor();
    assert.equal(await messages(weiss.page).getByText(/may I introduce Hannah/).count(), 0, "she does not see the other letter");
  });

  test("a card goes by a picture of its code from one window to the other", async (t) => {
    const chen = await Desk.open(t, servers, { as: servers.account("Chen Siyuan") });
    await directoryIsWhole(chen.page);
    await chen.page.getByRole("button", { name: "Business cards" }).click();
    await chen.page.getByRole("img", { name: "QR code with the card of Chen Siyuan" }).waitFor();
    const download = chen.page.waitForEvent("download");
    await chen.page.getByRole("button", { name: "Save as PNG…" }).click();
    const file = await (await download).path();

    const lin = await Desk.open(t, servers, { as: servers.account("Lin Jianing") });
    await directoryIsWhole(lin.page);
    await lin.page.getByRole("button", { name: "Business cards" }).click();
    await lin.page.getByRole("radio", { name: "Scan or paste" }).click();
    await lin.page.locator("input[type=file]").setInputFiles({ name: "card.png", mimeType: "image/png", buffer: await readFile(file) });
    await lin.page.getByRole("complementary", { name: "Colleague" }).getByRole("heading", { name: /Chen Siyuan/ }).waitFor();
  });
});
