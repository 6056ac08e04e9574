import { execFileSync } from "node:child_process";
import { join, resolve } from "node:path";

/** Root of the repository. */
export const root = resolve(import.meta.dirname, "../../..");

let target: string | undefined;

/** A program that cargo has built in the development profile, or one of that name in `CONSILIUM_PROGRAMS`. */
export function built(name: string): string {
  const folder = process.env["CONSILIUM_PROGRAMS"];
  if (folder) return join(folder, name);
  target ??= (
    JSON.parse(
      execFileSync("cargo", ["metadata", "--no-deps", "--format-version", "1"], { cwd: root, encoding: "utf8", maxBuffer: 1 << 26 }),
    ) as { target_directory: string }
  ).target_directory;
  return join(target, "debug", name);
}
