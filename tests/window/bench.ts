/**
 * Measures the real window: `node bench.ts start RUNS` or `node bench.ts memory`. Prints one line of JSON. Needs a
 * display, the programs in `CONSILIUM_PROGRAMS` and a built xtask in `CONSILIUM_XTASK`; `cargo xtask bench` sees to that.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { Builder, By, Capabilities, Key, type WebDriver } from "selenium-webdriver";
import { type Seat, newSeat } from "../e2e/harness/keyring.ts";
import { start } from "../e2e/harness/processes.ts";
import { root } from "../e2e/harness/repo.ts";
import { startServers } from "../e2e/harness/servers.ts";
import { type Story, Window, freePort } from "./harness/window.ts";

/** After the last thing that had to be shown; then nothing is loading any more. */
const SETTLE = 10_000;
const PATIENCE = 60_000;

const CONVERSATION = "[role=listbox] [role=option][id^=chat-]";
const COLLEAGUE = "[role=listbox] [role=option][id^=colleague-]";
const PASSWORD = "input[type=password]";

/**
 * Runs in the page: when the first element of this kind was painted, whether it was there before the question, and when
 * the page painted anything. Epoch milliseconds of this machine's clock. Two frames: one lays it out, the next has it.
 */
const WHEN_PAINTED = `
  const [selector, done] = arguments;
  let waited = false;
  const look = () => {
    if (!(document.querySelector(selector)?.getBoundingClientRect().height > 0)) return false;
    requestAnimationFrame(() => requestAnimationFrame(() => {
      const first = performance.getEntriesByName("first-contentful-paint")[0];
      done({ at: Date.now(), waited, first: first ? performance.timeOrigin + first.startTime : null });
    }));
    return true;
  };
  if (look()) return;
  waited = true;
  const observer = new MutationObserver(() => { if (look()) observer.disconnect(); });
  observer.observe(document, { subtree: true, childList: true });
`;

interface Painted {
  at: number;
  waited: boolean;
  first: number | null;
}

async function whenPainted(driver: WebDriver, selector: string): Promise<Painted> {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    try {
      return await driver.executeAsyncScript<Painted>(WHEN_PAINTED, selector);
    } catch (error) {
      // The question is lost when the page it was asked of is replaced by the application's.
      if (Date.now() > deadline) throw error;
      await pause(5);
    }
  }
}

/** The one running process of this name in the seat. */
function processOf(seat: Seat, name: string): number {
  const mark = `XDG_DATA_HOME=${seat.env["XDG_DATA_HOME"] ?? ""}`;
  const found = readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/comm`, "utf8").trim() === name && readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(mark);
    } catch {
      // It ended meanwhile, or is not ours to read.
      return false;
    }
  });
  if (found.length !== 1) throw new Error(`${found.length} processes are called ${name}`);
  return Number(found[0]);
}

/** When the process was started, in epoch milliseconds. The kernel counts hundredths of a second since it was started itself. */
function startOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // Field 22; the name in parentheses before may hold anything.
  const ticks = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
  const uptime = Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]);
  return Date.now() - (uptime * 1000 - ticks * 10);
}

function memoryOf(pid: number): unknown {
  const xtask = process.env["CONSILIUM_XTASK"];
  if (!xtask) throw new Error("CONSILIUM_XTASK does not name a built xtask");
  return JSON.parse(execFileSync(xtask, ["bench", "--memory-of", String(pid)], { encoding: "utf8" }));
}

const endings: (() => unknown)[] = [];
const story: Story = { name: "bench", after: (end) => void endings.unshift(end) };

function seat(): Seat {
  const made = newSeat("en_US.UTF-8");
  story.after(() => made.remove());
  return made;
}

/** A window whose doctor is signed in, has the whole directory and one conversation; closed. */
async function warmWindow(place: Seat, server: string, doctor: { user_id: string; password: string }): Promise<Window> {
  const window = await Window.open(story, { seat: place, server });
  await (await window.field("Work e-mail or user name")).sendKeys(doctor.user_id);
  await (await window.field("Password")).sendKeys(doctor.password, Key.ENTER);
  await (await window.link("Directory")).click();
  await window.text("As of ");
  await (await window.field("Search colleagues")).sendKeys("linjianing");
  await window.text("林嘉宁");
  await (await window.find(By.css(COLLEAGUE))).click();
  await (await window.find(By.xpath("//button[normalize-space(.)='Message']"))).click();
  const box = await window.find(By.css("[aria-label^='Message to']"));
  await box.sendKeys("Post-infarct VSD, day 3. Could you look at the angiogram?", Key.ENTER);
  await window.find(By.xpath("//*[@role='log']//*[contains(., 'angiogram')]"));
  await (await window.link("Chats")).click();
  await window.find(By.css(CONVERSATION));
  // What was just loaded is written in the background.
  await pause(3_000);
  await window.close();
  return window;
}

async function measureStarts(runs: number): Promise<unknown> {
  const servers = await startServers();
  story.after(() => servers.stop());
  const [home, elsewhere] = [seat(), seat()];
  const signedIn = await warmWindow(home, servers.registry, servers.account("Zhang Wei"));
  const signedOut = await Window.open(story, { seat: elsewhere, server: servers.registry });
  await signedOut.find(By.css(PASSWORD));
  await signedOut.close();

  const conversations: number[] = [];
  const firstPaint: number[] = [];
  const directory: number[] = [];
  const form: number[] = [];
  let alreadyShown = 0;
  // They take turns, so that what else the machine does falls on both.
  for (let run = 0; run < runs; run += 1) {
    await signedIn.show();
    const painted = await whenPainted(signedIn.driver, CONVERSATION);
    const begin = startOf(processOf(home, "consilium"));
    conversations.push(painted.at - begin);
    if (painted.first !== null) firstPaint.push(painted.first - begin);
    if (!painted.waited) alreadyShown += 1;
    const clicked = await signedIn.driver.executeScript<number>("const at = Date.now(); document.querySelector(\"nav a[title='Directory']\").click(); return at;");
    directory.push((await whenPainted(signedIn.driver, COLLEAGUE)).at - clicked);
    await pause(1_000);
    await signedIn.close();

    await signedOut.show();
    const empty = await whenPainted(signedOut.driver, PASSWORD);
    form.push(empty.at - startOf(processOf(elsewhere, "consilium")));
    await pause(1_000);
    await signedOut.close();
  }
  return { conversations_ms: conversations, first_paint_ms: firstPaint, directory_ms: directory, signed_out_ms: form, already_shown: alreadyShown };
}

async function measureMemory(): Promise<unknown> {
  const servers = await startServers();
  story.after(() => servers.stop());
  const [home, elsewhere] = [seat(), seat()];
  const signedIn = await warmWindow(home, servers.registry, servers.account("Zhang Wei"));
  const afterStart = async (window: Window, place: Seat, selector: string) => {
    await window.show();
    await whenPainted(window.driver, selector);
    await pause(SETTLE);
    const memory = memoryOf(processOf(place, "consilium"));
    await window.close();
    return memory;
  };
  const inside = await afterStart(signedIn, home, CONVERSATION);
  const signedOut = await Window.open(story, { seat: elsewhere, server: servers.registry });
  await signedOut.close();
  const outside = await afterStart(signedOut, elsewhere, PASSWORD);
  return { signed_in: inside, signed_out: outside, empty: await memoryOfEngine() };
}

/** The web engine's own small browser with an empty page: what any window of this engine takes. */
async function memoryOfEngine(): Promise<unknown> {
  const place = seat();
  const port = await freePort();
  const driver = await start("sh", ["-c", `echo '{}'; exec WebKitWebDriver --port=${port}`], {
    cwd: root,
    env: { ...place.env, GDK_BACKEND: "x11" },
    patience: PATIENCE,
    end: "SIGTERM",
    answers: async () => (await fetch(`http://127.0.0.1:${port}/status`)).status < 500,
  });
  story.after(() => driver.stop());
  const browser = await new Builder().usingServer(`http://127.0.0.1:${port}`).withCapabilities(new Capabilities({ browserName: "MiniBrowser" })).build();
  await pause(SETTLE);
  const memory = memoryOf(processOf(place, "MiniBrowser"));
  await browser.quit();
  return memory;
}

const [what, runs] = process.argv.slice(2);
try {
  if (what === "start") console.log(JSON.stringify(await measureStarts(Number(runs))));
  else if (what === "memory") console.log(JSON.stringify(await measureMemory()));
  else throw new Error("say start or memory");
} finally {
  for (const end of endings) await end();
}
