// Fails when a catalog is behind the source, a translation is missing or another than elsewhere, or a string has no
// comment for its translator.
import { spawnSync } from "node:child_process";
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from "node:fs";

const catalogs = () => globSync(["src/locales/*.po", "src/features/*/locales/*.po"]).sort();
const before = new Map(catalogs().map((path) => [path, readFileSync(path, "utf8")]));

/** The PO file without the lines that change on every run. */
const stable = (text) => text.replace(/^"(POT-Creation-Date|PO-Revision-Date).*\n/gm, "");

const run = spawnSync("npx", ["--no-install", "lingui", "extract", "--clean"], { encoding: "utf8" });
const problems = [];
if (run.status !== 0) problems.push(run.stderr || run.stdout);

/** By language, context and message: the catalogs are one in the window, where a string has one translation. */
const translations = new Map();

for (const path of catalogs()) {
  const now = readFileSync(path, "utf8");
  if (stable(now) !== stable(before.get(path) ?? "")) problems.push(`${path}: behind the source; run "npm run i18n:extract"`);
  for (const entry of now.split("\n\n").slice(1)) {
    const id = /^msgid ((?:".*"\n?)+)/m.exec(entry)?.[1]?.trim();
    if (!id || entry.startsWith("#~")) continue;
    if (!path.endsWith("/en.po") && /^msgstr ""\s*$/m.test(entry)) problems.push(`${path}: not translated: ${id}`);
    const key = `${path.split("/").at(-1)} ${/^msgctxt (.*)$/m.exec(entry)?.[1] ?? ""} ${id}`;
    const said = /^msgstr ((?:".*"\n?)+)/m.exec(entry)?.[1]?.trim();
    const elsewhere = translations.get(key);
    if (elsewhere && elsewhere.said !== said) problems.push(`${path}: ${id} is translated in another way in ${elsewhere.path}; give one of them a context`);
    translations.set(key, { said, path });
    if (path.endsWith("/en.po") && !/^#\. /m.test(entry)) problems.push(`${path}: no comment for the translator: ${id}`);
  }
  // The check reports; it does not edit.
  if (before.has(path)) writeFileSync(path, before.get(path));
  else if (existsSync(path)) rmSync(path);
}

if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exit(1);
}
console.log(`${before.size} catalogs complete`);
