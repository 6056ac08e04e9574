// @vitest-environment node
import { globSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

it("no colour and no duration is written outside of tokens.css", () => {
  const loose = globSync("src/**/*.css")
    .filter((path) => !path.endsWith("styles/tokens.css"))
    .flatMap((path) => readFileSync(path, "utf8").replace(/\/\*[\s\S]*?\*\//g, "").split("\n").filter((line) => /#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(|\b\d+m?s\b/i.test(line) && !/unicode-range/.test(line)).map((line) => `${path}: ${line.trim()}`));
  expect(loose).toEqual([]);
});
