import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { Key } from "selenium-webdriver";
import { type Seat, newSeat } from "../../e2e/harness/keyring.ts";
import { type Servers, startServers } from "../../e2e/harness/servers.ts";
import { Desktop, pressCross } from "../harness/desktop.ts";
import { type Story, Window, buildProgram } from "../harness/window.ts";

/** As the core has it: a first sync is over when nothing has come for a while. */
const CAUGHT_UP = 4_000;

suite("the window on its desktop", () => {
  let servers: Servers;
  const seats: Seat[] = [];
  before(async () => {
    servers = await startServers();
    buildProgram();
  });
  after(async () => {
    await servers?.stop();
    for (const each of seats) each.remove();
  });

  /** The window of a demo doctor, signed in. */
  async function windowOf(t: Story, name: string): Promise<Window> {
    const seat = newSeat("en_US.UTF-8");
    seats.push(seat);
    const window = await Window.open(t, { seat, server: servers.registry });
    const doctor = servers.account(name);
    await (await window.field("Work e-mail or user name")).sendKeys(doctor.user_id);
    await (await window.field("Password")).sendKeys(doctor.password, Key.ENTER);
    await (await window.link("Directory")).click();
    await window.text("As of ");
    return window;
  }

  async function idOf(window: Window, name: string): Promise<string> {
    const query = { text: name, joined: ["yes"], limit: 5 };
    const { rows } = await window.call<{ rows: { id: string }[] }>("directory_search", query);
    return rows[0]?.id ?? assert.fail(`${name} is not found`);
  }

  test("a link is handed to the window that is open", async (t) => {
    const window = await windowOf(t, "Zhang Wei");
    const lin = servers.account("Lin Jianing").user_id.slice(1);
    assert.equal((await window.startAgain("same", [`matrix:u/${lin}?action=chat`])).code, 0);
    await window.text("Lin Jianing");
    await window.picture("link to a colleague");
    await window.startAgain("same", ["matrix:r/nobody:elsewhere.example?action=join"]);
    await window.text("The link leads to a chat that you are not in");
    await window.startAgain("same", ["consilium://nonsense"]);
    await window.text("The link leads nowhere here");
  });

  test("a message is told by the desktop, and a click opens it", async (t) => {
    const zhang = await windowOf(t, "Zhang Wei");
    const lin = await windowOf(t, "Lin Jianing");
    const desktop = await Desktop.beside(t, zhang);
    await desktop.putUpTray();
    const { room_id } = await lin.call<{ room_id: string }>("conversation_start", { practitioner_id: await idOf(lin, "zhang wei") });
    // In a demo that ran before they write with each other already: then there is no invitation, but the conversation.
    const accept = () => zhang.call("conversation_accept", { room_id }).catch(() => zhang.call("conversation_mute", { room_id, muted: false }));
    await zhang.until("the conversation", () => accept().then(() => true, () => false));
    await pause(CAUGHT_UP);

    const text = `Bed 12 <b>王建国</b> ${Date.now()}`;
    await lin.call("message_send", { room_id, text, mentions: [], reply_to: null });
    const told = await desktop.seesNotification("Lin Jianing");
    assert.equal(told.body, "A new message", "what was written is not shown unless it is wanted");
    await zhang.until("the count in the tray", async () => /^\d+ unread$/.test((await desktop.menu())[1] ?? ""));
    desktop.click(told.id);
    await zhang.text(text);
    await desktop.seesClosed(told.id);
    assert.match(decodeURIComponent(await zhang.driver.getCurrentUrl()), new RegExp(`/chats/${room_id.replaceAll(/[!.:]/g, "\\$&")}`));
    await zhang.picture("opened from a notification");
  });

  test("closed, it goes on in the tray, and is never out of reach", async (t) => {
    const window = await windowOf(t, "Zhang Wei");
    const desktop = await Desktop.beside(t, window);
    await desktop.putUpTray();
    const menu = await desktop.menu();
    assert.deepEqual([menu[0], ...menu.slice(2)], ["Open", "Do not disturb for 1 hour", "Do not disturb until morning", "End do not disturb", "Quit"]);
    assert.match(menu[1] ?? "", /unread/);

    const isShown = async () => (await window.driver.executeScript<string>("return document.visibilityState")) === "visible";
    await pressCross("Consilium");
    await window.until("hidden", async () => !(await isShown()));
    const said = await desktop.seesNotification("Consilium 会诊");
    assert.match(said.body, /goes on in the tray/);
    desktop.choose("Open");
    await window.until("shown again", isShown);

    // Not to be disturbed.
    desktop.choose("Do not disturb for 1 hour");
    await window.driver.executeScript("location.hash = '#/settings/notifications'");
    await window.text("Do not disturb until ");
    await window.text("Keep running in the tray when the window is closed");
    await window.picture("settings of notifications");
    desktop.choose("End do not disturb");

    // Where the tray is gone, the window is back; without one, closing ends the program.
    await pressCross("Consilium");
    await window.until("hidden", async () => !(await isShown()));
    desktop.takeTrayAway();
    await window.until("shown without a tray", isShown);
    await pressCross("Consilium");
    await window.until("ended", () => window.driver.getTitle().then(() => false, () => true));
  });
});
