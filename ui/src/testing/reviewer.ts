// A verifier's morning: the queue of the design, with the manners of the registry. No real person, hospital or number.
import type { AuditAction, AuditEntry, ReviewBox, ReviewDetail, ReviewEntry, ReviewItem } from "@/bindings";
import { type FakeCore, Refused } from "./fake-core.ts";

const MINUTE = 60_000;
const DAY = 24 * 60;

type Seed = [reference: string, han: string, latin: string, title: string, department: string, minutesAgo: number, flag?: "duplicate" | "overdue"];

const SEEDS: readonly Seed[] = [
  ["AP-2607-03342", "周明哲", "Zhou Mingzhe", "attending", "pulmonary", 30, "duplicate"],
  ["AP-2607-03341", "何雨桐", "He Yutong", "resident", "emergency", 52],
  ["AP-2607-03338", "", "Priya Raman", "attending", "oncology", DAY + 40],
  ["AP-2607-03335", "孟凡", "Meng Fan", "associate_chief", "nephrology", DAY + 90],
  ["AP-2607-03332", "司徒俊杰", "Situ Junjie", "attending", "radiology", DAY + 200, "overdue"],
  ["AP-2607-03330", "唐静怡", "Tang Jingyi", "resident", "paediatrics", 2 * DAY],
  ["AP-2607-03328", "魏国栋", "Wei Guodong", "chief", "orthopaedics", 2 * DAY + 60],
  ["AP-2607-03325", "冯晓岚", "Feng Xiaolan", "attending", "endocrinology", 3 * DAY],
  ["AP-2607-03321", "邓启明", "Deng Qiming", "associate_chief", "neurology", 3 * DAY + 70, "overdue"],
];

export interface Reviews {
  details: ReviewDetail[];
  /** Entries that stand otherwise than colleagues of the directory do; by FHIR Practitioner id. */
  entries: Map<string, Partial<ReviewEntry>>;
  /** The applicant changes something while a verifier reads. */
  applicantChanges: (id: string) => void;
  /** The applicant sends again what came back. */
  applicantSubmits: (id: string) => void;
}

/** Makes the core answer a verifier, as the registry does. `extra` more applications wait behind the named ones. */
export function takesReviews(core: FakeCore, extra = 0): Reviews {
  let seq = 100;
  const at = (minutesAgo: number) => new Date(core.now() - minutesAgo * MINUTE).toISOString();
  const entry = (action: AuditAction, actor: string, reference: string, minutesAgo: number): AuditEntry => ({ seq: (seq += 1), action, actor, actor_latin: "", reference, subject: null, about: "", about_latin: "", at: at(minutesAgo) });
  const me = core.account.name.latin;

  const seeds = [...SEEDS];
  for (let n = 0; n < extra; n += 1) seeds.push([`AP-2606-${String(n).padStart(5, "0")}`, "", `Applicant ${String(n)}`, "resident", "surgery", 4 * DAY + n]);
  const details = seeds.map(([reference, han_name, latin_name, title, department, ago, flag], index): ReviewDetail => {
    const id = `a-${index}`;
    const licence = `99041000000${index === 0 ? "4417" : String(2086 + index)}`;
    return {
      id,
      reference,
      kind: "registration",
      reason: null,
      note: null,
      removed: false,
      practitioner_id: null,
      changes: [],
      status: "submitted",
      version: 3,
      form: {
        han_name, latin_name, title, department, licence_number: licence,
        work_email: `${latin_name.toLowerCase().replace(/\W+/g, ".")}@jzfy.example`,
        work_phone: `0591-555-01${60 + index}`,
        workplace: { kind: "listed", organization_id: "o-jz1", name: "江州大学附属第一医院" },
      },
      hospital: "江州大学附属第一医院",
      hospital_latin: "The First Affiliated Hospital of Jiangzhou University",
      similar_hospitals: [],
      email_confirmed: index !== 3,
      submitted_at: at(ago),
      duplicates: flag === "duplicate"
        ? [{ kinds: ["licence"], han_name, latin_name, hospital: "滨海市中心医院", hospital_latin: "Binhai Central Hospital", licence_ending: "4417", practitioner_id: "p-6", application_reference: null, verified_at: "2024-03-12T02:00:00Z" }]
        : [],
      evidence: index === 2 ? [] : [
        { id: `${id}-licence`, kind: "licence", file_name: "医师执业证书.jpg", size: 842_000, available: true },
        { id: `${id}-card`, kind: "staff_card", file_name: "工作证正面.jpg", size: 388_000, available: true },
      ],
      audit: [
        ...(flag === "duplicate" ? [entry("duplicate_flagged", "", reference, ago)] : []),
        entry("submitted", "", reference, ago),
        entry("email_confirmed", "", reference, ago + 3),
      ],
    };
  });
  const flagOf = (id: string) => seeds[details.findIndex((each) => each.id === id)]?.[6];
  const item = ({ id, reference, kind, status, removed, form, hospital, hospital_latin, submitted_at }: ReviewDetail): ReviewItem => ({
    id, reference, kind, status, removed, han_name: form.han_name, latin_name: form.latin_name, title: form.title, department: form.department, hospital, hospital_latin, submitted_at,
    possible_duplicate: flagOf(id) === "duplicate",
    overdue: flagOf(id) === "overdue",
  });
  const inBox = (box: ReviewBox) => details.filter(({ status }) => (status === "submitted" ? "pending" : status === "more_requested" ? "waiting" : "done") === box);
  const find = (id: string): ReviewDetail => {
    const found = details.find((each) => each.id === id);
    if (!found) throw new Refused("not_found");
    return found;
  };
  const write = (detail: ReviewDetail, change: Partial<ReviewDetail>): ReviewDetail => {
    const next = { ...detail, ...change };
    details[details.indexOf(detail)] = next;
    return next;
  };
  const entries = new Map<string, Partial<ReviewEntry>>();
  const entryOf = (id: string): ReviewEntry => {
    const card = core.people.find((each) => each.id === id);
    const known = entries.get(id);
    if (!card && !known) throw new Refused("not_found");
    return {
      practitioner_id: id, han_name: card?.name.han ?? "", latin_name: card?.name.latin ?? "", listed: true, replaced_by: null, removal: null, user_id: card?.user_id ?? null,
      verifier: false, valid_until: card?.verification?.valid_until ?? null, sources: [], applications: [], duplicates: [], ...known,
    };
  };
  const notOwn = (...ids: string[]) => {
    if (ids.includes(core.account.practitioner_id)) throw new Refused("conflict");
  };
  Object.assign(core.handlers, {
    review_entry: ({ practitioner_id }) => entryOf(practitioner_id),
    review_remove: ({ practitioner_id, removal }) => {
      notOwn(practitioner_id);
      entries.set(practitioner_id, { ...entries.get(practitioner_id), listed: false, removal: { ...removal, by: me, at: at(0), locked: true } });
      core.emit("changes", ["review", "directory"]);
      return entryOf(practitioner_id);
    },
    review_merge: ({ practitioner_id, merger: { into } }) => {
      notOwn(practitioner_id, into);
      if (entryOf(practitioner_id).user_id !== null || !entryOf(into).listed) throw new Refused("conflict");
      entries.set(practitioner_id, { ...entries.get(practitioner_id), listed: false, replaced_by: into });
      core.gaveWay.set(practitioner_id, into);
      core.emit("changes", ["review", "directory"]);
      return entryOf(into);
    },
    review_list: ({ box, cursor }) => {
      const all = inBox(box);
      const from = Number(cursor ?? 0);
      return { items: all.slice(from, from + 50).map(item), counts: { pending: inBox("pending").length, waiting: inBox("waiting").length }, next: all.length > from + 50 ? String(from + 50) : null };
    },
    review_application: ({ application_id }) => {
      const detail = find(application_id);
      return write(detail, { audit: [entry("opened", me, detail.reference, 0), ...detail.audit] });
    },
    review_decide: ({ application_id, decision }) => {
      const detail = find(application_id);
      const decidable = detail.status === "submitted" || (detail.status === "approved" && decision.kind !== "approve");
      if (!decidable || decision.version !== detail.version) throw new Refused("conflict");
      if (decision.kind === "approve" && !detail.email_confirmed) throw new Refused("email_unconfirmed");
      const [status, action] = ({ approve: ["approved", "approved"], request_more: ["more_requested", "more_requested"], reject: ["rejected", "rejected"] } as const)[decision.kind];
      const decided = write(detail, { status, reason: decision.kind === "approve" ? null : decision.reason, note: decision.note, version: detail.version + 1, audit: [entry(action, me, detail.reference, 0), ...detail.audit] });
      core.emit("changes", ["review"]);
      return decided;
    },
    review_audit: ({ application_id, cursor }) => {
      const all = details.filter(({ id }) => application_id === null || id === application_id).flatMap(({ audit }) => audit).sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
      const from = Number(cursor ?? 0);
      return { entries: all.slice(from, from + 12), next: all.length > from + 12 ? String(from + 12) : null };
    },
  } satisfies Partial<FakeCore["handlers"]>);
  return {
    details,
    entries,
    applicantChanges: (id) => void write(find(id), { version: find(id).version + 1 }),
    applicantSubmits: (id) => void write(find(id), { status: "submitted", version: find(id).version + 1 }),
  };
}
