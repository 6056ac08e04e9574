import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { openApp } from "@/testing/app";
import { FakeCore } from "@/testing/fake-core";

const hospitals = () => screen.getByRole("listbox", { name: "Hospitals" });
const card = () => screen.getByRole("complementary", { name: "Hospital" });
const names = () => within(hospitals()).getAllByRole("option").map((row) => row.querySelector("b")?.textContent);

describe("hospitals", () => {
  it("are one click from the directory, and lead over a department to its colleagues and back", async () => {
    const { router } = openApp(new FakeCore(), "/directory");
    const filters = await screen.findByRole("complementary", { name: "Filters" });
    await userEvent.click(await within(filters).findByRole("button", { name: /^Hospitals/ }));
    const first = await screen.findByRole("option", { name: /Jiangzhou University First Hospital/ });
    expect(first).toHaveTextContent("Your hospital");
    expect(first).toHaveTextContent("Tertiary A");
    await userEvent.click(first);
    expect(await within(card()).findByRole("heading", { name: /Jiangzhou University First Hospital/ })).toBeInTheDocument();
    expect(within(card()).getByText("江州大学附属第一医院")).toBeInTheDocument();
    expect(within(card()).getByRole("link", { name: "0591-555-2000" })).toHaveAttribute("href", "tel:05915552000");
    const cardiology = within(card()).getByRole("option", { name: /^Cardiology/ });
    const many = cardiology.querySelector("b")?.textContent;
    await userEvent.click(cardiology);
    expect(await screen.findByText(`${many} colleagues`)).toBeInTheDocument();
    for (const row of screen.getAllByRole("option")) expect(row).toHaveTextContent(/Cardiology.*Jiangzhou University First Hospital/);
    const trail = screen.getByRole("navigation", { name: "Where you are" });
    expect(trail).toHaveTextContent("HospitalsJiangzhou University First HospitalEveryoneCardiology");
    expect(screen.queryByRole("button", { name: /^Remove filter/ })).not.toBeInTheDocument();
    await userEvent.click(within(trail).getByRole("button", { name: "Everyone" }));
    await waitFor(() => expect(within(trail).getByText("Everyone")).toHaveAttribute("aria-current", "page"));
    await userEvent.keyboard("{Alt>}{ArrowLeft}{/Alt}");
    await waitFor(() => expect(router.state.location.pathname).toBe("/directory/hospitals/o-jz1"));
    expect(await within(card()).findByRole("listbox", { name: "Departments" })).toBeInTheDocument();
  });

  it("are reached, read and left with the keyboard alone", async () => {
    const { router } = openApp(new FakeCore(), "/directory/hospitals");
    await screen.findByRole("option", { name: /Jiangzhou University/ });
    await userEvent.keyboard("/");
    expect(screen.getByRole("searchbox", { name: "Search hospitals" })).toHaveFocus();
    await userEvent.keyboard("binhai");
    await waitFor(() => expect(names()).toHaveLength(3));
    await userEvent.keyboard("{ArrowDown}{ArrowDown}");
    await waitFor(() => expect(router.state.location.pathname).toMatch(/o-bh/));
    const shown = router.state.location.pathname;
    await userEvent.keyboard("{Enter}");
    await waitFor(() => expect(within(card()).getByRole("listbox", { name: "Departments" })).toHaveFocus());
    await userEvent.keyboard("{ArrowDown}{ArrowUp}{Enter}");
    await waitFor(() => expect(router.state.location.pathname).toBe("/directory"));
    expect(await screen.findByRole("navigation", { name: "Where you are" })).toBeInTheDocument();
    act(() => router.history.back());
    await waitFor(() => expect(router.state.location.pathname).toBe(shown));
    expect(screen.getByRole("searchbox", { name: "Search hospitals" })).toHaveValue("binhai");
    await userEvent.keyboard("{Escape}");
    await waitFor(() => expect(router.state.location.pathname).toBe("/directory/hospitals"));
  });

  it("leave the search field alone while an input method composes, and follow what the address says", async () => {
    const { router } = openApp(new FakeCore(), "/directory/hospitals");
    const field = await screen.findByRole("searchbox");
    for (const typed of ["b", "bi", "bin"]) {
      fireEvent.change(field, { target: { value: typed } });
      expect(field, "at once, not after the address").toHaveValue(typed);
    }
    await waitFor(() => expect(router.state.location.search).toEqual({ text: "bin" }));
    expect(field).toHaveValue("bin");
    await act(() => router.navigate({ to: "/directory/hospitals", search: { text: "yunling" } }));
    expect(field).toHaveValue("yunling");
    await waitFor(() => expect(names()).toHaveLength(1));
  });

  it("open on Enter only once what was typed is found", async () => {
    const core = new FakeCore();
    const find = core.handlers.directory_organizations;
    core.handlers.directory_organizations = (query) => (query.text === "binhai" ? new Promise(() => undefined) : find?.(query)) ?? Promise.reject(new Error("organizations"));
    const { router } = openApp(core, "/directory/hospitals");
    await screen.findByText("8 hospitals");
    fireEvent.change(screen.getByRole("searchbox"), { target: { value: "binhai" } });
    fireEvent.keyDown(screen.getByRole("searchbox"), { key: "Enter" });
    await waitFor(() => expect(router.state.location.search).toEqual({ text: "binhai" }));
    expect(router.state.location.pathname).toBe("/directory/hospitals");
  });

  it("stand under their cities, and a place on the map or in the list narrows them", async () => {
    openApp(new FakeCore(), "/directory/hospitals");
    await screen.findByText("8 hospitals");
    expect(within(hospitals()).getByText("Jiangdong · Jiangzhou")).toBeInTheDocument();
    const map = screen.getByRole("group", { name: "Where colleagues are" });
    expect(within(map).getByRole("button", { name: /^Wexborough, \d+ colleagues?, beyond the edge/ })).toBeInTheDocument();
    await userEvent.click(within(map).getByRole("button", { name: /^Binhai/ }));
    expect(await screen.findByText("3 hospitals")).toBeInTheDocument();
    expect(within(map).getByRole("button", { name: /^Binhai/ })).toHaveAttribute("aria-pressed", "true");
    await userEvent.click(screen.getByRole("button", { name: "Remove filter Binhai" }));
    expect(await screen.findByText("6 hospitals")).toBeInTheDocument();
    const places = screen.getByRole("complementary", { name: "Places" });
    await userEvent.click(within(places).getByRole("button", { name: /^Yunzhong/ }));
    expect(await screen.findByText("1 hospital")).toBeInTheDocument();
    await userEvent.click(within(places).getByRole("button", { name: "Clear" }));
    expect(await screen.findByText("8 hospitals")).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Map" }));
    expect(screen.queryByRole("group", { name: "Where colleagues are" })).not.toBeInTheDocument();
  });

  it("keep the focus on the map when a province makes room for its cities", async () => {
    const core = new FakeCore();
    const places = core.handlers.directory_places;
    core.handlers.directory_places = async (input) => {
      const known = await places?.(input);
      const [first, ...others] = known?.provinces ?? [];
      const [city] = first?.cities ?? [];
      if (!known || !first || !city) throw new Error("places");
      const cities = Array.from({ length: 70 }, (_, at) => ({ ...city, key: `c-${at}`, name: { zh: `城${at}`, en: `City ${at}` } }));
      return { ...known, provinces: [{ ...first, cities }, ...others] };
    };
    openApp(core, "/directory/hospitals");
    const province = await within(await screen.findByRole("group", { name: "Where colleagues are" })).findByRole("button", { name: /^Jiangdong/ });
    act(() => province.focus());
    await userEvent.keyboard("{Enter}");
    await waitFor(() => expect(document.activeElement).toHaveAccessibleName(/^City/));
  });

  it("have no map where nobody says where they are", async () => {
    const core = new FakeCore();
    const places = core.handlers.directory_places?.(null);
    core.handlers.directory_places = async () => {
      const known = await places;
      if (!known) throw new Error("places");
      return { ...known, provinces: known.provinces.map((each) => ({ ...each, position: null, cities: each.cities.map((city) => ({ ...city, position: null })) })) };
    };
    openApp(core, "/directory/hospitals");
    await screen.findByText("8 hospitals");
    expect(screen.queryByRole("button", { name: "Map" })).not.toBeInTheDocument();
    expect(screen.queryByRole("group", { name: "Where colleagues are" })).not.toBeInTheDocument();
  });

  it("open where one clicks, and not while the mouse is still down", async () => {
    const { router } = openApp(new FakeCore(), "/directory/hospitals");
    const row = await screen.findByRole("option", { name: /Donghu Heart/ });
    const user = userEvent.setup();
    await user.pointer({ keys: "[MouseLeft>]", target: row });
    expect(hospitals()).toHaveFocus();
    await act(() => router.load());
    expect(router.state.location.pathname).toBe("/directory/hospitals");
    await user.pointer({ keys: "[/MouseLeft]", target: row });
    await waitFor(() => expect(router.state.location.pathname).toBe("/directory/hospitals/o-dh1"));
  });

  it("count and list the departments that are known, and nothing in their place", async () => {
    const core = new FakeCore();
    const organization = core.handlers.directory_organization;
    const nowhere = { code: "", label: { zh: "", en: "" }, colleagues: 3, joined: 1 };
    core.handlers.directory_organization = async (input) => {
      const found = await organization?.(input);
      if (!found) throw new Error("hospital");
      return { ...found, departments: [...(input.organization_id === "o-dh1" ? found.departments : []), nowhere] };
    };
    const { unmount } = openApp(core, "/directory/hospitals/o-dh1");
    const departments = await within(await screen.findByRole("complementary", { name: "Hospital" })).findByRole("listbox", { name: "Departments" });
    const heading = departments.closest("section")?.querySelector("h3 > span")?.textContent;
    expect(heading).toBe(String(within(departments).getAllByRole("option").length));
    unmount();
    openApp(core, "/directory/hospitals/o-yl1");
    await within(await screen.findByRole("complementary", { name: "Hospital" })).findByRole("heading", { name: /Yunling/ });
    expect(screen.queryByRole("listbox", { name: "Departments" })).not.toBeInTheDocument();
  });

  it("are opened by a link, and say when there is none", async () => {
    openApp(new FakeCore(), "/directory/hospitals/o-dh1?province=江东省");
    expect(await within(await screen.findByRole("complementary", { name: "Hospital" })).findByRole("heading", { name: /Donghu Heart/ })).toBeInTheDocument();
    expect(await screen.findByText("6 hospitals")).toBeInTheDocument();
    await userEvent.type(screen.getByRole("searchbox"), "mars");
    expect(await screen.findByText("No hospital matches “mars”")).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Everyone here" }));
    expect(await screen.findByRole("navigation", { name: "Where you are" })).toHaveTextContent("Donghu Heart Hospital");
  });
});
