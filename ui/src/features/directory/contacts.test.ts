import { describe, expect, it } from "vitest";
import { addressOf } from "./contacts";

const email = (value: string) => addressOf({ kind: "email", value });

describe("the address of a contact", () => {
  it("is a telephone number", () => {
    expect(addressOf({ kind: "phone", value: "0599-555-0148 转 6217" })).toBe("tel:05995550148;ext=6217");
  });

  it("is a mail address that carries nothing else along", () => {
    expect(email("zhang.wei@bhch.example")).toBe("mailto:zhang.wei@bhch.example");
    expect(email("a?bcc=x@evil.example&subject=1@bhch.example")).toBe("mailto:a%3Fbcc%3Dx%40evil.example%26subject%3D1@bhch.example");
    expect(email("zhang.wei")).toBeNull();
  });
});
