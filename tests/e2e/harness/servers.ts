import { readFileSync } from "node:fs";
import { root } from "./repo.ts";
import { start } from "./processes.ts";

export interface DemoAccount {
  /** In Latin script: `Lin Jianing`. */
  name: string;
  user_id: string;
  password: string;
  role: "physician" | "verifier";
}

export interface Servers {
  homeserver: string;
  /** The address a doctor enters. */
  registry: string;
  /** Where the mail sink shows what was sent. */
  mail: string;
  accounts: DemoAccount[];
  /** Pages of the doctors asked for. */
  ui: { as: string | null; url: string }[];
  account(name: string): DemoAccount;
  stop(): Promise<void>;
}

/** Minutes: the first call builds, seeds the directory and registers the demo doctors. */
const PATIENCE = 40 * 60_000;

type Ready = Omit<Servers, "account" | "stop">;

/**
 * The demo's servers, and a page for each of these doctors; a signed-out one for none. While one writes stories, a demo
 * that runs already can be used: `CONSILIUM_DEMO` is then a file with the line it printed, and stopping leaves it alone.
 */
export async function startServers({ doctors = [], reset = false }: { doctors?: string[]; /** With new data. */ reset?: boolean } = {}): Promise<Servers> {
  const running = process.env["CONSILIUM_DEMO"];
  if (running && doctors.length === 0 && !reset) {
    return serversOf(JSON.parse(readFileSync(running, "utf8")) as Ready, () => Promise.resolve());
  }
  const args = ["xtask", "demo", "--headless", ...doctors.flatMap((name) => ["--as", name]), ...(reset ? ["--reset"] : [])];
  const demo = await start("cargo", args, { cwd: root, patience: PATIENCE, end: "SIGTERM" });
  return serversOf(demo.ready as unknown as Ready, demo.stop);
}

function serversOf(ready: Ready, stop: () => Promise<void>): Servers {
  return {
    ...ready,
    account(name) {
      const found = ready.accounts.find((account) => account.name === name);
      if (!found) throw new Error(`no demo doctor is called ${name}`);
      return found;
    },
    stop,
  };
}
