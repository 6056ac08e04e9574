import assert from "node:assert/strict";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { Key } from "selenium-webdriver";
import { type Seat, newSeat } from "../../e2e/harness/keyring.ts";
import { type Servers, startServers } from "../../e2e/harness/servers.ts";
import { Window, buildProgram } from "../harness/window.ts";

/** Files below `folder` that hold any of these words. */
function filesWith(folder: string, words: string[]): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile())
    .filter((path) => {
      const bytes = readFileSync(path);
      return words.some((word) => bytes.includes(word));
    });
}

async function signIn(window: Window, user: string, password: string): Promise<void> {
  await (await window.field("Work e-mail or user name")).sendKeys(user);
  await (await window.field("Password")).sendKeys(password, Key.ENTER);
}

suite("the real window", () => {
  let servers: Servers;
  const seats: Seat[] = [];
  const seat = () => {
    const made = newSeat("en_US.UTF-8");
    seats.push(made);
    return made;
  };
  before(async () => {
    servers = await startServers();
    buildProgram();
  });
  after(async () => {
    await servers?.stop();
    for (const each of seats) each.remove();
  });

  test("signs in, shows the directory, and is signed in after a restart", async (t) => {
    const window = await Window.open(t, { seat: seat(), server: servers.registry });
    const doctor = servers.account("Zhang Wei");
    const address = await window.field("Server address");
    await window.until("the address that is filled in", async () => (await address.getAttribute("value")) === servers.registry);
    await signIn(window, doctor.user_id, doctor.password);
    await (await window.link("Directory")).click();
    await window.text("As of ");
    const box = await window.field("Search colleagues");
    await box.sendKeys("linjianing");
    await window.text("林嘉宁");
    await window.picture("directory");

    // What the program wrote: neither the password nor who signed in, wherever it is readable without the keyring.
    assert.match(window.log(), /consilium.*started/);
    const written = filesWith(window.folder, [doctor.password]);
    assert.deepEqual(written, [], "the password is in a file");
    const local = doctor.user_id.slice(1).split(":")[0] ?? doctor.user_id;
    assert.ok(!window.log().includes(local), "the log names the doctor");

    await window.close();
    await window.show();
    await window.link("Directory");
    await (await window.link("Directory")).click();
    await window.text("As of ");
  });

  test("speaks the language of the system, also where no such locale was generated", async (t) => {
    const chinese = newSeat("zh_CN.UTF-8");
    seats.push(chinese);
    const window = await Window.open(t, { seat: chinese, server: servers.registry });
    await window.field("密码");
  });

  test("a second start hands over to the first", async (t) => {
    const window = await Window.open(t, { seat: seat(), server: servers.registry });
    await window.field("Password");
    assert.deepEqual((await window.startAgain("same")).code, 0);
    const elsewhere = await window.startAgain("other");
    assert.equal(elsewhere.code, 1);
    assert.match(elsewhere.said, /another process has this profile open/);
    await window.field("Password");
  });

  test("the window goes nowhere, and links open outside", async (t) => {
    const window = await Window.open(t, { seat: seat(), server: servers.registry });
    await window.field("Password");
    const home = await window.driver.getCurrentUrl();
    for (const address of ["https://example.org/guideline", "mailto:lin.jianing@jz.example", "file:///etc/hostname", "http://example.org/", "smb://example.org/share"]) {
      await window.driver.executeScript("const link = document.createElement('a'); link.href = arguments[0]; document.body.append(link); link.click(); link.remove();", address);
      await window.driver.executeScript("window.open(arguments[0])", address);
    }
    for (let tries = 0; tries < 50 && window.opened().length < 4; tries += 1) await pause(100);
    await pause(500);
    assert.deepEqual(new Set(window.opened()), new Set(["https://example.org/guideline", "mailto:lin.jianing@jz.example"]));
    assert.equal(await window.driver.getCurrentUrl(), home);
    await window.field("Password");
  });

  test("the page reaches nothing but the core's commands", async (t) => {
    const window = await Window.open(t, { seat: seat(), server: servers.registry });
    await window.field("Password");
    const refused = (command: string) =>
      window.driver.executeAsyncScript<string>(
        "const done = arguments[1]; window.__TAURI_INTERNALS__.invoke(arguments[0]).then(() => done('done'), () => done('refused'));",
        command,
      );
    for (const command of ["plugin:app|version", "plugin:window|close", "plugin:webview|create_webview_window", "plugin:window-state|save_window_state", "plugin:event|listen"]) {
      assert.equal(await refused(command), "refused", command);
    }
    assert.equal(await window.driver.executeScript("return typeof window.__TAURI__"), "undefined");
    const reached = await window.driver.executeAsyncScript<string>(
      "const done = arguments[1]; fetch(arguments[0]).then(() => done('reached'), () => done('refused'));",
      servers.registry,
    );
    assert.equal(reached, "refused", "the content policy lets the page reach a server");
    const inline = await window.driver.executeAsyncScript<string>(
      "const done = arguments[0]; const script = document.createElement('script'); script.textContent = 'window.ran = true'; document.body.append(script); setTimeout(() => done(window.ran ? 'ran' : 'refused'), 200);",
    );
    assert.equal(inline, "refused", "the content policy lets inline script run");
  });

  test("without a keyring it says what to do and keeps nothing", async (t) => {
    const window = await Window.open(t, { seat: seat(), server: servers.registry, keyring: false });
    await window.text("This system has no password store running");
  });
});
