import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { built } from "../../e2e/harness/repo.ts";
import type { Story, Window } from "./window.ts";

const PATIENCE = 60_000;

export interface ShownNotification {
  id: number;
  title: string;
  body: string;
}

interface Told {
  shown?: ShownNotification;
  closed?: number;
  item?: string;
  menu?: string[];
}

/** What a desktop does for the window beside it: shows notifications, and a tray once it is asked to. */
export class Desktop {
  readonly #told: Told[] = [];
  readonly #say: (line: string) => void;

  private constructor(say: (line: string) => void) {
    this.#say = say;
  }

  static async beside(t: Story, window: Window): Promise<Desktop> {
    const child = spawn(built("consilium-test-desktop"), [], {
      env: { ...process.env, DBUS_SESSION_BUS_ADDRESS: window.bus },
      stdio: ["pipe", "pipe", "inherit"],
    });
    const desktop = new Desktop((line) => child.stdin.write(`${line}\n`));
    const ended = once(child, "exit");
    createInterface({ input: child.stdout }).on("line", (line) => desktop.#told.push(JSON.parse(line) as Told));
    t.after(async () => {
      child.stdin.end();
      await ended;
    });
    await desktop.#until("the desktop is there", () => (desktop.#told.length > 0 ? true : undefined));
    return desktop;
  }

  async #until<T>(what: string, look: () => T | undefined): Promise<T> {
    for (const end = Date.now() + PATIENCE; Date.now() < end; await pause(50)) {
      const found = look();
      if (found !== undefined) return found;
    }
    throw new Error(`${what}: not within ${PATIENCE / 1000} s; ${JSON.stringify(this.#told)}`);
  }

  /** All that was shown, oldest first. */
  shown(): ShownNotification[] {
    return this.#told.flatMap(({ shown }) => shown ?? []);
  }

  seesNotification(title: string): Promise<ShownNotification> {
    return this.#until(title, () => this.shown().find((each) => each.title === title));
  }

  seesClosed(id: number): Promise<true> {
    return this.#until(`notification ${id} gone`, () => (this.#told.some(({ closed }) => closed === id) ? true : undefined));
  }

  click(id: number): void {
    this.#say(`click ${id}`);
  }

  /** Puts up a tray, and waits for the program's icon in it. */
  async putUpTray(): Promise<void> {
    this.#say("tray");
    await this.#until("an icon in the tray", () => this.#told.find(({ item }) => item !== undefined));
  }

  takeTrayAway(): void {
    this.#say("no tray");
  }

  /** The lines of the icon's menu. */
  async menu(): Promise<string[]> {
    const before = this.#told.filter(({ menu }) => menu).length;
    this.#say("menu");
    return this.#until("the menu", () => this.#told.filter(({ menu }) => menu)[before]?.menu);
  }

  choose(label: string): void {
    this.#say(`choose ${label}`);
  }
}

/** Asks the window of a program to close, as the cross in its title bar does. */
export async function pressCross(title: string): Promise<void> {
  const child = spawn("python3", [join(import.meta.dirname, "press_cross.py"), title], { stdio: "inherit" });
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new Error("there is no window to close");
}
