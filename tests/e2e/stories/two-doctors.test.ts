import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Desk } from "../harness/desk.ts";
import { directoryIsWhole, field, messages, openChat, send, writeTo } from "../harness/steps.ts";
import { suiteServers } from "../harness/suite.ts";

suite("two doctors in two browsers", () => {
  const servers = suiteServers();

  test("a question goes out, is read, and is answered", async (t) => {
    const lin = await Desk.open(t, servers, { as: servers.account("Lin Jianing") });
    const chen = await Desk.open(t, servers, { as: servers.account("Chen Siyuan") });
    await directoryIsWhole(lin.page);
    await directoryIsWhole(chen.page);
    const mark = Date.now().toString(36);
    const question = `Troponin 0.8, ST depression V4–V6: to the catheter room now? (${mark})`;
    const answer = `是的，马上。(${mark})`;

    await writeTo(lin.page, "chensiyuan", "Chen Siyuan");
    await send(lin.page, "Chen Siyuan", question);
    await messages(lin.page).getByText(/ Sent$/).last().waitFor();

    await openChat(chen.page, "Lin Jianing");
    const accept = chen.page.getByRole("button", { name: "Accept" });
    await accept.or(field(chen.page, "Lin Jianing")).first().waitFor();
    if (await accept.isVisible()) await accept.click();
    await messages(chen.page).getByText(question, { exact: true }).waitFor();
    await messages(lin.page).getByText(/ Read$/).last().waitFor();

    await field(chen.page, "Lin Jianing").pressSequentially("是");
    await lin.page.getByText("Chen Siyuan is typing").waitFor();
    await send(chen.page, "Lin Jianing", answer);
    await messages(lin.page).getByText(answer, { exact: true }).waitFor();
    assert.equal(await messages(lin.page).getByText(question, { exact: true }).count(), 1);
    assert.equal(await messages(chen.page).getByText(answer, { exact: true }).count(), 1);
  });

  test("a message is answered, agreed to, changed and recalled by the keyboard", async (t) => {
    const lin = await Desk.open(t, servers, { as: servers.account("Lin Jianing") });
    const hannah = await Desk.open(t, servers, { as: servers.account("Hannah Weiss") });
    await directoryIsWhole(lin.page);
    await directoryIsWhole(hannah.page);
    const mark = Date.now().toString(36);
    const question = `Is the artery reopened? (${mark})`;
    await writeTo(lin.page, "hannahweiss", "Hannah Weiss");
    await send(lin.page, "Hannah Weiss", question);
    await openChat(hannah.page, "Lin Jianing");
    const accept = hannah.page.getByRole("button", { name: "Accept" });
    await accept.or(field(hannah.page, "Lin Jianing")).first().waitFor();
    if (await accept.isVisible()) await accept.click();
    await messages(hannah.page).getByText(question, { exact: true }).waitFor();

    await messages(hannah.page).focus();
    await hannah.page.keyboard.press("ArrowUp");
    await hannah.page.keyboard.press("1");
    const asked = messages(lin.page).getByRole("article").filter({ hasText: mark }).first();
    await asked.getByRole("button", { name: /^Agree 1: Hannah Weiss/ }).waitFor();
    await hannah.page.keyboard.press("r");
    await hannah.page.keyboard.type("Not **yte**.");
    await hannah.page.keyboard.press("Enter");
    // An answer quotes what it answers.
    const answers = messages(lin.page).getByRole("article").filter({ hasText: mark });
    const answer = answers.filter({ hasText: "Not yte." });
    await answer.getByRole("button", { name: question }).waitFor();
    assert.equal(await answer.locator("strong").textContent(), "yte");

    await messages(hannah.page).getByText(/ (Sent|Read)$/).last().waitFor();
    await hannah.page.keyboard.press("ArrowUp");
    await hannah.page.keyboard.press("ControlOrMeta+a");
    await hannah.page.keyboard.type("Not yet.");
    await hannah.page.keyboard.press("Enter");
    await answers.filter({ hasText: "Not yet." }).getByText("edited").waitFor();

    // Those that were recalled when the story was told before stay where they are.
    const recalled = messages(lin.page).getByText("Hannah Weiss recalled a message");
    const earlier = await recalled.count();
    await messages(hannah.page).focus();
    await hannah.page.keyboard.press("ArrowUp");
    await hannah.page.keyboard.press("Delete");
    await hannah.page.getByRole("dialog").getByRole("button", { name: "Recall" }).click();
    await recalled.nth(earlier).waitFor();
  });

  test("a reload and a restart of the program keep session and conversation", async (t) => {
    const lin = await Desk.open(t, servers, { as: servers.account("Lin Jianing") });
    const hannah = servers.account("Hannah Weiss");
    await directoryIsWhole(lin.page);
    const note = `Please call ward 12 (${Date.now().toString(36)})`;
    await writeTo(lin.page, "hannahweiss", hannah.name);
    await send(lin.page, hannah.name, note);
    await messages(lin.page).getByText(/ Sent$/).last().waitFor();

    await lin.page.reload();
    await messages(lin.page).getByText(note, { exact: true }).waitFor();

    await lin.restart();
    await openChat(lin.page, hannah.name);
    await messages(lin.page).getByText(note, { exact: true }).waitFor();
    assert.equal(await lin.page.getByRole("textbox", { name: "Password" }).count(), 0);
  });
});
