// Every screen of the fake core at 1280×800, in both themes and languages:  node scripts/screenshots.ts OUT [NAME…]
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Page, chromium } from "playwright-core";
import type { Language, Theme } from "../src/bindings/index.ts";
import type { FakeCore } from "../src/testing/fake-core.ts";
import { ward } from "../src/testing/story.ts";
import { preview } from "./preview-host.ts";

interface Shot {
  name: string;
  signedIn?: boolean;
  width?: number;
  height?: number;
  /** Before the window opens. */
  core?: (core: FakeCore) => void;
  go: (page: Page, core: FakeCore) => Promise<void>;
}

const hash = async (page: Page, path: string) => {
  await page.evaluate((to) => { location.hash = to; }, path);
};

const SHOTS: Shot[] = [
  {
    name: "directory",
    go: async (page) => {
      await hash(page, "#/directory");
      await page.getByRole("searchbox").fill("zhang w");
      await page.getByRole("option").nth(1).click();
    },
  },
  { name: "directory-offline", core: (core) => { core.connection = { ...core.connection, link: "offline" }; }, go: (page) => hash(page, "#/directory") },
  {
    name: "directory-download",
    core: (core) => { core.directory = { ...core.directory, phase: "loading", loaded: 1_460, total: 2_440, colleagues: 1_380, as_of: null }; },
    go: (page) => hash(page, "#/directory"),
  },
  {
    name: "directory-no-match",
    go: async (page) => {
      await hash(page, "#/directory");
      await page.getByRole("searchbox").fill("zhagnw");
      await page.getByRole("listbox").waitFor({ state: "detached" });
    },
  },
  { name: "directory-narrow", width: 820, height: 640, go: async (page) => { await hash(page, "#/directory"); await page.getByRole("option").first().waitFor(); } },
  { name: "chat", core: (core) => { core.connection = { ...core.connection, link: "weak" }; }, go: (page) => openChat(page, 12) },
  { name: "chat-narrow", width: 820, height: 640, core: (core) => { core.connection = { ...core.connection, link: "offline" }; }, go: (page) => openChat(page, 12) },
  { name: "chat-single", width: 560, height: 720, go: (page) => openChat(page, 1) },
  { name: "chat-invited", go: (page) => openChat(page, 15) },
  { name: "chats-empty", core: (core) => { core.rooms.length = 0; }, go: (page) => hash(page, "#/chats") },
  { name: "sign-in", signedIn: false, go: (page) => page.getByRole("textbox").first().waitFor() },
  {
    name: "sign-in-failed",
    signedIn: false,
    go: async (page) => {
      await page.locator("input").nth(1).fill("lin.jianing");
      await page.locator("input[type=password]").fill("wrong");
      await page.keyboard.press("Enter");
      await page.getByRole("alert").waitFor();
    },
  },
  { name: "forgot-password", signedIn: false, go: (page) => hash(page, "#/forgot-password") },
  { name: "settings-appearance", go: (page) => hash(page, "#/settings/appearance") },
  { name: "settings-account", go: (page) => hash(page, "#/settings/account") },
  { name: "settings-about", go: (page) => hash(page, "#/settings/about") },
  { name: "sign-out", go: async (page) => { await hash(page, "#/settings/account"); await page.locator("main button").last().click(); await page.getByRole("dialog").waitFor(); } },
];

async function openChat(page: Page, peer: number): Promise<void> {
  await hash(page, `#/chats/${encodeURIComponent(`!room${peer}:jz.example`)}`);
}

const [out = "screenshots", ...names] = process.argv.slice(2);
await mkdir(out, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const problems: string[] = [];
for (const shot of SHOTS.filter(({ name }) => names.length === 0 || names.includes(name))) {
  for (const [language, theme] of [["zh-CN", "light"], ["en", "dark"], ...(names.length > 0 ? [["en", "light"], ["zh-CN", "dark"]] : [])] as [Language, Theme][]) {
    const core = ward({ signedIn: shot.signedIn ?? true });
    core.settings = { language, theme };
    shot.core?.(core);
    const host = await preview(core);
    const page = await browser.newPage({ viewport: { width: shot.width ?? 1280, height: shot.height ?? 800 } });
    page.on("console", (message) => { if (["error", "warning"].includes(message.type())) problems.push(`${shot.name}: ${message.text()}`); });
    page.on("pageerror", (error) => problems.push(`${shot.name}: ${error.message}`));
    await page.goto(host.url);
    await page.locator("nav, form").first().waitFor();
    await shot.go(page, core);
    await page.waitForTimeout(350);
    await page.screenshot({ path: join(out, `${shot.name}.${language.slice(0, 2)}.${theme}.png`) });
    await page.close();
    host.close();
  }
}
await browser.close();
if (problems.length > 0) {
  console.error([...new Set(problems)].join("\n"));
  process.exitCode = 1;
}
