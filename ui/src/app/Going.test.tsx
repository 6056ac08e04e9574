import { act, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { openApp } from "@/testing/app";
import { sendTo } from "@/testing/desktop";
import { FakeCore, type Room } from "@/testing/fake-core";

let core: FakeCore;
let chen: Room;

beforeEach(() => {
  vi.spyOn(document, "hasFocus").mockReturnValue(true);
  core = new FakeCore();
  chen = core.room(12);
  chen.items = [core.message(chen, false, "Hold on IABP", 5)];
});

const inputsOf = (command: string) => core.calls.filter((call) => call.command === command).map(({ input }) => input);
/** A note in the corner: shown, and read aloud. */
const notes = async (words: string | RegExp) => expect(await screen.findAllByText(words)).not.toHaveLength(0);
const looksAt = () => inputsOf("attention_set").at(-1);

async function start() {
  const view = openApp(core, "/directory");
  await screen.findByRole("navigation", { name: "Main" });
  return view;
}

describe("a notification or a link", () => {
  it("leads to a message, a conversation or a colleague", async () => {
    const { router } = await start();
    const message = chen.items[0];
    const event_id = message?.content.kind === "message" ? message.content.event_id : null;
    act(() => sendTo(core, { kind: "conversation", room_id: chen.id, event_id }));
    expect(await screen.findByText("Hold on IABP")).toBeInTheDocument();
    await waitFor(() => expect(inputsOf("destination_reached")).toHaveLength(1));
    act(() => sendTo(core, { kind: "colleague", practitioner_id: core.person(14).practitioner_id }));
    await waitFor(() => expect(screen.getByRole("complementary", { name: "Colleague" })).toHaveTextContent("Weiss"));
    act(() => sendTo(core, { kind: "conversations" }));
    await waitFor(() => expect(router.state.location.pathname).toContain("/chats"));
    await waitFor(() => expect(inputsOf("destination_reached")).toHaveLength(3));
    // It only goes there.
    expect(core.calls.filter(({ command }) => /start|accept|send|create/.test(command))).toEqual([]);
  });

  it("says in one sentence why it leads nowhere", async () => {
    const { router } = await start();
    act(() => sendTo(core, { kind: "unknown_conversation" }));
    await notes("The link leads to a chat that you are not in");
    act(() => sendTo(core, { kind: "unknown_colleague" }));
    await notes(/not in the directory on this device/);
    act(() => sendTo(core, { kind: "nowhere" }));
    await notes("The link leads nowhere here");
    expect(router.state.location.pathname).toBe("/directory");
    expect(inputsOf("destination_reached")).toHaveLength(3);
  });
});

describe("what is before the doctor", () => {
  it("is the open conversation, while the window has the keyboard", async () => {
    const { router } = await start();
    await waitFor(() => expect(looksAt()).toMatchObject({ room_id: null }));
    await act(() => router.navigate({ to: "/chats/$roomId", params: { roomId: chen.id } }));
    await waitFor(() => expect(looksAt()).toEqual({ in_front: true, room_id: chen.id }));
    act(() => {
      vi.spyOn(document, "hasFocus").mockReturnValue(false);
      window.dispatchEvent(new Event("blur"));
    });
    await waitFor(() => expect(looksAt()).toMatchObject({ room_id: null }));
    act(() => {
      vi.spyOn(document, "hasFocus").mockReturnValue(true);
      window.dispatchEvent(new Event("focus"));
    });
    await waitFor(() => expect(looksAt()).toEqual({ in_front: true, room_id: chen.id }));
    await userEvent.keyboard("{Control>},{/Control}");
    await waitFor(() => expect(looksAt()).toMatchObject({ room_id: null }));
  });
});

it("searches from wherever one is", async () => {
  const { router } = openApp(core, "/settings/about");
  await screen.findByRole("heading", { name: "About" });
  await userEvent.keyboard("/");
  await waitFor(() => expect(router.state.location.pathname).toBe("/directory"));
  await waitFor(() => expect(screen.getByRole("searchbox")).toHaveFocus());
  await act(() => router.navigate({ to: "/settings/about" }));
  await screen.findByRole("heading", { name: "About" });
  await userEvent.keyboard("{Control>}f{/Control}");
  expect(await screen.findByRole("search")).toBeInTheDocument();
  expect(router.state.location.pathname).toBe("/chats");
});
