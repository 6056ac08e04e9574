import { afterEach, expect, it, vi } from "vitest";

const MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)";

async function backWhileTyping(userAgent: string): Promise<boolean> {
  vi.spyOn(navigator, "userAgent", "get").mockReturnValue(userAgent);
  vi.resetModules();
  const { matches } = await import("./shortcuts");
  const field = document.body.appendChild(document.createElement("textarea"));
  const event = new KeyboardEvent("keydown", { key: "ArrowLeft", altKey: true });
  Object.defineProperty(event, "target", { value: field });
  return matches({ alt: true, key: "ArrowLeft", run: () => undefined }, event);
}

afterEach(() => {
  vi.restoreAllMocks();
  document.body.replaceChildren();
});

it("leaves Option and an arrow to the field one types in on a Mac, where they go word by word", async () => {
  expect(await backWhileTyping(MAC)).toBe(false);
  expect(await backWhileTyping("Mozilla/5.0 (X11; Linux x86_64)")).toBe(true);
});
