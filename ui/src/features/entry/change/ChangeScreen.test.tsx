import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { openApp } from "@/testing/app";
import { RIGHT_CODE } from "@/testing/applicant";
import { FakeCore } from "@/testing/fake-core";
import { decide } from "@/testing/own-application";

let core: FakeCore;

beforeEach(() => { core = new FakeCore(); });

const inputsOf = (command: string) => core.calls.filter((call) => call.command === command).map(({ input }) => input);
const button = (name: string | RegExp) => screen.getByRole("button", { name });
const found = (name: string | RegExp) => screen.findByRole("button", { name });
const verification = async () => (await screen.findByRole("heading", { name: /^Verification/ })).closest("section") as HTMLElement;

async function choose(list: HTMLElement, option: string) {
  await userEvent.click(list);
  await userEvent.click(await screen.findByRole("option", { name: option }));
}

/** From the own entry to the application for another title, as far as it is submitted. */
async function submitsTitle() {
  await userEvent.click(await found("Change title or department"));
  await choose(await screen.findByRole("combobox", { name: "Title" }), "Chief Physician");
  await userEvent.click(button("Next: evidence"));
  await userEvent.click(await found("Send without images"));
}

describe("what was verified", () => {
  it("is on the page of the own entry, with its end and the ways to change it", async () => {
    openApp(core, "/settings/entry");
    const section = await verification();
    expect(await within(section).findByText("Jiangzhou University First Hospital")).toBeInTheDocument();
    expect(await within(section).findByText("•••• 3517")).toBeInTheDocument();
    expect(section).toHaveTextContent(/18 Nov 2025 by .*, through/);
    for (const name of ["Move to another hospital", "Change title or department", "Renew the verification"]) expect(await within(section).findByRole("button", { name })).toBeEnabled();
    expect(screen.queryByText(/runs out/)).not.toBeInTheDocument();
  });

  it("is said above chats and directory when it runs out, until a renewal is with the verifiers", async () => {
    core.verifiedThrough(23);
    const { router } = openApp(core, "/directory");
    expect(await screen.findByText(/^Your verification runs out in 23 days/)).toBeInTheDocument();
    await userEvent.click(button("Renew"));
    await waitFor(() => expect(router.state.location.pathname).toBe("/settings/entry/change"));
    await userEvent.click(await found("Next: evidence"));
    await userEvent.click(await found("Send without images"));
    expect(await screen.findByText("Application under review")).toBeInTheDocument();
    expect(inputsOf("entry_application_send")).toEqual([{ change: { kind: "renewal" }, licence_number: null }]);
    await act(() => router.navigate({ to: "/chats" }));
    await screen.findByRole("heading", { name: "Chats" });
    expect(screen.queryByText(/runs out/)).not.toBeInTheDocument();
  });

  it("has run out, says so on every start, and can wait until the next", async () => {
    core.verifiedThrough(-2);
    const { router } = openApp(core, "/chats");
    expect(await screen.findByText(/^Your verification ran out on/)).toBeInTheDocument();
    await userEvent.click(button("Later"));
    expect(screen.queryByText(/ran out/)).not.toBeInTheDocument();
    await act(() => router.navigate({ to: "/directory" }));
    await screen.findByRole("searchbox");
    expect(screen.queryByText(/ran out/)).not.toBeInTheDocument();
    await act(() => router.navigate({ to: "/settings/entry" }));
    expect(await screen.findByText(/^Your verification ran out on/)).toBeInTheDocument();
    expect(within(await verification()).getByText("Ran out")).toBeInTheDocument();
  });
});

describe("an application about the own entry", () => {
  it("goes from another hospital over the code and the images to the decision, which arrives by itself", async () => {
    openApp(core, "/settings/entry");
    await userEvent.click(await found("Move to another hospital"));
    await userEvent.click(await found("Next: evidence"));
    expect(await screen.findByText("Choose your hospital from the list; if it is not there, enter it by hand.")).toBeInTheDocument();
    expect(screen.getByRole("combobox", { name: "Hospital" })).toHaveFocus();
    expect(screen.getByRole("textbox", { name: "Work e-mail" })).toHaveValue("lin.jianing@jzfy.example");
    expect(screen.queryByRole("textbox", { name: "Licence number" })).not.toBeInTheDocument();

    await userEvent.type(screen.getByRole("combobox", { name: "Hospital" }), "binhai central");
    await userEvent.click(await screen.findByRole("option", { name: /Binhai Central/ }));
    await userEvent.type(screen.getByRole("textbox", { name: "Work phone" }), "0599-555-0177");
    const email = screen.getByRole("textbox", { name: "Work e-mail" });
    await userEvent.clear(email);
    await userEvent.type(email, "lin@bh1.example");
    await userEvent.click(button("Next: evidence"));
    await userEvent.type(await screen.findByRole("textbox", { name: "Code from the message" }), RIGHT_CODE);
    const png = new File([new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])], "card.pdf", { type: "image/png" });
    await userEvent.upload(document.querySelectorAll<HTMLInputElement>("input[type=file]")[1] as HTMLInputElement, png);
    expect(await screen.findByText("This image cannot be shown: it is damaged, or has too many pixels. Take it again.")).toBeInTheDocument();
    await userEvent.click(await found("Send without images"));
    expect(await screen.findByText("Application under review")).toBeInTheDocument();
    expect(inputsOf("entry_application_send")).toEqual([
      {
        change: { kind: "transfer", workplace: { kind: "listed", organization_id: "o-bh1", name: "Binhai Central Hospital" }, department: "cardiology", title: "attending", work_phone: "0599-555-0177", work_email: "lin@bh1.example" },
        licence_number: null,
      },
    ]);

    act(() => decide(core, { status: "more_requested", reason: "evidence_unclear", note: "请补充工作证反面。" }, "more_requested"));
    expect(await screen.findByText("请补充工作证反面。")).toBeInTheDocument();
    await userEvent.click(button("Correct and send again"));
    expect(await screen.findByRole("textbox", { name: "Work phone" })).toHaveValue("0599-555-0177");
    await userEvent.click(button("Next: evidence"));
    await userEvent.click(await found("Send without images"));
    act(() => decide(core, { status: "active" }, "approved", "activated"));
    expect(await screen.findByRole("heading", { name: "Approved: your entry is up to date" })).toBeInTheDocument();
    await userEvent.click(button("To my entry"));
    expect(await within(await verification()).findByText("AP-2611-00417")).toBeInTheDocument();
  });

  it("says that nothing would change", async () => {
    openApp(core, "/settings/entry/change?kind=title");
    await userEvent.click(await found("Next: evidence"));
    expect(await screen.findByText("This is what your entry says already. Choose another title or department.")).toBeInTheDocument();
    expect(inputsOf("entry_application_send")).toEqual([]);
  });

  it("asks for the licence number of who never gave one", async () => {
    core.ownApplication.own.licence_ending = null;
    openApp(core, "/settings/entry/change?kind=renewal");
    await userEvent.type(await screen.findByRole("textbox", { name: "Licence number" }), "990420000083517");
    await userEvent.click(button("Next: evidence"));
    await found("Send without images");
    expect(inputsOf("entry_application_send")).toEqual([{ change: { kind: "renewal" }, licence_number: "990420000083517" }]);
  });

  it("keeps what was typed without a network, and says so", async () => {
    core.connection = { ...core.connection, link: "offline" };
    const { unmount } = openApp(core, "/settings/entry/change?kind=title");
    await choose(await screen.findByRole("combobox", { name: "Title" }), "Chief Physician");
    await userEvent.click(button("Next: evidence"));
    expect(await screen.findByText("Not sent: there is no network")).toBeInTheDocument();
    unmount();

    // The next start, online.
    core.connection = { ...core.connection, link: "online" };
    openApp(core, "/settings/entry");
    const section = await verification();
    expect(await within(section).findByText("Begun and not sent; kept on this device")).toBeInTheDocument();
    await userEvent.click(within(section).getByRole("button", { name: "Go on" }));
    expect(await screen.findByRole("combobox", { name: "Title" })).toHaveTextContent("Chief Physician");
    await userEvent.click(button("Next: evidence"));
    await found("Send without images");
    expect(core.ownApplication.draft).toBeNull();
  });

  it("is discarded where it was only typed, after a question", async () => {
    core.ownApplication.draft = { change: { kind: "renewal" }, licence_number: null };
    openApp(core, "/settings/entry");
    await userEvent.click(await within(await verification()).findByRole("button", { name: "Discard" }));
    await userEvent.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Discard" }));
    expect(await found("Renew the verification")).toBeInTheDocument();
    expect(core.ownApplication.draft).toBeNull();
  });

  it("stands on the page of the own entry with the reason it came back for, and is withdrawn after a question", async () => {
    const { router } = openApp(core, "/settings/entry");
    await submitsTitle();
    expect(await screen.findByText("Application under review")).toBeInTheDocument();
    act(() => decide(core, { status: "rejected", reason: "register_mismatch", note: null }, "rejected"));
    expect(await screen.findByRole("heading", { name: "Application not approved" })).toBeInTheDocument();
    await userEvent.click(button("Back to my entry"));
    const section = await verification();
    expect(await within(section).findByText(/Not approved · AP-2611-00417 · What you stated does not match/)).toBeInTheDocument();
    expect(within(section).queryByRole("button", { name: "Renew the verification" })).not.toBeInTheDocument();
    await userEvent.click(within(section).getByRole("button", { name: "Go on" }));
    await userEvent.click(await found("Withdraw"));
    await userEvent.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Withdraw" }));
    await waitFor(() => expect(router.state.location.pathname).toBe("/settings/entry"));
    expect(await found("Renew the verification")).toBeInTheDocument();
  });
});
