import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { ReviewDetail } from "@/bindings";
import { openApp } from "@/testing/app";
import { FakeCore, Refused } from "@/testing/fake-core";
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

const open = () => openApp(core, "/review");
const inputsOf = (command: string) => core.calls.filter((call) => call.command === command).map(({ input }) => input);
const button = (name: string | RegExp) => screen.getByRole("button", { name });
const radio = (name: string) => screen.getByRole("radio", { name });
const openRow = async (name: RegExp) => {
  await userEvent.click(await screen.findByRole("option", { name }));
  await screen.findByRole("complementary", { name: "Decision" });
};
/** An application gets another version. */
const begins = (id: string, change: Partial<ReviewDetail> = {}) => {
  const index = reviews.details.findIndex((detail) => detail.id === id);
  const detail = reviews.details[index];
  if (!detail) throw new Error("no such application");
  reviews.details[index] = { ...detail, version: detail.version + 1, ...change };
};
const confirmAll = async () => {
  for (const box of screen.getAllByRole("checkbox")) await userEvent.click(box);
};

describe("the queue", () => {
  it("opens an application on Enter, not while the arrows pass it, since each opening is recorded", async () => {
    open();
    const list = await screen.findByRole("listbox", { name: "Applications" });
    act(() => list.focus());
    await userEvent.keyboard("{ArrowDown}{ArrowDown}{ArrowUp}");
    expect(inputsOf("review_application")).toEqual([]);
    await userEvent.keyboard("{Enter}");
    expect(await screen.findByRole("heading", { name: /He Yutong/ })).toBeInTheDocument();
    expect(inputsOf("review_application")).toEqual([{ application_id: "a-1" }]);
  });

  it("counts its boxes and flags what is a duplicate or overdue", async () => {
    open();
    expect(await screen.findByRole("button", { name: /Pending\s*9/ })).toHaveAttribute("aria-pressed", "true");
    expect(screen.getByRole("option", { name: /Zhou Mingzhe.*Duplicate/ })).toBeInTheDocument();
    expect(screen.getByRole("option", { name: /Situ Junjie.*Overdue/ })).toBeInTheDocument();
    await userEvent.click(button(/Waiting/));
    expect(await screen.findByText("Nobody owes an answer")).toBeInTheDocument();
  });

  it("is never ahead of the number in the rail", async () => {
    openApp(core, "/chats");
    const rail = await screen.findByRole("link", { name: /^Review.*9 applications wait/ });
    const [first] = reviews.details;
    if (!first) throw new Error("no application");
    reviews.details.push({ ...first, id: "a-new", reference: "AP-2607-03350" });
    await userEvent.click(rail);
    expect(await screen.findByRole("button", { name: /Pending\s*10/ })).toBeInTheDocument();
    expect(rail).toHaveAccessibleName(/10 applications wait/);
  });

  it("draws only what is in sight of a long queue", async () => {
    reviews = takesReviews(core, 120);
    open();
    await screen.findByRole("option", { name: /Zhou Mingzhe/ });
    expect(screen.getAllByRole("option").length).toBeLessThan(40);
    expect(screen.getAllByRole("option")[0]).toHaveAttribute("aria-setsize", "50");
  });
});

describe("an application", () => {
  it("shows who may be the same person, and nothing that nobody checked", async () => {
    open();
    await openRow(/Zhou Mingzhe/);
    const warning = screen.getByText("Possible duplicate: this licence number is already in use").closest("section") as HTMLElement;
    expect(warning).toHaveTextContent("Binhai Central Hospital");
    expect(warning, "in the reader’s language alone").not.toHaveTextContent("滨海市中心医院");
    expect(within(warning).getByRole("link", { name: "View in the directory" })).toHaveAttribute("href", expect.stringContaining("p-6"));
    const row = (name: string) => screen.getAllByRole("row").find((each) => within(each).queryByRole("rowheader", { name }) && each.closest("section") !== warning) as HTMLElement;
    expect(row("Licence")).toHaveTextContent("In use");
    expect(row("Name, hospital")).toHaveTextContent("Not in use");
    expect(row("Work e-mail")).toHaveTextContent("Confirmed");
    expect(within(row("Work phone")).getByRole("link", { name: "Call to check" })).toHaveAttribute("href", "tel:05915550160");
    expect(screen.queryByText(/Staff register/)).not.toBeInTheDocument();
  });

  it("says that a hospital is not in the list, and in which city it was said to be", async () => {
    const second = reviews.details[1];
    if (!second) throw new Error("two applications");
    second.form.workplace = { kind: "unlisted", name: "云岭县人民医院", city: "云岭市" };
    open();
    await openRow(/He Yutong/);
    expect(screen.getByRole("rowheader", { name: "Hospital" }).closest("tr")).toHaveTextContent("云岭县人民医院 · 云岭市Not in the list; entered by hand");
    await userEvent.click(screen.getByRole("option", { name: /Zhou Mingzhe/ }));
    await screen.findByRole("heading", { name: /Zhou Mingzhe/ });
    expect(screen.queryByText(/entered by hand/)).not.toBeInTheDocument();
  });

  it("asks which hospital of the directory one is that was entered by hand", async () => {
    const second = reviews.details[1];
    if (!second) throw new Error("two applications");
    second.form.workplace = { kind: "unlisted", name: "江州大学附属第一医院", city: "江州市" };
    second.similar_hospitals = [{ id: "o-jz1", name: "江州大学附属第一医院", name_latin: "The First Affiliated Hospital of Jiangzhou University", city: "江州" }];
    open();
    await openRow(/He Yutong/);
    for (const box of screen.getAllByRole("checkbox")) await userEvent.click(box);
    await userEvent.click(button("Approve application"));
    expect(screen.getByText("Choose which hospital it is.")).toBeInTheDocument();
    expect(inputsOf("review_decide")).toEqual([]);
    expect(screen.getByRole("radio", { name: /None of these: a new one/ })).toBeInTheDocument();
    await userEvent.click(screen.getByRole("radio", { name: /The First Affiliated Hospital of Jiangzhou University/ }));
    await userEvent.click(button("Approve application"));
    await waitFor(() => expect(inputsOf("review_decide")).toEqual([expect.objectContaining({ decision: expect.objectContaining({ organization_id: "o-jz1" }) as unknown })]));
  });

  it("hides part of the licence number until the verifier compares it", async () => {
    open();
    await openRow(/Zhou Mingzhe/);
    expect(screen.queryByText("990410000004417")).not.toBeInTheDocument();
    await userEvent.click(button("Show the whole number"));
    expect(screen.getByText("990410000004417")).toBeInTheDocument();
  });

  it("fetches an image only when it is opened, enlarges it, and gives it back", async () => {
    const release = vi.fn();
    const media = vi.spyOn(core, "mediaUrl").mockResolvedValue({ url: "blob:licence", release });
    const { unmount } = open();
    await openRow(/Zhou Mingzhe/);
    expect(media).not.toHaveBeenCalled();
    expect(screen.getByText(/Each look is recorded/)).toBeInTheDocument();
    await userEvent.click(button("Open image: 医师执业证书.jpg"));
    const viewer = await screen.findByRole("dialog", { name: "医师执业证书.jpg" });
    expect(media).toHaveBeenCalledExactlyOnceWith("evidence/a-0/a-0-licence");
    await userEvent.keyboard("+");
    expect(within(viewer).getByText("150%")).toBeInTheDocument();
    await userEvent.keyboard("0");
    expect(within(viewer).getByText("100%")).toBeInTheDocument();
    await userEvent.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
    await userEvent.click(button("Enlarge 医师执业证书.jpg"));
    expect(media).toHaveBeenCalledTimes(1);
    expect(inputsOf("review_audit"), "the trail beside it has the look").toEqual([{ application_id: "a-0", cursor: null }]);
    expect(inputsOf("review_application"), "which was recorded once").toHaveLength(1);
    unmount();
    expect(release).toHaveBeenCalledTimes(1);
  });

  it("opens the image asked for last, whichever comes first, and has each look in the trail", async () => {
    const waiting = new Map<string, () => void>();
    vi.spyOn(core, "mediaUrl").mockImplementation((path) => new Promise((resolve) => waiting.set(path, () => resolve({ url: `blob:${path}`, release: () => undefined }))));
    const trails: (() => void)[] = [];
    const audit = core.handlers.review_audit;
    core.handlers.review_audit = async (input) => {
      await new Promise<void>((resolve) => trails.push(resolve));
      return await (audit?.(input) ?? Promise.reject(new Error("audit")));
    };
    open();
    await openRow(/Zhou Mingzhe/);
    await userEvent.click(button("Open image: 医师执业证书.jpg"));
    await userEvent.click(button("Open image: 工作证正面.jpg"));
    await act(() => Promise.resolve(waiting.get("evidence/a-0/a-0-card")?.()));
    expect(await screen.findByRole("dialog", { name: "工作证正面.jpg" })).toBeInTheDocument();
    await act(() => Promise.resolve(waiting.get("evidence/a-0/a-0-licence")?.()));
    await waitFor(() => expect(trails).toHaveLength(2));
    expect(screen.getByRole("dialog", { name: "工作证正面.jpg" })).toBeInTheDocument();
    await userEvent.keyboard("{Escape}");
    expect(await screen.findByRole("button", { name: "Enlarge 医师执业证书.jpg" })).toBeInTheDocument();
  });

  it("says why an image cannot be shown", async () => {
    vi.spyOn(core, "mediaUrl").mockRejectedValue(new Refused("gone"));
    open();
    await openRow(/Zhou Mingzhe/);
    await userEvent.click(button("Open image: 医师执业证书.jpg"));
    expect(await screen.findByRole("alert")).toBeInTheDocument();
    expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
  });

  it("says that an image is damaged instead of showing nothing", async () => {
    const release = vi.fn();
    vi.spyOn(core, "mediaUrl").mockResolvedValue({ url: "blob:licence", release });
    vi.spyOn(HTMLImageElement.prototype, "decode").mockRejectedValueOnce(new DOMException("", "EncodingError"));
    open();
    await openRow(/Zhou Mingzhe/);
    await userEvent.click(button("Open image: 医师执业证书.jpg"));
    expect(await screen.findByText("Damaged, cannot be shown. You can ask for another.")).toBeInTheDocument();
    expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
    expect(release).toHaveBeenCalledTimes(1);
  });
});

it("shows what an application of a verified colleague changes in the entry", async () => {
  const { details } = reviews;
  const [first, second] = details;
  if (!first || !second) throw new Error("two applications");
  Object.assign(first, {
    kind: "transfer", practitioner_id: "p-1",
    changes: [{ field: "hospital", before: "滨海市中心医院", after: "江州大学附属第一医院" }, { field: "title", before: "attending", after: "associate_chief" }, { field: "licence_number", before: "", after: "4417" }],
  });
  Object.assign(second, { kind: "renewal", practitioner_id: "p-2" });
  open();
  await openRow(/Zhou Mingzhe/);
  const rows = within(screen.getByRole("region", { name: "Transfer to another hospital" })).getAllByRole("row");
  expect(rows.map((row) => row.textContent)).toEqual(["Hospital滨海市中心医院江州大学附属第一医院", "TitleAttending PhysicianAssociate Chief Physician", "Licencenone•••• 4417"]);
  await userEvent.click(screen.getByRole("option", { name: /He Yutong/ }));
  expect(await screen.findByRole("region", { name: "Renewal of the verification" })).toHaveTextContent("Nothing else changes");
});

describe("a decision", () => {
  it("approves after each point is confirmed, and goes on to the next with Enter", async () => {
    open();
    await openRow(/He Yutong/);
    await userEvent.click(button("Approve application"));
    const first = screen.getByRole("checkbox", { name: "the evidence shows this person" });
    expect(first).toHaveFocus();
    expect(first).toHaveAccessibleDescription("Tick each point, or choose another decision.");
    expect(inputsOf("review_decide")).toEqual([]);
    await confirmAll();
    await userEvent.click(button("Approve application"));
    expect(await screen.findByText("Approved")).toBeInTheDocument();
    expect(inputsOf("review_decide")).toEqual([
      { application_id: "a-1", decision: { kind: "approve", version: 3, reason: null, note: null, confirmed: true, valid_months: 12, organization_id: null } },
    ]);
    await waitFor(() => expect(button("Next application")).toHaveFocus());
    expect(await screen.findByRole("button", { name: /Pending\s*8/ })).toBeInTheDocument();
    expect(inputsOf("review_application"), "what was decided is not looked at again by itself").toHaveLength(1);
    await userEvent.keyboard("{Enter}");
    expect(await screen.findByRole("heading", { name: /Zhou Mingzhe/ })).toBeInTheDocument();
  });

  it("rejects with a reason and a note for the applicant", async () => {
    open();
    await openRow(/Zhou Mingzhe/);
    await userEvent.click(radio("Reject"));
    await userEvent.click(button("Reject application"));
    expect(screen.getByText("Choose a reason.")).toBeInTheDocument();
    await userEvent.click(radio("Duplicate of an existing account"));
    await userEvent.type(screen.getByRole("textbox", { name: "Note to the applicant" }), "请联系滨海市中心医院医务处");
    await userEvent.click(button("Reject application"));
    expect(await screen.findByText("Rejected")).toBeInTheDocument();
    expect(screen.getByText("Duplicate of an existing account")).toBeInTheDocument();
    expect(screen.getByText("请联系滨海市中心医院医务处")).toBeInTheDocument();
    expect(reviews.details[0]?.status).toBe("rejected");
    expect(inputsOf("review_decide")).toEqual([expect.objectContaining({ decision: { kind: "reject", version: 3, reason: "duplicate", note: "请联系滨海市中心医院医务处", confirmed: false, valid_months: null, organization_id: null } })]);
  });

  it("asks for more, after which the application waits", async () => {
    open();
    await openRow(/Priya Raman/);
    expect(screen.getByText("The applicant sent no images. You can ask for them.")).toBeInTheDocument();
    await userEvent.click(radio("Ask for more"));
    await userEvent.click(radio("Evidence missing"));
    await userEvent.click(button("Ask the applicant"));
    expect(await screen.findByText("It comes back to Pending when the applicant sends it again.")).toBeInTheDocument();
    expect(await screen.findByRole("button", { name: /Waiting\s*1/ })).toBeInTheDocument();
  });

  it("takes an approval back as long as there is no account", async () => {
    open();
    await openRow(/He Yutong/);
    await confirmAll();
    await userEvent.click(button("Approve application"));
    await userEvent.click(await screen.findByRole("button", { name: "Take the approval back…" }));
    expect(screen.queryByRole("radio", { name: "Approve" })).not.toBeInTheDocument();
    expect(radio("Ask for more")).toHaveFocus();
    await userEvent.click(button("Cancel"));
    expect(screen.getByText("Approved")).toBeInTheDocument();
    expect(button("Take the approval back…")).toHaveFocus();
    await userEvent.click(button("Take the approval back…"));
    await userEvent.type(screen.getByRole("textbox", { name: /Note to the applicant/ }), "see above");
    await openRow(/Zhou Mingzhe/);
    await userEvent.click(screen.getByRole("button", { name: "Done" }));
    await openRow(/He Yutong/);
    expect(screen.getByRole("textbox", { name: /Note to the applicant/ })).toHaveValue("see above");
    await userEvent.click(radio("Reject"));
    await userEvent.click(radio("Duplicate of an existing account"));
    // The applicant has begun to make their account.
    begins("a-1");
    await userEvent.click(button("Reject application"));
    expect(await within(screen.getByRole("complementary", { name: "Decision" })).findByText("Rejected")).toBeInTheDocument();
    expect(screen.queryByRole("button", { name: "Take the approval back…" })).not.toBeInTheDocument();
    expect(inputsOf("review_decide").slice(-2)).toMatchObject([{ decision: { kind: "reject", version: 4 } }, { decision: { kind: "reject", version: 5 } }]);
  });

  it("says that an approval cannot be taken back once there is an account", async () => {
    open();
    await openRow(/He Yutong/);
    await confirmAll();
    await userEvent.click(button("Approve application"));
    await userEvent.click(await screen.findByRole("button", { name: "Take the approval back…" }));
    await userEvent.click(radio("Evidence missing"));
    begins("a-1", { status: "active" });
    await userEvent.click(button("Ask the applicant"));
    expect(await screen.findByText(/The applicant has an account by now/)).toBeInTheDocument();
  });

  it("is refused when the applicant changed it meanwhile, and asks to look again", async () => {
    open();
    await openRow(/He Yutong/);
    await confirmAll();
    reviews.applicantChanges("a-1");
    await userEvent.click(button("Approve application"));
    expect(await screen.findByText("The application has changed")).toBeInTheDocument();
    expect(screen.getByText(/Somebody else has changed this meanwhile/)).toBeInTheDocument();
    for (const box of screen.getAllByRole("checkbox")) expect(box).not.toBeChecked();
    expect(screen.queryByText(/Tick each point/), "nobody tried to approve what it is now").not.toBeInTheDocument();
    await userEvent.click(button("I have looked again"));
    expect(screen.queryByText(/Tick each point/)).not.toBeInTheDocument();
    await confirmAll();
    await userEvent.click(button("Approve application"));
    expect(await screen.findByText("Approved")).toBeInTheDocument();
    expect(inputsOf("review_decide").at(-1)).toMatchObject({ decision: { version: 4 } });
  });

  it("says that another verifier was first, keeps the note in sight, and asks for the queue anew", async () => {
    open();
    await openRow(/He Yutong/);
    await confirmAll();
    await userEvent.type(screen.getByRole("textbox", { name: "Note to the applicant" }), "Welcome, see you on Monday.");
    const [index, detail] = [reviews.details.findIndex(({ id }) => id === "a-1"), reviews.details.find(({ id }) => id === "a-1")];
    if (!detail) throw new Error("no such application");
    reviews.details[index] = { ...detail, status: "rejected", reason: "register_mismatch", version: detail.version + 1 };
    const asked = inputsOf("review_list").length;
    await userEvent.click(button("Approve application"));
    expect(await screen.findByText("Your decision did not count")).toBeInTheDocument();
    expect(screen.getByText("Rejected")).toBeInTheDocument();
    expect(screen.getByText("Welcome, see you on Monday.")).toBeInTheDocument();
    await waitFor(() => expect(inputsOf("review_list").length).toBeGreaterThan(asked));
    await waitFor(() => expect(screen.queryByRole("option", { name: /He Yutong/ })).not.toBeInTheDocument());
  });

  it("says that nobody decides on their own application", async () => {
    core.handlers.review_decide = () => { throw new Refused("conflict"); };
    open();
    await openRow(/He Yutong/);
    await confirmAll();
    await userEvent.click(button("Approve application"));
    expect(await screen.findByText(/Nobody decides on their own application/)).toBeInTheDocument();
  });

  it("waits for the applicant's e-mail, in words for the verifier", async () => {
    open();
    await openRow(/Meng Fan/);
    expect(screen.getByText("The work e-mail is not confirmed yet. It can be approved only after that.")).toBeInTheDocument();
    await confirmAll();
    await userEvent.click(button("Approve application"));
    expect(await screen.findByText(/has not confirmed the work e-mail yet, so this cannot be approved/)).toBeInTheDocument();
  });

  it("keeps what was begun over a look at another application", async () => {
    open();
    await openRow(/Zhou Mingzhe/);
    await userEvent.click(radio("Reject"));
    await userEvent.type(screen.getByRole("textbox", { name: "Note to the applicant" }), "begun");
    await openRow(/He Yutong/);
    expect(screen.getByRole("textbox", { name: "Note to the applicant" })).toHaveValue("");
    await openRow(/Zhou Mingzhe/);
    expect(screen.getByRole("textbox", { name: "Note to the applicant" })).toHaveValue("begun");
    expect(radio("Reject")).toBeChecked();
  });

  it("keeps what was begun over a look elsewhere in the window, without what was confirmed of another version", async () => {
    const { router } = open();
    await openRow(/He Yutong/);
    await confirmAll();
    await userEvent.type(screen.getByRole("textbox", { name: "Note to the applicant" }), "begun");
    const elsewhere = async () => {
      await userEvent.keyboard("{Control>}1{/Control}");
      await waitFor(() => expect(router.state.location.pathname).toBe("/chats"));
      await userEvent.click(within(screen.getByRole("navigation", { name: "Main" })).getByRole("link", { name: /Review/ }));
      await openRow(/He Yutong/);
    };
    await elsewhere();
    expect(screen.getByRole("textbox", { name: "Note to the applicant" })).toHaveValue("begun");
    for (const box of screen.getAllByRole("checkbox")) expect(box).toBeChecked();
    reviews.applicantChanges("a-1");
    await elsewhere();
    expect(screen.getByRole("textbox", { name: "Note to the applicant" })).toHaveValue("begun");
    for (const box of screen.getAllByRole("checkbox")) expect(box).not.toBeChecked();
  });

  it("begins anew when the applicant sends it again", async () => {
    open();
    await openRow(/Priya Raman/);
    await userEvent.click(radio("Ask for more"));
    await userEvent.click(radio("Evidence missing"));
    await userEvent.click(button("Ask the applicant"));
    await screen.findByText("It comes back to Pending when the applicant sends it again.");
    reviews.applicantSubmits("a-2");
    await userEvent.click(button("Ask again now"));
    await openRow(/Priya Raman/);
    expect(await screen.findByRole("radio", { name: "Approve" })).toBeChecked();
    expect(screen.queryByText(/Tick each point/)).not.toBeInTheDocument();
  });

  it("can be skipped", async () => {
    open();
    await openRow(/Zhou Mingzhe/);
    await userEvent.click(button("Skip"));
    expect(await screen.findByRole("heading", { name: /He Yutong/ })).toBeInTheDocument();
    expect(inputsOf("review_decide")).toEqual([]);
  });
});

describe("the number of applications in the rail", () => {
  it("is there as soon as the network is", async () => {
    const list = core.handlers.review_list;
    core.handlers.review_list = () => { throw new Refused("offline"); };
    core.connection = { ...core.connection, link: "offline" };
    openApp(core, "/directory");
    const rail = await screen.findByRole("navigation", { name: "Main" });
    expect(await within(rail).findByRole("link", { name: "Review" })).toBeInTheDocument();
    if (list) core.handlers.review_list = list;
    act(() => core.setLink("online"));
    expect(await within(rail).findByRole("link", { name: "Review, 9 applications wait" })).toBeInTheDocument();
  });
});

describe("what one must not see as current", () => {
  it("reads an application anew each time it is opened", async () => {
    open();
    await openRow(/Zhou Mingzhe/);
    await openRow(/He Yutong/);
    await screen.findByRole("heading", { name: /He Yutong/ });
    await openRow(/Zhou Mingzhe/);
    await screen.findByRole("heading", { name: /Zhou Mingzhe/ });
    expect(inputsOf("review_application")).toHaveLength(3);
  });

  it("shows nothing while offline, keeps what was begun, and asks anew afterwards", async () => {
    open();
    await openRow(/Zhou Mingzhe/);
    await userEvent.type(screen.getByRole("textbox", { name: "Note to the applicant" }), "begun");
    expect(screen.getByRole("link", { name: /^Review, \d+ applications wait$/ })).toBeInTheDocument();
    const list = core.handlers.review_list;
    core.handlers.review_list = (input) => {
      if (core.connection.link === "offline" || !list) throw new Refused("offline");
      return list(input);
    };
    act(() => core.setLink("offline"));
    expect(await screen.findByText("Review needs the network")).toBeInTheDocument();
    expect(screen.queryByText(/Zhou Mingzhe/)).not.toBeInTheDocument();
    expect(within(screen.getByRole("navigation", { name: "Main" })).queryByRole("link", { name: /applications wait/ })).not.toBeInTheDocument();
    const asked = inputsOf("review_application").length;
    act(() => core.setLink("online"));
    expect(await screen.findByRole("textbox", { name: "Note to the applicant" })).toHaveValue("begun");
    expect(inputsOf("review_application").length).toBeGreaterThan(asked);
  });

  it("says so when the role was taken away", async () => {
    core.handlers.review_list = () => { throw new Refused("not_a_verifier"); };
    open();
    expect(await screen.findByText("You are no longer a verifier")).toBeInTheDocument();
  });
});

it("shows the whole audit trail, page by page, and closes on Escape", async () => {
  open();
  await userEvent.click(await screen.findByRole("button", { name: "Audit trail" }));
  const trail = await screen.findByRole("region", { name: "Audit trail" });
  const rows = () => within(trail).getAllByRole("row").length;
  expect(within(trail).getByText("System flagged a possible duplicate")).toBeInTheDocument();
  const before = rows();
  await userEvent.click(within(trail).getByRole("button", { name: "Show earlier" }));
  await waitFor(() => expect(rows()).toBeGreaterThan(before));
  await userEvent.keyboard("{Escape}");
  await waitFor(() => expect(screen.queryByRole("region", { name: "Audit trail" })).not.toBeInTheDocument());
});
