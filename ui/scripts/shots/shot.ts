// What a shot is, and what several of them need.
import type { Page } from "playwright-core";
import type { ApplicationView, ColleagueCard } from "../../src/bindings/index.ts";
import type { FakeCore } from "../../src/testing/fake-core.ts";

export interface Shot {
  name: string;
  signedIn?: boolean;
  width?: number;
  height?: number;
  /** Before the window opens. */
  core?: (core: FakeCore) => void;
  go: (page: Page, core: FakeCore) => Promise<void>;
}

export const hash = async (page: Page, path: string) => {
  await page.evaluate((to) => { location.hash = to; }, path);
};

export const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();

export const day = (ahead: number) => new Date(Date.now() + ahead * 86_400_000).toLocaleDateString("sv");

export function change(core: FakeCore, index: number, to: Partial<ColleagueCard>): void {
  core.people[index] = { ...core.people[index] as ColleagueCard, ...to };
}

export const FUJIAN = { scope: "province", scope_name: { zh: "福建省", en: "Fujian" } } as const;

export const EVENTS: ApplicationView["events"] = [{ kind: "email_confirmed", at: ago(20) }, { kind: "submitted", at: ago(19.9) }, { kind: "opened", at: ago(1) }];

export const EVIDENCE: ApplicationView["evidence"] = [
  { id: "e1", kind: "licence", file_name: "医师执业证书.jpg", size: 842_000, available: true },
  { id: "e2", kind: "staff_card", file_name: "工作证正面.jpg", size: 388_000, available: true },
];
