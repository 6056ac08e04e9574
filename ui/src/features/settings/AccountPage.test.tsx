import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { openApp } from "@/testing/app";
import { FakeCore } from "@/testing/fake-core";

async function asksToSignOut(prepare: (core: FakeCore) => void) {
  const core = new FakeCore();
  prepare(core);
  openApp(core, "/settings/account");
  await userEvent.click(await screen.findByRole("button", { name: "Sign out…" }));
  return { core, question: await screen.findByRole("dialog", { name: "Sign out of this device?" }) };
}

const alone = (core: FakeCore) => { core.security = { ...core.security, devices: core.security.devices.filter((device) => device.this_device) }; };
const unkept = (core: FakeCore) => { core.security = { ...core.security, recovery: "not_kept" }; };
const withoutKey = (core: FakeCore) => { core.security = { ...core.security, recovery: "not_set_up" }; };

describe("signing out", () => {
  it.each([["no recovery key", withoutKey], ["one that nobody kept", unkept]])("warns where nothing else could open older messages, with %s, and leads to the recovery key", async (_, key) => {
    const { core, question } = await asksToSignOut((core) => { alone(core); key(core); });
    expect(within(question).getByRole("alert")).toHaveTextContent("Your older messages would be locked for good");
    await userEvent.click(within(question).getByRole("link", { name: "To the recovery key" }));
    expect(await screen.findByRole("heading", { name: "Security" })).toBeInTheDocument();
    expect(core.calls.some(({ command }) => command === "sign_out")).toBe(false);
  });

  it.each([["another verified device", withoutKey], ["a recovery key", alone]])("does not warn where there is %s", async (_, prepare) => {
    const { core, question } = await asksToSignOut(prepare);
    expect(within(question).queryByRole("alert")).toBeNull();
    await userEvent.click(within(question).getByRole("button", { name: "Sign out" }));
    expect(core.calls.some(({ command }) => command === "sign_out")).toBe(true);
  });
});
