// What a verifier does.
import type { Page } from "playwright-core";
import type { ColleagueCard } from "../../src/bindings/index.ts";
import type { FakeCore } from "../../src/testing/fake-core.ts";
import { takesReviews } from "../../src/testing/reviewer.ts";
import { type Shot, ago, change, hash } from "./shot.ts";

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

async function openApplication(page: Page, index: number): Promise<void> {
  await hash(page, "#/review");
  await page.getByRole("option").nth(index).click();
  await page.locator("aside footer").waitFor();
}

export const REVIEW_SHOTS: readonly Shot[] = [
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
];
