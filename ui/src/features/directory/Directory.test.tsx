import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { openApp } from "@/testing/app";
import { FakeCore, wireError } from "@/testing/fake-core";

const card = () => screen.getByRole("complementary", { name: "Colleague" });

describe("finding a colleague", () => {
  it("searches as one types, marks what matched, and opens the card with the keyboard alone", async () => {
    const core = new FakeCore();
    const { router } = openApp(core, "/directory");
    await screen.findByRole("option", { name: /Lin Jianing/ });
    await userEvent.keyboard("/");
    expect(screen.getByRole("searchbox")).toHaveFocus();
    await userEvent.keyboard("chen si");
    await waitFor(() => expect(screen.getByText("1 colleague", { exact: true })).toBeInTheDocument());
    const row = screen.getByRole("option", { name: /Chen Siyuan/ });
    expect([...row.querySelectorAll("mark")].map((mark) => mark.textContent)).toEqual(["Chen", "Si"]);
    expect(screen.getByText("Pinyin")).toBeInTheDocument();
    await userEvent.keyboard("{ArrowDown}");
    expect(row).toHaveAttribute("aria-selected", "true");
    expect(await within(card()).findByRole("heading", { name: /Chen Siyuan/ })).toBeInTheDocument();
    expect(within(card()).getByText(/licence ending 4417/)).toBeInTheDocument();
    await userEvent.keyboard("{Enter}");
    expect(within(card()).getByRole("button", { name: "Message" })).toHaveFocus();
    await userEvent.keyboard("{Enter}");
    await waitFor(() => expect(decodeURIComponent(router.state.location.pathname)).toBe("/chats/!room12:jz.example"));
    expect(await screen.findByRole("textbox", { name: "Message to Chen Siyuan" })).toHaveFocus();
  });

  it("narrows by filters whose numbers say what each would leave, and takes them away again", async () => {
    openApp(new FakeCore(), "/directory");
    const filters = await screen.findByRole("complementary", { name: "Filters" });
    await userEvent.click(await within(filters).findByRole("checkbox", { name: /^Cardiology/ }));
    const chip = await screen.findByRole("button", { name: "Remove filter Department" });
    expect(chip).toHaveTextContent("Department: Cardiology");
    for (const option of screen.getAllByRole("option")) expect(option).toHaveTextContent("Cardiology");
    await userEvent.click(chip);
    expect(await screen.findByText("60 colleagues")).toBeInTheDocument();
  });

  it("keeps the name of a chosen filter in sight while the search finds nobody of it", async () => {
    openApp(new FakeCore(), "/directory");
    const filters = await screen.findByRole("complementary", { name: "Filters" });
    const hospitals = await within(filters).findByRole("region", { name: "Hospital" });
    await userEvent.click(within(hospitals).getByRole("button", { name: /more/ }));
    await userEvent.click(within(hospitals).getByRole("checkbox", { name: /^St Aldhelm/ }));
    await userEvent.type(screen.getByRole("searchbox"), "zhang");
    expect(await screen.findByText("No match for “zhang”")).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Remove filter Hospital" })).toHaveTextContent("Hospital: St Aldhelm’s Hospital");
    expect(within(filters).getByRole("checkbox", { name: /^St Aldhelm/ })).toBeChecked();
    await userEvent.click(screen.getByRole("button", { name: "Clear filters" }));
    expect(await screen.findByText("11 colleagues")).toBeInTheDocument();
  });

  it("keeps the search while one looks elsewhere", async () => {
    openApp(new FakeCore(), "/directory");
    await userEvent.type(await screen.findByRole("searchbox"), "weiss");
    await userEvent.keyboard("{Control>}1{/Control}");
    await screen.findByText("No chats yet");
    await userEvent.click(screen.getByRole("button", { name: "Open directory" }));
    expect(await screen.findByRole("searchbox")).toHaveValue("weiss");
  });

  it("says when nobody matches and offers the way back", async () => {
    openApp(new FakeCore(), "/directory");
    await userEvent.type(await screen.findByRole("searchbox"), "zhagnw");
    expect(await screen.findByText("No match for “zhagnw”")).toBeInTheDocument();
    await userEvent.keyboard("{Escape}");
    expect(await screen.findByText("60 colleagues")).toBeInTheDocument();
  });
});

describe("a card", () => {
  it("of a colleague without an account offers contacts, not messages", async () => {
    const core = new FakeCore();
    const index = core.people.findIndex(({ user_id }) => user_id === null);
    openApp(core, `/directory?colleague=p-${index}`);
    expect(await within(await screen.findByRole("complementary", { name: "Colleague" })).findByText(/not in Consilium yet/)).toBeInTheDocument();
    expect(within(card()).queryByRole("button", { name: "Message" })).not.toBeInTheDocument();
    expect(within(card()).getByText("Work phone")).toBeInTheDocument();
  });

  it("of oneself offers neither", async () => {
    openApp(new FakeCore(), "/directory?colleague=p-0");
    expect(await screen.findByRole("heading", { name: /Lin Jianing/ })).toBeInTheDocument();
    expect(within(card()).queryByRole("button", { name: "Message" })).not.toBeInTheDocument();
  });
});

describe("the copy on this machine", () => {
  it("is never shown as whole while it is being fetched", async () => {
    const core = new FakeCore();
    core.directory = { phase: "loading", loaded: 30, total: 80, colleagues: 28, as_of: null, problem: null };
    openApp(core, "/directory");
    const bar = await screen.findByRole("progressbar", { name: "Downloading the directory" });
    expect(bar).toHaveAttribute("aria-valuenow", "30");
    expect(screen.getByText("30 / 80")).toBeInTheDocument();
    expect(screen.queryByText(/^As of/)).not.toBeInTheDocument();
    act(() => core.setDirectory({ phase: "complete", as_of: new Date().toISOString(), colleagues: 60 }));
    expect(await screen.findByText(/^As of today/)).toBeInTheDocument();
    expect(screen.queryByRole("progressbar")).not.toBeInTheDocument();
  });

  it("says why the first fetch stopped, and goes on when asked", async () => {
    const core = new FakeCore();
    core.directory = { phase: "loading", loaded: 30, total: 80, colleagues: 28, as_of: null, problem: wireError("offline") };
    openApp(core, "/directory");
    expect(await screen.findByText("The directory is not complete yet")).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(core.calls.map(({ command }) => command)).toContain("directory_refresh");
  });

  it("is asked again when the core says that it changed", async () => {
    const core = new FakeCore();
    openApp(core, "/directory");
    await screen.findByText("60 colleagues");
    core.people.splice(40);
    act(() => core.setDirectory({ colleagues: 40 }));
    expect(await screen.findByText("40 colleagues")).toBeInTheDocument();
  });
});
