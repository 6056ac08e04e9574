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

  it("is the first of several, without what is written after it", () => {
    expect(telOf("0591-555-0120/0121")).toBe("tel:05915550120");
    expect(telOf("0591-555-0120、139-5550-0142")).toBe("tel:05915550120");
    expect(telOf("0599-555-0148 转 6217 (夜班)")).toBe("tel:05995550148;ext=6217");
    expect(telOf("夜班：0591-555-0120 (值班室)")).toBe("tel:05915550120");
    expect(telOf("（0599）555—0148")).toBe("tel:05995550148");
    expect(telOf("120")).toBe("tel:120");
    expect(phoneWord(i18n, "夜班：0599-555-0148 转 6217 (值班室)")).toBe("夜班：0599-555-0148 ext. 6217 (值班室)");
  });

  it("is not dialled if it may be another one", () => {
    for (const unclear of ["0591/5550120", "24 小时 0591-555-0120", "0591-555-0120 0591-555-0121", "内线 6217"]) expect(telOf(unclear), unclear).toBeNull();
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
