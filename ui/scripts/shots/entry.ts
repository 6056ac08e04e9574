// One's own entry in the directory, and changing it.
import type { ApplicationView, ChangeForm } from "../../src/bindings/index.ts";
import type { FakeCore } from "../../src/testing/fake-core.ts";
import { decide } from "../../src/testing/own-application.ts";
import { type Shot, EVENTS, EVIDENCE, ago, day, hash } from "./shot.ts";

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

export const ENTRY_SHOTS: readonly Shot[] = [
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
];
