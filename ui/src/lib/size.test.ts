import { expect, it } from "vitest";
import { fileSize } from "./size";

it("words bytes as people read them", () => {
  expect(fileSize(300, "en")).toBe("1 kB");
  expect(fileSize(842_400, "en")).toBe("842 kB");
  expect(fileSize(2_410_000, "zh-CN")).toBe("2.4 MB");
});
