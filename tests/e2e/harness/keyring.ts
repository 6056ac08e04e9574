import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A doctor's account on a computer: a home of its own, and a message bus with a real, unlocked gnome-keyring. */
export interface Seat {
  home: string;
  env: NodeJS.ProcessEnv;
  /** The program and arguments that run `command` in this seat. */
  wrap(command: string[]): [string, string[]];
  /** The same; before, a line `{"bus":ADDRESS}` tells where the seat's message bus is. */
  wrapAndTell(command: string[]): [string, string[]];
  remove(): void;
}

// The keyring's password is empty: it guards secrets of invented people.
const UNLOCK = `printf '\\n' | gnome-keyring-daemon --unlock --components=secrets >/dev/null`;
const TELL = `printf '{"bus":"%s"}\\n' "$DBUS_SESSION_BUS_ADDRESS"`;
const RUN = 'exec "$@"';

export function newSeat(locale: string): Seat {
  const home = mkdtempSync(join(tmpdir(), "consilium-e2e-"));
  // Sockets live in the runtime folder: their paths are short and the folder is closed to others, as mkdtemp makes it.
  const runtime = mkdtempSync(join(tmpdir(), "cr-"));
  const env: NodeJS.ProcessEnv = { ...process.env, XDG_RUNTIME_DIR: runtime, LANG: locale, LC_ALL: locale, LANGUAGE: "" };
  for (const [name, folder] of Object.entries({ XDG_DATA_HOME: "data", XDG_CONFIG_HOME: "config", XDG_CACHE_HOME: "cache", XDG_STATE_HOME: "state" })) {
    env[name] = join(home, folder);
    mkdirSync(join(home, folder));
  }
  for (const name of ["DBUS_SESSION_BUS_ADDRESS", "GNOME_KEYRING_CONTROL", "CONSILIUM_PROFILE", "CONSILIUM_DATA_DIR", "CONSILIUM_DEFAULT_SERVER"]) delete env[name];
  return {
    home,
    env,
    wrap: (command) => ["dbus-run-session", ["--", "sh", "-c", `${UNLOCK} && ${RUN}`, "sh", ...command]],
    wrapAndTell: (command) => ["dbus-run-session", ["--", "sh", "-c", `${UNLOCK} && ${TELL} && ${RUN}`, "sh", ...command]],
    remove: () => {
      rmSync(home, { recursive: true, force: true });
      rmSync(runtime, { recursive: true, force: true });
    },
  };
}
