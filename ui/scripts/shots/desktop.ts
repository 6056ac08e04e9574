// Shots of what only the desktop's window has: the page believes that the shell is around it, and asks a fake core.
import type { Page } from "playwright-core";
import type { FakeCore } from "../../src/testing/fake-core.ts";
import { desktopWith, sendTo } from "../../src/testing/desktop.ts";
import type { DesktopOffer } from "../../src/platform/types.ts";
import { type Shot, hash } from "./shot.ts";

/** What Tauri puts into a page, spoken to a fake core through `fakeInvoke`. */
const SHELL = `
  window.isTauri = true;
  const callbacks = new Map();
  let last = 0;
  const sent = new Map();
  window.__TAURI_INTERNALS__ = {
    transformCallback(callback) { last += 1; callbacks.set(last, callback); return last; },
    unregisterCallback(id) { callbacks.delete(id); },
    invoke(command, input) { return window.fakeInvoke(command, JSON.parse(JSON.stringify(input ?? null))); },
  };
  window.fakeEvent = (id, message) => {
    const index = sent.get(id) ?? 0;
    sent.set(id, index + 1);
    callbacks.get(id)?.({ index, message });
  };
`;

/** Lets the page believe that it is in the desktop's window. */
async function inShell(page: Page, core: FakeCore, offer: Partial<DesktopOffer>): Promise<void> {
  const desktop = desktopWith(offer);
  await page.exposeFunction("fakeInvoke", async (command: string, input: Record<string, unknown>) => {
    switch (command) {
      case "rpc": return await core.invoke(input["command"] as string, input["input"]);
      case "subscribe": {
        const channel = Number(String(input["channel"]).split(":").at(-1));
        let seq = 0;
        core.subscribe(input["subscription"] as string, input["input"], (event) => {
          void page.evaluate(([id, message]) => (window as unknown as { fakeEvent: (id: unknown, message: unknown) => void }).fakeEvent(id, message), [channel, { seq: seq++, event }]).catch(() => undefined);
        });
        return channel;
      }
      case "desktop_offer": return await desktop.offer();
      case "start_at_login": return await desktop.startAtLogin(Boolean(input["on"]));
      default: return null;
    }
  });
  await page.addInitScript(SHELL);
  await page.reload();
  await page.locator("nav, form, aside").first().waitFor();
}

function quiet(core: FakeCore): void {
  const { notifications } = core.settings;
  core.settings = { ...core.settings, notifications: { ...notifications, detail: "text", quiet_hours: { ...notifications.quiet_hours, on: true, days: [true, true, true, true, true, false, false] } } };
}

export const DESKTOP_SHOTS: Shot[] = [
  {
    name: "settings-notifications",
    go: async (page, core) => {
      await inShell(page, core, {});
      await hash(page, "#/settings/notifications");
      await page.getByRole("switch").nth(3).waitFor();
    },
  },
  {
    name: "settings-notifications-quiet",
    height: 1000,
    go: async (page, core) => {
      quiet(core);
      await core.invoke("silence_set", { silence: "hour" });
      await inShell(page, core, { start_at_login: true });
      await hash(page, "#/settings/notifications");
      await page.getByRole("checkbox").first().waitFor();
    },
  },
  { name: "settings-notifications-none", go: (page) => hash(page, "#/settings/notifications") },
  {
    name: "settings-appearance-desktop",
    go: async (page, core) => {
      await inShell(page, core, {});
      await hash(page, "#/settings/appearance");
      await page.getByRole("table").waitFor();
    },
  },
  {
    name: "link-nowhere",
    go: async (page, core) => {
      await hash(page, "#/chats");
      sendTo(core, { kind: "unknown_conversation" });
      await page.waitForTimeout(400);
    },
  },
];
