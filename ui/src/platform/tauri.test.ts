import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { tauriPlatform } from "./tauri";

interface Opened {
  subscription: string;
  send: (seq: number, event: unknown) => void;
}

const calls: { command: string; args: unknown }[] = [];
const opened: Opened[] = [];

// The desktop side of the border: what `src-tauri` registers, without a window.
beforeEach(() => {
  calls.length = 0;
  opened.length = 0;
  mockIPC((command, args) => {
    calls.push({ command, args });
    const given = args as { command?: string; subscription?: string; channel?: { id: number } };
    if (command === "rpc" && given.command === "sign_in") throw { code: "offline", message: "no" } as unknown as Error;
    if (command === "rpc") return { version: "0.1.0" };
    if (command === "subscribe") {
      let index = 0;
      const deliver = (window as unknown as { __TAURI_INTERNALS__: { runCallback: (id: number, message: unknown) => void } }).__TAURI_INTERNALS__;
      opened.push({
        subscription: given.subscription ?? "",
        send: (seq, event) => deliver.runCallback(given.channel?.id ?? 0, { index: index++, message: { seq, event } }),
      });
      return opened.length;
    }
    if (command === "upload") return "up-1";
    return null;
  });
});
afterEach(() => clearMocks());

it("runs commands through one door and keeps the code of an error", async () => {
  const platform = tauriPlatform();
  expect(await platform.invoke("app_info", undefined)).toEqual({ version: "0.1.0" });
  expect(calls[0]).toEqual({ command: "rpc", args: { command: "app_info", input: null } });
  await expect(platform.invoke("sign_in", {})).rejects.toMatchObject({ name: "PlatformError", code: "offline" });
});

it("opens a subscription anew after a gap and ends the broken one", async () => {
  const events: unknown[] = [];
  const stop = tauriPlatform().subscribe("timeline", { room_id: "!r" }, (event) => events.push(event), () => undefined);
  await vi.waitFor(() => expect(opened).toHaveLength(1));
  opened[0]?.send(0, "a");
  opened[0]?.send(2, "c");
  await vi.waitFor(() => expect(opened).toHaveLength(2));
  opened[0]?.send(3, "late");
  opened[1]?.send(0, "reset");
  expect(events).toEqual(["a", "reset"]);
  await vi.waitFor(() => expect(calls).toContainEqual({ command: "unsubscribe", args: { id: 1 } }));
  stop();
  await vi.waitFor(() => expect(calls).toContainEqual({ command: "unsubscribe", args: { id: 2 } }));
});

it("uploads raw bytes, not JSON", async () => {
  const bytes = new Uint8Array([1, 2, 3]);
  expect(await tauriPlatform().upload(bytes, "image/png")).toBe("up-1");
  expect(calls[0]).toEqual({ command: "upload", args: bytes });
});
