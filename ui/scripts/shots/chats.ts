// Conversations, groups, and looking for things in them.
import type { Page } from "playwright-core";
import type { FakeCore } from "../../src/testing/fake-core.ts";
import { unverified } from "../../src/testing/security.ts";
import { type Shot, FUJIAN, ago, hash } from "./shot.ts";

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

export const CHAT_SHOTS: readonly Shot[] = [
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
  { name: "chats-empty", core: (core) => { core.rooms.length = 0; }, go: (page) => hash(page, "#/chats") },
  {
    name: "chat-outside",
    core: (core) => {
      core.directory = { ...core.directory, ...FUJIAN };
      for (const room of core.rooms) if (room.id.startsWith("!room12:")) room.peer = { ...room.peer, practitioner_id: "", name: { han: "", latin: "" }, verified: false, title: "", hospital: { zh: "", en: "" } };
    },
    go: (page) => openChat(page, 12),
  },
  { name: "chat-unverified", core: unverified, go: (page) => openChat(page, 12) },
  { name: "chat-no-recovery", core: (core) => { core.security = { ...core.security, recovery: "not_set_up" }; }, go: (page) => openChat(page, 12) },
];
