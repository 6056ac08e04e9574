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

/** The demo's servers, and a page for each of these doctors; a signed-out one for none. */
export async function startServers(doctors: string[] = []): Promise<Servers> {
  const args = ["xtask", "demo", "--headless", ...doctors.flatMap((name) => ["--as", name])];
  const demo = await start("cargo", args, { cwd: root, patience: PATIENCE, end: "SIGTERM" });
  const ready = demo.ready as unknown as Omit<Servers, "account" | "stop">;
  return {
    ...ready,
    account(name) {
      const found = ready.accounts.find((account) => account.name === name);
      if (!found) throw new Error(`no demo doctor is called ${name}`);
      return found;
    },
    stop: demo.stop,
  };
}
