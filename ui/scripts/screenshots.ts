// Every screen of the fake core at 1280×800, in both themes and languages:  node scripts/screenshots.ts OUT [NAME…]
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Page, chromium } from "playwright-core";
import type { ApplicationView, ChangeForm, ColleagueCard, Language, Theme } from "../src/bindings/index.ts";
import type { FakeCore } from "../src/testing/fake-core.ts";
import { ward } from "../src/testing/story.ts";
import { applicationOf, formOf, takesApplications } from "../src/testing/applicant.ts";
import { decide } from "../src/testing/own-application.ts";
import { unverified, withStranger } from "../src/testing/security.ts";
import { takesReviews } from "../src/testing/reviewer.ts";
import { ATTACHMENT_SHOTS } from "./attachment-shots.ts";
import { DESKTOP_SHOTS } from "./desktop-shots.ts";
import { preview } from "./preview-host.ts";
import { TALK_SHOTS } from "./talk-shots.ts";

export interface Shot {
  name: string;
  signedIn?: boolean;
  width?: number;
  height?: number;
  /** Before the window opens. */
  core?: (core: FakeCore) => void;
  go: (page: Page, core: FakeCore) => Promise<void>;
}

const hash = async (page: Page, path: string) => {
  await page.evaluate((to) => { location.hash = to; }, path);
};

const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
const EVENTS: ApplicationView["events"] = [{ kind: "email_confirmed", at: ago(20) }, { kind: "submitted", at: ago(19.9) }, { kind: "opened", at: ago(1) }];
const EVIDENCE: ApplicationView["evidence"] = [
  { id: "e1", kind: "licence", file_name: "医师执业证书.jpg", size: 842_000, available: true },
  { id: "e2", kind: "staff_card", file_name: "工作证正面.jpg", size: 388_000, available: true },
];
const applying = { signedIn: false, core: takesApplications };

/** Somebody whose application stands so; `unheard` if the registry does not answer. */
function applicant(change: Partial<ApplicationView>, unheard = false): { signedIn: false; core: (core: FakeCore) => void } {
  return {
    signedIn: false,
    core: (core) => {
      takesApplications(core);
      const problem = unheard ? { code: "offline" as const, message: "fake offline" } : null;
      core.registration = { ...core.registration, server: "consilium.jz.example", application: applicationOf(change), checked_at: ago(unheard ? 5 : 0.02), problem };
    },
  };
}

/** Somebody whose entry was changed a few times, and who is asked for a contact. */
function asksForContacts(core: FakeCore): void {
  core.requests = {
    received: [
      { id: "q1", kind: "mobile", state: "asked", practitioner_id: "p-14", name: "Hannah Weiss", asked_at: ago(3), answered_at: null },
      { id: "q2", kind: "mobile", state: "granted", practitioner_id: "p-12", name: "陈思远", asked_at: ago(70), answered_at: ago(48) },
    ],
    sent: [],
  };
  core.history = [
    { resource: "PractitionerRole", version: 3, at: ago(30), own: true, changed: ["telecom", "specialty"] },
    { resource: "Practitioner", version: 2, at: ago(30), own: true, changed: ["telecom", "communication"] },
    { resource: "PractitionerRole", version: 2, at: ago(24 * 40), own: false, changed: ["extension"] },
    { resource: "PractitionerRole", version: 1, at: ago(24 * 400), own: false, changed: [] },
  ];
}

const MOVE: ChangeForm = {
  change: { kind: "transfer", workplace: { kind: "listed", organization_id: "o-bh1", name: "滨海市中心医院" }, department: "cardiology", title: "associate_chief", work_phone: "0599-555-0177", work_email: "lin.jianing@bhch.example" },
  licence_number: null,
};

/** Somebody who applies to move to another hospital; as it stands. */
function moving(change: Partial<ApplicationView>): (core: FakeCore) => void {
  return (core) => {
    void core.handlers.entry_application_send?.(MOVE);
    decide(core, { email_confirmed: true, evidence: EVIDENCE, events: EVENTS, ...change });
  };
}

const day = (ahead: number) => new Date(Date.now() + ahead * 86_400_000).toLocaleDateString("sv");

function change(core: FakeCore, index: number, to: Partial<ColleagueCard>): void {
  core.people[index] = { ...core.people[index] as ColleagueCard, ...to };
}

/** An entry that an import brought beside one that registered. */
function twoEntries(core: FakeCore): void {
  const { entries } = takesReviews(core);
  const [own, other] = [core.people[24] as ColleagueCard, core.people[6] as ColleagueCard];
  change(core, 24, { name: other.name, hospital: other.hospital, user_id: null });
  entries.set(own.id, {
    user_id: null, han_name: other.name.han, latin_name: other.name.latin, sources: ["jiangdong-2026"], valid_until: null,
    duplicates: [{ kinds: ["name_and_hospital"], han_name: other.name.han, latin_name: other.name.latin, hospital: other.hospital.zh, hospital_latin: other.hospital.en, licence_ending: "4417", practitioner_id: other.id, application_reference: null, verified_at: ago(4_000) }],
  });
  entries.set(other.id, {
    applications: [
      { id: "a-1", reference: "AP-2611-00417", kind: "title", status: "submitted", submitted_at: ago(5) },
      { id: "a-2", reference: "AP-2511-03318", kind: "registration", status: "active", submitted_at: ago(9_000) },
    ],
  });
}
const FUJIAN = { scope: "province", scope_name: { zh: "福建省", en: "Fujian" } } as const;

const SHOTS: Shot[] = [
  {
    name: "directory",
    go: async (page) => {
      await hash(page, "#/directory");
      await page.getByRole("searchbox").fill("zhang w");
      await page.getByRole("option").nth(0).click();
    },
  },
  { name: "directory-offline", core: (core) => { core.connection = { ...core.connection, link: "offline" }; }, go: (page) => hash(page, "#/directory") },
  {
    name: "directory-download",
    core: (core) => { core.directory = { ...core.directory, phase: "loading", loaded_bytes: 21_400_000, total_bytes: 38_600_000, seconds_left: 95, colleagues: 1_380, as_of: null }; },
    go: (page) => hash(page, "#/directory"),
  },
  {
    name: "directory-no-match",
    go: async (page) => {
      await hash(page, "#/directory");
      await page.getByRole("searchbox").fill("qqqq");
      await page.getByRole("listbox").waitFor({ state: "detached" });
    },
  },
  {
    name: "directory-similar",
    go: async (page) => {
      await hash(page, "#/directory");
      await page.getByRole("searchbox").fill("zhagnwei");
      await page.getByRole("option").nth(2).waitFor();
    },
  },
  {
    name: "hospitals",
    go: async (page) => {
      await hash(page, "#/directory/hospitals");
      await page.getByRole("option").nth(1).click();
    },
  },
  {
    name: "hospitals-search",
    go: async (page) => {
      await hash(page, "#/directory/hospitals?province=江东省");
      await page.getByRole("searchbox").fill("jiang");
      await page.keyboard.press("ArrowDown");
    },
  },
  { name: "hospitals-narrow", width: 800, go: (page) => hash(page, "#/directory/hospitals/o-bh1") },
  {
    name: "directory-department",
    go: async (page) => {
      await hash(page, "#/directory?hospital=o-dh1&department=cardiology");
      await page.getByRole("option").nth(0).click();
    },
  },
  { name: "directory-card", height: 1100, go: (page) => hash(page, "#/directory?colleague=p-1") },
  {
    name: "introduce-whom",
    go: async (page) => {
      await hash(page, "#/directory?colleague=p-1");
      await page.getByRole("complementary").last().getByRole("button").nth(1).click();
      await page.getByRole("menuitem").first().click();
      await page.getByRole("combobox").last().fill("chen");
    },
  },
  {
    name: "introduce-letters",
    go: async (page) => {
      await hash(page, "#/directory?colleague=p-1");
      await page.getByRole("complementary").last().getByRole("button").nth(1).click();
      await page.getByRole("menuitem").first().click();
      await page.getByRole("combobox").last().fill("chensiyuan");
      await page.getByRole("dialog").getByRole("option").first().click();
    },
  },
  {
    name: "own-code",
    go: async (page) => {
      await hash(page, "#/directory");
      await page.getByRole("main").getByRole("button").first().click();
    },
  },
  {
    name: "take-card",
    go: async (page) => {
      await hash(page, "#/directory");
      await page.getByRole("main").getByRole("button").first().click();
      await page.getByRole("radio").last().click();
      await page.getByRole("dialog").getByRole("textbox").fill("BEGIN:VCARD\nFN:张伟\nIMPP:matrix:u/eve:elsewhere.example\nEND:VCARD");
      await page.getByRole("dialog").getByRole("textbox").press("Control+Enter");
    },
  },
  {
    name: "directory-by-name",
    go: async (page) => {
      await hash(page, "#/directory");
      await page.getByRole("option").first().waitFor();
      await page.getByRole("combobox").last().click();
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await page.getByRole("group").getByRole("button", { name: "W" }).waitFor();
      await page.waitForTimeout(300);
      await page.getByRole("group").getByRole("button", { name: "W" }).click();
      await page.getByText(/^(Wang|王)/).first().waitFor();
      await page.getByRole("option").nth(9).click({ modifiers: ["ControlOrMeta"] });
      await page.getByRole("option").nth(12).click({ modifiers: ["ControlOrMeta"] });
    },
  },
  { name: "directory-narrow", width: 820, height: 640, go: async (page) => { await hash(page, "#/directory"); await page.getByRole("option").first().waitFor(); } },
  { name: "chat", core: (core) => { core.connection = { ...core.connection, link: "weak" }; }, go: (page) => openChat(page, 12) },
  { name: "chat-narrow", width: 820, height: 640, core: (core) => { core.connection = { ...core.connection, link: "offline" }; }, go: (page) => openChat(page, 12) },
  {
    name: "chat-menu",
    go: async (page) => {
      await openChat(page, 12);
      await page.getByText(/Hold on IABP/).first().click({ button: "right" });
      await page.getByRole("menu").waitFor();
    },
  },
  {
    name: "chat-reply",
    go: async (page) => {
      await openChat(page, 12);
      await page.getByRole("log").focus();
      await page.keyboard.press("ArrowUp");
      for (let n = 0; n < 6; n += 1) await page.keyboard.press("ArrowUp");
      await page.keyboard.press("r");
      await page.keyboard.type("Agreed, **48 h**.");
      await page.getByText(/VA-ECMO/).first().hover();
    },
  },
  {
    name: "chat-edit-offline",
    core: (core) => { core.connection = { ...core.connection, link: "offline" }; },
    go: async (page, core) => {
      await openChat(page, 12);
      await page.getByRole("textbox").waitFor();
      const chen = core.rooms.find(({ peer }) => peer.practitioner_id === core.people[12]?.id);
      const sent = chen?.items.findLast(({ content }) => content.kind === "message" && content.delivery?.state === "sent" && content.body.kind === "text");
      if (chen && sent) await core.handlers.message_edit?.({ room_id: chen.id, item_id: sent.id, text: "同意先稳住。乳酸现在 2.3，下午两点复查超声。", mentions: [] });
      const recalled = chen?.items.findLast(({ content }) => content.kind === "message" && content.body.kind === "recalled");
      if (chen && recalled) core.change(chen, recalled.id, () => ({ change: { state: "failed" } }));
      await page.getByRole("textbox").focus();
      await page.keyboard.press("ArrowUp");
    },
  },
  {
    name: "chat-select",
    go: async (page) => {
      await openChat(page, 12);
      await page.getByRole("log").focus();
      await page.keyboard.press("ArrowUp");
      await page.keyboard.press("s");
      await page.keyboard.press("ArrowUp");
      await page.keyboard.press("ArrowUp");
      await page.keyboard.press("Space");
    },
  },
  {
    name: "chat-recall",
    go: async (page) => {
      await openChat(page, 1);
      await page.getByRole("log").focus();
      for (let n = 0; n < 3; n += 1) await page.keyboard.press("ArrowUp");
      await page.keyboard.press("Delete");
      await page.getByRole("dialog").waitFor();
    },
  },
  {
    name: "chat-readers",
    core: (core) => {
      const chen = core.rooms.find(({ peer }) => peer.practitioner_id === core.people[12]?.id);
      if (chen) chen.pinned = chen.items.flatMap(({ content }) => (content.kind === "message" && content.event_id !== null ? [content.event_id] : [])).slice(0, 2);
    },
    go: async (page, core) => {
      await openChat(page, 12);
      const chen = core.rooms.find(({ peer }) => peer.practitioner_id === core.people[12]?.id);
      if (!chen) return;
      core.push(chen, core.message(chen, true, "Repair at 48 h, unless lactate climbs: agreed by all?", 0, { state: "read" }, { readers: { by: 3, of: 5 }, reactions: [core.reaction("agree", [12, 1, 14]), core.reaction("query", [15])] }));
      await page.getByRole("button", { name: /3\/5/ }).click();
      await page.getByRole("dialog").getByRole("heading").first().waitFor();
    },
  },
  {
    name: "switcher",
    core: (core) => { core.connection = { ...core.connection, link: "weak" }; },
    go: async (page) => {
      await openChat(page, 12);
      await page.getByRole("log").waitFor();
      await page.keyboard.press("Control+k");
      await page.getByRole("dialog").locator("input").pressSequentially("xin");
      await page.getByRole("dialog").getByRole("option").nth(3).waitFor();
    },
  },
  {
    name: "switcher-messages",
    go: async (page) => {
      await openChat(page, 12);
      await page.getByRole("log").waitFor();
      await page.keyboard.press("Control+k");
      await page.getByRole("dialog").locator("input").pressSequentially("e");
      await page.getByRole("dialog").getByRole("group").nth(2).waitFor();
      await page.keyboard.press("Tab");
    },
  },
  {
    name: "switcher-empty",
    go: async (page) => {
      await openChat(page, 12);
      await page.getByRole("log").waitFor();
      await page.keyboard.press("Control+k");
      await page.getByRole("dialog").waitFor();
    },
  },
  { name: "search", core: partlyCovered, go: (page) => searchFor(page, "older") },
  {
    name: "search-filters",
    core: partlyCovered,
    go: async (page) => {
      await searchFor(page, "angiogram");
      await page.locator("[role=group] button").last().click();
    },
  },
  { name: "search-nothing", go: (page) => searchFor(page, "qqqq") },
  { name: "search-narrow", width: 820, height: 640, go: (page) => searchFor(page, "造影") },
  { name: "chat-single", width: 560, height: 720, go: (page) => openChat(page, 1) },
  { name: "chat-invited", go: (page) => openChat(page, 15) },
  { name: "group", core: (core) => { core.connection = { ...core.connection, link: "weak" }; }, go: (page) => openGroup(page, "coronary", true) },
  { name: "group-narrow", width: 820, height: 640, core: (core) => { core.connection = { ...core.connection, link: "offline" }; }, go: (page) => openGroup(page, "coronary") },
  { name: "group-medium", width: 1000, height: 700, go: (page) => openGroup(page, "coronary", true) },
  {
    name: "group-mention",
    go: async (page) => {
      await openGroup(page, "coronary");
      await page.getByRole("textbox").fill("");
      await page.keyboard.type("@");
      await page.getByRole("option").filter({ hasText: "Hannah Weiss" }).last().waitFor();
    },
  },
  {
    name: "group-owner",
    core: (core) => ownsForum(core),
    go: async (page) => {
      await openGroup(page, "coronary", true);
      await page.getByRole("complementary").getByRole("button", { name: /(More about|的更多操作)/ }).nth(2).click();
      await page.getByRole("menu").waitFor();
    },
  },
  {
    name: "group-hand-over",
    core: (core) => ownsForum(core),
    go: async (page) => {
      await openGroup(page, "coronary", true);
      await page.getByRole("complementary").getByRole("button", { name: /(More about|的更多操作)/ }).nth(2).click();
      await page.getByRole("menuitem", { name: /(Make owner|转让群主)/ }).click();
      await page.getByRole("dialog").waitFor();
    },
  },
  {
    name: "group-leave",
    core: (core) => ownsForum(core),
    go: async (page) => {
      await openGroup(page, "coronary", true);
      await page.getByRole("button", { name: /(Leave group|退出群聊)/ }).click();
      await page.getByRole("dialog").getByRole("button").last().click();
      await page.getByRole("alert").waitFor();
    },
  },
  { name: "group-invited", go: (page) => openGroup(page, "shock") },
  {
    name: "group-new",
    go: async (page) => {
      await hash(page, "#/chats");
      await page.getByRole("button", { name: /^(New chat|新会话)$/ }).click();
      await page.getByRole("menuitem").last().click();
      for (const text of ["chensiyuan", "hannah"]) {
        await page.getByRole("combobox").fill(text);
        await page.getByRole("dialog").getByRole("option").filter({ hasText: text === "hannah" ? "Hannah" : "陈思远" }).first().click();
      }
      await page.getByRole("dialog").getByRole("textbox").first().fill("东湖–江大术后随访");
    },
  },
  {
    name: "chats-menu",
    go: async (page) => {
      await hash(page, "#/chats");
      await page.getByRole("option").nth(2).click({ button: "right" });
      await page.getByRole("menu").waitFor();
    },
  },
  {
    name: "chats-archived",
    go: async (page) => {
      await hash(page, "#/chats");
      await page.getByRole("button", { name: /^(Archived|已归档)/ }).click();
    },
  },
  {
    name: "directory-group",
    go: async (page) => {
      await hash(page, "#/directory?hospital=o-dh1&department=cardiology");
      await page.getByRole("button", { name: /(Group with|建群)/ }).click();
      await page.getByRole("dialog").waitFor();
    },
  },
  { name: "chats-empty", core: (core) => { core.rooms.length = 0; }, go: (page) => hash(page, "#/chats") },
  { name: "sign-in", signedIn: false, go: (page) => page.getByRole("textbox").first().waitFor() },
  {
    name: "sign-in-failed",
    signedIn: false,
    go: async (page) => {
      await page.locator("input").nth(1).fill("lin.jianing");
      await page.locator("input[type=password]").fill("wrong");
      await page.keyboard.press("Enter");
      await page.getByRole("alert").waitFor();
    },
  },
  {
    name: "sign-in-former",
    signedIn: false,
    core: (core) => { core.session = { state: "signed_out", reason: "account_locked", former: { user_id: "@zhang.wei:jz.example", name: { han: "张伟", latin: "Zhang Wei" } } }; },
    go: (page) => page.getByRole("textbox").first().waitFor(),
  },
  { name: "forgot-password", signedIn: false, go: (page) => hash(page, "#/forgot-password") },
  { name: "settings-appearance", go: (page) => hash(page, "#/settings/appearance") },
  { name: "settings-directory", go: async (page) => { await hash(page, "#/settings/directory"); await page.getByRole("radio").nth(1).click(); } },
  {
    name: "settings-directory-changing",
    core: (core) => { core.directory = { ...core.directory, ...FUJIAN, next_scope: "everything", loaded_bytes: 41_000_000, total_bytes: 118_000_000 }; },
    go: async (page) => { await hash(page, "#/settings/directory"); await page.getByRole("radio").first().waitFor(); },
  },
  { name: "settings-directory-narrow", width: 760, height: 700, core: (core) => { core.connection = { ...core.connection, link: "offline" }; core.directory = { ...core.directory, ...FUJIAN, next_scope: "group" }; }, go: async (page) => { await hash(page, "#/settings/directory"); await page.getByRole("radio").first().waitFor(); } },
  { name: "directory-part", core: (core) => { core.directory = { ...core.directory, ...FUJIAN }; }, go: async (page) => { await hash(page, "#/directory"); await page.getByRole("option").first().waitFor(); } },
  {
    name: "chat-outside",
    core: (core) => {
      core.directory = { ...core.directory, ...FUJIAN };
      for (const room of core.rooms) if (room.id.startsWith("!room12:")) room.peer = { ...room.peer, practitioner_id: "", name: { han: "", latin: "" }, verified: false, title: "", hospital: { zh: "", en: "" } };
    },
    go: (page) => openChat(page, 12),
  },
  { name: "settings-account", go: (page) => hash(page, "#/settings/account") },
  { name: "security", core: withStranger, go: (page) => hash(page, "#/settings/security") },
  { name: "security-unverified", core: unverified, go: (page) => hash(page, "#/settings/security") },
  {
    name: "security-new-key",
    core: (core) => { core.security = { ...core.security, recovery: "not_set_up", recovery_checked_at: null }; },
    go: async (page) => {
      await hash(page, "#/settings/security");
      await page.locator("main button[data-variant=primary]").click();
      await page.getByRole("dialog").waitFor();
    },
  },
  {
    name: "security-afresh",
    core: unverified,
    go: async (page) => {
      await hash(page, "#/settings/security");
      await page.locator("main button[data-variant=danger]").last().click();
      await page.getByRole("dialog").waitFor();
    },
  },
  {
    name: "security-emoji",
    core: (core) => { unverified(core); core.security.verification = { id: "v1", device_id: "H8TD91VB", incoming: false, step: { step: "compare", emoji: [0, 10, 23, 37, 42, 53, 63] } }; },
    go: async (page) => {
      await hash(page, "#/settings/security");
      await page.getByRole("dialog").waitFor();
    },
  },
  { name: "security-narrow", width: 760, height: 700, core: withStranger, go: (page) => hash(page, "#/settings/security") },
  { name: "chat-unverified", core: unverified, go: (page) => openChat(page, 12) },
  { name: "chat-no-recovery", core: (core) => { core.security = { ...core.security, recovery: "not_set_up" }; }, go: (page) => openChat(page, 12) },
  { name: "settings-about", go: (page) => hash(page, "#/settings/about") },
  { name: "sign-out", go: async (page) => { await hash(page, "#/settings/account"); await page.locator("main button").last().click(); await page.getByRole("dialog").waitFor(); } },
  { name: "register-empty", ...applying, go: (page) => hash(page, "#/register") },
  {
    name: "register",
    ...applying,
    core: (core) => {
      takesApplications(core);
      core.registration = { ...core.registration, draft: formOf({ workplace: { kind: "listed", organization_id: "", name: "" } }) };
    },
    go: async (page, core) => {
      await hash(page, "#/register");
      const hospital = page.getByRole("combobox").and(page.locator("input"));
      await hospital.pressSequentially(core.settings.language === "en" ? "jiangzhou u" : "江州");
      await page.getByRole("option").nth(1).waitFor();
      await page.keyboard.press("ArrowDown");
    },
  },
  {
    name: "register-problems",
    ...applying,
    core: (core) => {
      takesApplications(core);
      core.registration = { ...core.registration, draft: formOf({ licence_number: "99042", work_email: "lin.jianing", work_phone: "", workplace: { kind: "unlisted", name: "江州新区医院", city: "" }, department: "" }) };
    },
    go: async (page) => {
      await hash(page, "#/register");
      await page.locator("form button[type=submit]").click();
      await page.getByRole("alert").first().waitFor();
    },
  },
  { name: "register-narrow", ...applying, width: 760, height: 640, go: (page) => hash(page, "#/register") },
  {
    name: "privacy",
    ...applying,
    go: async (page) => {
      await hash(page, "#/register");
      await page.locator("aside button").last().click();
      await page.getByRole("dialog").waitFor();
    },
  },
  {
    name: "register-code",
    ...applicant({ status: "draft", email_confirmed: false }),
    go: async (page) => {
      await hash(page, "#/register");
      await page.locator("main input").pressSequentially("000000");
      await page.getByRole("alert").waitFor();
    },
  },
  {
    name: "register-evidence",
    ...applicant({ status: "draft" }),
    go: async (page) => {
      await hash(page, "#/register");
      await page.locator("main button").first().waitFor();
      const picture = await page.locator("header, aside").first().screenshot();
      await page.locator("input[type=file]").nth(0).setInputFiles({ name: "医师执业证书.png", mimeType: "image/png", buffer: picture });
      await page.locator("input[type=file]").nth(1).setInputFiles({ name: "notes.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7 not an image") });
      await page.getByRole("alert").waitFor();
    },
  },
  { name: "under-review", ...applicant({ evidence: EVIDENCE, events: EVENTS }), go: (page) => hash(page, "#/register") },
  { name: "under-review-narrow", width: 760, height: 700, ...applicant({ evidence: EVIDENCE, events: EVENTS }, true), go: (page) => hash(page, "#/register") },
  {
    name: "more-requested",
    ...applicant({ status: "more_requested", reason: "evidence_unclear", note: "执业证书的编码看不清楚，请重新拍摄有编码的一页。", evidence: EVIDENCE, events: [...EVENTS, { kind: "more_requested", at: ago(2) }] }),
    go: (page) => hash(page, "#/register"),
  },
  {
    name: "password",
    ...applicant({ status: "approved" }),
    go: async (page) => {
      await hash(page, "#/register");
      await page.locator("input[type=password]").pressSequentially("kettle-lark-9");
    },
  },
  {
    name: "making-account",
    ...applying,
    core: (core) => { core.registration = { ...core.registration, application: applicationOf({ status: "approved" }), making_account: true }; },
    go: (page) => hash(page, "#/register"),
  },
  {
    name: "entry",
    core: asksForContacts,
    go: async (page) => {
      await hash(page, "#/settings/entry");
      await page.getByRole("group").first().waitFor();
    },
  },
  {
    name: "entry-lower",
    height: 1100,
    core: asksForContacts,
    go: async (page) => {
      await hash(page, "#/settings/entry");
      await page.locator("ol li").first().waitFor();
      await page.locator("ol").scrollIntoViewIfNeeded();
      await page.locator("main").evaluate((main) => { main.scrollTop = main.scrollHeight; });
    },
  },
  {
    name: "entry-conflict",
    core: asksForContacts,
    go: async (page, core) => {
      await hash(page, "#/settings/entry");
      await page.getByRole("group").first().waitFor();
      await page.getByRole("textbox").last().fill("左主干与分叉病变");
      core.entry = { ...core.entry, content: { ...core.entry.content, languages: ["zh"] }, versions: { practitioner: 3, role: 3 } };
      await page.locator("button[data-variant=primary]").last().click();
      await page.locator("[data-tone=warn]").waitFor();
    },
  },
  {
    name: "entry-problems",
    core: asksForContacts,
    go: async (page) => {
      await hash(page, "#/settings/entry");
      await page.getByRole("textbox").first().fill("call me");
      await page.locator("button[data-variant=primary]").last().click();
      await page.getByRole("alert").first().waitFor();
    },
  },
  {
    name: "entry-offline",
    core: (core) => { asksForContacts(core); core.connection = { ...core.connection, link: "offline" }; },
    go: async (page) => {
      await hash(page, "#/settings/entry");
      await page.getByRole("group").first().waitFor();
    },
  },
  { name: "entry-narrow", width: 760, height: 700, core: asksForContacts, go: (page) => hash(page, "#/settings/entry") },
  { name: "entry-expiring", core: (core) => core.verifiedThrough(23), go: (page) => hash(page, "#/settings/entry") },
  { name: "entry-under-review", core: moving({ status: "submitted" }), go: (page) => hash(page, "#/settings/entry") },
  { name: "entry-came-back", core: moving({ status: "rejected", reason: "register_mismatch", note: "医院人事科未查到您的任职记录，请补充聘任文件。" }), go: (page) => hash(page, "#/settings/entry") },
  {
    name: "entry-away",
    core: (core) => { core.entry = { ...core.entry, content: { ...core.entry.content, leaves: [{ from: day(5), through: day(9), text: "学术会议，急会诊请找欧阳静" }, { from: day(40), through: "", text: "" }] } }; },
    go: async (page) => {
      await hash(page, "#/settings/entry");
      await page.getByRole("textbox").first().fill("139-5550-0143");
      await page.locator("button[data-variant=primary]").last().click();
      await page.getByRole("alert").first().waitFor();
      await page.locator("input[type=date]").first().scrollIntoViewIfNeeded();
    },
  },
  { name: "directory-expired", core: (core) => core.verifiedThrough(-3), go: async (page) => { await hash(page, "#/directory"); await page.locator("[data-tone=warn]").first().waitFor(); } },
  { name: "directory-away", core: (core) => change(core, 1, { leaves: [{ from: day(-2), through: day(3), text: "学术会议，急会诊请找欧阳静" }] }), go: (page) => hash(page, "#/directory?colleague=p-1") },
  {
    name: "change-transfer",
    go: async (page) => {
      await hash(page, "#/settings/entry/change?kind=transfer");
      await page.locator("form button[type=submit]").click();
      await page.getByRole("alert").first().waitFor();
    },
  },
  { name: "change-title", go: async (page) => { await hash(page, "#/settings/entry/change?kind=title"); await page.locator("form").waitFor(); } },
  { name: "change-renewal", core: (core) => { core.ownApplication.own.licence_ending = null; }, go: async (page) => { await hash(page, "#/settings/entry/change?kind=renewal"); await page.locator("form").waitFor(); } },
  { name: "change-evidence", core: moving({ status: "draft", events: [] }), go: (page) => hash(page, "#/settings/entry/change") },
  { name: "change-under-review", core: moving({ status: "submitted" }), go: (page) => hash(page, "#/settings/entry/change") },
  { name: "change-came-back", core: moving({ status: "more_requested", reason: "evidence_unclear", note: "工作证反面看不清楚，请重新拍摄。", events: [...EVENTS, { kind: "more_requested", at: ago(0.5) }] }), go: (page) => hash(page, "#/settings/entry/change") },
  {
    name: "change-approved",
    core: moving({ status: "submitted" }),
    go: async (page, core) => {
      await hash(page, "#/settings/entry/change");
      await page.locator("ol").waitFor();
      decide(core, { status: "active" }, "approved", "activated");
    },
  },
  { name: "change-narrow", width: 760, height: 640, go: (page) => hash(page, "#/settings/entry/change?kind=transfer") },
  { name: "entry-requestable", go: (page) => hash(page, "#/directory?colleague=p-1") },
  { name: "review-empty", core: (core) => { takesReviews(core); }, go: (page) => hash(page, "#/review") },
  {
    name: "review-reject",
    core: (core) => { takesReviews(core); },
    go: async (page) => {
      await openApplication(page, 0);
      for (const n of [0, 0]) {
        await page.locator("figure button").filter({ hasNotText: /^$/ }).nth(n).click();
        await page.getByRole("dialog").locator("img").waitFor();
        await page.keyboard.press("Escape");
        await page.getByRole("dialog").waitFor({ state: "detached" });
      }
      await page.getByRole("radio").nth(2).click();
      await page.getByRole("radio").nth(6).click();
      await page.locator("textarea").fill("You already have a verified account at Binhai Central. Please ask Medical Affairs there.");
    },
  },
  { name: "review-approve", core: (core) => { takesReviews(core); }, go: (page) => openApplication(page, 1) },
  {
    name: "review-approve-missing",
    core: (core) => { takesReviews(core); },
    go: async (page) => {
      await openApplication(page, 1);
      await page.locator("aside footer button").last().click();
      await page.getByRole("alert").waitFor();
    },
  },
  {
    name: "review-viewer",
    core: (core) => { takesReviews(core); },
    go: async (page) => {
      await openApplication(page, 0);
      await page.locator("figure button").first().click();
      await page.getByRole("dialog").locator("img").waitFor();
      await page.keyboard.press("+");
    },
  },
  {
    name: "review-decided",
    core: (core) => { takesReviews(core); },
    go: async (page) => {
      await openApplication(page, 1);
      for (const box of await page.getByRole("checkbox").all()) await box.click();
      await page.locator("aside footer button").last().click();
      await page.locator("aside [role=status] b").waitFor();
    },
  },
  {
    name: "review-audit",
    core: (core) => { takesReviews(core); },
    go: async (page) => {
      await hash(page, "#/review");
      await page.locator("header button").nth(1).click();
      await page.locator("table").waitFor();
    },
  },
  { name: "review-offline", core: (core) => { takesReviews(core); core.connection = { ...core.connection, link: "offline" }; }, go: (page) => hash(page, "#/review") },
  { name: "review-medium", width: 1000, height: 700, core: (core) => { takesReviews(core); }, go: (page) => openApplication(page, 0) },
  { name: "review-entry", core: twoEntries, go: (page) => hash(page, "#/review?entry=p-6") },
  {
    name: "review-remove",
    core: twoEntries,
    go: async (page) => {
      await hash(page, "#/review?entry=p-6");
      await page.locator("button[data-variant=danger]").click();
      await page.getByRole("dialog").locator("button").last().click();
      await page.getByRole("alert").waitFor();
    },
  },
  {
    name: "review-merge",
    core: twoEntries,
    go: async (page) => {
      await hash(page, "#/review?entry=p-24");
      await page.locator("section button").last().waitFor();
      await page.getByRole("button").filter({ hasText: /^(Merge into this…|并入此条目…)$/ }).click();
      await page.getByRole("dialog").waitFor();
    },
  },
  {
    name: "review-merge-whom",
    core: twoEntries,
    go: async (page) => {
      await hash(page, "#/review?entry=p-24");
      await page.getByRole("button").filter({ hasText: /^(Merge into another entry…|并入另一条目…)$/ }).click();
      await page.getByRole("dialog").waitFor();
    },
  },
  { name: "review-narrow", width: 760, height: 640, core: (core) => { takesReviews(core); }, go: (page) => openApplication(page, 0) },
  ...TALK_SHOTS,
];

async function openApplication(page: Page, index: number): Promise<void> {
  await hash(page, "#/review");
  await page.getByRole("option").nth(index).click();
  await page.locator("aside footer").waitFor();
}

function partlyCovered(core: FakeCore): void {
  core.coverage = { complete: false, since: ago(24 * 200), filling: "fetching", undecryptable: 3 };
}

async function searchFor(page: Page, text: string): Promise<void> {
  await openChat(page, 12);
  await page.getByRole("log").waitFor();
  await page.keyboard.press("Control+f");
  await page.getByRole("search").locator("input").pressSequentially(text);
  await page.waitForTimeout(200);
  await page.keyboard.press("ArrowDown");
}

async function openChat(page: Page, peer: number): Promise<void> {
  await hash(page, `#/chats/${encodeURIComponent(`!room${peer}:jz.example`)}`);
}

/** A group, with its details beside it if wanted. */
async function openGroup(page: Page, id: string, detailed = false): Promise<void> {
  await hash(page, `#/chats/${encodeURIComponent(`!${id}:jz.example`)}`);
  if (!detailed) return;
  await page.getByRole("button", { name: /^(Group details|群详情)$/ }).click();
  await page.getByRole("complementary").last().waitFor();
}

/** The doctor owns the forum instead of Chen. */
function ownsForum(core: FakeCore): void {
  for (const { id, group } of core.rooms) {
    if (!group || id !== "!coronary:jz.example") continue;
    group.members = group.members.map((member, at): typeof member => ({ ...member, role: at === 0 ? "owner" : member.role === "owner" ? "admin" : member.role, removable: at > 0 }));
  }
}

const [out = "screenshots", ...names] = process.argv.slice(2);
await mkdir(out, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const problems: string[] = [];
const ALL: readonly Shot[] = [...SHOTS, ...ATTACHMENT_SHOTS, ...TALK_SHOTS, ...DESKTOP_SHOTS];
for (const shot of ALL.filter(({ name }) => names.length === 0 || names.includes(name))) {
  for (const [language, theme] of [["zh-CN", "light"], ["en", "dark"], ...(names.length > 0 ? [["en", "light"], ["zh-CN", "dark"]] : [])] as [Language, Theme][]) {
    const core = ward({ signedIn: shot.signedIn ?? true });
    core.settings = { ...core.settings, language, theme };
    shot.core?.(core);
    const host = await preview(core);
    const page = await browser.newPage({ viewport: { width: shot.width ?? 1280, height: shot.height ?? 800 } });
    page.on("console", (message) => { if (["error", "warning"].includes(message.type())) problems.push(`${shot.name}: ${message.text()}`); });
    page.on("pageerror", (error) => problems.push(`${shot.name}: ${error.message}`));
    await page.goto(host.url);
    await page.locator("nav, form, aside").first().waitFor();
    await shot.go(page, core);
    await page.waitForTimeout(350);
    await page.screenshot({ path: join(out, `${shot.name}.${language.slice(0, 2)}.${theme}.png`) });
    await page.close();
    host.close();
  }
}
await browser.close();
if (problems.length > 0) {
  console.error([...new Set(problems)].join("\n"));
  process.exitCode = 1;
}
