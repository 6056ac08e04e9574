import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import type { ColleagueCard, ContactRequest } from "@/bindings";
import { openApp } from "@/testing/app";
import { FakeCore } from "@/testing/fake-core";

const saved = (core: FakeCore) => core.calls.filter(({ command }) => command === "entry_save").map(({ input }) => input);
const region = (name: string) => screen.getByRole("heading", { name: new RegExp(`^${name}`) }).closest("section") as HTMLElement;

async function choose(list: HTMLElement, option: string) {
  await userEvent.click(list);
  await userEvent.click(await screen.findByRole("option", { name: option }));
}

function request(change: Partial<ContactRequest> = {}): ContactRequest {
  return { id: "q1", kind: "mobile", state: "asked", practitioner_id: "p-14", name: "Hannah Weiss", asked_at: "2026-11-25T08:00:00Z", answered_at: null, ...change };
}

it("is found from one's own card and from the settings, and shows whom each contact is for", async () => {
  const { router } = openApp(new FakeCore(), "/directory?colleague=p-0");
  await userEvent.click(await screen.findByRole("button", { name: "Edit my entry" }));
  await waitFor(() => expect(router.state.location.pathname).toBe("/settings/entry"));
  expect(await screen.findByRole("link", { name: "My entry" })).toHaveAttribute("data-status", "active");
  const mobile = await screen.findByRole("group", { name: "Mobile" });
  expect(within(mobile).getByRole("textbox")).toHaveValue("139-5550-0142");
  expect(within(mobile).getByRole("combobox", { name: "Who sees it: Mobile" })).toHaveTextContent("On request");
});

it("changes contacts and to whom they are shown, and shows what others will see before it is saved", async () => {
  const core = new FakeCore();
  openApp(core, "/settings/entry");
  const mobile = await screen.findByRole("group", { name: "Mobile" });
  const seen = region("How others see it");
  expect(seen).not.toHaveTextContent("139-5550-0142");
  expect(screen.getByRole("button", { name: "Save" })).toBeDisabled();
  await choose(within(mobile).getByRole("combobox", { name: "Who sees it: Mobile" }), "All verified colleagues");
  expect(seen).toHaveTextContent("139-5550-0142");
  expect(seen).toHaveTextContent("lin.jianing@jz1.example");
  await userEvent.click(within(seen).getByRole("radio", { name: "Colleagues elsewhere" }));
  expect(seen).not.toHaveTextContent("lin.jianing@jz1.example");

  await userEvent.click(screen.getByRole("button", { name: "Add contact" }));
  const added = await screen.findByRole("group", { name: "Private phone" });
  await userEvent.type(within(added).getByRole("textbox"), "call me");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(await within(added).findByText("Not a phone number.")).toBeInTheDocument();
  expect(saved(core)).toEqual([]);
  await userEvent.clear(within(added).getByRole("textbox"));
  await userEvent.type(within(added).getByRole("textbox"), "0591-555-0777");
  await userEvent.click(screen.getByRole("button", { name: "Add specialty" }));
  await userEvent.type(screen.getByRole("textbox", { name: "Specialty 3" }), "左主干病变");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(core.entry.content.contacts).toHaveLength(4));
  expect(core.entry.content.contacts[1]?.visibility).toBe("verified");
  expect(core.entry.content.contacts[3]).toEqual({ kind: "home_phone", value: "0591-555-0777", visibility: "on-request" });
  expect(core.entry.content.interests).toEqual(["冠脉介入", "结构性心脏病", "左主干病变"]);
  await waitFor(() => expect(screen.getByRole("button", { name: "Save" })).toBeDisabled());
});

it("keeps what was written while one looks elsewhere", async () => {
  const { router } = openApp(new FakeCore(), "/settings/entry");
  await userEvent.type(await screen.findByRole("textbox", { name: "Specialty 1" }), "与分叉病变");
  await act(() => router.navigate({ to: "/directory" }));
  await screen.findByRole("searchbox");
  await act(() => router.navigate({ to: "/settings/entry" }));
  expect(await screen.findByRole("textbox", { name: "Specialty 1" })).toHaveValue("冠脉介入与分叉病变");
  await userEvent.click(screen.getByRole("button", { name: "Discard" }));
  expect(screen.getByRole("textbox", { name: "Specialty 1" })).toHaveValue("冠脉介入");
});

it("says that it was changed elsewhere, loses nothing, and saves over it only if told to", async () => {
  const core = new FakeCore();
  openApp(core, "/settings/entry");
  await userEvent.type(await screen.findByRole("textbox", { name: "Specialty 1" }), "与分叉病变");
  // Another device saves meanwhile.
  core.entry = { ...core.entry, content: { ...core.entry.content, languages: ["zh", "en", "de"] }, versions: { practitioner: 3, role: 3 } };
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  const note = await screen.findByText("Your entry was changed elsewhere meanwhile");
  expect(note.closest("[role=status]")).toHaveTextContent("Changed elsewhere: Languages.");
  expect(screen.getByRole("textbox", { name: "Specialty 1" })).toHaveValue("冠脉介入与分叉病变");
  expect(core.entry.content.interests[0]).toBe("冠脉介入");
  await userEvent.click(screen.getByRole("button", { name: "Keep what I wrote" }));
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(core.entry.content.interests[0]).toBe("冠脉介入与分叉病变"));
});

it("is to read, not to change, while the registry cannot be reached, and says why", async () => {
  const core = new FakeCore();
  core.connection = { ...core.connection, link: "offline" };
  openApp(core, "/settings/entry");
  expect(await screen.findByText("To read, not to change")).toBeInTheDocument();
  expect(within(screen.getByRole("group", { name: "Mobile" })).getByRole("textbox")).toBeDisabled();
  expect(screen.getByRole("button", { name: "Add contact" })).toBeDisabled();
  expect(screen.getByDisplayValue("139-5550-0142")).toBeInTheDocument();
});

it("answers who asks for a contact, and takes back what was granted", async () => {
  const core = new FakeCore();
  core.requests = { received: [request()], sent: [] };
  openApp(core, "/chats");
  expect(await screen.findByRole("link", { name: "Settings, 1 colleague asks for a contact" })).toBeInTheDocument();
  await userEvent.click(screen.getByRole("link", { name: /Settings/ }));
  const requests = await screen.findByText("1 waits for your answer");
  const section = requests.closest("section") as HTMLElement;
  expect(await within(section).findByText("Hannah Weiss")).toBeInTheDocument();
  await userEvent.click(within(section).getByRole("button", { name: "Grant" }));
  await userEvent.click(await within(section).findByRole("button", { name: "Take back" }));
  await waitFor(() => expect(core.requests.received[0]?.state).toBe("declined"));
  expect(screen.queryByText("Requests for your contacts")).not.toBeInTheDocument();
});

it("can be changed again when the network is back, and not while it is away", async () => {
  const core = new FakeCore();
  const { router } = openApp(core, "/settings/entry");
  const value = async () => within(await screen.findByRole("group", { name: "Mobile" })).getByRole("textbox");
  expect(await value()).toBeEnabled();
  await act(() => router.navigate({ to: "/chats" }));
  act(() => core.setLink("offline"));
  await act(() => router.navigate({ to: "/settings/entry" }));
  expect(await screen.findByText("To read, not to change")).toBeInTheDocument();
  expect(await value()).toBeDisabled();
  act(() => core.setLink("online"));
  await waitFor(async () => expect(await value()).toBeEnabled());
  expect(screen.queryByText("To read, not to change")).not.toBeInTheDocument();
});

it("marks the languages that keep it from being saved", async () => {
  const core = new FakeCore();
  core.entry = { ...core.entry, content: { ...core.entry.content, languages: ["zh", "ZH", "zh_CN"] } };
  openApp(core, "/settings/entry");
  await userEvent.type(await screen.findByRole("textbox", { name: "Specialty 1" }), "与分叉病变");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  const languages = region("Languages");
  expect(await within(languages).findByText("Chinese (ZH): Already in the list.")).toBeInTheDocument();
  expect(within(languages).getByText("zh_CN: Not a language.")).toBeInTheDocument();
  await userEvent.click(within(languages).getByRole("button", { name: "Remove zh_CN" }));
  await userEvent.click(within(languages).getByRole("button", { name: "Remove Chinese (ZH)" }));
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(core.entry.content.languages).toEqual(["zh"]));
});

it("says what a request is for, wherever it is, and what exactly a grant would show", async () => {
  const core = new FakeCore();
  core.requests = { received: [request({ kind: "phone" })], sent: [] };
  core.entry = { ...core.entry, content: { ...core.entry.content, contacts: [...core.entry.content.contacts, { kind: "home_phone", value: "0591-555-0777 转 2", visibility: "on-request" }] } };
  openApp(core, "/settings/entry");
  const asked = await screen.findByText(/^Asks to see: Phone,/);
  expect(asked).toHaveTextContent("Granting shows: Private phone 0591-555-0777 ext. 2");
  expect(asked, "every colleague sees it anyway").not.toHaveTextContent("0591-555-0120");
  await userEvent.click(screen.getByRole("button", { name: "Grant" }));
  expect(await screen.findByText(/^May see: Phone,/)).toHaveTextContent("Shown: Private phone 0591-555-0777 ext. 2");
});

it("keeps the focus on the page when an answered request goes away", async () => {
  const core = new FakeCore();
  core.requests = { received: [request()], sent: [] };
  openApp(core, "/settings/entry");
  await userEvent.click(await screen.findByRole("button", { name: "Decline" }));
  await waitFor(() => expect(screen.getByRole("heading", { name: "My entry" })).toHaveFocus());
  expect(screen.queryByText("Hannah Weiss")).not.toBeInTheDocument();
});

it("tells who changed what and when", async () => {
  const core = new FakeCore();
  core.history = [
    { resource: "PractitionerRole", version: 2, at: "2026-11-20T08:00:00Z", own: true, changed: ["telecom", "specialty"] },
    { resource: "PractitionerRole", version: 1, at: "2026-11-18T08:00:00Z", own: false, changed: [] },
  ];
  openApp(core, "/settings/entry");
  const items = await within(await waitFor(() => region("History"))).findAllByRole("listitem");
  expect(items[0]).toHaveTextContent(/20 November.*Contacts, Department or specialties.*by you/);
  expect(items[1]).toHaveTextContent(/Listed.*by the registry/);
});

it("asks for a phone and an e-mail without saying that they are at work", async () => {
  const core = new FakeCore();
  core.people[12] = { ...core.people[12] as ColleagueCard, requestable: [{ kind: "phone", state: null }, { kind: "email", state: "asked" }] };
  openApp(core, "/directory?colleague=p-12");
  expect(await screen.findByRole("group", { name: "Phone" })).toHaveTextContent("On request");
  expect(screen.getByRole("group", { name: "E-mail" })).toHaveTextContent("Asked");
});

it("may ask again for what was declined thirty days ago, not before", async () => {
  const core = new FakeCore();
  const declined = (daysAgo: number) => request({ practitioner_id: "p-12", state: "declined", answered_at: new Date(Date.now() - daysAgo * 86_400_000).toISOString() });
  core.people[12] = { ...core.people[12] as ColleagueCard, requestable: [{ kind: "mobile", state: "declined" }] };
  core.requests = { received: [], sent: [declined(29)] };
  const { unmount } = openApp(core, "/directory?colleague=p-12");
  expect(await screen.findByText("Not granted")).toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "Ask for mobile" })).not.toBeInTheDocument();
  unmount();
  core.requests = { received: [], sent: [declined(31)] };
  openApp(core, "/directory?colleague=p-12");
  await userEvent.click(await screen.findByRole("button", { name: "Ask for mobile" }));
  expect(await screen.findByText("Asked. The answer shows here.")).toBeInTheDocument();
});

it("asks a colleague for a contact from their card, and says plainly that this needs a network", async () => {
  const core = new FakeCore();
  openApp(core, "/directory?colleague=p-1");
  await userEvent.click(await screen.findByRole("button", { name: "Ask for mobile" }));
  expect(await screen.findByText("Asked. The answer shows here.")).toBeInTheDocument();
  act(() => core.setLink("offline"));
  const { router } = openApp(core, "/directory?colleague=p-4");
  expect(await screen.findByText("On request. You can ask when you are online.")).toBeInTheDocument();
  expect(router.state.location.pathname).toBe("/directory");
  expect(screen.getByRole("button", { name: "Ask for mobile" })).toBeDisabled();
});

it("states when one is away, with a sentence where that is no time", async () => {
  const core = new FakeCore();
  openApp(core, "/settings/entry");
  await userEvent.click(await screen.findByRole("button", { name: "Add a time away" }));
  const row = await screen.findByRole("group", { name: "Away 1" });
  await userEvent.type(within(row).getByRole("textbox", { name: "Words for away 1" }), "congress");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(await within(row).findByText("State the first and the last day.")).toBeInTheDocument();
  fireEvent.change(within(row).getByLabelText("First day away 1"), { target: { value: "2026-12-12" } });
  fireEvent.change(within(row).getByLabelText("Last day away 1"), { target: { value: "2026-12-10" } });
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(await within(row).findByText("It ends before it begins.")).toBeInTheDocument();
  expect(within(row).getByLabelText("Last day away 1")).toBeInvalid();
  fireEvent.change(within(row).getByLabelText("Last day away 1"), { target: { value: "2026-12-20" } });
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(core.entry.content.leaves).toEqual([{ from: "2026-12-12", through: "2026-12-20", text: "congress" }]));
});
