import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { openApp } from "@/testing/app";
import { FakeCore } from "@/testing/fake-core";

let core: FakeCore;

beforeEach(() => {
  vi.spyOn(document, "hasFocus").mockReturnValue(true);
  core = new FakeCore();
});

describe("doubts about who reads along", () => {
  it("stand above the messages until they are settled", async () => {
    const chen = core.room(12);
    core.doubts.set(chen.id, [{ person: chen.peer, kind: "changed_keys" }]);
    openApp(core, `/chats/${chen.id}`);
    const warning = await screen.findByRole("alert");
    expect(warning).toHaveTextContent("Chen Siyuan has new keys");
    await userEvent.click(within(warning).getByRole("button", { name: "I have asked" }));
    expect(core.calls.find(({ command }) => command === "keys_accept")?.input).toEqual({ user_id: chen.peer.user_id });
    await waitFor(() => expect(screen.queryByText(/has new keys/)).not.toBeInTheDocument());
  });

  it("name who has an unconfirmed device, and a group without any says so", async () => {
    const forum = core.group("forum", "Coronary forum", [12, 1, 14, 13]);
    const calm = core.group("calm", "Calm group", [12, 1]);
    core.doubts.set(forum.id, [12, 1, 14, 13].map((index) => ({ person: core.person(index), kind: "unconfirmed_device" as const })));
    const { router } = openApp(core, `/chats/${forum.id}`);
    expect(await screen.findByText(/^Unconfirmed device: Chen Siyuan, .* and 1 other$/)).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Group details" }));
    expect(screen.queryByText("The devices of all members are confirmed")).not.toBeInTheDocument();
    await router.navigate({ to: "/chats/$roomId", params: { roomId: calm.id } });
    expect(await screen.findByText("The devices of all members are confirmed")).toBeInTheDocument();
    expect(screen.queryByText(/Unconfirmed device/)).not.toBeInTheDocument();
  });

  it("stand on the colleague's card", async () => {
    const chen = core.room(12);
    core.devices.set(chen.peer.user_id, { confirmed: 1, unconfirmed: 1, changed_keys: true });
    const { router } = openApp(core, `/directory?colleague=${chen.peer.practitioner_id}`);
    const devices = within(await screen.findByRole("region", { name: "Devices in use" }));
    expect(devices.getByText(/^1 of 2 devices not confirmed by the colleague/)).toBeInTheDocument();
    expect(devices.getByText(/New keys/)).toBeInTheDocument();
    await router.navigate({ to: "/directory", search: { colleague: core.person(1).practitioner_id } });
    expect(await screen.findByText("One device, confirmed by the colleague")).toBeInTheDocument();
  });
});
