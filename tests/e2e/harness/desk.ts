import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { type Browser, type BrowserContext, type Page, chromium } from "playwright-core";
import { type Seat, newSeat } from "./keyring.ts";
import { type Spawned, start } from "./processes.ts";
import { built, root } from "./repo.ts";
import type { DemoAccount, Servers } from "./servers.ts";

const LOCALES = { en: { browser: "en-GB", system: "en_US.UTF-8" }, zh: { browser: "zh-CN", system: "zh_CN.UTF-8" } };
const CHROMIUM = process.env["CONSILIUM_CHROMIUM"] ?? "/usr/bin/chromium";

let browser: Promise<Browser> | undefined;

function sharedBrowser(): Promise<Browser> {
  browser ??= chromium.launch({
    executablePath: CHROMIUM,
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  return browser;
}

/** Call once a file, after its stories. */
export async function closeBrowser(): Promise<void> {
  const opened = await browser;
  browser = undefined;
  await opened?.close();
}

export interface DeskOptions {
  language?: "en" | "zh";
  /** Signs this doctor in at the first start. */
  as?: DemoAccount;
  viewport?: { width: number; height: number };
  theme?: "light" | "dark";
}

/** A doctor before a computer: the development host with a fresh profile and keyring, and a browser that shows it. */
export class Desk {
  readonly page: Page;
  readonly #seat: Seat;
  readonly #server: string;
  readonly #context: BrowserContext;
  readonly #as: DemoAccount | undefined;
  #host: Spawned;

  private constructor(seat: Seat, server: string, as: DemoAccount | undefined, host: Spawned, context: BrowserContext, page: Page) {
    this.#seat = seat;
    this.#server = server;
    this.#as = as;
    this.#host = host;
    this.#context = context;
    this.page = page;
  }

  /** Ends with the story `t`, with a picture of how the page looked then. */
  static async open(t: TestContext, servers: Servers, options: DeskOptions = {}): Promise<Desk> {
    const language = LOCALES[options.language ?? "en"];
    const seat = newSeat(language.system);
    const host = await startHost(seat, servers.registry, options.as);
    const context = await (await sharedBrowser()).newContext({
      locale: language.browser,
      viewport: options.viewport ?? { width: 1280, height: 800 },
      colorScheme: options.theme ?? "light",
      reducedMotion: "reduce",
    });
    context.setDefaultTimeout(60_000);
    const page = await context.newPage();
    const desk = new Desk(seat, servers.registry, options.as, host, context, page);
    const mistakes: string[] = [];
    page.on("pageerror", (error) => mistakes.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error" && /content.security.policy/i.test(message.text())) mistakes.push(message.text());
    });
    t.after(async () => {
      await desk.picture(`${t.name} ${options.as?.name ?? "signed out"}`).catch(() => undefined);
      await desk.close();
      if (mistakes.length > 0) throw new Error(`the page made mistakes:\n${mistakes.join("\n")}`);
    });
    await page.goto(host.ready["url"] as string);
    return desk;
  }

  /** Ends the program and starts it again on the same profile and keyring; then shows it. */
  async restart(how: "stop" | "kill" = "stop"): Promise<void> {
    await this.#host[how]();
    this.#host = await startHost(this.#seat, this.#server, this.#as);
    // Only the fragment differs if the port is the same, and that alone loads nothing.
    await this.page.goto("about:blank");
    await this.page.goto(this.#host.ready["url"] as string);
  }

  /** A picture in `screenshots/`. */
  async picture(name: string): Promise<void> {
    const folder = join(root, "tests/e2e/screenshots");
    mkdirSync(folder, { recursive: true });
    await this.page.screenshot({ path: join(folder, `${name.replaceAll(/[^\p{L}\p{N}]+/gu, "-")}.png`) });
  }

  async close(): Promise<void> {
    await this.#context.close();
    await this.#host.stop().catch(() => undefined);
    this.#seat.remove();
  }
}

function startHost(seat: Seat, server: string, as: DemoAccount | undefined): Promise<Spawned> {
  const command = [
    built("consilium-devhost"),
    ...["--ui", join(root, "ui/dist"), "--profile", "e2e", "--data-dir", join(seat.home, "profile")],
    ...["--default-server", server, "--exit-with-parent"],
    ...(as ? ["--sign-in-user", as.user_id] : []),
  ];
  const [program, args] = seat.wrap(command);
  return start(program, args, {
    cwd: root,
    env: seat.env,
    patience: 120_000,
    end: "close-input",
    ...(as ? { input: as.password } : {}),
  });
}
