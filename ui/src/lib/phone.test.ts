import { i18n } from "@lingui/core";
import { afterEach, describe, expect, it } from "vitest";
import { activateLocale } from "./i18n";
import { phoneWord, telOf } from "./phone";

describe("a telephone number", () => {
  afterEach(() => activateLocale("en"));

  it("leads to its extension", () => {
    expect(telOf("0599-555-0148 转 6217")).toBe("tel:05995550148;ext=6217");
    expect(telOf("0599-555-0148 ext. 6217")).toBe("tel:05995550148;ext=6217");
    expect(telOf("0591-5550120转6217")).toBe("tel:05915550120;ext=6217");
    expect(telOf("+86 591 8765-4321")).toBe("tel:+8659187654321");
    expect(telOf("(0599) 5550148")).toBe("tel:05995550148");
    expect(telOf("总机")).toBeNull();
  });

  it("has its extension in the reader's language, whoever wrote it", () => {
    for (const written of ["0599-555-0148 转 6217", "0599-555-0148转6217", "0599-555-0148 ext. 6217", "0599-555-0148 x6217"]) {
      activateLocale("en");
      expect(phoneWord(i18n, written)).toBe("0599-555-0148 ext. 6217");
      activateLocale("zh-CN");
      expect(phoneWord(i18n, written)).toBe("0599-555-0148 转 6217");
    }
    expect(phoneWord(i18n, "+44 1632 555 0119")).toBe("+44 1632 555 0119");
  });
});
