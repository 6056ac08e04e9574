import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { openApp } from "@/testing/app";
import { FakeCore, wireError } from "@/testing/fake-core";

it("waits while the profile is opened, then shows the window", async () => {
  const core = new FakeCore();
  core.session = { state: "starting" };
  openApp(core);
  expect(await screen.findByText("Opening your data…")).toBeInTheDocument();
  act(() => core.setSession(core.signedIn()));
  expect(await screen.findByRole("navigation", { name: "Main" })).toBeInTheDocument();
});

it("says what to do when the keyring is locked, and tries again", async () => {
  const core = new FakeCore();
  core.session = { state: "unavailable", error: wireError("keyring_locked") };
  openApp(core);
  expect(await screen.findByText(/password store is locked/)).toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(core.calls.map(({ command }) => command)).toContain("session_retry");
});

it("puts language and theme on the page, and the choice into the core", async () => {
  const core = new FakeCore();
  core.settings = { ...core.settings, language: "zh-CN", theme: "dark" };
  openApp(core, "/settings/appearance");
  expect(await screen.findByRole("heading", { name: "外观与语言" })).toBeInTheDocument();
  expect(document.documentElement).toHaveAttribute("lang", "zh-CN");
  expect(document.documentElement).toHaveAttribute("data-theme", "dark");
  await userEvent.click(screen.getByRole("radio", { name: "浅色" }));
  expect(core.settings).toMatchObject({ language: "zh-CN", theme: "light" });
  expect(document.documentElement).toHaveAttribute("data-theme", "light");
  await userEvent.click(screen.getByRole("combobox", { name: "语言" }));
  await userEvent.click(await screen.findByRole("option", { name: "English" }));
  expect(await screen.findByRole("heading", { name: "Appearance, language" })).toBeInTheDocument();
  expect(document.documentElement).toHaveAttribute("lang", "en");
});

it("shows the review section to verifiers alone", async () => {
  const doctor = openApp(new FakeCore(), "/review");
  const rail = await screen.findByRole("navigation", { name: "Main" });
  expect(within(rail).queryByText("Review")).not.toBeInTheDocument();
  expect(doctor.router.state.location.pathname).toBe("/chats");
  doctor.unmount();
  openApp(new FakeCore({ verifier: true }));
  expect(within(await screen.findByRole("navigation", { name: "Main" })).getByText("Review")).toBeInTheDocument();
});

it("moves between sections with the keyboard", async () => {
  const { router } = openApp(new FakeCore());
  await screen.findByRole("navigation", { name: "Main" });
  await userEvent.keyboard("{Control>}2{/Control}");
  await waitFor(() => expect(router.state.location.pathname).toBe("/directory"));
  await userEvent.keyboard("{Control>},{/Control}");
  await waitFor(() => expect(router.state.location.pathname).toBe("/settings/appearance"));
});

it("tells offline from weak, what works, and tries again when asked", async () => {
  const core = new FakeCore();
  openApp(core, "/directory");
  await screen.findByRole("navigation", { name: "Main" });
  act(() => core.setLink("offline"));
  expect(await screen.findByText(/directory of 60 colleagues as of/)).toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "Retry" }));
  expect(core.calls.map(({ command }) => command)).toContain("reconnect");
  act(() => core.setLink("weak"));
  expect(await screen.findByText("Weak network")).toBeInTheDocument();
});

it("says that the disk is full before anything else, until there is space", async () => {
  const core = new FakeCore();
  core.connection = { ...core.connection, link: "offline", disk_full: true };
  openApp(core, "/directory");
  expect(await screen.findByText("The disk is full")).toBeInTheDocument();
  expect(screen.queryByText(/directory of 60 colleagues/)).not.toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(core.calls.map(({ command }) => command)).toContain("reconnect");
  core.connection = { ...core.connection, disk_full: false };
  act(() => core.setLink("online"));
  await waitFor(() => expect(screen.queryByText("The disk is full")).not.toBeInTheDocument());
});

it.each([
  ["submitted", "/register"],
  ["approved", "/register"],
  ["active", "/sign-in"],
] as const)("brings an applicant whose application is %s to %s", async (status, path) => {
  const core = new FakeCore({ signedIn: false });
  core.registration = {
    ...core.registration,
    application: {
      id: "a", reference: "AP-2607-03318", kind: "registration", status, version: 1, email_confirmed: true, evidence: [], events: [], reason: null, note: null, user_id: null, hospital_latin: "",
      form: { han_name: "林嘉宁", latin_name: "Lin Jianing", title: "attending", licence_number: "990420000083517", work_email: "lin.jianing@jz1.example", work_phone: "0591-555-0120", workplace: { kind: "unlisted", name: "江州大学附属第一医院", city: "江州" }, department: "cardiology" },
    },
  };
  const { router } = openApp(core);
  await waitFor(() => expect(router.state.location.pathname).toBe(path));
});

it("asks before signing out, names unsent messages, and leaves nothing of the account on the screen", async () => {
  const core = new FakeCore();
  core.connection = { ...core.connection, queued: 2 };
  openApp(core, "/settings/account");
  await userEvent.click(await screen.findByRole("button", { name: "Sign out…" }));
  expect(await screen.findByRole("dialog")).toHaveTextContent("2 messages have not been sent yet and will be lost");
  await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Sign out" }));
  expect(await screen.findByRole("heading", { name: "Sign in" })).toBeInTheDocument();
  expect(screen.queryByText("Lin Jianing")).not.toBeInTheDocument();
});

it("shows the next account nothing that the last one read", async () => {
  const core = new FakeCore();
  const { router } = openApp(core, "/directory");
  await screen.findByText("60 colleagues");
  act(() => core.setSession({ state: "signed_out", reason: null, former: null }));
  await screen.findByRole("heading", { name: "Sign in" });
  core.people.splice(10);
  core.handlers.directory_search = () => new Promise(() => undefined);
  act(() => core.setSession(core.signedIn()));
  await waitFor(() => expect(router.state.location.pathname).toBe("/directory"));
  await screen.findByRole("searchbox");
  expect(screen.queryByText("60 colleagues")).not.toBeInTheDocument();
});
