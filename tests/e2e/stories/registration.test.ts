import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Page } from "playwright-core";
import { Desk } from "../harness/desk.ts";
import { codeSentTo } from "../harness/mail.ts";
import { askForMore, directoryIsWhole, goTo, search, sendAgain } from "../harness/steps.ts";
import { suiteServers } from "../harness/suite.ts";

const PASSWORD = "azure heron over the canal";

async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole("combobox", { name: label }).click();
  await page.getByRole("option", { name: option, exact: true }).click();
}

suite("registration", () => {
  const servers = suiteServers();

  test("a doctor applies, is asked for more, is verified, chooses a password and is found by colleagues", async (t) => {
    const applicant = await Desk.open(t, servers);
    const verifier = await Desk.open(t, servers, { as: servers.account("Li Jing") });
    const { page } = applicant;
    // A name that no earlier run of this story has left in the directory.
    const letters = Array.from({ length: 6 }, () => String.fromCharCode(97 + Math.floor(Math.random() * 26))).join("");
    const latin = `Brandt ${letters.charAt(0).toUpperCase()}${letters.slice(1)}`;
    const email = `${letters}@jzfy.example`;

    await page.getByRole("link", { name: "Apply for an account" }).click();
    await page.getByRole("button", { name: "Next: evidence" }).click();
    await page.getByText("Accept the notice to send the application.").waitFor();
    // Name, title, licence, e-mail, telephone, hospital, department, and the notice.
    await page.getByRole("alert").nth(7).waitFor();

    await page.getByRole("textbox", { name: "Name in Chinese" }).fill("单小月");
    const latinField = page.getByRole("textbox", { name: "Name in Latin letters" });
    await page.waitForFunction((node) => (node as HTMLInputElement).value === "Shan Xiaoyue", await latinField.elementHandle());
    await page.getByRole("textbox", { name: "Name in Chinese" }).fill("");
    await latinField.fill(latin);
    await choose(page, "Title", "Attending Physician");
    const licence = page.getByRole("textbox", { name: "Licence number" });
    await licence.fill("12345");
    await licence.press("Tab");
    await page.getByText("A licence number has exactly 15 digits.").waitFor();
    await licence.fill(`99${Date.now()}`);
    await page.getByRole("textbox", { name: "Work e-mail" }).fill(email);
    await page.getByRole("textbox", { name: "Work phone" }).fill("0591-555-0199");
    await page.getByRole("combobox", { name: "Hospital" }).fill("jiangzhou university first");
    await page.getByRole("option").filter({ hasText: "Jiangzhou University First Hospital" }).first().click();
    await choose(page, "Department", "Cardiology");
    await page.getByRole("checkbox", { name: /privacy notice/ }).check();
    await applicant.picture("registration form");

    // Closed and opened: the draft is there.
    await page.waitForTimeout(1500);
    await applicant.restart("kill");
    await page.getByRole("link", { name: "Apply for an account" }).click();
    assert.equal(await latinField.inputValue(), latin);
    await page.getByRole("checkbox", { name: /privacy notice/ }).check();
    await page.getByRole("button", { name: "Next: evidence" }).click();

    await page.getByRole("heading", { name: "Confirm your work e-mail" }).waitFor();
    const code = await codeSentTo(servers, email);
    // The sixth digit sends it.
    await page.getByRole("textbox", { name: "Code from the message" }).fill(code === "000000" ? "000001" : "000000");
    await page.getByText("This code does not match. Check the latest message.").waitFor();
    await page.getByRole("textbox", { name: "Code from the message" }).fill(code);

    await page.getByRole("heading", { name: "Evidence", exact: true }).waitFor();
    const image = await page.screenshot();
    await page.getByTestId("file-licence").setInputFiles({ name: `${"licence-".repeat(30)}.png`, mimeType: "image/png", buffer: image });
    await page.getByText(/^Sent, /).waitFor();
    // A name of any length leaves the buttons beside it where they can be reached.
    const remove = await page.getByRole("button", { name: /^Remove licence/ }).boundingBox();
    const aside = await page.getByRole("complementary").last().boundingBox();
    assert.ok(remove && aside && remove.x + remove.width < aside.x, `${JSON.stringify(remove)} is under ${JSON.stringify(aside)}`);
    await page.getByTestId("file-other").setInputFiles({ name: "cut-off.png", mimeType: "image/png", buffer: image.subarray(0, 2000) });
    await page.getByText("This image cannot be shown: it is damaged, or has too many pixels. Take it again.").waitFor();
    await page.getByTestId("file-other").setInputFiles({ name: "letter.png", mimeType: "image/png", buffer: Buffer.from("no image") });
    await page.getByText("Not a PNG, JPEG or WebP image.").waitFor();
    await page.getByRole("button", { name: "Send application" }).click();
    await page.getByRole("heading", { name: "Application under review" }).waitFor();
    await applicant.restart();
    await page.getByRole("heading", { name: "Application under review" }).waitFor();

    const review = verifier.page;
    await goTo(review, /^Review/);
    const queue = review.getByRole("listbox", { name: "Applications" });
    await queue.getByRole("option").filter({ hasText: latin }).click();
    // Not shown before it is asked for, because each look is recorded.
    assert.equal(await review.locator("img[src^='blob:']").count(), 0);
    await review.getByRole("button", { name: /Open image/ }).first().click();
    await review.waitForFunction(() => [...document.images].some((each) => each.src.startsWith("blob:") && each.naturalWidth > 0));
    await review.keyboard.press("Escape");
    const note = "Please add your staff card.";
    await askForMore(review, note);
    await sendAgain(page, note, "staff_card", image);

    await review.getByRole("button", { name: "Ask again now" }).click();
    await queue.getByRole("option").filter({ hasText: latin }).click();
    await review.getByRole("radio", { name: "Approve" }).click();
    await review.getByRole("button", { name: "Approve application" }).click();
    await review.getByText("Tick each point, or choose another decision.").waitFor();
    for (const box of await review.getByRole("group", { name: "I confirm that" }).getByRole("checkbox").all()) await box.check();
    await verifier.picture("review");
    await review.getByRole("button", { name: "Approve application" }).click();

    await page.getByRole("heading", { name: "You are verified" }).waitFor();
    await page.getByRole("textbox", { name: "Password" }).fill("short");
    await page.getByRole("button", { name: "Create account" }).click();
    await page.getByText("At least 12 characters.").waitFor();
    await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
    await page.getByRole("button", { name: "Create account" }).click();
    await page.getByRole("navigation", { name: "Main" }).waitFor();
    await directoryIsWhole(page);

    await goTo(review, /^Directory/);
    await review.getByRole("button", { name: "Update now" }).click();
    await search(review, letters, latin);
    await review.getByRole("option").first().click();
    await review.getByRole("button", { name: "Message", exact: true }).waitFor();
  });

  test("a doctor has no review section", async (t) => {
    const { page } = await Desk.open(t, servers, { as: servers.account("Lin Jianing") });
    const rail = page.getByRole("navigation", { name: "Main" });
    await rail.getByRole("link", { name: /^Directory/ }).waitFor();
    assert.equal(await rail.getByRole("link", { name: /^Review/ }).count(), 0);
    await page.evaluate(() => { location.hash = "#/review"; });
    await page.waitForURL(/#\/chats/);
    assert.equal(await page.getByRole("listbox", { name: "Applications" }).count(), 0);
  });
});
