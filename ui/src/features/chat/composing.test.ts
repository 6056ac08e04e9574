import { describe, expect, it } from "vitest";
import { type EnterPress, enterGuard } from "./composing";

const press = (change: Partial<EnterPress> = {}): EnterPress => ({ key: "Enter", keyCode: 13, isComposing: false, shiftKey: false, altKey: false, ctrlKey: false, metaKey: false, timeStamp: 1000, ...change });

describe("Enter", () => {
  it("sends, with Shift makes a line", () => {
    expect(enterGuard().sends(press())).toBe(true);
    expect(enterGuard().sends(press({ shiftKey: true }))).toBe(false);
    expect(enterGuard().sends(press({ key: "a" }))).toBe(false);
  });

  it("confirms a candidate while composing (Chromium)", () => {
    expect(enterGuard().sends(press({ isComposing: true, keyCode: 229 }))).toBe(false);
  });

  it("confirms a candidate right after the composition (WebKit), once", () => {
    const guard = enterGuard();
    guard.compositionEnd(990);
    expect(guard.sends(press({ keyCode: 229, timeStamp: 1000 }))).toBe(false);
    expect(guard.sends(press({ keyCode: 229, timeStamp: 1100 }))).toBe(true);
  });

  it("sends at once after a composition confirmed with the space key", () => {
    const guard = enterGuard();
    guard.compositionEnd(900);
    expect(guard.sends(press({ keyCode: 13, timeStamp: 1000 }))).toBe(true);
  });

  it("sends where every key says 229, once half a second has passed", () => {
    const guard = enterGuard();
    guard.compositionEnd(100);
    expect(guard.sends(press({ keyCode: 229, timeStamp: 700 }))).toBe(true);
  });
});
