import { describe, expect, it } from "vitest";
import { type EnterPress, enterGuard } from "./composing";

const press = (change: Partial<EnterPress> = {}): EnterPress => ({ key: "Enter", keyCode: 13, isComposing: false, shiftKey: false, altKey: false, ctrlKey: false, metaKey: false, timeStamp: 1000, ...change });

describe("Enter", () => {
  it("sends, with Shift makes a line", () => {
    expect(enterGuard().means(press())).toBe(true);
    expect(enterGuard().means(press({ shiftKey: true }))).toBe(false);
    expect(enterGuard().means(press({ key: "a" }))).toBe(false);
  });

  it("confirms a candidate while composing (Chromium)", () => {
    expect(enterGuard().means(press({ isComposing: true, keyCode: 229 }))).toBe(false);
  });

  it("confirms a candidate right after the composition (WebKit), once", () => {
    const guard = enterGuard();
    guard.compositionEnd(990);
    expect(guard.means(press({ keyCode: 229, timeStamp: 1000 }))).toBe(false);
    expect(guard.means(press({ keyCode: 229, timeStamp: 1100 }))).toBe(true);
  });

  it("sends at once after a composition confirmed with the space key", () => {
    const guard = enterGuard();
    guard.compositionEnd(900);
    expect(guard.means(press({ keyCode: 13, timeStamp: 1000 }))).toBe(true);
  });

  it("sends where every key says 229, once half a second has passed", () => {
    const guard = enterGuard();
    guard.compositionEnd(100);
    expect(guard.means(press({ keyCode: 229, timeStamp: 700 }))).toBe(true);
  });
});

describe("Escape", () => {
  it("leaves, but not while it gives up a candidate", () => {
    expect(enterGuard().means(press({ key: "Escape", keyCode: 27 }), "Escape")).toBe(true);
    expect(enterGuard().means(press({ key: "Escape", keyCode: 229, isComposing: true }), "Escape")).toBe(false);
    const guard = enterGuard();
    guard.compositionEnd(990);
    expect(guard.means(press({ key: "Escape", keyCode: 229, timeStamp: 1000 }), "Escape")).toBe(false);
    expect(guard.means(press({ key: "Escape", keyCode: 27, timeStamp: 1010 }), "Escape")).toBe(true);
  });
});
