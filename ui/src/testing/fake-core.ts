// A core for tests of the screens: in memory, typed by the contract, with the manners of the real one. Never in the product.
import type {
  Account, AccountRef, ColleagueCard, ColleagueDevices, DeviceDoubt, ContactRequests, GroupDetails, GroupMember, Placement, EntryProblem, EntryVersion, OwnEntry, ColleagueRow, Commands, Connection, Conversation, Delivery, DirectoryQuery, Draft, DirectoryStatus, Error as WireError,
  DirectoryPage, ErrorCode, ScheduledMessage, ScopeChoice, FacetValue, Facets, Link, ListUpdate, MessageBody, Person, Registration, SavedSearch, Security, SessionState, Settings,
  Reaction, Reply, Subscriptions, Text, ThreadRef,
  TimelineItem,
} from "@/bindings";
import type { Desktop, Platform, SavedFile } from "@/platform/types";
import { DEFAULT_SETTINGS } from "../lib/settings.ts";
import { desktopCommands } from "./desktop.ts";
import { HOSPITALS, NOTHING_LOADED, TERMINOLOGY, colleagues, personOf } from "./fixtures.ts";
import { attachmentCommands, previewOf } from "./attachments.ts";
import { conversationCommands, pinsOf, readUpTo } from "./conversations.ts";
import { forwardCommands } from "./forward.ts";
import { scheduledCommands } from "./scheduled.ts";
import { groupCommands, partyOf } from "./groups.ts";
import { organization, organizations, places } from "./hospitals.ts";
import { type OwnApplication, ownApplication, ownApplicationCommands } from "./own-application.ts";
import { pollCommands } from "./polls.ts";
import { COVERED, searchCommands } from "./search.ts";
import { safe, securityCommands } from "./security.ts";
import { type Thread, changeInThread, threadCommands, threadOf, unreadThreads } from "./threads.ts";

export type Message = Extract<TimelineItem["content"], { kind: "message" }>;
export type MessageItem = TimelineItem & { content: Message };

type Topic = keyof Subscriptions;
export type Handlers = { [C in keyof Commands]?: (input: Commands[C]["input"]) => Commands[C]["output"] | Promise<Commands[C]["output"]> };

export function wireError(code: ErrorCode): WireError {
  return { code, message: `fake ${code}` };
}

/** What a command of the fake core rejects with: the wire's shape, as the real hosts hand it on. */
export class Refused extends Error implements WireError {
  readonly code: ErrorCode;

  constructor(code: ErrorCode) {
    super(`fake ${code}`);
    this.code = code;
  }
}

interface Listener {
  topic: Topic;
  key: string;
  onEvent: (event: unknown) => void;
}

/** What makes a room a group. */
export interface Group {
  name: string;
  topic: string;
  history: GroupDetails["history"];
  /** The doctor too. */
  members: GroupMember[];
  invitedBy: Person | null;
}

export interface Room {
  id: string;
  /** The colleague; in a group whoever is named first. */
  peer: Person;
  group: Group | null;
  items: TimelineItem[];
  older: TimelineItem[][];
  unread: number;
  mentions: number;
  markedUnread: boolean;
  muted: boolean;
  placement: Placement;
  draft: Draft | null;
  /** What was written about messages, by their events. */
  threads: Map<string, Thread>;
  /** Events that are pinned. */
  pinned: string[];
  membership: Conversation["membership"];
}

export interface FakeCoreOptions {
  signedIn?: boolean;
  size?: number;
  verifier?: boolean;
  /** The present of the story, Unix milliseconds. */
  now?: number;
}

type FacetName = "departments" | "organizations" | "titles" | "cities" | "verified" | "joined";

const yesNo = (value: boolean) => (value ? "yes" : "no");

/** A code of nothing, with the three eyes that every one has. */
const CODE = Array.from({ length: 21 }, (_, y) =>
  Array.from({ length: 21 }, (_row, x) => {
    const eye = (at: number, from: number) => at >= from && at < from + 7;
    const ring = (left: number, top: number) => Math.max(Math.abs(x - left - 3), Math.abs(y - top - 3)) !== 2;
    for (const [left, top] of [[0, 0], [14, 0], [0, 14]] as const) if (eye(x, left) && eye(y, top)) return ring(left, top) ? "1" : "0";
    return (x * 7 + y * 11 + x * y) % 3 === 0 ? "1" : "0";
  }).join(""));

const MINUTE = 60_000;

function rangesOf(text: string, words: readonly string[]): [number, number][] {
  const lower = text.toLowerCase();
  return words.flatMap((word): [number, number][] => {
    const at = lower.indexOf(word);
    return at < 0 ? [] : [[at, at + word.length]];
  });
}

export class FakeCore implements Platform {
  readonly calls: { command: string; input: unknown }[] = [];
  readonly people: ColleagueCard[];
  readonly rooms: Room[] = [];
  readonly uploads = new Map<string, Uint8Array>();
  /** By room, and by account: whose devices or keys give reason to ask. */
  readonly doubts = new Map<string, DeviceDoubt[]>();
  readonly devices = new Map<string, ColleagueDevices>();
  readonly saved: SavedFile[] = [];
  /** Images and files of messages that were saved: where they are, and their proposed names. */
  readonly savedMedia: { path: string; name: string }[] = [];
  /** Bytes that the homeserver takes. */
  attachmentLimit = 50_000_000;
  /** Ids of entries that gave way, with the one that is kept. */
  readonly gaveWay = new Map<string, string>();
  searches: SavedSearch[] = [];
  requests: ContactRequests = { received: [], sent: [] };
  /** The doctor's own entry as the registry has it. */
  entry: OwnEntry;
  history: EntryVersion[] = [];
  /** Applications about it, and what was typed of one. */
  ownApplication: OwnApplication;
  account: Account;
  session: SessionState;
  connection: Connection;
  settings: Settings = DEFAULT_SETTINGS;
  /** None, as in a browser. */
  desktop: Desktop | null = null;
  directory: DirectoryStatus;
  /** What may be kept of the directory. */
  scopes: ScopeChoice[] = [
    { scope: "everything", name: { zh: "", en: "" }, colleagues: 1_042_318, disk_bytes: 412_000_000, sent_bytes: 118_000_000 },
    { scope: "province", name: { zh: "福建省", en: "Fujian" }, colleagues: 31_204, disk_bytes: 46_000_000, sent_bytes: 6_400_000 },
    { scope: "group", name: { zh: "江州大学附属第一医院", en: "The First Affiliated Hospital of Jiangzhou University" }, colleagues: 2_186, disk_bytes: 33_500_000, sent_bytes: 6_400_000 },
  ];
  security: Security;
  /** Starred messages, the latest first. */
  stars: { room_id: string; event_id: string }[] = [];
  /** What goes out later. */
  scheduled: readonly ScheduledMessage[] = [];
  /** What a search of messages covers. */
  coverage = COVERED;
  registration: Registration = { server: "", draft: null, application: null, checked_at: null, problem: null, making_account: false };
  now: () => number;
  /** Replaces or adds commands of a test. */
  readonly handlers: Handlers;
  #listeners = new Set<Listener>();
  #lastId = 0;

  constructor({ signedIn = true, size = 60, verifier = false, now }: FakeCoreOptions = {}) {
    this.now = now === undefined ? Date.now : () => now;
    this.people = colleagues(size);
    const me = this.person(0);
    this.account = {
      user_id: me.user_id,
      device_id: "QXR72M4K",
      name: me.name,
      practitioner_id: me.practitioner_id,
      roles: verifier ? ["physician", "verifier"] : ["physician"],
      server: "consilium.jz.example",
    };
    this.session = signedIn ? this.signedIn() : { state: "signed_out", reason: null, former: null };
    this.connection = { link: "online", queued: 0, last_synced: new Date(this.now() - MINUTE).toISOString(), disk_full: false };
    this.directory = { ...NOTHING_LOADED, phase: "complete", colleagues: size, as_of: new Date(this.now() - 20 * MINUTE).toISOString() };
    this.entry = ownEntry(new Date(this.now()).toISOString());
    this.security = safe(this.now());
    this.ownApplication = ownApplication();
    this.verifiedThrough(300);
    this.handlers = { ...this.#commands(), ...conversationCommands(this), ...attachmentCommands(this), ...pollCommands(this), ...groupCommands(this), ...threadCommands(this), ...forwardCommands(this), ...scheduledCommands(this), ...securityCommands(this), ...searchCommands(this), ...ownApplicationCommands(this), ...desktopCommands(this) };
  }

  /** Milliseconds that a message is on its way. */
  sendsAfter = 60;

  signedIn(): SessionState {
    return { state: "signed_in", account: this.account };
  }

  person(index: number): Person {
    return personOf(this.people[index] as ColleagueCard);
  }

  // ---- the platform ----

  async invoke(command: string, input: unknown): Promise<unknown> {
    this.calls.push({ command, input });
    const handler = this.handlers[command as keyof Commands] as ((input: unknown) => unknown) | undefined;
    if (!handler) throw new Refused("invalid_input");
    return await handler(input);
  }

  subscribe(subscription: string, input: unknown, onEvent: (event: unknown) => void): () => void {
    const listener: Listener = { topic: subscription as Topic, key: JSON.stringify(input ?? null), onEvent };
    this.#listeners.add(listener);
    queueMicrotask(() => {
      if (this.#listeners.has(listener)) for (const event of this.#first(listener)) onEvent(event);
    });
    return () => this.#listeners.delete(listener);
  }

  upload(bytes: Uint8Array): Promise<string> {
    this.#lastId += 1;
    const id = `upload-${this.#lastId}`;
    this.uploads.set(id, bytes);
    return Promise.resolve(id);
  }

  mediaUrl(path: string): Promise<{ url: string; release: () => void }> {
    return Promise.resolve({ url: `/media/${path}`, release: () => undefined });
  }

  saveFile(file: SavedFile): Promise<boolean> {
    this.saved.push(file);
    return Promise.resolve(true);
  }

  saveMedia(path: string, name: string): Promise<boolean> {
    this.savedMedia.push({ path, name });
    return Promise.resolve(true);
  }

  emit<S extends Topic>(topic: S, event: Subscriptions[S]["event"], input: Subscriptions[S]["input"] = null): void {
    const key = JSON.stringify(input ?? null);
    for (const listener of [...this.#listeners]) if (listener.topic === topic && listener.key === key) listener.onEvent(event);
  }

  #first({ topic, key }: Listener): unknown[] {
    const input = JSON.parse(key) as { room_id?: string } | null;
    const room = this.rooms.find(({ id }) => id === input?.room_id);
    switch (topic) {
      case "session": return [this.session];
      case "connection": return [this.connection];
      case "settings": return [this.settings];
      case "registration": return [this.registration];
      case "directory_status": return [this.directory];
      case "security": return [this.security];
      case "conversations": return [{ type: "reset", items: this.conversations() } satisfies ListUpdate<Conversation>];
      case "timeline":
        return [
          { type: "read_up_to", at: room ? readUpTo(room) : null },
          { type: "items", update: { type: "reset", items: room?.items ?? [] } },
          { type: "backwards", state: room && room.older.length === 0 ? "reached_start" : "idle" },
        ];
      case "thread": return room ? threadOf(room, (input as ThreadRef).root) : [];
      case "pins": return room ? [pinsOf(room)] : [];
      case "doubts": return [room ? (this.doubts.get(room.id) ?? []) : []];
      case "colleague_devices": return [this.devices.get((input as AccountRef).user_id) ?? { confirmed: 1, unconfirmed: 0, changed_keys: false }];
      case "typing": return [[]];
      case "destination": return [null];
      case "notifications": return [{ type: "reset", notifications: [] }];
      case "unread": return [{ count: 0 }];
      case "changes": return [];
    }
  }

  // ---- what happens outside of the window ----

  setSession(session: SessionState): void {
    this.session = session;
    this.emit("session", session);
  }

  setLink(link: Link): void {
    this.connection = { ...this.connection, link };
    this.emit("connection", this.connection);
    if (link !== "online") return;
    for (const room of this.rooms) {
      for (const item of room.items) {
        if (deliveryOf(item)?.state === "queued") this.setDelivery(room, item.id, { state: "sent" });
        if (item.content.kind === "message" && item.content.change?.state === "queued") this.change(room, item.id, () => ({ change: null }));
      }
    }
  }

  setDirectory(change: Partial<DirectoryStatus>): void {
    this.directory = { ...this.directory, ...change };
    this.emit("directory_status", this.directory);
    this.emit("changes", ["directory"]);
  }

  setSecurity(change: Partial<Security>): void {
    this.security = { ...this.security, ...change };
    this.emit("security", this.security);
  }

  /** The doctor's own verification counts for so many days more. */
  verifiedThrough(days: number): void {
    const card = this.people[0];
    if (!card?.verification) return;
    const day = new Date(this.now() + days * 86_400_000);
    const valid_until = `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, "0")}-${String(day.getDate()).padStart(2, "0")}`;
    this.people[0] = { ...card, verification: { ...card.verification, valid_until, in_force: days >= 0 } };
    this.emit("changes", ["directory"]);
  }

  /** A conversation with a colleague, by index. */
  room(peer: number, init: Partial<Room> = {}): Room {
    const room: Room = {
      id: `!room${peer}:jz.example`, peer: this.person(peer), group: null, items: [], older: [], unread: 0, mentions: 0, markedUnread: false, muted: false, placement: "normal",
      draft: null, threads: new Map(), pinned: [], membership: "joined", ...init,
    };
    this.rooms.push(room);
    this.emit("conversations", { type: "reset", items: this.conversations() });
    return room;
  }

  /** A group of the doctor and these colleagues, the first of whom owns it unless the doctor does. */
  group(id: string, name: string, people: readonly number[], { own = "member", ...init }: Partial<Room> & { own?: GroupMember["role"] } = {}): Room {
    const member = (index: number, role: GroupMember["role"]): GroupMember => ({ person: this.person(index), role, invited: false, removable: own === "owner" && index !== 0 });
    const members = [member(0, own), ...people.map((index, at) => member(index, at === 0 && own !== "owner" ? "owner" : "member"))];
    return this.room(people[0] ?? 0, { id: `!${id}:jz.example`, group: { name, topic: "", history: "from_invitation", members, invitedBy: null }, ...init });
  }

  message(room: Room, own: boolean, body: MessageBody | string, minutesAgo: number, delivery: Delivery | null = own ? { state: "sent" } : null, more: Partial<Message> = {}): MessageItem {
    this.#lastId += 1;
    return {
      id: `item-${this.#lastId}`,
      content: {
        kind: "message",
        event_id: delivery?.state === "queued" || delivery?.state === "failed" ? null : `$event-${this.#lastId}`,
        sender: own ? this.person(0) : room.peer,
        own,
        at: new Date(this.now() - minutesAgo * MINUTE).toISOString(),
        body: typeof body === "string" ? { kind: "text", text: body, formatted: null, edited: false } : body,
        delivery,
        change: null,
        readers: null,
        reply: null,
        reactions: [],
        mentions_me: false,
        thread: null,
        ...more,
      },
    };
  }

  push(room: Room, item: TimelineItem): void {
    room.items = [...room.items, item];
    this.emit("timeline", { type: "items", update: { type: "batch", ops: [{ op: "push_back", item }] } }, { room_id: room.id });
    this.emit("conversations", { type: "reset", items: this.conversations() });
  }

  setDelivery(room: Room, itemId: string, delivery: Delivery): void {
    this.change(room, itemId, (message) => ({ delivery, event_id: delivery.state === "sent" || delivery.state === "read" ? (message.event_id ?? `$event-of-${itemId}`) : message.event_id }));
  }

  /** Changes a message, by its item or its event. */
  change(room: Room, id: string, how: (message: Message) => Partial<Message>): void {
    if (changeInThread(this, room, id, how)) return;
    const index = room.items.findIndex((item) => item.id === id || (item.content.kind === "message" && item.content.event_id === id));
    const item = room.items[index];
    if (item?.content.kind !== "message") throw new Refused("not_found");
    const changed: TimelineItem = { ...item, content: { ...item.content, ...how(item.content) } };
    room.items = room.items.with(index, changed);
    this.emit("timeline", { type: "items", update: { type: "batch", ops: [{ op: "set", index, item: changed }] } }, { room_id: room.id });
    this.countQueued();
  }

  /** With one of the words, or with what another client sends. */
  reaction(word: string, people: readonly number[]): Reaction {
    const isWord = word === "agree" || word === "noted" || word === "query";
    const key = isWord ? word.charAt(0).toUpperCase() + word.slice(1) : word;
    return { word: isWord ? word : null, key, count: people.length, own: people.includes(0), queued: false, people: people.slice(0, 20).map((index) => this.person(index)) };
  }

  replyTo(item: TimelineItem | undefined): Reply | null {
    if (item?.content.kind !== "message" || item.content.event_id === null) return null;
    const { sender, body, event_id } = item.content;
    return { event_id, quoted: { sender, preview: previewOf(body) } };
  }

  countQueued(): void {
    const queued = this.rooms.flatMap(({ items }) => items).filter((item) => deliveryOf(item)?.state === "queued").length;
    this.connection = { ...this.connection, queued };
    this.emit("connection", this.connection);
    this.emit("conversations", { type: "reset", items: this.conversations() });
  }

  conversations(): Conversation[] {
    const rows = this.rooms.map((room): Conversation => {
      const last = room.items.findLast(({ content }) => content.kind === "message")?.content;
      return {
        room_id: room.id,
        membership: room.membership,
        party: partyOf(room),
        unread: room.unread,
        mentions: room.mentions,
        marked_unread: room.markedUnread,
        muted: room.muted,
        placement: room.placement,
        draft: room.draft,
        threads: unreadThreads(room),
        last: last?.kind === "message"
          ? { own: last.own, sender: room.group && !last.own ? last.sender.name : null, at: last.at, delivery: last.delivery, preview: previewOf(last.body) }
          : null,
      };
    });
    return rows.sort((a, b) => Date.parse(b.last?.at ?? "1970-01-01") - Date.parse(a.last?.at ?? "1970-01-01"));
  }

  // ---- commands ----

  #matching(query: DirectoryQuery, without?: FacetName): ColleagueCard[] {
    const words = query.text.toLowerCase().split(/\s+/).filter(Boolean);
    const one = (list: readonly string[], value: string, name: FacetName) => name === without || list.length === 0 || list.includes(value);
    return this.people.filter((each) => {
      const department = TERMINOLOGY.departments.find(({ code }) => code === each.department);
      const phones = each.contacts.map(({ value }) => value.replace(/\D/g, ""));
      const hay = [each.name.han, each.name.latin, each.name.latin.replace(/\s/g, ""), each.hospital.zh, each.hospital.en, each.department, department?.zh, ...phones].join("\n").toLowerCase();
      return (
        words.every((word) => hay.includes(word)) &&
        (!query.my_hospital || each.organization_id === this.people[0]?.organization_id) &&
        (!query.favourites || each.favourite) &&
        (!query.recent || this.#wroteWith(each)) &&
        one(query.departments, each.department, "departments") &&
        one(query.organizations, each.organization_id, "organizations") &&
        one(query.titles, each.title, "titles") &&
        one(query.cities, each.city.en, "cities") &&
        one(query.verified, yesNo(each.verification !== null), "verified") &&
        one(query.joined, yesNo(each.user_id !== null), "joined")
      );
    });
  }

  #wroteWith(each: ColleagueCard): boolean {
    return this.rooms.some(({ peer, group, items }) => !group && items.length > 0 && peer.practitioner_id === each.id);
  }

  #page(query: DirectoryQuery): DirectoryPage {
    let asked = query;
    let found = this.#matching(query);
    // The core knows every slip of one letter; two that changed places are enough for a story.
    for (let at = 0; found.length === 0 && at + 1 < query.text.length; at += 1) {
      const turned = query.text.slice(0, at) + query.text.charAt(at + 1) + query.text.charAt(at) + query.text.slice(at + 2);
      asked = { ...query, text: turned };
      found = this.#matching(asked);
    }
    const knows = (each: ColleagueCard) => each.favourite || this.#wroteWith(each);
    const relevant = query.sort === "relevance" && query.text !== "" && !query.favourites && !query.recent;
    const known = relevant ? found.filter(knows).sort((a, b) => Number(b.favourite) - Number(a.favourite)) : [];
    if (relevant) found = [...known, ...found.filter((each) => !knows(each))];
    if (query.sort === "name") found = found.toSorted((a, b) => a.name.latin.localeCompare(b.name.latin));
    return {
      rows: found.slice(query.offset, query.offset + query.limit).map((each) => this.#row(each, asked.text)),
      total: found.length,
      known: known.length,
      similar: found.length > 0 && asked !== query,
    };
  }

  #change(practitionerId: string, change: Partial<ColleagueCard>): void {
    const index = this.people.findIndex(({ id }) => id === practitionerId);
    const card = this.people[index];
    if (!card) throw new Refused("not_found");
    this.people[index] = { ...card, ...change };
    this.emit("changes", ["contacts"]);
  }

  #facet(name: FacetName, query: DirectoryQuery, of: (each: ColleagueCard) => [string, Text]): FacetValue[] {
    const found = new Map<string, FacetValue>();
    for (const each of this.#matching(query, name)) {
      const [key, label] = of(each);
      const value = found.get(key) ?? { key, label, count: 0 };
      found.set(key, { ...value, count: value.count + 1 });
    }
    return [...found.values()].sort((a, b) => b.count - a.count);
  }

  #facets(query: DirectoryQuery): Facets {
    const words = (list: readonly { code: string; zh: string; en: string }[], code: string): Text => {
      const hit = list.find((each) => each.code === code);
      return { zh: hit?.zh ?? code, en: hit?.en ?? code };
    };
    const rank = (key: string) => TERMINOLOGY.titles.findIndex(({ code }) => code === key);
    return {
      departments: this.#facet("departments", query, ({ department }) => [department, words(TERMINOLOGY.departments, department)]),
      organizations: this.#facet("organizations", query, (each) => [each.organization_id, each.hospital]),
      titles: this.#facet("titles", query, ({ title }) => [title, words(TERMINOLOGY.titles, title)]).sort((a, b) => rank(a.key) - rank(b.key)),
      cities: this.#facet("cities", query, ({ city }) => [city.en, city]),
      verified: this.#facet("verified", query, ({ verification }) => [yesNo(verification !== null), { zh: "", en: "" }]),
      joined: this.#facet("joined", query, (each) => [yesNo(each.user_id !== null), { zh: "", en: "" }]),
    };
  }

  #row(each: ColleagueCard, text: string): ColleagueRow {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    let latin = rangesOf(each.name.latin, words);
    const run = words.join("");
    if (latin.length === 0 && run && each.name.latin.toLowerCase().replace(/\s/g, "").startsWith(run)) latin = [[0, run.length + (each.name.latin.slice(0, run.length).includes(" ") ? 1 : 0)]];
    const han: [number, number][] = rangesOf(each.name.han, words);
    return {
      id: each.id, name: each.name, matched: { han: han.length > 0 ? han : latin.length > 0 ? [[0, Math.min(2, each.name.han.length)]] : [], latin },
      title: each.title, department: each.department, specialty: each.specialties[0] ?? { zh: "", en: "" },
      hospital: each.hospital, city: each.city, verified: each.verification !== null, joined: each.user_id !== null,
      favourite: each.favourite, phone: this.#phone(each, words),
    };
  }

  #phone(each: ColleagueCard, words: readonly string[]): ColleagueRow["phone"] {
    const number = each.contacts.find(({ kind }) => kind === "phone")?.value;
    const digits = words.find((word) => /^\d{4,}$/.test(word));
    const at = number && digits ? number.indexOf(digits) : -1;
    return number && digits && at >= 0 ? { number, ranges: [[at, at + digits.length]] } : null;
  }

  roomOf(id: string): Room {
    const room = this.rooms.find((each) => each.id === id);
    if (!room) throw new Refused("not_found");
    return room;
  }

  #commands(): Handlers {
    return {
      app_info: () => ({ version: "0.1.0", platform: "linux", profile: "", default_server: "consilium.jz.example" }),
      terminology: () => TERMINOLOGY,
      settings_save: (settings) => {
        this.settings = settings;
        this.emit("settings", settings);
        return null;
      },
      service_find: ({ server }) => {
        if (server.includes("wrong")) throw new Refused("not_a_server");
        return { address: `https://${server}`, name: "江州医联体 Consilium" };
      },
      sign_in: ({ password }) => {
        if (password.includes("wrong")) throw new Refused("wrong_credentials");
        this.setSession(this.signedIn());
        return null;
      },
      sign_out: () => {
        this.setSession({ state: "signed_out", reason: null, former: null });
        return null;
      },
      session_retry: () => null,
      reconnect: () => {
        this.setLink("online");
        return null;
      },
      password_strength: ({ password }) => (password.length < 12 ? "too_short" : "good"),
      password_reset_begin: () => null,
      password_reset_finish: () => null,
      directory_search: (query) => this.#page(query),
      directory_letters: (query) => {
        if (query.sort !== "name") return [];
        const { rows } = this.#page({ ...query, offset: 0, limit: this.people.length });
        const letters = new Map<string, number>();
        rows.forEach(({ name }, index) => { if (!letters.has(name.latin.charAt(0))) letters.set(name.latin.charAt(0), index); });
        return [...letters].map(([letter, index]) => ({ letter, index }));
      },
      directory_facets: (query) => this.#facets(query),
      directory_counts: () => ({
        all: this.people.length,
        my_hospital: this.people.filter((each) => each.organization_id === this.people[0]?.organization_id).length,
        favourites: this.people.filter(({ favourite }) => favourite).length,
        recent: this.people.filter((each) => this.#wroteWith(each)).length,
      }),
      directory_vcards: ({ practitioner_ids }) => {
        const people = practitioner_ids.map((id) => this.people.find((each) => each.id === id)?.name.latin ?? "");
        return { file_name: people.length === 1 ? `${people[0]}.vcf` : "colleagues.vcf", text: people.map((name) => `BEGIN:VCARD\r\nFN:${name}\r\nEND:VCARD\r\n`).join(""), count: people.length };
      },
      directory_organizations: (query) => organizations(this.people, query),
      directory_organization: ({ organization_id }) => {
        const found = organization(this.people, organization_id);
        if (!found) throw new Refused("not_found");
        return found;
      },
      directory_places: () => places(this.people),
      directory_own_card: () => {
        const me = this.people[0] as ColleagueCard;
        const vcard = `BEGIN:VCARD\r\nFN:${me.name.han}\r\nIMPP:matrix:u/${(me.user_id ?? "").slice(1)}\r\nEND:VCARD\r\n`;
        return { practitioner_id: me.id, file_name: me.name.han || me.name.latin, vcard, qr: { rows: CODE }, contacts: me.contacts };
      },
      colleague_recognize_text: ({ text }) => {
        const account = /@[\w./=+-]+:[\w.-]+/.exec(text.replace(/matrix:u\//g, "@"))?.[0];
        const name = /^FN[^:]*:(.*)$/m.exec(text)?.[1]?.trim() ?? "";
        if (account === undefined) return name === "" ? { kind: "nobody" } : { kind: "unlisted", name, user_id: "" };
        const found = this.people.find(({ user_id }) => user_id === account);
        return found ? { kind: "colleague", practitioner_id: found.id } : { kind: "unlisted", name, user_id: account };
      },
      // What a picture shows is the real core's to read: here its bytes are the text of its code.
      colleague_recognize_picture: ({ upload_id }) => {
        const text = new TextDecoder().decode(this.uploads.get(upload_id));
        return text === "" ? { kind: "no_code" } : (this.handlers.colleague_recognize_text?.({ text }) ?? { kind: "nobody" });
      },
      groups_shared: ({ practitioner_id }) =>
        this.rooms.flatMap(({ id, group }) => {
          const people = group?.members.map(({ person }) => person) ?? [];
          if (!group || !people.some((person) => person.practitioner_id === practitioner_id)) return [];
          return [{ room_id: id, name: group.name, members: people.length, faces: people.slice(1, 5) }];
        }),
      colleagues_introduce: async ({ first, second }) => {
        const rooms = [];
        for (const { practitioner_id } of [first, second]) rooms.push(await this.handlers.conversation_start?.({ practitioner_id }));
        const [one, other] = rooms;
        if (!one || !other) throw new Refused("internal");
        for (const [room, { text }] of [[one, first], [other, second]] as const) await this.handlers.message_send?.({ room_id: room.room_id, text, mentions: [], reply_to: null, thread: null });
        return { first: one, second: other };
      },
      favourite_set: ({ practitioner_id, favourite }) => {
        this.#change(practitioner_id, { favourite });
        return null;
      },
      note_save: ({ practitioner_id, text }) => {
        this.#change(practitioner_id, { note: text.trim() });
        return null;
      },
      saved_searches: () => this.searches,
      saved_search_save: ({ name, query }) => {
        const saved = { id: `search-${name}`, name, query };
        this.searches = [...this.searches.filter((each) => each.name !== name), saved];
        this.emit("changes", ["contacts"]);
        return saved;
      },
      saved_search_delete: ({ id }) => {
        this.searches = this.searches.filter((each) => each.id !== id);
        this.emit("changes", ["contacts"]);
        return null;
      },
      directory_colleague: ({ practitioner_id }) => {
        const found = this.people.find(({ id }) => id === (this.gaveWay.get(practitioner_id) ?? practitioner_id));
        if (!found) throw new Refused("not_found");
        return found;
      },
      directory_refresh: () => {
        if (this.directory.paused) this.setDirectory({ paused: false });
        return null;
      },
      directory_pause: () => {
        this.setDirectory({ paused: true });
        return null;
      },
      directory_scopes: () => ({ now: this.directory.scope, wanted: this.directory.next_scope ?? this.directory.scope, choices: this.scopes }),
      directory_keep: ({ scope }) => {
        this.setDirectory({ next_scope: scope === this.directory.scope ? null : scope });
        return null;
      },
      contact_ask: ({ practitioner_id, kind }) => {
        if (this.connection.link === "offline") throw new Refused("offline");
        const card = this.people.find(({ id }) => id === practitioner_id);
        this.#change(practitioner_id, { requestable: card?.requestable.map((each) => (each.kind === kind ? { kind, state: "asked" } : each)) ?? [] });
        this.emit("changes", ["directory"]);
        return null;
      },
      contact_requests: () => this.requests,
      contact_answer: ({ id, granted }) => {
        if (this.connection.link === "offline") throw new Refused("offline");
        const answered = new Date(this.now()).toISOString();
        this.requests = { ...this.requests, received: this.requests.received.map((each) => (each.id === id ? { ...each, state: granted ? "granted" : "declined", answered_at: answered } : each)) };
        this.emit("changes", ["directory"]);
        return null;
      },
      entry: () => ({ ...this.entry, current: this.connection.link !== "offline" }),
      entry_check: ({ contacts, interests, languages, leaves }) => [
        ...leaves.flatMap(({ from, through, text }, index): EntryProblem[] =>
          !from || !through ? [{ part: "leaves", index, fault: "no_days" }]
          : through < from ? [{ part: "leaves", index, fault: "ends_before" }]
          : text.trim() ? [] : [{ part: "leaves", index, fault: "missing" }]),
        ...contacts.flatMap(({ kind, value }, index): EntryProblem[] =>
          !value.trim() ? [{ part: "contacts", index, fault: "missing" }]
          : kind.endsWith("email") && !value.includes("@") ? [{ part: "contacts", index, fault: "not_an_email" }]
          : kind.endsWith("phone") && value.replace(/\D/g, "").length < 7 ? [{ part: "contacts", index, fault: "not_a_phone_number" }] : []),
        ...interests.flatMap((text, index): EntryProblem[] => (text.trim() ? [] : [{ part: "interests", index, fault: "missing" }])),
        ...languages.flatMap((tag, index): EntryProblem[] =>
          !/^[a-z]{2,3}(-[a-z\d]+)*$/i.test(tag) ? [{ part: "languages", index, fault: "not_a_language" }]
          : languages.findIndex((each) => each.toLowerCase() === tag.toLowerCase()) < index ? [{ part: "languages", index, fault: "repeated" }] : []),
      ],
      entry_save: ({ content, versions }) => {
        if (this.connection.link === "offline") throw new Refused("offline");
        if (JSON.stringify(versions) !== JSON.stringify(this.entry.versions)) throw new Refused("conflict");
        this.entry = { ...this.entry, content, versions: { practitioner: versions.practitioner + 1, role: versions.role + 1 } };
        this.emit("changes", ["directory"]);
        return null;
      },
      entry_history: () => {
        if (this.connection.link === "offline") throw new Refused("offline");
        return this.history;
      },
      organization_search: ({ text }) =>
        HOSPITALS.filter(({ name }) => `${name.zh} ${name.en}`.toLowerCase().includes(text.toLowerCase())).map(({ id, name, city }) => ({ id, zh: name.zh, en: name.en, city_zh: city.zh, city_en: city.en, grade: "三级甲等" })),
      latin_name: () => "",
      conversation_start: ({ practitioner_id }) => {
        const index = this.people.findIndex(({ id }) => id === practitioner_id);
        const peer = this.people[index];
        if (!peer?.user_id) throw new Refused("not_joined");
        const room = this.rooms.find((each) => !each.group && each.peer.practitioner_id === practitioner_id) ?? this.room(index, { items: [{ id: `start-${index}`, content: { kind: "start" } }] });
        return { room_id: room.id };
      },
    };
  }
}

function ownEntry(asOf: string): OwnEntry {
  return {
    content: {
      contacts: [
        { kind: "work_phone", value: "0591-555-0120", visibility: "verified" },
        { kind: "mobile", value: "139-5550-0142", visibility: "on-request" },
        { kind: "work_email", value: "lin.jianing@jz1.example", visibility: "organization" },
      ],
      interests: ["冠脉介入", "结构性心脏病"],
      languages: ["zh", "en"],
      leaves: [],
    },
    versions: { practitioner: 2, role: 3 },
    as_of: asOf,
    current: true,
  };
}

export function deliveryOf(item: TimelineItem): Delivery | null {
  return item.content.kind === "message" ? item.content.delivery : null;
}
