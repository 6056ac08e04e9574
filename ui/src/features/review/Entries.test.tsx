import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { openApp } from "@/testing/app";
import { FakeCore } from "@/testing/fake-core";
import { type Reviews, takesReviews } from "@/testing/reviewer";

let core: FakeCore;
let reviews: Reviews;

beforeEach(() => {
  // jsdom lays nothing out, and a virtual list shows what has room.
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(700);
  vi.spyOn(HTMLElement.prototype, "offsetWidth", "get").mockReturnValue(272);
  core = new FakeCore({ verifier: true });
  reviews = takesReviews(core);
});

const inputsOf = (command: string) => core.calls.filter((call) => call.command === command).map(({ input }) => input);
const button = (name: string | RegExp) => screen.getByRole("button", { name });
const pane = () => screen.findByRole("region", { name: "Entry for verifiers" });

describe("an entry for verifiers", () => {
  it("is opened from a colleague's card, by verifiers alone, and once: each look is recorded", async () => {
    const { router } = openApp(core, "/directory?colleague=p-1");
    await userEvent.click(await screen.findByRole("button", { name: "More" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "Entry for verifiers" }));
    await waitFor(() => expect(router.state.location.pathname).toBe("/review"));
    const entry = await pane();
    expect(await within(entry).findByRole("heading", { name: /Zhang Wei/ })).toBeInTheDocument();
    expect(entry).toHaveTextContent("@zhang.wei1:jz.example");
    expect(inputsOf("review_entry")).toEqual([{ practitioner_id: "p-1" }]);
  });

  it("is no choice of who is no verifier", async () => {
    core = new FakeCore();
    openApp(core, "/directory?colleague=p-1");
    await userEvent.click(await screen.findByRole("button", { name: "More" }));
    await screen.findByRole("menuitem", { name: "Export vCard…" });
    expect(screen.queryByRole("menuitem", { name: "Entry for verifiers" })).not.toBeInTheDocument();
  });

  it("leads to its applications, and is reached from the duplicate that one is compared with", async () => {
    reviews.entries.set("p-6", { applications: [{ id: "a-2", reference: "AP-2607-03338", kind: "transfer", status: "active", submitted_at: "2026-07-10T08:00:00Z" }] });
    openApp(core, "/review");
    await userEvent.click(await screen.findByRole("option", { name: /Zhou Mingzhe/ }));
    await userEvent.click(await screen.findByRole("button", { name: "Entry for verifiers" }));
    expect(await within(await pane()).findByText(/^Approved · AP-2607-03338/), "no account becomes active by a transfer").toBeInTheDocument();
    await userEvent.click(await within(await pane()).findByRole("button", { name: "Open application AP-2607-03338" }));
    expect(await screen.findByRole("heading", { name: /Priya Raman/ })).toBeInTheDocument();
  });

  it("is taken out with a reason, after saying what that does", async () => {
    openApp(core, "/review?entry=p-1");
    await userEvent.click(await screen.findByRole("button", { name: "Take out of the directory…" }));
    const dialog = await screen.findByRole("dialog");
    expect(dialog).toHaveTextContent("Their sessions end, their account is locked");
    await userEvent.click(within(dialog).getByRole("button", { name: "Take out" }));
    expect(within(dialog).getByText("Choose a reason.")).toBeInTheDocument();
    await userEvent.click(within(dialog).getByRole("radio", { name: "Other, see the note" }));
    await userEvent.click(within(dialog).getByRole("button", { name: "Take out" }));
    expect(within(dialog).getByText("Say what it is.")).toBeInTheDocument();
    expect(inputsOf("review_remove")).toEqual([]);
    await userEvent.click(within(dialog).getByRole("radio", { name: "No longer practises" }));
    await userEvent.type(within(dialog).getByRole("textbox"), "retired in July");
    await userEvent.click(within(dialog).getByRole("button", { name: "Take out" }));
    expect(await screen.findByText("Taken out: No longer practises")).toBeInTheDocument();
    expect(await pane()).toHaveTextContent("retired in July");
    expect(inputsOf("review_remove")).toEqual([{ practitioner_id: "p-1", removal: { reason: "left_practice", note: "retired in July" } }]);
    expect(screen.queryByRole("button", { name: "Take out of the directory…" })).not.toBeInTheDocument();
  });

  it("gives way to one that is chosen from its duplicates", async () => {
    reviews.entries.set("p-24", { user_id: null, duplicates: [{ kinds: ["licence"], han_name: "张伟", latin_name: "Zhang Wei", hospital: "滨海市中心医院", hospital_latin: "Binhai Central Hospital", licence_ending: "4417", practitioner_id: "p-1", application_reference: null, verified_at: null }] });
    openApp(core, "/review?entry=p-24");
    await userEvent.click(await screen.findByRole("button", { name: "Merge into this…" }));
    const dialog = await screen.findByRole("dialog");
    expect(await within(dialog).findByText(/what colleagues kept about this one, favourites and notes, goes over to it/)).toBeInTheDocument();
    await userEvent.click(within(dialog).getByRole("button", { name: "Merge" }));
    expect(await within(await pane()).findByRole("heading", { name: /Zhang Wei/ })).toBeInTheDocument();
    expect(inputsOf("review_merge")).toEqual([{ practitioner_id: "p-24", merger: { into: "p-1" } }]);
  });

  it("gives way to one that is looked for, and says why it cannot", async () => {
    reviews.entries.set("p-24", { user_id: null });
    reviews.entries.set("p-14", { listed: false });
    openApp(core, "/review?entry=p-24");
    await userEvent.click(await screen.findByRole("button", { name: "Merge into another entry…" }));
    const dialog = await screen.findByRole("dialog");
    await userEvent.type(within(dialog).getByRole("combobox"), "weiss");
    await userEvent.click(await within(dialog).findByRole("option", { name: /Hannah Weiss/ }));
    await userEvent.click(await within(dialog).findByRole("button", { name: "Merge" }));
    expect(await within(dialog).findByText(/^This cannot be done\./)).toBeInTheDocument();
    await userEvent.click(within(dialog).getByRole("button", { name: "Back" }));
    expect(await within(dialog).findByRole("combobox")).toBeInTheDocument();
  });

  it("does not give way where it has an account, and is not decided by its owner", async () => {
    const { unmount } = openApp(core, "/review?entry=p-1");
    expect(await screen.findByRole("button", { name: "Merge into another entry…" })).toBeDisabled();
    expect(screen.getByText("An entry with an account is the one that is kept: open the other one to merge it into this.")).toBeInTheDocument();
    unmount();
    openApp(core, "/review?entry=p-0");
    expect(await screen.findByText("This is your own entry. Another verifier decides about it.")).toBeInTheDocument();
    expect(screen.queryByRole("button", { name: "Take out of the directory…" })).not.toBeInTheDocument();
  });

  it("that gave way leads to the one that is kept", async () => {
    reviews.entries.set("p-24", { listed: false, user_id: null, replaced_by: "p-1" });
    openApp(core, "/review?entry=p-24");
    await userEvent.click(await screen.findByRole("button", { name: "Open that entry" }));
    expect(await within(await pane()).findByRole("heading", { name: /Zhang Wei/ })).toBeInTheDocument();
    expect(button("Take out of the directory…")).toBeInTheDocument();
  });
});
