import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { Settings } from "@/bindings";
import { openApp } from "@/testing/app";
import { desktopWith } from "@/testing/desktop";
import { FakeCore } from "@/testing/fake-core";

function open(core: FakeCore) {
  return openApp(core, "/settings/notifications");
}

function onDesktop(offer: Parameters<typeof desktopWith>[0] = {}): FakeCore {
  const core = new FakeCore();
  core.desktop = desktopWith(offer);
  return core;
}

const toggle = (name: RegExp) => screen.findByRole("switch", { name });
const chosen = (core: FakeCore): Settings["notifications"] => core.settings.notifications;

async function choose(name: string, option: string) {
  await userEvent.click(await screen.findByRole("combobox", { name }));
  await userEvent.click(await screen.findByRole("option", { name: option }));
}

describe("notifications", () => {
  it("show sender and chat, unless the person wants the text or nothing", async () => {
    const core = onDesktop();
    open(core);
    expect(await screen.findByText(/their text is not shown unless you want it/)).toBeInTheDocument();
    await choose("What a notification shows", "Sender, chat and text");
    expect(await screen.findByText(/patients’ names too/)).toBeInTheDocument();
    expect(chosen(core).detail).toBe("text");
    await choose("What a notification shows", "Only that there is one");
    await waitFor(() => expect(chosen(core).detail).toBe("nothing"));
    await userEvent.click(await toggle(/^Notify me of new messages/));
    await waitFor(() => expect(chosen(core).on).toBe(false));
    expect(screen.queryByRole("combobox", { name: "What a notification shows" })).toBeNull();
  });

  it("are silent in quiet hours, by day and time", async () => {
    const core = onDesktop();
    open(core);
    await userEvent.click(await toggle(/^Tell me nothing in quiet hours/));
    expect(await screen.findByText("Until the next day")).toBeInTheDocument();
    await choose("Quiet hours begin", "08:30");
    await choose("Quiet hours end", "09:00");
    await waitFor(() => expect(screen.queryByText("Until the next day")).toBeNull());
    const days = within(screen.getByRole("group", { name: "Days on which they begin" })).getAllByRole("checkbox");
    expect(days.map((day) => day.closest("label")?.textContent)).toEqual(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]);
    await userEvent.click(days[5] as HTMLElement);
    await choose("When somebody mentions me", "Tell me nothing");
    expect(chosen(core).quiet_hours).toEqual({ on: true, from: 510, to: 540, days: [true, true, true, true, true, false, true], mentions: false });
  });

  it("say until when they are silent, and can be heard again", async () => {
    const core = onDesktop();
    const now = Date.now();
    core.now = () => now;
    await core.invoke("silence_set", { silence: "hour" });
    open(core);
    expect(await screen.findByText(/^Do not disturb until \d\d:\d\d$/)).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "End" }));
    await waitFor(() => expect(screen.queryByText(/^Do not disturb until/)).toBeNull());
    expect(chosen(core).silent_until).toBeNull();
  });

  it("have no switches for what the system does not offer", async () => {
    open(new FakeCore());
    expect(await screen.findByText("This system shows no notifications")).toBeInTheDocument();
    expect(screen.queryByText("Window and start")).toBeNull();
  });

  it("offer a start with the computer without a tray", async () => {
    open(onDesktop({ notifications: false, tray: false }));
    expect(await screen.findByText("This system shows no notifications")).toBeInTheDocument();
    expect(await toggle(/^Start when I sign in/)).toBeInTheDocument();
    expect(screen.queryByRole("switch", { name: /in the tray/ })).toBeNull();
  });
});

describe("window and start", () => {
  it("keep the program in the tray, and start it there with the computer", async () => {
    const core = onDesktop();
    open(core);
    const tray = await toggle(/^Keep running in the tray/);
    expect(tray).toBeChecked();
    await userEvent.click(tray);
    await waitFor(() => expect(core.settings.window.close_to_tray).toBe(false));
    expect(screen.queryByRole("switch", { name: /^Start in the tray/ })).toBeNull();
    await userEvent.click(await toggle(/^Start when I sign in to this computer/));
    await userEvent.click(await toggle(/^Start in the tray, without the window/));
    await waitFor(() => expect(core.settings.window.start_hidden).toBe(true));
  });

  it("say when starting with the computer could not be changed", async () => {
    const core = onDesktop();
    core.desktop = { ...desktopWith(), startAtLogin: () => Promise.reject(new Error("read-only")) };
    open(core);
    const start = await toggle(/^Start when I sign in to this computer/);
    await userEvent.click(start);
    // In the corner, and read aloud.
    expect(await screen.findAllByText(/Something in Consilium went wrong/)).not.toHaveLength(0);
    expect(start).not.toBeChecked();
  });
});

describe("the window", () => {
  it("is zoomed by keys and by choice, and remembers it", async () => {
    const core = onDesktop();
    openApp(core, "/settings/appearance");
    await screen.findByRole("combobox", { name: "Size of everything" });
    await userEvent.keyboard("{Control>}={/Control}");
    await waitFor(() => expect(core.settings.window.zoom).toBe(110));
    await userEvent.keyboard("{Control>}-{/Control}");
    await waitFor(() => expect(core.settings.window.zoom).toBe(100));
    await userEvent.keyboard("{Control>}-{/Control}");
    await waitFor(() => expect(core.settings.window.zoom).toBe(90));
    await userEvent.keyboard("{Control>}0{/Control}");
    await waitFor(() => expect(core.settings.window.zoom).toBe(100));
    await choose("Size of everything", "150%");
    await waitFor(() => expect(core.settings.window.zoom).toBe(150));
  });

  it("leaves zoom to a browser", async () => {
    const core = new FakeCore();
    openApp(core, "/settings/appearance");
    await screen.findByRole("combobox", { name: "Language" });
    expect(screen.queryByRole("combobox", { name: "Size of everything" })).toBeNull();
    await userEvent.keyboard("{Control>}={/Control}");
    expect(core.calls.some(({ command }) => command === "settings_save")).toBe(false);
  });

  it("checks spelling in the message field if that is wanted", async () => {
    const core = new FakeCore();
    const chen = core.room(12);
    const view = openApp(core, `/chats/${encodeURIComponent(chen.id)}`);
    const field = await screen.findByRole("textbox", { name: /^Message to/ });
    expect(field).toHaveAttribute("spellcheck", "false");
    await act(() => view.router.navigate({ to: "/settings/appearance" }));
    await userEvent.click(within(await screen.findByRole("radiogroup", { name: "Check spelling while I write" })).getByRole("radio", { name: "On" }));
    await act(() => view.router.navigate({ to: "/chats/$roomId", params: { roomId: chen.id } }));
    expect(await screen.findByRole("textbox", { name: /^Message to/ })).toHaveAttribute("spellcheck", "true");
  });
});
