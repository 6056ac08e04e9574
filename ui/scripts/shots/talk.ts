// What one does with messages: threads, forwarding, stars, going to a day, and groups that one left.
import type { Page } from "playwright-core";
import type { FakeCore, MessageItem } from "../../src/testing/fake-core.ts";
import { fileOf, imageOf } from "../../src/testing/attachments.ts";
import { pollOf } from "../../src/testing/polls.ts";
import { writeInThread } from "../../src/testing/threads.ts";
import { type Shot, hash } from "./shot.ts";

const FORUM = "#/chats/!coronary:jz.example";
const QUESTION = "Post-infarct VSD, day 3. Timing of repair is the question.";

function saidIn(core: FakeCore, text: string): MessageItem {
  const room = core.roomOf("!coronary:jz.example");
  const item = room.items.find(({ content }) => content.kind === "message" && content.body.kind === "text" && content.body.text === text);
  if (item?.content.kind !== "message") throw new Error(`nobody said ${text}`);
  return item as MessageItem;
}

/** A thread about the question of the forum, and a newer one. */
function threads(core: FakeCore): void {
  const room = core.roomOf("!coronary:jz.example");
  const [chen, weiss, zhang] = [12, 14, 1].map((index) => core.person(index));
  if (!chen || !weiss || !zhang) return;
  writeInThread(core, room, saidIn(core, QUESTION), [
    [weiss, "After 48 h, once the edges hold a suture.", 44],
    [chen, "IABP 撑得住吗？乳酸多少？", 36],
    [null, "乳酸 2.1，尿量 40 ml/h，撑得住。", 33],
    [chen, "那就等。明早八点再看一次超声。", 18],
  ]);
  writeInThread(core, room, saidIn(core, "夜间联络：东湖 ECMO 值班 8801"), [[zhang, "本周改为 8802。", 11], [chen, "收到。", 9]], 2);
}

/** A thread with an image and a file in it. */
function threadWithFiles(core: FakeCore): void {
  const room = core.roomOf("!coronary:jz.example");
  const [chen, zhang] = [12, 1].map((index) => core.person(index));
  if (!chen || !zhang) return;
  writeInThread(core, room, saidIn(core, QUESTION), [
    [chen, "床旁再看一眼？", 44],
    [zhang, imageOf("echo-apical.png", 640, 480, { caption: { text: "心尖四腔，缺损 12 mm", formatted: null, edited: false } }), 36],
    [null, { kind: "file", sort: "other", file: fileOf("lab-results.xlsx", { size: 86_000 }) }, 18],
  ]);
}

const openThread = async (page: Page) => {
  await open(page);
  await page.getByRole("article").filter({ hasText: QUESTION }).getByRole("button").filter({ hasText: "3" }).last().click();
  await page.getByRole("complementary").getByRole("img").first().waitFor();
};

const open = async (page: Page) => {
  await hash(page, FORUM);
  await page.getByRole("article").filter({ hasText: QUESTION }).waitFor();
};

/** A card that came in the forum, and two starred messages. */
function handedOn(core: FakeCore): void {
  const room = core.roomOf("!coronary:jz.example");
  const weiss = core.person(14);
  if (!weiss) return;
  const said = [[12, "心内和外科都看过了：先稳住。"], [1, "IABP 继续，肝素按 APTT 调。"], [12, "48 小时后复查超声，再定手术时间。"], [13, "床旁我来做。"]] as const;
  const messages = said.map(([index, text], n) => ({ name: core.person(index).name, at: new Date(core.now() - (300 - n * 7) * 60_000).toISOString(), text }));
  core.push(room, core.message(room, false, { kind: "forwarded", text: "聊天记录：陈思远、张伟 — 4 条消息", messages }, 6, null, { sender: weiss }));
  core.stars = ["夜间联络：东湖 ECMO 值班 8801", "Too early and too soft for a device. Hold on IABP, re-image at 48 h."].flatMap((text) => {
    const { event_id } = saidIn(core, text).content;
    return event_id === null ? [] : [{ room_id: room.id, event_id }];
  });
}

/** Somebody with new keys, and two with a device that they have not confirmed. */
function doubts(core: FakeCore): void {
  const room = core.roomOf("!coronary:jz.example");
  const of = (index: number, kind: "changed_keys" | "unconfirmed_device") => ({ person: core.person(index), kind });
  core.doubts.set(room.id, [of(12, "changed_keys"), of(14, "unconfirmed_device"), of(1, "unconfirmed_device")]);
  core.devices.set(core.person(12).user_id, { confirmed: 1, unconfirmed: 1, changed_keys: true });
}

/** A poll that has ended, and one that is open. */
function polls(core: FakeCore): void {
  const room = core.roomOf("!coronary:jz.example");
  const [chen, zhang] = [12, 1].map((index) => core.person(index));
  if (!chen || !zhang) return;
  core.push(room, core.message(room, false, pollOf(core, "下次病例讨论放在哪天？", [["周二 17:00", [1, 12, 13, 14, 0]], ["周四 12:30", [2, 3]], ["周五 17:00", []]], { ended: true }), 90, null, { sender: zhang }));
  core.push(room, core.message(room, false, pollOf(core, "Who can sit on the angiogram review? Choose all the days that suit you.", [["Monday", [14]], ["Wednesday", [0, 12]], ["Friday", [12, 14]]], { most: 3 }), 12, null, { sender: chen }));
  core.push(room, core.message(room, true, pollOf(core, "3号夜班谁能上？", [["陈思远", []], ["张伟", [12]], ["我可以换到3号（需有人接5号）", [13, 14]]], { may_end: true }), 5));
}

const words = (en: string, zh: string) => new RegExp(`^(${en}|${zh})$`);

/** Messages to Chen that go out later; the time of one is over. */
function later(core: FakeCore): void {
  const message = (text: string) => ({ room_id: core.room(12).id, text, mentions: [], reply_to: null, thread: null });
  const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
  core.scheduled = [
    { id: 1, message: message("Please look at the echo of bed 7 before the round."), at: at(14), problem: null },
    { id: 2, message: message("明早查房前请复查肌钙蛋白。"), at: at(62), problem: null },
  ];
}

export const TALK_SHOTS: Shot[] = [
  {
    name: "scheduled",
    core: later,
    go: async (page, core) => {
      await hash(page, `#/chats/${encodeURIComponent(core.room(12).id)}`);
      await page.locator("button[aria-expanded][aria-controls]").filter({ hasText: "2" }).last().click();
    },
  },
  {
    name: "schedule",
    go: async (page, core) => {
      await hash(page, `#/chats/${encodeURIComponent(core.room(12).id)}`);
      await page.locator("textarea").fill("明早查房前请复查肌钙蛋白。");
      await page.getByRole("button", { name: /^(Send later…|定时发送…)$/ }).click();
      await page.getByRole("dialog").waitFor();
    },
  },
  { name: "threads", core: threads, go: open },
  {
    name: "thread",
    core: threads,
    go: async (page) => {
      await open(page);
      await page.getByRole("article").filter({ hasText: QUESTION }).getByRole("button").filter({ hasText: "4" }).last().click();
      await page.getByRole("complementary").getByRole("article").nth(3).waitFor();
    },
  },
  {
    name: "thread-narrow",
    width: 1000,
    core: threads,
    go: async (page) => {
      await open(page);
      await page.getByRole("article").filter({ hasText: QUESTION }).getByRole("button").filter({ hasText: "4" }).last().click();
      await page.getByRole("complementary").getByRole("article").nth(3).waitFor();
    },
  },
  {
    name: "thread-files",
    core: threadWithFiles,
    go: async (page) => {
      await openThread(page);
      await page.getByRole("complementary").getByTestId("attach").setInputFiles({ name: "angio-0403.pdf", mimeType: "application/pdf", buffer: Buffer.alloc(1_400_000) });
      await page.getByRole("complementary").getByText("angio-0403.pdf").waitFor();
    },
  },
  {
    name: "thread-drop",
    core: threadWithFiles,
    go: async (page) => {
      await openThread(page);
      await page.evaluate(() => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File(["x"], "echo.mp4"));
        window.dispatchEvent(new DragEvent("dragenter", { dataTransfer }));
      });
      await page.getByText(words("Drop to attach to your reply in this thread", "松开即可附到本话题中的回复")).waitFor();
    },
  },
  {
    name: "polls",
    core: polls,
    go: async (page) => {
      await open(page);
      await page.getByText("3号夜班谁能上？").last().waitFor();
    },
  },
  {
    name: "polls-narrow",
    width: 700,
    core: polls,
    go: async (page) => {
      await hash(page, FORUM);
      await page.getByRole("log").getByText("3号夜班谁能上？").waitFor();
    },
  },
  { name: "doubts", core: doubts, go: open },
  {
    name: "doubts-none",
    go: async (page) => {
      await open(page);
      await page.getByRole("button", { name: words("Group details", "群详情") }).click();
      await page.getByText(words("The devices of all members are confirmed", "所有成员的设备均已确认")).scrollIntoViewIfNeeded();
    },
  },
  {
    name: "doubts-card",
    core: doubts,
    go: async (page, core) => {
      await hash(page, `#/directory?colleague=${core.person(12).practitioner_id}`);
      await page.getByRole("region", { name: words("Devices in use", "使用中的设备") }).scrollIntoViewIfNeeded();
    },
  },
  {
    name: "poll-new",
    go: async (page) => {
      await open(page);
      await page.getByRole("button", { name: words("Ask in a poll", "发起投票") }).click();
      const fields = page.getByRole("dialog").getByRole("textbox");
      await fields.nth(0).fill("3号夜班谁能上？");
      await fields.nth(1).fill("陈思远");
      await fields.nth(2).fill("张伟");
      await fields.nth(3).fill("陈思远");
    },
  },
  { name: "forwarded", core: handedOn, go: open },
  {
    name: "forwarded-open",
    core: handedOn,
    go: async (page) => {
      await open(page);
      await page.getByRole("button").filter({ hasText: "聊天记录" }).click();
      await page.getByRole("dialog").waitFor();
    },
  },
  {
    name: "forward",
    go: async (page) => {
      await open(page);
      const message = page.getByRole("article").filter({ hasText: QUESTION });
      await message.focus();
      await page.keyboard.press("s");
      await page.getByRole("article").filter({ hasText: "Too early" }).first().click();
      await page.getByRole("toolbar").getByRole("button").filter({ hasText: words("Forward…", "转发…") }).click();
      await page.getByRole("dialog").getByRole("radio").last().click();
      await page.getByRole("dialog").getByRole("checkbox").nth(1).click();
    },
  },
  {
    name: "starred",
    core: handedOn,
    go: async (page) => {
      await open(page);
      await page.getByRole("button", { name: words("Starred messages", "收藏的消息") }).click();
      await page.getByRole("list").first().waitFor();
    },
  },
  {
    name: "go-to-day",
    go: async (page) => {
      await open(page);
      await page.getByRole("button", { name: words("Go to a day", "跳转到日期") }).click();
      await page.getByRole("grid").waitFor();
    },
  },
  {
    name: "left-group",
    core: (core) => { Object.assign(core.roomOf("!coronary:jz.example"), { membership: "left", placement: "archived" }); },
    go: open,
  },
];
