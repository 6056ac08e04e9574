// A morning on the ward, for screenshots and for tests that need a full window.
import type { ColleagueCard } from "../bindings/index.ts";
import { FakeCore, type FakeCoreOptions } from "./fake-core.ts";

const DAY = 24 * 60;

function plain(text: string) {
  return { text, strong: false, emphasis: false, code: false, link: null, mention: null };
}

function minutesSinceMidnight(now: number): number {
  const date = new Date(now);
  return date.getHours() * 60 + date.getMinutes();
}

export function ward(options: FakeCoreOptions = {}): FakeCore {
  const core = new FakeCore({ size: 2_400, verifier: true, ...options });
  for (const favourite of [1, 12, 14]) core.people[favourite] = { ...core.people[favourite] as ColleagueCard, favourite: true };
  core.people[1] = { ...core.people[1] as ColleagueCard, note: "去年 12 月一起讨论过左主干分叉病例，急会诊可直接打分机。" };
  core.searches = [{ id: "search-1", name: "滨海 心内 主任", query: { text: "", my_hospital: false, favourites: false, recent: false, departments: ["cardiology"], organizations: [], titles: ["chief"], cities: ["Binhai"], verified: [], joined: [], sort: "name", offset: 0, limit: 0 } }];
  const today = minutesSinceMidnight(core.now());
  const date = (daysAgo: number) => {
    const at = new Date(core.now() - daysAgo * DAY * 60_000);
    return `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, "0")}-${String(at.getDate()).padStart(2, "0")}`;
  };

  const chen = core.room(12);
  chen.items = [
    { id: "chen-d1", content: { kind: "day_divider", date: date(1) } },
    core.message(chen, false, "Bedside echo: 12 mm apical septal defect, left-to-right shunt.", today + 145),
    core.message(chen, true, "床旁超声看过了。术前先稳住，IABP 已上。", today + 130, { state: "read" }),
    core.message(chen, true, "Timing of repair is the question: now, or after 48 h?", today + 129, { state: "read" }),
    { id: "chen-d2", content: { kind: "day_divider", date: date(0) } },
    core.message(chen, false, "Too early and too soft for a device. Hold on IABP, re-image at 48 h.", 47, null, { reactions: [core.reaction("agree", [0]), core.reaction("🙏", [12])] }),
    core.message(chen, false, {
      kind: "text", edited: true, text: "If **lactate climbs**, VA-ECMO. We can take her. See https://ecmo.example/guide",
      formatted: [{ kind: "paragraph", runs: [plain("If "), { ...plain("lactate climbs"), strong: true }, plain(", VA-ECMO. We can take her. See https://ecmo.example/guide")] }],
    }, 46),
    core.message(chen, false, { kind: "undecryptable", before_this_device: false }, 40),
    core.message(chen, true, { kind: "recalled" }, 30),
    core.message(chen, true, "同意先稳住。乳酸现在 2.1，下午两点复查超声。", 22, { state: "sent" }, { reactions: [core.reaction("noted", [12])] }),
    core.message(chen, true, "APTT 56 s, keeping heparin at this rate.", 12, { state: "failed" }),
    core.message(chen, true, "Repeat echo at 14:00, I’ll update you.", 10, { state: "queued" }),
  ];
  const answered = chen.items.findIndex(({ content }) => content.kind === "message" && content.reactions.some(({ word }) => word === "noted"));
  const answer = chen.items[answered];
  if (answer?.content.kind === "message") chen.items[answered] = { ...answer, content: { ...answer.content, reply: core.replyTo(chen.items[5]) } };
  for (let page = 0; page < 4; page += 1) {
    chen.older.push(Array.from({ length: 30 }, (_, n) => core.message(chen, n % 3 === 0, `Older message ${page + 1}.${n + 1}, about the angiogram of that week.`, (8 - page) * DAY - n * 7)));
  }

  chen.older[0]?.unshift({ id: "chen-start", content: { kind: "start" } });

  const zhang = core.room(1, { unread: 2 });
  zhang.items = [
    { id: "zhang-d", content: { kind: "day_divider", date: date(0) } },
    core.message(zhang, true, "张主任，左主干分叉的造影发给您了。", 95, { state: "read" }),
    core.message(zhang, false, "造影我看过了，转过来之前先把肝素停掉。", 29),
    core.message(zhang, false, "下午三点前到导管室。", 28),
  ];

  const wang = core.room(13, { draft: { text: "Could you add RV function this afternoon", mentions: [], target: null, aside: null } });
  wang.items = [core.message(wang, false, "Report is in the system.", DAY + 60)];
  const weiss = core.room(14);
  weiss.items = [core.message(weiss, false, "Thanks, I’ll look at the clips tonight.", DAY + 200)];
  const gulnar = core.room(16, { unread: 1 });
  gulnar.items = [core.message(gulnar, false, "糖化 9.1%，建议住院期间改基础胰岛素。", 2 * DAY)];
  const ouyang = core.room(15, { membership: "invited" });
  ouyang.items = [];
  const xin = core.room(17);
  xin.items = [core.message(xin, false, "病人已到导管室，谢谢接力", 3 * DAY)];
  groups(core, date, today);
  core.connection = { ...core.connection, queued: 1 };
  return core;
}

/** Three groups, one of them as screen 02 has it. */
function groups(core: FakeCore, date: (daysAgo: number) => string, today: number): void {
  const [zhang, chen, wang, weiss, ouyang] = [1, 12, 13, 14, 15].map((index) => core.person(index));
  if (!zhang || !chen || !wang || !weiss || !ouyang) return;
  const forum = core.group("coronary", "心内科 · 复杂冠脉讨论组", [12, 1, 14, 15, 13, 4, 6, 9, 17, 18, 20, 21, 22], { placement: "pinned" });
  if (forum.group) {
    forum.group.topic = "左主干、分叉、CTO 与机械并发症。病例请先去标识再分享。";
    forum.group.members = forum.group.members.map((member) => (member.person.user_id === zhang.user_id ? { ...member, role: "admin" } : member));
  }
  const at = (minutes: number) => new Date(core.now() - minutes * 60_000).toISOString();
  const from = (sender: typeof chen, body: Parameters<FakeCore["message"]>[2], minutes: number, more = {}) => core.message(forum, false, body, minutes, null, { sender, ...more });
  const early = from(weiss, "Too early and too soft for a device. Hold on IABP, re-image at 48 h.", 41, { reactions: [core.reaction("agree", [0, 12, 1, 15]), core.reaction("noted", [13, 4])] });
  const night = from(chen, "夜间联络：东湖 ECMO 值班 8801", today + 400);
  const named = { ...plain("@Lin Jianing"), mention: core.account.user_id };
  forum.items = [
    { id: "forum-d1", content: { kind: "day_divider", date: date(1) } },
    ...[4, 6, 9, 17].map((index, n) => ({ id: `forum-i${n}`, content: { kind: "membership_change" as const, person: core.person(index), change: "invited" as const, by: chen, at: at(today + 500) } })),
    night,
    from(wang, "Bedside echo: 12 mm apical septal defect, left-to-right shunt.", today + 145),
    core.message(forum, true, "Post-infarct VSD, day 3. Timing of repair is the question.", today + 122, { state: "read" }, { readers: { by: 11, of: 13 } }),
    { id: "forum-d2", content: { kind: "day_divider", date: date(0) } },
    early,
    from(chen, { kind: "text", text: "@Lin Jianing Agreed. If lactate climbs, VA-ECMO. We can take her.", edited: false, formatted: [{ kind: "paragraph", runs: [named, plain(" Agreed. If lactate climbs, VA-ECMO. We can take her.")] }] }, 29, { reply: core.replyTo(early), mentions_me: true }),
    from(zhang, { kind: "recalled" }, 25),
    core.message(forum, true, "APTT 56 s, keeping heparin at this rate.", 16, { state: "sent" }, { readers: { by: 0, of: 13 } }),
    core.message(forum, true, "Repeat echo at 14:00, I’ll update you.", 14, { state: "queued" }),
  ];
  forum.pinned = [night, early].flatMap(({ content }) => content.event_id ?? []);
  const handover = core.group("handover", "江大一附院心内科 · 晨交班", [19, 13, 24], { placement: "pinned", muted: true, unread: 12 });
  handover.items = [core.message(handover, false, "夜间一例窦缓 48 次，已报上级。", 40, null, { sender: core.person(19) })];
  const network = core.group("donghu", "东湖–滨海心脏协作网", [13, 12, 1, 26, 16, 17, 18, 20, 21, 22], { unread: 2, mentions: 1 });
  network.items = [core.message(network, false, "转运流程 v3 已更新，请 @林嘉宁 过目。", 120, null, { sender: core.person(13), mentions_me: true })];
  const pharmacy = core.group("pharmacy", "临床药学 · 用药咨询", [17, 16, 27], { placement: "low_priority", muted: true });
  pharmacy.items = [core.message(pharmacy, false, "已更新坎格雷洛桥接方案", 2 * DAY + 300, null, { sender: core.person(27) })];
  const old = core.group("course", "2025 冠脉培训班", [13, 28], { placement: "archived" });
  old.items = [core.message(old, false, "感谢各位同道。", 40 * DAY, null, { sender: wang })];
  const invited = core.group("shock", "江东心源性休克协作组", [18], { membership: "invited" });
  if (invited.group) invited.group.invitedBy = core.person(18);
}
