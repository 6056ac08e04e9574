import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { openApp } from "@/testing/app";
import { FakeCore, Refused, type Room } from "@/testing/fake-core";

const CHEN = "/chats/!room12:jz.example";
const DAY = 24 * 60 * 60_000;

let core: FakeCore;
let chen: Room;

beforeEach(() => {
  core = new FakeCore();
  chen = core.room(12);
});

const field = () => screen.findByRole("textbox", { name: "Message to Chen Siyuan" });
const inputsOf = (command: string) => core.calls.filter((call) => call.command === command).map(({ input }) => input);
const waits = (text: string, at: number, problem: "not_found" | null = null) => {
  const message = { room_id: chen.id, text, mentions: [], reply_to: null, thread: null };
  core.scheduled = [...core.scheduled, { id: core.scheduled.length + 1, message, at: new Date(Date.now() + at).toISOString(), problem }];
};

describe("a message for later", () => {
  it("is given a day and a time, leaves the field, and waits above it", async () => {
    openApp(core, CHEN);
    expect(await screen.findByRole("button", { name: "Send later…" })).toBeDisabled();
    await userEvent.type(await field(), "Ask for the echo of bed 7");
    await userEvent.click(screen.getByRole("button", { name: "Send later…" }));
    const dialog = within(await screen.findByRole("dialog", { name: "Send later" }));
    await userEvent.click(dialog.getByRole("button", { name: /^Tomorrow morning/ }));
    await userEvent.click(dialog.getByRole("button", { name: /^Send tomorrow/ }));
    const tomorrow = new Date();
    const at = new Date(tomorrow.getFullYear(), tomorrow.getMonth(), tomorrow.getDate() + 1, 7, 30).toISOString();
    expect(inputsOf("message_schedule")).toEqual([{ message: { room_id: chen.id, text: "Ask for the echo of bed 7", mentions: [], reply_to: null, thread: null }, at }]);
    expect(await field()).toHaveValue("");
    await waitFor(() => expect(chen.draft?.text ?? "").toBe(""));
    expect(inputsOf("message_send")).toEqual([]);
    await userEvent.click(await screen.findByRole("button", { name: "1 message goes out later" }));
    expect(screen.getByText("Ask for the echo of bed 7")).toBeInTheDocument();
  });

  it("cannot be given a time that is over", async () => {
    openApp(core, CHEN);
    await userEvent.type(await field(), "too late");
    await userEvent.click(screen.getByRole("button", { name: "Send later…" }));
    const dialog = within(await screen.findByRole("dialog", { name: "Send later" }));
    await userEvent.click(dialog.getByRole("combobox", { name: "Day" }));
    await userEvent.click(await screen.findByRole("option", { name: /today/ }));
    await userEvent.click(dialog.getByRole("combobox", { name: "Time" }));
    const [midnight] = await screen.findAllByRole("option");
    await userEvent.click(midnight as HTMLElement);
    expect(await dialog.findByText("This time is over.")).toBeInTheDocument();
    expect(dialog.getByRole("button", { name: /^Send today/ })).toBeDisabled();
  });

  it("stays in the field when it cannot be kept", async () => {
    core.handlers.message_schedule = () => { throw new Refused("disk_full"); };
    openApp(core, CHEN);
    await userEvent.type(await field(), "kept");
    await userEvent.click(screen.getByRole("button", { name: "Send later…" }));
    const dialog = within(await screen.findByRole("dialog", { name: "Send later" }));
    await userEvent.click(dialog.getByRole("button", { name: /^Send tomorrow/ }));
    expect(await dialog.findByText("The message was not kept")).toBeInTheDocument();
    await userEvent.click(dialog.getByRole("button", { name: "Cancel" }));
    expect(await field()).toHaveValue("kept");
  });

  it("can go out now, be written on, and be deleted", async () => {
    for (const text of ["first", "second", "third"]) waits(text, DAY);
    openApp(core, CHEN);
    await userEvent.click(await screen.findByRole("button", { name: "3 messages go out later" }));
    const row = (text: string) => within(screen.getByText(text).closest("li") as HTMLElement);
    await userEvent.click(row("first").getByRole("button", { name: "Send now" }));
    expect(await within(screen.getByRole("log")).findByText("first")).toBeInTheDocument();
    await userEvent.type(await field(), "begun");
    await userEvent.click(row("second").getByRole("button", { name: "Write on" }));
    await waitFor(async () => expect(await field()).toHaveValue("begun\nsecond"));
    await userEvent.click(row("third").getByRole("button", { name: "Delete" }));
    await waitFor(() => expect(screen.queryByRole("button", { name: /later$/ })).not.toBeInTheDocument());
    expect(within(screen.getByRole("log")).queryByText(/second|third/)).not.toBeInTheDocument();
  });

  it("says why it did not go out, without being asked", async () => {
    waits("to whom?", -DAY, "not_found");
    openApp(core, CHEN);
    expect(await screen.findByText("to whom?")).toBeInTheDocument();
    expect(screen.getByRole("alert")).toBeInTheDocument();
  });

  it("is counted before one signs out", async () => {
    waits("tomorrow", DAY);
    openApp(core, "/settings/account");
    await userEvent.click(await screen.findByRole("button", { name: "Sign out…" }));
    expect(await screen.findByText(/^1 message has not been sent yet/)).toBeInTheDocument();
  });
});
