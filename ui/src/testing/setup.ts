import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterEach } from "vitest";
import { activateLocale } from "@/lib/i18n";

if (typeof window !== "undefined") {
  // jsdom has no layout and no media; each of these is the smallest honest answer of a real window.
  window.matchMedia = (query) => Object.assign(new EventTarget(), { matches: false, media: query, onchange: null }) as MediaQueryList;
  globalThis.ResizeObserver = class {
    observe(): void {}
    unobserve(): void {}
    disconnect(): void {}
  };
  // A list of rows needs some height to have any in sight.
  Object.defineProperty(Element.prototype, "clientHeight", { configurable: true, get: () => 600 });
  Object.defineProperty(Element.prototype, "clientWidth", { configurable: true, get: () => 600 });
  window.innerWidth = 1280;
  window.scrollTo = () => undefined;
  Element.prototype.scrollIntoView = () => undefined;
  Element.prototype.scrollTo = () => undefined;
  Element.prototype.getAnimations = () => [];
  Element.prototype.setPointerCapture = () => undefined;
  HTMLImageElement.prototype.decode = () => Promise.resolve();
  // A machine that builds Rust at the same time is slow, not wrong.
  configure({ asyncUtilTimeout: 8_000 });
  activateLocale("en");
  afterEach(() => cleanup());
}
