import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { openApp } from "@/testing/app";
import { FakeCore, Refused } from "@/testing/fake-core";
import { ward } from "@/testing/story";

const FUJIAN = { scope: "province", scope_name: { zh: "福建省", en: "Fujian" } } as const;
const radio = (name: RegExp) => screen.findByRole("radio", { name });

describe("how much of the directory is kept", () => {
  it("is chosen knowing how many colleagues that is and what it takes, by keyboard", async () => {
    const core = new FakeCore();
    openApp(core, "/settings/directory");
    const everybody = await radio(/^Everybody ?1,042,318 colleagues · about 412 MB/);
    expect(everybody).toBeChecked();
    expect(await radio(/^My hospital group: The First Affiliated Hospital of Jiangzhou University ?2,186 colleagues · about 33.5 MB/)).toBeInTheDocument();
    expect(screen.queryByRole("button", { name: "Keep this" })).toBeNull();

    everybody.focus();
    await userEvent.keyboard("{ArrowDown}");
    expect(await radio(/^My province: Fujian ?31,204 colleagues · about 46 MB/)).toBeChecked();
    expect(screen.getByText(/Fetches 6\.4 MB and removes all other colleagues/)).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Keep this" }));
    expect(core.calls).toContainEqual({ command: "directory_keep", input: { scope: "province" } });

    // What was chosen is on its way; what is here stays.
    act(() => core.setDirectory({ loaded_bytes: 3_200_000, total_bytes: 6_400_000 }));
    expect(await screen.findByText("Being fetched: My province: Fujian")).toBeInTheDocument();
    expect(screen.getByRole("progressbar")).toHaveAttribute("aria-valuenow", "3200000");
    expect(screen.queryByRole("button", { name: "Keep this" })).toBeNull();
    act(() => core.setDirectory({ ...FUJIAN, next_scope: null, loaded_bytes: 0, total_bytes: 0 }));
    await waitFor(() => expect(screen.queryByRole("progressbar")).toBeNull());
    expect(await radio(/^My province/)).toBeChecked();
  });

  it("can be left as it is, and says when it cannot be changed", async () => {
    const core = new FakeCore();
    core.handlers.directory_keep = () => { throw new Refused("disk_full"); };
    openApp(core, "/settings/directory");
    await userEvent.click(await radio(/^My province/));
    await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
    expect(await radio(/^Everybody/)).toBeChecked();
    await userEvent.click(await radio(/^My province/));
    await userEvent.click(screen.getByRole("button", { name: "Keep this" }));
    expect(await screen.findByRole("alert")).toHaveTextContent(/disk/i);
  });

  it("waits for the network, and says so", async () => {
    const core = new FakeCore();
    core.setLink("offline");
    core.setDirectory({ ...FUJIAN, next_scope: "everything" });
    openApp(core, "/settings/directory");
    expect(await screen.findByText("Not here yet: Everybody")).toBeInTheDocument();
    expect(screen.getByText(/as soon as there is a network/)).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(core.calls.some(({ command }) => command === "directory_refresh")).toBe(true);
  });

  it("says what is not known", async () => {
    const core = new FakeCore();
    core.scopes = core.scopes.map((choice) => (choice.scope === "group" ? { ...choice, colleagues: null, disk_bytes: null } : choice));
    openApp(core, "/settings/directory");
    expect(await radio(/How many colleagues, this device can tell once it has them$/)).toBeInTheDocument();
    act(() => {
      core.scopes = core.scopes.slice(0, 1);
      core.emit("changes", ["directory"]);
    });
    expect(await screen.findByText(/once your own entry is on this device/)).toBeInTheDocument();
  });
});

describe("a part of the directory", () => {
  it("is said where one counts, with the way to more", async () => {
    const core = new FakeCore();
    core.setDirectory(FUJIAN);
    openApp(core, "/directory");
    expect(await screen.findByText("Fujian only")).toBeInTheDocument();
    act(() => core.setDirectory({ next_scope: "everything", loaded_bytes: 42, total_bytes: 100 }));
    expect(await screen.findByRole("link", { name: "Being changed: 42%" })).toBeInTheDocument();
    act(() => core.setDirectory({ next_scope: null }));
    await userEvent.click(await screen.findByRole("link", { name: "Change" }));
    expect(await screen.findByRole("heading", { name: "Directory on this device" })).toBeInTheDocument();
  });

  it("is not said of the whole", async () => {
    openApp(new FakeCore(), "/directory");
    await screen.findAllByRole("option");
    expect(screen.queryByRole("link", { name: "Change" })).toBeNull();
  });

  it("leaves somebody in a conversation outside, and does not say that they are not verified", async () => {
    const core = ward();
    const room = core.rooms[0];
    if (!room) throw new Error("no room");
    room.peer = { ...room.peer, practitioner_id: "", verified: false, title: "", hospital: { zh: "", en: "" } };
    core.setDirectory(FUJIAN);
    openApp(core, `/chats/${encodeURIComponent(room.id)}`);
    const pane = await screen.findByRole("main", { name: /^Chat with/ });
    expect(within(pane).getByText(/^outside of Fujian, the part of the directory on this device/)).toBeInTheDocument();
    act(() => core.setDirectory({ scope: "everything", scope_name: { zh: "", en: "" } }));
    await waitFor(() => expect(within(pane).queryByText(/outside of/)).toBeNull());
  });

  it("knows that a card may be of somebody outside", async () => {
    const core = new FakeCore();
    core.setDirectory(FUJIAN);
    openApp(core, "/directory");
    await userEvent.click(await screen.findByRole("button", { name: "Business cards" }));
    const dialog = await screen.findByRole("dialog");
    await userEvent.click(within(dialog).getAllByRole("radio").at(-1) ?? dialog);
    await userEvent.type(within(dialog).getByRole("textbox"), "@eve:elsewhere.example");
    await userEvent.click(within(dialog).getByRole("button", { name: "Find colleague" }));
    expect(await within(dialog).findByText("Nobody on this device has this card")).toBeInTheDocument();
    expect(within(dialog).getByText(/Only Fujian is kept here/)).toBeInTheDocument();
    expect(within(dialog).queryByText(/Nobody has verified/)).toBeNull();
  });
});
