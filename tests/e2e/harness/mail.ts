import { setTimeout as pause } from "node:timers/promises";
import type { Servers } from "./servers.ts";

/** The six digits of the latest message to this address; waits for one that is not `before`. */
export async function codeSentTo(servers: Servers, address: string, before?: string): Promise<string> {
  for (let tries = 0; tries < 200; tries += 1) {
    const messages = (await (await fetch(`${servers.mail}/messages`)).json()) as { to: string; subject: string }[];
    const code = messages.filter(({ to }) => to === address).map(({ subject }) => /: (\d{6})$/.exec(subject)?.[1]).filter(Boolean).at(-1);
    if (code && code !== before) return code;
    await pause(100);
  }
  throw new Error("no code arrived");
}
