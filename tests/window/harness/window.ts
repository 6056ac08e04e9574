import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Builder, By, Capabilities, type WebDriver, type WebElement, until } from "selenium-webdriver";
import type { Seat } from "../../e2e/harness/keyring.ts";
import { type Spawned, start } from "../../e2e/harness/processes.ts";
import { built, root } from "../../e2e/harness/repo.ts";

const OWN_DRIVER = join(root, ".tools/cargo/bin/tauri-driver");
const DRIVER = existsSync(OWN_DRIVER) ? OWN_DRIVER : "tauri-driver";
const NATIVE_DRIVER = "/usr/bin/WebKitWebDriver";
const PATIENCE = 60_000;

/**
 * Builds the program with the built interface inside: without that feature it would ask a development server for it. Any
 * other build puts a program of the latter kind in the same place, so this comes last before the window opens.
 */
export function buildProgram(): void {
  if (process.env["CONSILIUM_PROGRAMS"]) return;
  // The selection of packages that the demo builds; another would have other features and build matrix-sdk again.
  const packages = ["consilium-registry", "consilium-devhost", "consilium", "consilium-test-desktop"].flatMap((name) => ["--package", name]);
  execFileSync("cargo", ["build", "--quiet", ...packages, "--features", "tauri/custom-protocol"], { cwd: root, stdio: "inherit" });
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** What the system was asked to open: the seat's `xdg-open` writes it down. */
function recordOpened(seat: Seat): string {
  const [bin, record] = [join(seat.home, "bin"), join(seat.home, "opened")];
  mkdirSync(bin, { recursive: true });
  writeFileSync(record, "");
  writeFileSync(join(bin, "xdg-open"), `#!/bin/sh\nprintf '%s\\n' "$1" >> "${record}"\n`);
  chmodSync(join(bin, "xdg-open"), 0o755);
  seat.env["PATH"] = `${bin}:${seat.env["PATH"] ?? ""}`;
  return record;
}

export interface WindowOptions {
  seat: Seat;
  server: string;
  /** Whether the seat has a message bus with a keyring. */
  keyring?: boolean;
}

/** What a window asks of the story it belongs to. */
export interface Story {
  name: string;
  after(end: () => unknown): void;
}

/** The real program in a real window. One driver serves several starts of it. */
export class Window {
  driver!: WebDriver;
  readonly folder: string;
  readonly #arguments: string[];
  readonly #seat: Seat;
  readonly #record: string;
  #native!: Spawned;
  #address!: string;

  private constructor({ seat, server }: WindowOptions) {
    this.#seat = seat;
    this.folder = join(seat.home, "profile");
    this.#arguments = ["--profile", "window", "--data-dir", this.folder, "--default-server", server];
    this.#record = recordOpened(seat);
  }

  /** Ends with the story `t`, with a picture of the window. */
  static async open(t: Story, options: WindowOptions): Promise<Window> {
    const window = new Window(options);
    await window.#startDriver(options.keyring ?? true);
    t.after(async () => {
      await window.picture(t.name).catch(() => undefined);
      await window.close().catch(() => undefined);
      await window.#native.stop().catch(() => undefined);
    });
    await window.show();
    return window;
  }

  async #startDriver(keyring: boolean): Promise<void> {
    const [port, nativePort] = [await freePort(), await freePort()];
    const command = [DRIVER, "--port", String(port), "--native-port", String(nativePort), "--native-driver", NATIVE_DRIVER];
    this.#address = `http://127.0.0.1:${port}`;
    const env: NodeJS.ProcessEnv = { ...this.#seat.env, GDK_BACKEND: "x11" };
    if (!keyring) env["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=/nonexistent";
    const [program, args] = keyring
      ? this.#seat.wrapAndTell(command)
      : (["sh", ["-c", `echo '{}'; exec "$@"`, "sh", ...command]] satisfies [string, string[]]);
    this.#native = await start(program, args, {
      cwd: root,
      env,
      patience: PATIENCE,
      end: "SIGTERM",
      answers: async () => (await fetch(`${this.#address}/status`)).status < 500,
    });
  }

  /** Starts the program. */
  async show(): Promise<void> {
    const capabilities = new Capabilities({ browserName: "wry", "tauri:options": { application: built("consilium"), args: this.#arguments } });
    this.driver = await answered("a new session", new Builder().usingServer(this.#address).withCapabilities(capabilities).build());
    await this.driver.manage().setTimeouts({ script: PATIENCE });
  }

  /** Ends the program. */
  async close(): Promise<void> {
    await answered("the end of a session", this.driver.quit());
  }

  /** The address of the seat's message bus. */
  get bus(): string {
    return this.#native.ready["bus"] as string;
  }

  /** Starts the program once more beside the running one, on its desktop session or on another; answers how it ended. */
  async startAgain(session: "same" | "other", more: string[] = []): Promise<{ code: number | null; said: string }> {
    const bus = session === "same" ? this.bus : "unix:path=/nonexistent";
    const child = spawn(built("consilium"), [...this.#arguments, ...more], {
      env: { ...this.#seat.env, GDK_BACKEND: "x11", DBUS_SESSION_BUS_ADDRESS: bus },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
    const timer = setTimeout(() => child.kill("SIGKILL"), 30_000);
    const [code] = (await once(child, "exit")) as [number | null];
    clearTimeout(timer);
    return { code, said };
  }

  /** Asks the core, as the page does. */
  async call<T>(command: string, input: unknown): Promise<T> {
    const answer = await this.driver.executeAsyncScript<{ ok?: T; error?: unknown }>(
      "const done = arguments[2]; window.__TAURI_INTERNALS__.invoke('rpc', { command: arguments[0], input: arguments[1] }).then((ok) => done({ ok }), (error) => done({ error }));",
      command,
      input,
    );
    if ("error" in answer) throw new Error(`${command}: ${JSON.stringify(answer.error)}`);
    return answer.ok as T;
  }

  async until(what: string, condition: () => Promise<boolean>): Promise<void> {
    for (const end = Date.now() + PATIENCE; Date.now() < end; await pause(100)) {
      if (await condition()) return;
    }
    throw new Error(`${what}: not within ${PATIENCE / 1000} s`);
  }

  /** Addresses the system was asked to open in another program. */
  opened(): string[] {
    return readFileSync(this.#record, "utf8").split("\n").filter(Boolean);
  }

  /** The log of the profile. */
  log(): string {
    const folder = join(this.folder, "logs");
    return readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8")).join("");
  }

  async find(by: By): Promise<WebElement> {
    const element = await this.driver.wait(until.elementLocated(by), PATIENCE, `not in the window: ${String(by)}`);
    return this.driver.wait(until.elementIsVisible(element), PATIENCE);
  }

  /** The element whose own words contain these. */
  text(words: string): Promise<WebElement> {
    return this.find(By.xpath(`//*[text()[contains(normalize-space(.), ${quoted(words)})]]`));
  }

  field(label: string): Promise<WebElement> {
    return this.find(By.xpath(`//input[@id=//label[normalize-space(.)=${quoted(label)}]/@for] | //label[normalize-space(.)=${quoted(label)}]//input | //input[@aria-label=${quoted(label)}]`));
  }

  link(title: string): Promise<WebElement> {
    return this.find(By.css(`nav a[title=${JSON.stringify(title)}]`));
  }

  /** A picture in `screenshots/`, after two frames: a screenshot of WebKit can be one late. */
  async picture(name: string): Promise<void> {
    await this.driver.executeAsyncScript("const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()));");
    const folder = join(root, "tests/window/screenshots");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${name.replaceAll(/[^\p{L}\p{N}]+/gu, "-")}.png`), await this.driver.takeScreenshot(), "base64");
  }
}

/** What the driver answers; it has been seen to answer never. */
async function answered<T>(what: string, answer: Promise<T>): Promise<T> {
  const silence = new AbortController();
  const late = pause(PATIENCE, undefined, { signal: silence.signal }).then(() => {
    throw new Error(`${what}: the driver did not answer within ${PATIENCE / 1000} s`);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    silence.abort();
    late.catch(() => undefined);
  }
}

function quoted(words: string): string {
  if (!words.includes('"')) return `"${words}"`;
  if (!words.includes("'")) return `'${words}'`;
  throw new Error("words with both kinds of quotation marks");
}
