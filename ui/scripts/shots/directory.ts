// Colleagues and hospitals.
import { type Shot, FUJIAN, change, day, hash } from "./shot.ts";

export const DIRECTORY_SHOTS: readonly Shot[] = [
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
  {
    name: "directory-group",
    go: async (page) => {
      await hash(page, "#/directory?hospital=o-dh1&department=cardiology");
      await page.getByRole("button", { name: /(Group with|建群)/ }).click();
      await page.getByRole("dialog").waitFor();
    },
  },
  { name: "directory-part", core: (core) => { core.directory = { ...core.directory, ...FUJIAN }; }, go: async (page) => { await hash(page, "#/directory"); await page.getByRole("option").first().waitFor(); } },
  { name: "directory-expired", core: (core) => core.verifiedThrough(-3), go: async (page) => { await hash(page, "#/directory"); await page.locator("[data-tone=warn]").first().waitFor(); } },
  { name: "directory-away", core: (core) => change(core, 1, { leaves: [{ from: day(-2), through: day(3), text: "学术会议，急会诊请找欧阳静" }] }), go: (page) => hash(page, "#/directory?colleague=p-1") },
];
