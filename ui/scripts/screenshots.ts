// Every screen of the fake core at 1280×800, in both themes and languages:  node scripts/screenshots.ts OUT [NAME…]
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "playwright-core";
import type { Language, Theme } from "../src/bindings/index.ts";
import { ward } from "../src/testing/story.ts";
import { preview } from "./preview-host.ts";
import { ACCOUNT_SHOTS } from "./shots/account.ts";
import { ATTACHMENT_SHOTS } from "./shots/attachments.ts";
import { CHAT_SHOTS } from "./shots/chats.ts";
import { DESKTOP_SHOTS } from "./shots/desktop.ts";
import { DIRECTORY_SHOTS } from "./shots/directory.ts";
import { ENTRY_SHOTS } from "./shots/entry.ts";
import { REVIEW_SHOTS } from "./shots/review.ts";
import type { Shot } from "./shots/shot.ts";
import { TALK_SHOTS } from "./shots/talk.ts";

const [out = "screenshots", ...names] = process.argv.slice(2);
await mkdir(out, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const problems: string[] = [];
const ALL: readonly Shot[] = [...DIRECTORY_SHOTS, ...CHAT_SHOTS, ...TALK_SHOTS, ...ATTACHMENT_SHOTS, ...ACCOUNT_SHOTS, ...ENTRY_SHOTS, ...REVIEW_SHOTS, ...DESKTOP_SHOTS];
for (const shot of ALL.filter(({ name }) => names.length === 0 || names.includes(name))) {
  for (const [language, theme] of [["zh-CN", "light"], ["en", "dark"], ...(names.length > 0 ? [["en", "light"], ["zh-CN", "dark"]] : [])] as [Language, Theme][]) {
    const core = ward({ signedIn: shot.signedIn ?? true });
    core.settings = { ...core.settings, language, theme };
    shot.core?.(core);
    const host = await preview(core);
    const page = await browser.newPage({ viewport: { width: shot.width ?? 1280, height: shot.height ?? 800 } });
    page.on("console", (message) => { if (["error", "warning"].includes(message.type())) problems.push(`${shot.name}: ${message.text()}`); });
    page.on("pageerror", (error) => problems.push(`${shot.name}: ${error.message}`));
    await page.goto(host.url);
    await page.locator("nav, form, aside").first().waitFor();
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
