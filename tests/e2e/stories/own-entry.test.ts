import { suite, test } from "node:test";
import { Desk } from "../harness/desk.ts";
import { askForMore, directoryIsWhole, goTo, sendAgain } from "../harness/steps.ts";
import { suiteServers } from "../harness/suite.ts";

/** Two hospitals between which the doctor of this story moves, so that it can be told again. */
const HOSPITALS = ["Jiangzhou University First Hospital", "Jiangzhou Third People’s Hospital"];

suite("the life of an entry", () => {
  const servers = suiteServers();

  test("a doctor moves to another hospital, is asked for more, and is approved", async (t) => {
    const doctor = await Desk.open(t, servers, { as: servers.account("Ouyang Jing") });
    const verifier = await Desk.open(t, servers, { as: servers.account("Li Jing") });
    const { page } = doctor;
    await directoryIsWhole(page);
    await goTo(page, /^Settings/);
    await page.getByRole("link", { name: "My entry" }).click();
    const verification = page.locator("section").filter({ has: page.getByRole("heading", { name: /^Verification/ }) });
    const [first, second] = HOSPITALS as [string, string];
    await verification.getByText(first).or(verification.getByText(second)).first().waitFor();
    const next = (await verification.getByText(second).count()) > 0 ? first : second;

    await page.getByRole("button", { name: "Move to another hospital" }).click();
    await page.getByRole("textbox", { name: "Work phone" }).fill("0591-555-0166");
    // Closed and opened: what was typed is there.
    await page.waitForTimeout(1500);
    await doctor.restart("kill");
    await goTo(page, /^Settings/);
    await page.getByRole("link", { name: "My entry" }).click();
    await page.getByText("Begun and not sent; kept on this device").waitFor();
    await page.getByRole("button", { name: "Go on" }).click();
    await page.waitForFunction((node) => (node as HTMLInputElement).value === "0591-555-0166", await page.getByRole("textbox", { name: "Work phone" }).elementHandle());
    await page.getByRole("button", { name: "Next: evidence" }).click();
    await page.getByText("Choose your hospital from the list; if it is not there, enter it by hand.").waitFor();
    await page.getByRole("combobox", { name: "Hospital" }).fill(next);
    await page.getByRole("option").filter({ hasText: next }).first().click();
    await doctor.picture("move to another hospital");
    await page.getByRole("button", { name: "Next: evidence" }).click();

    // The e-mail is the one that the account has: no code.
    await page.getByRole("heading", { name: "Evidence", exact: true }).waitFor();
    const image = await page.screenshot();
    await page.getByTestId("file-staff_card").setInputFiles({ name: "card.png", mimeType: "image/png", buffer: image });
    await page.getByText(/^Sent, /).waitFor();
    await page.getByRole("button", { name: "Send application" }).click();
    await page.getByRole("heading", { name: "Application under review" }).waitFor();

    const review = verifier.page;
    await goTo(review, /^Review/);
    const queue = review.getByRole("listbox", { name: "Applications" });
    const open = async () => {
      await review.getByRole("button", { name: "Ask again now" }).click();
      await queue.getByRole("option").filter({ hasText: "Ouyang Jing" }).click();
    };
    await open();
    await review.getByRole("heading", { name: "Transfer to another hospital" }).waitFor();
    const note = "Please add the letter of appointment.";
    await askForMore(review, note);
    await sendAgain(page, note, "other", image);

    await open();
    await review.getByRole("radio", { name: "Approve" }).click();
    for (const box of await review.getByRole("group", { name: "I confirm that" }).getByRole("checkbox").all()) await box.check();
    await review.getByRole("button", { name: "Approve application" }).click();

    await page.getByRole("heading", { name: "Approved: your entry is up to date" }).waitFor();
    await page.getByRole("button", { name: "To my entry", exact: true }).click();
    // The registry publishes every half minute.
    await verification.getByText(next).waitFor({ timeout: 150_000 });

    // As verifiers see it, with what was decided.
    await review.getByRole("button", { name: "Entry for verifiers" }).click();
    const entry = review.getByRole("region", { name: "Entry for verifiers" });
    await entry.getByText("Transfer to another hospital").first().waitFor();
    await entry.getByRole("button", { name: "Take out of the directory…" }).waitFor();
    await verifier.picture("entry for verifiers");
  });
});
