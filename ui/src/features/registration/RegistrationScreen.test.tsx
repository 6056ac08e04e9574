import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { ApplicationView, Registration } from "@/bindings";
import { openApp } from "@/testing/app";
import { RIGHT_CODE, applicationOf, formOf, takesApplications } from "@/testing/applicant";
import { FakeCore, Refused } from "@/testing/fake-core";

let core: FakeCore;

beforeEach(() => {
  core = new FakeCore({ signedIn: false });
  takesApplications(core);
});

const open = () => openApp(core, "/register");
const inputsOf = (command: string) => core.calls.filter((call) => call.command === command).map(({ input }) => input);
const set = (change: Partial<Registration>) => { core.registration = { ...core.registration, ...change }; };
const tell = (change: Partial<Registration>) => act(() => {
  set(change);
  core.emit("registration", core.registration);
});
const applied = (change: Partial<ApplicationView>) => set({ server: "consilium.jz.example", application: applicationOf(change), checked_at: new Date().toISOString() });
const field = (name: string | RegExp) => screen.findByRole("textbox", { name });
const button = (name: string | RegExp) => screen.getByRole("button", { name });

describe("the form", () => {
  it("fills the Latin name from pinyin until the person writes their own", async () => {
    open();
    const han = await field("Name in Chinese");
    const latin = await field("Name in Latin letters");
    await userEvent.type(han, "林嘉宁");
    await waitFor(() => expect(latin).toHaveValue("Lin Jianing"));
    await userEvent.clear(latin);
    await userEvent.type(latin, "Winston Lin");
    await userEvent.clear(han);
    await userEvent.type(han, "单田芳");
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(latin).toHaveValue("Winston Lin");
  });

  it("speaks up about a field once it is left, in words of that field, tied to it", async () => {
    open();
    const licence = await field("Licence number");
    await userEvent.type(licence, "99042");
    expect(licence).not.toBeInvalid();
    await userEvent.tab();
    await waitFor(() => expect(licence).toBeInvalid());
    expect(licence).toHaveAccessibleDescription("A licence number has exactly 15 digits.");
    await userEvent.type(licence, "0000083517");
    await waitFor(() => expect(licence).toHaveAccessibleDescription("15 digits, format valid"));
    expect(licence).toBeValid();
  });

  it("refuses Next with a sentence each, goes to the first, and loses nothing", async () => {
    set({ draft: formOf({ licence_number: "12", work_email: "lin.jianing", department: "" }) });
    open();
    await field("Licence number");
    await userEvent.click(button("Next: evidence"));
    await waitFor(async () => expect(await field("Licence number")).toHaveFocus());
    expect(screen.getByText("This is not an e-mail address; it looks like name@hospital.cn.")).toBeInTheDocument();
    expect(screen.getByText("Choose your department.")).toBeInTheDocument();
    expect(screen.getByText("Accept the notice to send the application.")).toBeInTheDocument();
    expect(await field("Work e-mail")).toHaveValue("lin.jianing");
    expect(inputsOf("registration_send")).toEqual([]);
  });

  it("finds the hospital as one types and takes it with the keyboard", async () => {
    set({ draft: formOf({ workplace: { kind: "listed", organization_id: "", name: "" } }) });
    open();
    const hospital = await screen.findByRole("combobox", { name: "Hospital" });
    await userEvent.type(hospital, "jiangzhou u");
    const hit = await screen.findByRole("option", { name: /Jiangzhou University First Hospital/ });
    expect(within(hit).getByText("Jiangzhou U", { selector: "mark" })).toBeInTheDocument();
    expect(hit).toHaveTextContent("Jiangzhou · Tertiary A");
    await userEvent.keyboard("{Enter}");
    expect(hospital).toHaveValue("Jiangzhou University First Hospital");
    await waitFor(() => expect(core.registration.draft?.workplace).toEqual({ kind: "listed", organization_id: "o-jz1", name: "Jiangzhou University First Hospital" }));
    expect(new Set(inputsOf("organization_search").map((input) => (input as { text: string }).text)).size).toBeLessThan(4);
  });

  it("lets one enter a hospital that is not listed, with its city, by the keyboard alone", async () => {
    set({ draft: formOf({ workplace: { kind: "listed", organization_id: "", name: "" } }) });
    open();
    await userEvent.type(await screen.findByRole("combobox", { name: "Hospital" }), "雪岭");
    await screen.findByText("No hospital of this name is known yet.");
    await userEvent.keyboard("{Enter}");
    expect(await field("Hospital")).toHaveValue("雪岭");
    await userEvent.type(await field("City of the hospital"), "雪岭市");
    await waitFor(() => expect(core.registration.draft?.workplace).toEqual({ kind: "unlisted", name: "雪岭", city: "雪岭市" }));
  });

  it("keeps what was typed over a restart", async () => {
    const first = open();
    await userEvent.type(await field("Work phone"), "0591-555-0199");
    first.unmount();
    expect(core.registration.draft?.work_phone).toBe("0591-555-0199");
    open();
    expect(await field("Work phone")).toHaveValue("0591-555-0199");
  });

  it("sends the form to the server that was entered and asks for the code", async () => {
    set({ draft: formOf({}) });
    open();
    await userEvent.click(await screen.findByRole("checkbox"));
    await userEvent.click(button("Next: evidence"));
    expect(await screen.findByRole("heading", { name: "Confirm your work e-mail" })).toBeInTheDocument();
    expect(inputsOf("registration_send")).toEqual([{ server: "consilium.jz.example", form: formOf({}) }]);
    expect(core.registration.draft).toBeNull();
    // The first code was sent just now too.
    expect(await screen.findByRole("button", { name: /Send again in (60|59) s/ })).toHaveAttribute("aria-disabled", "true");
  });

  it("shows what the registry itself objects to at its field", async () => {
    set({ draft: formOf({}) });
    core.handlers.registration_send = () => {
      throw Object.assign(new Refused("invalid_form"), { details: { problems: [{ field: "hospital", problem: "unknown" }] } });
    };
    open();
    await userEvent.click(await screen.findByRole("checkbox"));
    await userEvent.click(button("Next: evidence"));
    expect(await screen.findByText("This hospital is no longer listed. Choose another, or enter it by hand.")).toBeInTheDocument();
    expect(screen.getByText("Some fields need correction. They are marked below.")).toBeInTheDocument();
  });

  it("opens the server's field when there is no service at the address", async () => {
    set({ server: "wrong.example", draft: formOf({}) });
    open();
    expect(screen.queryByRole("textbox", { name: "Server address" })).not.toBeInTheDocument();
    await userEvent.click(await screen.findByRole("checkbox"));
    await userEvent.click(button("Next: evidence"));
    const server = await field("Server address");
    await waitFor(() => expect(server).toHaveFocus());
    expect(server).toHaveAccessibleDescription("There is no Consilium service at this address. Check it with your hospital.");
  });

  it("says so when the draft cannot be kept", async () => {
    core.handlers.registration_save_draft = () => { throw new Refused("disk_full"); };
    open();
    await userEvent.type(await field("Work phone"), "0");
    expect(await screen.findByText("Your draft is not being kept", undefined, { timeout: 2000 })).toBeInTheDocument();
  });

  it("shows the privacy notice where it is asked for, without taking consent", async () => {
    open();
    await userEvent.click(await screen.findByRole("button", { name: "privacy notice" }));
    expect(await screen.findByRole("dialog", { name: "Privacy notice" })).toHaveTextContent("They are destroyed 30 days after the decision");
    await userEvent.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
    expect(screen.getByRole("checkbox")).not.toBeChecked();
  });
});

describe("the code", () => {
  beforeEach(() => applied({ status: "draft", email_confirmed: false }));

  it("takes a pasted code with spaces and goes on", async () => {
    open();
    const code = await field("Code from the message");
    await userEvent.click(code);
    await userEvent.paste(` ${RIGHT_CODE.slice(0, 3)} ${RIGHT_CODE.slice(3)}\n`);
    expect(await screen.findByRole("heading", { name: "Evidence" })).toBeInTheDocument();
  });

  it("says that a code is wrong, and lets one go on typing", async () => {
    open();
    const code = await field("Code from the message");
    await userEvent.type(code, "000000");
    await waitFor(() => expect(code).toHaveAccessibleDescription("This code does not match. Check the latest message."));
    await userEvent.type(code, "{Backspace}");
    expect(code).toBeValid();
  });

  it("sends another code, then waits a minute", async () => {
    open();
    await userEvent.click(await screen.findByRole("button", { name: "Send another code" }));
    expect(await screen.findByRole("button", { name: /Send again in (60|59) s/ })).toHaveAttribute("aria-disabled", "true");
    await userEvent.click(button(/Send again in/));
    expect(inputsOf("registration_resend_code")).toHaveLength(1);
  });

  it("waits as long as the registry says when asked too soon", async () => {
    core.handlers.registration_resend_code = () => { throw Object.assign(new Refused("rate_limited"), { details: { retry_after_seconds: 25 } }); };
    open();
    await userEvent.click(await screen.findByRole("button", { name: "Send another code" }));
    expect(await screen.findByRole("button", { name: /Send again in (25|24) s/ })).toBeInTheDocument();
  });

  it("leads back to correct the address", async () => {
    open();
    await userEvent.click(await screen.findByRole("button", { name: "Change the address" }));
    const email = await field("Work e-mail");
    await userEvent.clear(email);
    await userEvent.type(email, "jianing.lin@jzfy.example");
    await userEvent.click(button("Next: evidence"));
    await screen.findByText("jianing.lin@jzfy.example");
    expect(core.registration.application?.form.work_email).toBe("jianing.lin@jzfy.example");
    expect(button(/Send again in/)).toBeInTheDocument();
  });

  it("can be asked for again at once if the address stayed as it was: no other was sent", async () => {
    open();
    await userEvent.click(await screen.findByRole("button", { name: "Change the address" }));
    await field("Work e-mail");
    await userEvent.click(button("Next: evidence"));
    await screen.findByRole("heading", { name: "Confirm your work e-mail" });
    expect(button("Send another code")).not.toHaveAttribute("aria-disabled");
  });
});

const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82]);
const png = (name: string, bytes: BlobPart = PNG) => new File([bytes], name, { type: "image/png" });

describe("the evidence", () => {
  beforeEach(() => {
    applied({ status: "draft" });
    URL.createObjectURL = () => "blob:local";
    URL.revokeObjectURL = () => undefined;
  });

  it("uploads what is chosen as its kind, shows it, and takes it off again", async () => {
    open();
    await screen.findByRole("heading", { name: "Evidence" });
    fireEvent.change(screen.getByTestId("file-staff_card"), { target: { files: [png("card.png")] } });
    const card = screen.getByRole("region", { name: "Staff card" });
    expect(await within(card).findByText(/^Sent, /)).toBeInTheDocument();
    expect(within(card).getByText("card.png")).toBeInTheDocument();
    expect(card.querySelector("img")).toHaveAttribute("src", "blob:local");
    expect(inputsOf("registration_add_evidence")).toEqual([expect.objectContaining({ kind: "staff_card", file_name: "card.png" })]);
    await userEvent.click(button("Remove card.png"));
    await waitFor(() => expect(within(card).queryByText("card.png")).not.toBeInTheDocument());
    expect(core.registration.application?.evidence).toEqual([]);
  });

  it("takes dropped images where they are dropped and pasted ones at the first empty place", async () => {
    open();
    await screen.findByRole("heading", { name: "Evidence" });
    fireEvent.drop(screen.getByRole("region", { name: "Other evidence" }), { dataTransfer: { files: [png("letter.png")] } });
    await screen.findByText("letter.png");
    fireEvent.paste(window, { clipboardData: { files: [png("image.png")] } });
    await waitFor(() => expect(core.registration.application?.evidence.map(({ kind }) => kind)).toEqual(["other", "licence"]));
  });

  it("says why a file cannot be sent, and sends the others", async () => {
    open();
    await screen.findByRole("heading", { name: "Evidence" });
    const large = png("large.png");
    Object.defineProperty(large, "size", { value: 10 * 1024 * 1024 + 1 });
    fireEvent.change(screen.getByTestId("file-licence"), { target: { files: [png("not-an-image.png", "%PDF-1.7"), large, png("good.png")] } });
    expect(await screen.findByText("Not a PNG, JPEG or WebP image.")).toBeInTheDocument();
    expect(screen.getByText("Larger than 10 MB. Take the picture in a smaller size.")).toBeInTheDocument();
    await waitFor(() => expect(core.registration.application?.evidence.map(({ file_name }) => file_name)).toEqual(["good.png"]));
  });

  it("keeps back what only begins like an image", async () => {
    vi.spyOn(HTMLImageElement.prototype, "decode").mockRejectedValueOnce(new DOMException("", "EncodingError"));
    open();
    await screen.findByRole("heading", { name: "Evidence" });
    fireEvent.change(screen.getByTestId("file-licence"), { target: { files: [png("no-image-inside.png"), png("cut-off.png", PNG.slice(0, 14))] } });
    await waitFor(() => expect(screen.getAllByText("This image cannot be shown: it is damaged, or has too many pixels. Take it again.")).toHaveLength(2));
    expect(inputsOf("registration_add_evidence")).toEqual([]);
  });

  it("keeps back what has more pixels than the registry takes", async () => {
    vi.spyOn(HTMLImageElement.prototype, "naturalWidth", "get").mockReturnValue(20_000);
    vi.spyOn(HTMLImageElement.prototype, "naturalHeight", "get").mockReturnValue(20_000);
    open();
    await screen.findByRole("heading", { name: "Evidence" });
    fireEvent.change(screen.getByTestId("file-licence"), { target: { files: [png("poster.png")] } });
    expect(await screen.findByText("This image cannot be shown: it is damaged, or has too many pixels. Take it again.")).toBeInTheDocument();
    expect(inputsOf("registration_add_evidence")).toEqual([]);
  });

  it("lets one try again what the network lost", async () => {
    const add = core.handlers.registration_add_evidence;
    core.handlers.registration_add_evidence = () => { throw new Refused("offline"); };
    open();
    await screen.findByRole("heading", { name: "Evidence" });
    fireEvent.change(screen.getByTestId("file-licence"), { target: { files: [png("licence.png")] } });
    await screen.findByText(/server cannot be reached/);
    expect(screen.getByText(/^1 image was not sent/)).toBeVisible();
    expect(button("Send without images")).toHaveAccessibleDescription(/^1 image was not sent/);
    if (add) core.handlers.registration_add_evidence = add;
    await userEvent.click(button("Try licence.png again"));
    await screen.findByText(/^Sent, /);
    expect(screen.queryByText(/was not sent/)).not.toBeInTheDocument();
    const [first, second] = inputsOf("registration_add_evidence") as { evidence_id: string }[];
    expect(second?.evidence_id).toBe(first?.evidence_id);
  });

  it("can be skipped, with a word about it", async () => {
    open();
    expect(await screen.findByText(/Without images the check may take longer/)).toBeInTheDocument();
    await userEvent.click(button("Send without images"));
    expect(await screen.findByRole("heading", { name: "Application under review" })).toBeInTheDocument();
  });

  it("takes six images at most", async () => {
    open();
    await screen.findByRole("heading", { name: "Evidence" });
    fireEvent.change(screen.getByTestId("file-other"), { target: { files: Array.from({ length: 7 }, (_, n) => png(`${n}.png`)) } });
    expect(await screen.findByText("Six images at most. Remove another one first.")).toBeInTheDocument();
    await waitFor(() => expect(core.registration.application?.evidence).toHaveLength(6));
  });
});

describe("on the way", () => {
  it.each([["the code", "Confirm your work e-mail", { status: "draft", email_confirmed: false }], ["the password", "You are verified", { status: "approved" }]] as const)(
    "whoever shares the computer may sign in, and the application be taken back, at the step for %s",
    async (_, title, change) => {
      applied(change);
      open();
      await screen.findByRole("heading", { name: title });
      expect(screen.getByRole("link", { name: "Sign in with another account" })).toHaveAttribute("href", "/sign-in");
      await userEvent.click(button("Withdraw the application…"));
      await userEvent.click(within(await screen.findByRole("dialog", { name: "Withdraw this application?" })).getByRole("button", { name: "Withdraw" }));
      expect(await screen.findByRole("heading", { name: "Apply for a physician account" })).toBeInTheDocument();
      expect(inputsOf("registration_withdraw")).toEqual([null]);
    },
  );

  it("the service stays the one it was sent to", async () => {
    applied({ status: "draft", email_confirmed: false });
    open();
    await userEvent.click(await screen.findByRole("button", { name: "Change the address" }));
    await screen.findByRole("heading", { name: "Change your application" });
    expect(screen.queryByRole("button", { name: "Change server" })).toBeNull();
  });

  it("the hospital is called as its reader calls it, and changing nothing changes nothing", async () => {
    applied({ hospital_latin: "The First Affiliated Hospital of Jiangzhou University" });
    open();
    expect(await screen.findByText(/check your details for The First Affiliated Hospital of Jiangzhou University\./)).toBeInTheDocument();
    expect(screen.getByText(/^The First Affiliated Hospital of Jiangzhou University · /)).toBeInTheDocument();
    await userEvent.click(button("Edit application"));
    expect(await screen.findByRole("combobox", { name: /^Hospital/ })).toHaveValue("The First Affiliated Hospital of Jiangzhou University");
    await userEvent.click(button("Cancel"));
    expect(await screen.findByRole("heading", { name: "Application under review" })).toBeInTheDocument();
    expect(screen.queryByText(/You changed something and have not sent it/)).toBeNull();
  });
});

describe("under review", () => {
  it("shows the way of the application, and of the licence no more than four digits", async () => {
    applied({ events: [{ kind: "email_confirmed", at: "2026-07-14T12:05:00Z" }, { kind: "submitted", at: "2026-07-14T12:11:00Z" }, { kind: "opened", at: "2026-07-15T00:30:00Z" }] });
    open();
    const marks = await screen.findAllByRole("listitem").then((all) => all.map((each) => each.textContent).filter((text) => /confirmed|submitted|progress|active/.test(text)));
    expect(marks).toHaveLength(4);
    expect(marks[1]).toContain("Reference AP-2607-03318");
    expect(marks[2]).toContain("A verifier opened your application");
    expect(screen.getByText("•••••••••••3517")).toBeInTheDocument();
    expect(screen.queryByText(/990420000083517/)).not.toBeInTheDocument();
    expect(screen.getByText(/^Last answer from the registry: today /)).toBeInTheDocument();
  });

  it("learns of a decision by itself", async () => {
    applied({});
    open();
    await screen.findByRole("heading", { name: "Application under review" });
    tell({ application: applicationOf({ status: "more_requested", reason: "evidence_unclear", note: "编码看不清楚" }) });
    expect(await screen.findByRole("heading", { name: "Something is missing" })).toBeInTheDocument();
    expect(screen.getByText("The evidence cannot be read well, or it has expired.")).toBeInTheDocument();
    expect(screen.getByText("编码看不清楚")).toBeInTheDocument();
    expect(screen.queryByText("The approval you were told of was taken back.")).not.toBeInTheDocument();
    tell({ application: applicationOf({ status: "approved" }) });
    expect(await screen.findByRole("heading", { name: "You are verified" })).toBeInTheDocument();
    const at = "2026-07-15T00:30:00Z";
    tell({ application: applicationOf({ status: "more_requested", reason: "evidence_unclear", events: [{ kind: "submitted", at }, { kind: "approved", at }, { kind: "more_requested", at }] }) });
    expect(await screen.findByText("The approval you were told of was taken back.")).toBeInTheDocument();
  });

  it("is corrected and sent again, with the reason in sight", async () => {
    applied({ status: "rejected", reason: "register_mismatch" });
    open();
    await userEvent.click(await screen.findByRole("button", { name: "Correct and send again" }));
    expect(screen.getByText("Why it was not approved")).toBeInTheDocument();
    await userEvent.type(await field("Work phone"), "1");
    await userEvent.click(button("Next: evidence"));
    await userEvent.click(await screen.findByRole("button", { name: "Send without images" }));
    expect(await screen.findByRole("heading", { name: "Application under review" })).toBeInTheDocument();
    expect(core.registration.application).toMatchObject({ status: "submitted", form: { work_phone: "0591-555-01201" } });
  });

  it("gives up a change when it is cancelled", async () => {
    applied({});
    open();
    await userEvent.click(await screen.findByRole("button", { name: "Edit application" }));
    await userEvent.type(await field("Work phone"), "9");
    await userEvent.click(button("Cancel"));
    await screen.findByRole("heading", { name: "Application under review" });
    expect(screen.queryByText(/have not sent it/)).not.toBeInTheDocument();
    expect(inputsOf("registration_send")).toEqual([]);
  });

  it("says plainly when the registry cannot be reached, and when it last answered", async () => {
    applied({});
    set({ problem: { code: "offline", message: "fake" } });
    open();
    const notice = await screen.findByText("The registry cannot be reached");
    expect(notice.closest("[role=status]")).toHaveTextContent("Last answer from the registry: today");
  });

  it("is withdrawn only after a question", async () => {
    applied({});
    open();
    await userEvent.click(await screen.findByRole("button", { name: "Withdraw" }));
    const dialog = await screen.findByRole("dialog", { name: "Withdraw this application?" });
    expect(inputsOf("registration_withdraw")).toEqual([]);
    await userEvent.click(within(dialog).getByRole("button", { name: "Withdraw" }));
    expect(await screen.findByRole("heading", { name: "Apply for a physician account" })).toBeInTheDocument();
  });
});

describe("the account", () => {
  it("is made with a password that the core accepts", async () => {
    applied({ status: "approved" });
    core.handlers.registration_complete = () => { throw new Refused("password_too_short"); };
    open();
    const password = await screen.findByLabelText("Password");
    await userEvent.type(password, "aaaaaaaaaaa");
    expect(await screen.findByText("Too short, 11 characters")).toBeInTheDocument();
    await userEvent.click(button("Create account"));
    await waitFor(() => expect(password).toHaveAccessibleDescription("At least 12 characters."));
    expect(password).toHaveFocus();

    core.handlers.password_strength = () => "weak";
    core.handlers.registration_complete = () => { throw new Refused("password_too_weak"); };
    await userEvent.type(password, "a");
    expect(password).toHaveAccessibleDescription(/12 characters or more/);
    expect(await screen.findByText("Too easy to guess, 12 characters")).toBeInTheDocument();
    expect(inputsOf("password_strength").at(-1)).toEqual({ password: "aaaaaaaaaaaa", personal: expect.arrayContaining(["林嘉宁"]) as string[] });
    await userEvent.click(button("Create account"));
    await waitFor(() => expect(password).toHaveAccessibleDescription(/guessed first/));
    expect(screen.queryByRole("alert", { name: /guessed first/ })).not.toBeInTheDocument();
  });

  it("comes back to the password that was typed, and says why, when it could not be made", async () => {
    applied({ status: "approved" });
    let answer: () => void = () => undefined;
    const tell = (making_account: boolean) => {
      set({ making_account });
      core.emit("registration", core.registration);
    };
    core.handlers.registration_complete = async () => {
      tell(true);
      await new Promise<void>((done) => { answer = done; });
      tell(false);
      throw new Refused("wrong_credentials");
    };
    open();
    await userEvent.type(await screen.findByLabelText("Password"), "teapot gravel monsoon");
    await userEvent.click(button("Create account"));
    await screen.findByRole("heading", { name: "Making your account" });
    act(() => answer());
    expect(await screen.findByText(/begun before, with another password/)).toBeInTheDocument();
    expect(screen.getByLabelText("Password")).toHaveValue("teapot gravel monsoon");
  });

  it("is being made once the password is accepted", async () => {
    applied({ status: "approved" });
    open();
    await userEvent.type(await screen.findByLabelText("Password"), "teapot gravel monsoon");
    await userEvent.click(button("Create account"));
    expect(inputsOf("registration_complete")).toEqual([{ password: "teapot gravel monsoon", discard: false }]);
    expect(await screen.findByRole("heading", { name: "Making your account" })).toBeInTheDocument();
  });

  it("is made anew when it could not be finished in time", async () => {
    applied({ status: "approved" });
    set({ problem: { code: "account_locked", message: "fake" } });
    open();
    expect(await screen.findByText(/could not be finished in time/)).toBeInTheDocument();
    expect(screen.getByLabelText("Password")).toBeInTheDocument();
  });

  it("goes on being made after a restart, and ends signed in", async () => {
    applied({ status: "approved" });
    set({ making_account: true });
    const { router } = openApp(core);
    expect(await screen.findByRole("heading", { name: "Making your account" })).toBeInTheDocument();
    act(() => core.setSession(core.signedIn()));
    await waitFor(() => expect(router.state.location.pathname).toBe("/directory"));
  });
});
