import { describe, expect, it } from "vitest";
import { PASSWORD_MIN, strengthOf } from "./strength";

describe("how strong a password is", () => {
  it("is not asked of a short one", () => {
    expect(strengthOf("Tr0ub4dor&3")).toBe(0);
    expect("Tr0ub4dor&3").toHaveLength(PASSWORD_MIN - 1);
    expect(strengthOf("漢".repeat(11))).toBe(0);
  });

  it("sees through length without surprise", () => {
    expect(strengthOf("aaaaaaaaaaaaaaaa")).toBe(1);
    expect(strengthOf("123456789012")).toBe(1);
    expect(strengthOf("abababababababab")).toBe(1);
    expect(strengthOf("qwertyuiop123")).toBe(1);
    expect(strengthOf("woaini5201314")).toBe(1);
    expect(strengthOf("passwordpassword")).toBe(1);
  });

  it("takes off what a colleague knows", () => {
    const personal = ["林嘉宁", "Lin Jianing", "lin.jianing@jzfy.example"];
    expect(strengthOf("jianing-jzfy-9", [])).toBeGreaterThan(1);
    expect(strengthOf("jianing-jzfy-9", personal)).toBe(1);
  });

  it("rewards unrelated words and chance", () => {
    expect(strengthOf("teapot gravel monsoon")).toBe(4);
    expect(strengthOf("kettle-lark-97")).toBeGreaterThanOrEqual(3);
    expect(strengthOf("v8#kQ2!mZr7p")).toBeGreaterThanOrEqual(3);
  });
});
