import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { openApp } from "@/testing/app";
import { FakeCore, Refused } from "@/testing/fake-core";

const open = (core = new FakeCore({ signedIn: false })) => {
  openApp(core);
  return core;
};

async function fill(password: string) {
  await userEvent.type(await screen.findByLabelText("Work e-mail or user name"), "lin.jianing");
  await userEvent.type(screen.getByLabelText("Password"), password);
  await userEvent.keyboard("{Enter}");
}

describe("signing in", () => {
  it("takes the known server, asks for the rest, and opens the directory", async () => {
    const core = open();
    await waitFor(() => expect(screen.getByLabelText("Server address")).toHaveValue("consilium.jz.example"));
    await fill("correct horse battery");
    expect(await screen.findByRole("searchbox", { name: "Search colleagues" })).toBeInTheDocument();
    expect(core.calls.find(({ command }) => command === "sign_in")?.input).toEqual({ server: "consilium.jz.example", user: "lin.jianing", password: "correct horse battery", discard: false });
  });

  it("marks what is missing and sends nothing", async () => {
    const core = open();
    await userEvent.click(await screen.findByRole("button", { name: "Sign in" }));
    expect(screen.getByText("Enter your work e-mail or user name.")).toBeInTheDocument();
    expect(screen.getByText("Enter your password.")).toBeInTheDocument();
    expect(core.calls.map(({ command }) => command)).not.toContain("sign_in");
  });

  it.each([
    ["wrong_credentials", /do not match/],
    ["offline", /server cannot be reached/],
    ["account_locked", /account is locked/],
    ["rate_limited", /Too many attempts/],
    ["keyring_missing", /no password store/],
    ["not_a_server", /no Consilium service/],
    ["insecure_address", /needs https/],
  ] as const)("has a sentence of its own for %s, and keeps what was typed", async (code, sentence) => {
    const core = open();
    core.handlers.sign_in = () => { throw new Refused(code); };
    await fill("something");
    expect(await screen.findByText(sentence)).toBeInTheDocument();
    expect(screen.getByLabelText("Work e-mail or user name")).toHaveValue("lin.jianing");
    expect(screen.getByLabelText("Password")).toHaveValue("something");
  });

  it.each(["Server address", "Work e-mail or user name", "Password"])("no longer says that name and password do not match once another %s is typed", async (label) => {
    const core = open();
    core.handlers.sign_in = () => { throw new Refused("wrong_credentials"); };
    await fill("something");
    await screen.findByText(/do not match/);
    await userEvent.clear(screen.getByLabelText(label));
    expect(screen.queryByText(/do not match/)).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
    expect(screen.getByLabelText(label)).toHaveAccessibleDescription(/^Enter your|^Enter the address/);
    expect(screen.queryByText(/do not match/)).not.toBeInTheDocument();
  });

  it("says which service answers at an address, or that none does", async () => {
    open();
    const server = await screen.findByLabelText("Server address");
    await userEvent.clear(server);
    await userEvent.type(server, "wrong.example");
    await userEvent.tab();
    expect(await screen.findByText(/no Consilium service/)).toBeInTheDocument();
    await userEvent.clear(server);
    await userEvent.type(server, "jz.example");
    await userEvent.tab();
    expect(await screen.findByText("江州医联体 Consilium")).toBeInTheDocument();
  });

  it("does not wait for the answer of an address that was corrected", async () => {
    const core = open();
    const signIn = core.handlers.sign_in as NonNullable<typeof core.handlers.sign_in>;
    core.handlers.sign_in = (input) => (input.server === "silent.example" ? new Promise<null>(() => undefined) : signIn(input));
    const server = await screen.findByLabelText("Server address");
    await userEvent.clear(server);
    await userEvent.type(server, "silent.example");
    await fill("correct horse battery");
    expect(screen.getByRole("button", { name: "Sign in" })).toHaveAttribute("aria-busy", "true");
    await userEvent.clear(server);
    await userEvent.type(server, "consilium.jz.example{Enter}");
    expect(await screen.findByRole("searchbox", { name: "Search colleagues" })).toBeInTheDocument();
  });

  it.each([
    ["session_expired", /ended your session/],
    ["account_locked", /account is locked/],
    ["key_lost", /no longer in the system/],
    ["store_damaged", /was damaged/],
  ] as const)("explains a session that ended by itself: %s", async (reason, sentence) => {
    const core = new FakeCore({ signedIn: false });
    core.session = { state: "signed_out", reason, former: null };
    open(core);
    expect(await screen.findByText(sentence)).toBeInTheDocument();
  });
});

describe("a computer on which somebody else left something unsent", () => {
  it("is taken over only after a question", async () => {
    const core = new FakeCore({ signedIn: false });
    core.session = { state: "signed_out", reason: "session_expired", former: { user_id: "@zhang.wei:jz.example", name: { han: "张伟", latin: "Zhang Wei" } } };
    const signIn = core.handlers.sign_in as NonNullable<typeof core.handlers.sign_in>;
    core.handlers.sign_in = (input) => {
      if (!input.discard) throw new Refused("unsent_of_another");
      return signIn(input);
    };
    open(core);
    expect(await screen.findByText("Signed in until then: Zhang Wei")).toBeInTheDocument();
    await fill("correct horse battery");
    await screen.findByRole("dialog", { name: "Remove what Zhang Wei did not send?" });
    await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
    expect(screen.getByLabelText("Password")).toHaveValue("correct horse battery");

    await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
    await userEvent.click(await screen.findByRole("button", { name: "Remove and go on" }));
    expect(await screen.findByRole("searchbox", { name: "Search colleagues" })).toBeInTheDocument();
  });
});

describe("a computer with the data of a session that ended", () => {
  it("has them removed after a question", async () => {
    const core = new FakeCore({ signedIn: false });
    core.session = { state: "signed_out", reason: "account_locked", former: { user_id: "@zhang.wei:jz.example", name: { han: "", latin: "" } } };
    open(core);
    await userEvent.click(await screen.findByRole("button", { name: "Remove it…" }));
    await screen.findByRole("dialog", { name: "Remove the data of @zhang.wei:jz.example?" });
    expect(core.calls.map(({ command }) => command)).not.toContain("sign_out");
    await userEvent.click(screen.getByRole("button", { name: "Remove the data" }));
    await waitFor(() => expect(screen.queryByText(/still on this computer/)).not.toBeInTheDocument());
    expect(core.calls.map(({ command }) => command)).toContain("sign_out");
  });
});

describe("a forgotten password", () => {
  it("no longer says what was wrong once another address is typed", async () => {
    const core = open();
    core.handlers.password_reset_begin = () => { throw new Refused("mail_unavailable"); };
    await userEvent.click(await screen.findByRole("link", { name: "Forgot password?" }));
    await userEvent.type(await screen.findByLabelText("Work e-mail"), "lin@jz1.example{Enter}");
    await screen.findByText(/could not send the message/);
    await userEvent.type(screen.getByLabelText("Work e-mail"), "x");
    expect(screen.queryByText(/could not send the message/)).not.toBeInTheDocument();
  });

  it.each(["x", "lin@", "lin@jz1", "lin jianing@jz1.example"])("says that %s is no e-mail address, and sends nothing", async (typed) => {
    const core = open();
    await userEvent.click(await screen.findByRole("link", { name: "Forgot password?" }));
    const email = await screen.findByLabelText("Work e-mail");
    await userEvent.type(email, typed);
    expect(email).not.toHaveAccessibleDescription();
    await userEvent.keyboard("{Enter}");
    expect(email).toHaveAccessibleDescription("This is not an e-mail address; it looks like name@hospital.cn.");
    expect(core.calls.map(({ command }) => command)).not.toContain("password_reset_begin");
    await userEvent.clear(email);
    expect(email).toHaveAccessibleDescription("Enter your work e-mail.");
    await userEvent.type(email, "lin.jianing＠jz1.example{Enter}");
    expect(await screen.findByLabelText("New password")).toBeInTheDocument();
  });

  it("has a link mailed, waits for it, and then takes the new one", async () => {
    const core = open();
    await userEvent.click(await screen.findByRole("link", { name: "Forgot password?" }));
    await userEvent.type(await screen.findByLabelText("Work e-mail"), "lin.jianing@jz1.example");
    await userEvent.click(screen.getByRole("button", { name: "Send link" }));
    core.handlers.password_reset_finish = () => { throw new Refused("email_unconfirmed"); };
    await userEvent.type(await screen.findByLabelText("New password"), "a new long password");
    await userEvent.click(screen.getByRole("button", { name: "Set password" }));
    expect(await screen.findByText(/not confirmed yet/)).toBeInTheDocument();
    core.handlers.password_reset_finish = () => null;
    await userEvent.click(screen.getByRole("button", { name: "Set password" }));
    expect(await screen.findByRole("heading", { name: "Sign in" })).toBeInTheDocument();
  });
});
