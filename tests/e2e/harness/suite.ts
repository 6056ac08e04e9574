import { after, before } from "node:test";
import { closeBrowser } from "./desk.ts";
import { type Servers, startServers } from "./servers.ts";

/** The demo's servers for the suite that calls this: they start before its first story, and end with the browser after its last. */
export function suiteServers(options?: Parameters<typeof startServers>[0]): Servers {
  const servers = {} as Servers;
  before(async () => {
    Object.assign(servers, await startServers(options));
  });
  after(async () => {
    await closeBrowser();
    // Missing if they did not start.
    await servers.stop?.();
  });
  return servers;
}
