import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { openApp } from "@/testing/app";
import { FakeCore } from "@/testing/fake-core";
import { OWN_PASSWORD, RECOVERY_KEY, unverified, withStranger } from "@/testing/security";
import { EMOJI } from "./emoji";

function open(prepare: (core: FakeCore) => void = () => undefined, path = "/settings/security") {
  const core = new FakeCore();
  prepare(core);
  openApp(core, path);
  return core;
}

const dialog = () => screen.findByRole("dialog");
const click = async (name: string | RegExp, inside?: HTMLElement) => userEvent.click(await (inside ? within(inside) : screen).findByRole("button", { name }));
const inputs = (core: FakeCore, command: string) => core.calls.filter((call) => call.command === command).map(({ input }) => input);

describe("the devices", () => {
  it("warn of one that is not verified, which is signed out with the password", async () => {
    const core = open(withStranger);
    expect(await screen.findByText("Ward workstation W-07")).toBeInTheDocument();
    expect(screen.getByText("Not verified")).toBeInTheDocument();
    await click("Not me, sign out");
    const question = await dialog();
    expect(question).toHaveAccessibleName("Sign out “Ward workstation W-07”?");
    await userEvent.type(within(question).getByLabelText("Your password"), "wrong{Enter}");
    expect(await within(question).findByRole("alert")).toHaveTextContent("This is not your password");
    const field = within(question).getByLabelText("Your password");
    await userEvent.clear(field);
    await userEvent.type(field, `${OWN_PASSWORD}{Enter}`);
    await waitFor(() => expect(screen.queryByText("Ward workstation W-07")).not.toBeInTheDocument());
    expect(inputs(core, "devices_sign_out").at(-1)).toEqual({ device_ids: ["W07PLM3C"], password: OWN_PASSWORD });
  });

  it("are all signed out but this one", async () => {
    const core = open(withStranger);
    await click("Sign out the others");
    await userEvent.type(within(await dialog()).getByLabelText("Your password"), `${OWN_PASSWORD}{Enter}`);
    await waitFor(() => expect(core.security.devices.map((device) => device.device_id)).toEqual(["QXR72M4K"]));
    await waitFor(() => expect(screen.queryByRole("button", { name: "Sign out the others" })).not.toBeInTheDocument());
  });

  it("get names from the menu", async () => {
    const core = open();
    await click(/^More about Phone /);
    await userEvent.click(await screen.findByRole("menuitem", { name: "Rename…" }));
    const field = within(await dialog()).getByLabelText("Name of the device");
    await userEvent.clear(field);
    await userEvent.type(field, "On-call phone{Enter}");
    expect(await screen.findByText("On-call phone")).toBeInTheDocument();
    expect(inputs(core, "device_rename")).toEqual([{ device_id: "H8TD91VB", name: "On-call phone" }]);
  });
});

describe("the recovery key", () => {
  it("is shown once, and stays until it is kept", async () => {
    const core = open((core) => { core.security = { ...core.security, recovery: "not_set_up" }; });
    await click("Set up");
    const shown = await dialog();
    expect(shown.textContent.replace(/\s+/g, " ")).toContain(RECOVERY_KEY);
    await userEvent.keyboard("{Escape}");
    expect(screen.getByRole("dialog")).toBeInTheDocument();
    await click("Save to a file…", shown);
    await waitFor(() => expect(core.saved).toHaveLength(1));
    expect(new TextDecoder().decode(core.saved[0]?.bytes)).toContain(RECOVERY_KEY);
    expect(within(shown).getByRole("button", { name: "Done" })).toBeDisabled();
    await userEvent.click(within(shown).getByRole("checkbox"));
    await click("Done", shown);
    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
    expect(document.body.textContent).not.toContain("EsTj");
    expect(screen.getByText("Set up")).toBeInTheDocument();
  });

  it("is checked, and a wrong one is told at the field", async () => {
    open();
    expect(await screen.findByText(/2,318 keys of messages backed up/)).toBeInTheDocument();
    await click("Check it");
    const question = await dialog();
    const field = within(question).getByLabelText("Recovery key");
    await userEvent.type(field, "EsTj 3yST{Enter}");
    expect(await within(question).findByRole("alert")).toHaveTextContent("This is not your recovery key");
    await userEvent.clear(field);
    await userEvent.type(field, `  ${RECOVERY_KEY}{Enter}`);
    expect((await screen.findAllByText("This is your recovery key. Keep it where it is.")).length).toBeGreaterThan(0);
  });

  it("is replaced after a question", async () => {
    const core = open();
    await click("Replace");
    await click("Replace", await dialog());
    expect(await screen.findByRole("dialog", { name: "Your recovery key" })).toBeInTheDocument();
    expect(inputs(core, "recovery_replace")).toHaveLength(1);
  });

  it("verifies a new device", async () => {
    open(unverified);
    expect(await screen.findByText("Not used on this device")).toBeInTheDocument();
    await click("Enter the recovery key");
    await userEvent.type(within(await dialog()).getByLabelText("Recovery key"), `${RECOVERY_KEY}{Enter}`);
    expect(await screen.findByText("Backup works")).toBeInTheDocument();
    expect(screen.queryByRole("button", { name: "Start afresh…" })).not.toBeInTheDocument();
  });

  it("and every device lost: one starts afresh, knowing what is lost", async () => {
    open(unverified);
    await click("Start afresh…");
    const question = await dialog();
    expect(question).toHaveTextContent("Lost for good");
    await userEvent.type(within(question).getByLabelText("Your password"), `${OWN_PASSWORD}{Enter}`);
    expect(await screen.findByText("Not set up")).toBeInTheDocument();
  });

  it("is not asked of a server that does not answer without saying so", async () => {
    const core = open();
    await screen.findByText("Set up");
    act(() => core.setLink("offline"));
    await click("Check it");
    const question = await dialog();
    await userEvent.type(within(question).getByLabelText("Recovery key"), `${RECOVERY_KEY}{Enter}`);
    expect(await within(question).findByRole("alert")).toHaveTextContent("The server cannot be reached");
  });
});

describe("a verification", () => {
  it("goes from this device to the other and back", async () => {
    const core = open(unverified);
    await click("Verify");
    expect(await screen.findByRole("dialog", { name: "Answer on your other device" })).toBeInTheDocument();
    expect(inputs(core, "verification_request")).toEqual([{ device_id: null }]);
    act(() => void core.invoke("verification_accept", { id: "v1" }));
    const pictures = await screen.findByRole("dialog", { name: "Do both devices show the same?" });
    expect(within(pictures).getAllByRole("listitem").map((item) => item.textContent)).toEqual(["🐶Dog", "🐧Penguin", "🍌Banana", "☂️Umbrella", "📕Book", "✈️Aeroplane", "📌Pin"]);
    await click("They are the same", pictures);
    expect(await screen.findByRole("dialog", { name: "Confirm on your other device too" })).toBeInTheDocument();
    act(() => core.setSecurity({ verification: { id: "v1", device_id: "H8TD91VB", incoming: false, step: { step: "done" } } }));
    await click("Close", await screen.findByRole("dialog", { name: "Verified" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
  });

  it("comes from another device wherever one is, and emoji that differ end it", async () => {
    const core = open(withStranger, "/directory");
    await screen.findByRole("navigation", { name: "Main" });
    act(() => core.setSecurity({ verification: { id: "v1", device_id: "W07PLM3C", incoming: true, step: { step: "asked" } } }));
    const asked = await dialog();
    expect(asked).toHaveTextContent("“Ward workstation W-07” asks to be verified");
    await click("Go on", asked);
    await click("They differ");
    expect(await dialog()).toHaveTextContent("Somebody may be listening in between");
  });

  it("knows the specification's table", () => {
    expect(EMOJI).toHaveLength(64);
    expect([EMOJI[0]?.[0], EMOJI[31]?.[0], EMOJI[63]?.[0]]).toEqual(["🐶", "🤖", "📌"]);
  });
});

it("tells in the directory where the lists of other devices are", async () => {
  const core = open(unverified, "/directory");
  expect(await screen.findByText(/come once/)).toHaveTextContent("come once this device is verified.");
  act(() => core.setSecurity({ verified: true }));
  await waitFor(() => expect(screen.queryByText(/come once/)).not.toBeInTheDocument());
});

describe("above the chats", () => {
  it("it says that older messages are locked, and how they open", async () => {
    const core = open((core) => { unverified(core); core.room(1); }, "/chats");
    expect(await screen.findByText("Older messages are locked on this device")).toBeInTheDocument();
    await click("Verify with another device");
    expect(inputs(core, "verification_request")).toEqual([{ device_id: null }]);
    act(() => core.setSecurity({ verification: null, verified: true }));
    await waitFor(() => expect(screen.queryByText("Older messages are locked on this device")).not.toBeInTheDocument());
  });

  it("it recommends a recovery key until that is put off", async () => {
    open((core) => { core.security = { ...core.security, recovery: "not_set_up" }; }, "/chats");
    expect(await screen.findByText("You have no recovery key yet")).toBeInTheDocument();
    await click("Later");
    expect(screen.queryByText("You have no recovery key yet")).not.toBeInTheDocument();
  });
});
