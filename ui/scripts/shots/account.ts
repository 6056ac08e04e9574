// Signing in and out, registering, and the settings.
import type { ApplicationView } from "../../src/bindings/index.ts";
import { applicationOf, formOf, takesApplications } from "../../src/testing/applicant.ts";
import type { FakeCore } from "../../src/testing/fake-core.ts";
import { unverified, withStranger } from "../../src/testing/security.ts";
import { type Shot, EVENTS, EVIDENCE, FUJIAN, ago, hash } from "./shot.ts";

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

export const ACCOUNT_SHOTS: readonly Shot[] = [
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
];
