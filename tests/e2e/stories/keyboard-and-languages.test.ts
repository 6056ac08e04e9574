import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Desk } from "../harness/desk.ts";
import { field, messages, rows } from "../harness/steps.ts";
import { suiteServers } from "../harness/suite.ts";

suite("by keyboard, and in both languages", () => {
  const servers = suiteServers();

  test("from sign-in to a message without a mouse", async (t) => {
    const { page } = await Desk.open(t, servers);
    const doctor = servers.account("Ouyang Jing");
    const { keyboard } = page;
    const user = page.getByRole("textbox", { name: "Work e-mail or user name" });
    await user.waitFor();
    const address = page.getByRole("textbox", { name: "Server address" });
    await page.waitForFunction(([node, expected]) => (node as HTMLInputElement).value === expected, [await address.elementHandle(), servers.registry] as const);
    assert.ok(await user.evaluate((node) => node === document.activeElement), "the first empty field has the focus");

    await keyboard.type(doctor.user_id);
    await keyboard.press("Tab");
    await keyboard.type("not the password");
    await keyboard.press("Enter");
    await page.getByText("Name and password do not match. Check both and try again.").waitFor();
    assert.equal(await user.inputValue(), doctor.user_id, "what was entered is kept");

    await page.getByRole("textbox", { name: "Password" }).press("ControlOrMeta+a");
    await keyboard.type(doctor.password);
    await keyboard.press("Enter");
    await page.getByRole("navigation", { name: "Main" }).waitFor();

    await keyboard.press("ControlOrMeta+Shift+n");
    await page.getByText(/^As of /).waitFor();
    await keyboard.press("/");
    await keyboard.type("hannah weiss");
    await rows(page).first().filter({ hasText: "Hannah Weiss" }).waitFor();
    await keyboard.press("ArrowDown");
    await keyboard.press("Enter");
    const message = page.getByRole("button", { name: "Message", exact: true });
    await message.waitFor();
    for (let presses = 0; presses < 12 && !(await message.evaluate((node) => node === document.activeElement)); presses += 1) {
      await keyboard.press("Tab");
    }
    await keyboard.press("Enter");
    await field(page, "Hannah Weiss").waitFor();
    const text = `By keyboard (${Date.now().toString(36)})`;
    await page.waitForFunction(() => document.activeElement?.tagName === "TEXTAREA");
    await keyboard.type(text);
    await keyboard.press("Enter");
    await messages(page).getByText(text, { exact: true }).waitFor();
  });

  test("a Chinese system gets Chinese, and the setting changes it at once and for good", async (t) => {
    const desk = await Desk.open(t, servers, { language: "zh", as: servers.account("Ouyang Jing"), theme: "dark" });
    const { page } = desk;
    const rail = page.getByRole("navigation").first();
    await rail.getByRole("link", { name: /^通讯录/ }).click();
    assert.equal(await page.locator("html").getAttribute("lang"), "zh-CN");
    await page.getByRole("searchbox").fill("linjianing");
    await page.getByRole("option").filter({ hasText: "林嘉宁" }).first().waitFor();

    await rail.getByRole("link", { name: /^设置/ }).click();
    await page.getByRole("combobox", { name: "语言" }).click();
    await page.getByRole("option", { name: "English" }).click();
    await rail.getByRole("link", { name: /^Directory/ }).waitFor();
    assert.equal(await page.locator("html").getAttribute("lang"), "en");
    await desk.restart();
    await rail.getByRole("link", { name: /^Directory/ }).waitFor();
  });

  test("a wrong address, and one where something else answers, say so", async (t) => {
    const { page } = await Desk.open(t, servers);
    const server = page.getByRole("textbox", { name: "Server address" });
    const fill = async (address: string) => {
      await server.fill(address);
      await page.getByRole("textbox", { name: "Work e-mail or user name" }).fill("lin.jianing");
      await page.getByRole("textbox", { name: "Password" }).fill("a password of some length");
      await page.getByRole("textbox", { name: "Password" }).press("Enter");
    };
    await fill(servers.homeserver);
    await page.getByText("There is no Consilium service at this address.").first().waitFor();
    await fill("http://127.0.0.1:1");
    await page.getByText("The server cannot be reached.").first().waitFor();
    assert.equal(await page.getByRole("navigation", { name: "Main" }).count(), 0);
  });
});
