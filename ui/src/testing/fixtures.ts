// Shared, believable people of the tests: no real person, hospital or number.
import type { ColleagueCard, Concept, DirectoryStatus, Person, Terminology, Text } from "@/bindings";

const concept = (code: string, zh: string, en: string): Concept => ({ code, zh, en });

export const TERMINOLOGY: Terminology = {
  titles: [
    concept("chief", "主任医师", "Chief Physician"),
    concept("associate_chief", "副主任医师", "Associate Chief Physician"),
    concept("attending", "主治医师", "Attending Physician"),
    concept("resident", "住院医师", "Resident"),
  ],
  departments: [
    concept("cardiology", "心血管内科", "Cardiology"),
    concept("neurology", "神经内科", "Neurology"),
    concept("pulmonary", "呼吸与危重症医学科", "Pulmonary & Critical Care"),
    concept("orthopaedics", "骨科", "Orthopaedics"),
    concept("emergency", "急诊科", "Emergency"),
    concept("endocrinology", "内分泌科", "Endocrinology"),
    concept("paediatrics", "儿科", "Paediatrics"),
    concept("surgery", "普通外科", "General Surgery"),
    concept("nephrology", "肾内科", "Nephrology"),
    concept("oncology", "肿瘤内科", "Medical Oncology"),
    concept("radiology", "医学影像科", "Radiology"),
    concept("ultrasound", "超声医学科", "Ultrasound"),
  ],
};

interface Hospital {
  id: string;
  name: Text;
  city: City;
  grade: string;
  phone: string;
}

/** A city with its province, and where it is. */
interface City extends Text {
  province: Text;
  latitude: number;
  longitude: number;
}

const JIANGDONG: Text = { zh: "江东省", en: "Jiangdong" };
const JIANGZHOU: City = { zh: "江州", en: "Jiangzhou", province: JIANGDONG, latitude: 26.07, longitude: 119.3 };
const BINHAI: City = { zh: "滨海", en: "Binhai", province: JIANGDONG, latitude: 24.48, longitude: 118.09 };
const YUNLING: City = { zh: "云岭", en: "Yunling", province: { zh: "云中省", en: "Yunzhong" }, latitude: 25.61, longitude: 100.27 };
const WEXBOROUGH: City = { zh: "", en: "Wexborough", province: { zh: "", en: "" }, latitude: 54.97, longitude: -1.62 };

export const HOSPITALS: readonly Hospital[] = [
  { id: "o-jz1", name: { zh: "江州大学附属第一医院", en: "Jiangzhou University First Hospital" }, city: JIANGZHOU, grade: "三级甲等", phone: "0591-555-2000" },
  { id: "o-bh1", name: { zh: "滨海市中心医院", en: "Binhai Central Hospital" }, city: BINHAI, grade: "三级甲等", phone: "0591-555-2010" },
  { id: "o-jz3", name: { zh: "江州市第三人民医院", en: "Jiangzhou Third People’s Hospital" }, city: JIANGZHOU, grade: "三级甲等", phone: "0591-555-2020" },
  { id: "o-bh2", name: { zh: "滨海市妇幼保健院", en: "Binhai Women and Children’s Hospital" }, city: BINHAI, grade: "三级甲等", phone: "0591-555-2030" },
  { id: "o-dh1", name: { zh: "东湖心血管病医院", en: "Donghu Heart Hospital" }, city: JIANGZHOU, grade: "三级甲等", phone: "0591-555-2040" },
  { id: "o-yl1", name: { zh: "云岭第一人民医院", en: "Yunling First People’s Hospital" }, city: YUNLING, grade: "三级甲等", phone: "0591-555-2050" },
  { id: "o-bh3", name: { zh: "滨海国际医疗中心", en: "Binhai International Medical Centre" }, city: BINHAI, grade: "三级乙等", phone: "0591-555-2060" },
  { id: "o-sa", name: { zh: "", en: "St Aldhelm’s Hospital" }, city: WEXBOROUGH, grade: "", phone: "0591-555-2070" },
];

const SPECIALTIES: Record<string, readonly Text[]> = {
  cardiology: [
    { zh: "冠脉介入", en: "Coronary intervention" },
    { zh: "结构性心脏病", en: "Structural heart disease" },
    { zh: "左主干与分叉病变", en: "Left main & bifurcation" },
    { zh: "心源性休克", en: "Cardiogenic shock" },
  ],
  neurology: [{ zh: "脑血管病", en: "Stroke" }, { zh: "癫痫", en: "Epilepsy" }],
  orthopaedics: [{ zh: "脊柱外科", en: "Spine" }],
  endocrinology: [{ zh: "糖尿病与代谢", en: "Diabetes & metabolism" }],
  ultrasound: [{ zh: "心脏与血管超声", en: "Cardiac & vascular ultrasound" }],
  emergency: [{ zh: "急性中毒", en: "Acute poisoning" }],
  oncology: [{ zh: "胸部肿瘤", en: "Thoracic oncology" }],
};

type Seed = [han: string, latin: string, title: string, department: string, hospital: number];

const SEEDS: readonly Seed[] = [
  ["林嘉宁", "Lin Jianing", "attending", "cardiology", 0],
  ["张伟", "Zhang Wei", "chief", "cardiology", 1],
  ["张薇", "Zhang Wei", "attending", "ultrasound", 0],
  ["张伟", "Zhang Wei", "associate_chief", "orthopaedics", 2],
  ["张巍", "Zhang Wei", "chief", "neurology", 0],
  ["章薇", "Zhang Wei", "associate_chief", "endocrinology", 0],
  ["张文博", "Zhang Wenbo", "associate_chief", "pulmonary", 1],
  ["张婉清", "Zhang Wanqing", "attending", "paediatrics", 3],
  ["张卫东", "Zhang Weidong", "chief", "surgery", 2],
  ["张玮琳", "Zhang Weilin", "attending", "nephrology", 1],
  ["张文森", "Winston Zhang", "chief", "oncology", 6],
  ["张吴越", "Zhang Wuyue", "resident", "radiology", 4],
  ["陈思远", "Chen Siyuan", "chief", "cardiology", 4],
  ["王雪梅", "Wang Xuemei", "associate_chief", "ultrasound", 0],
  ["", "Hannah Weiss", "chief", "cardiology", 7],
  ["欧阳静", "Ouyang Jing", "associate_chief", "cardiology", 0],
  ["古丽娜尔·艾合买提", "Gulnar Ahmat", "chief", "endocrinology", 5],
  ["辛怡然", "Xin Yiran", "attending", "emergency", 0],
  ["李静", "Li Jing", "chief", "emergency", 0],
];

const SURNAMES: readonly [string, string][] = [["王", "Wang"], ["李", "Li"], ["刘", "Liu"], ["杨", "Yang"], ["赵", "Zhao"], ["周", "Zhou"], ["吴", "Wu"], ["司徒", "Situ"], ["何", "He"], ["孟", "Meng"], ["唐", "Tang"], ["冯", "Feng"]];
const GIVEN: readonly [string, string][] = [["明哲", "Mingzhe"], ["雨桐", "Yutong"], ["凡", "Fan"], ["俊杰", "Junjie"], ["静怡", "Jingyi"], ["国栋", "Guodong"], ["晓岚", "Xiaolan"], ["启明", "Qiming"], ["思远", "Siyuan"], ["雪梅", "Xuemei"], ["子轩", "Zixuan"], ["立新", "Lixin"], ["欣宇", "Xinyu"]];

function card([han, latin, title, department, at]: Seed, index: number): ColleagueCard {
  const hospital = HOSPITALS[at] as Hospital;
  const localpart = `${latin.toLowerCase().replace(/[^a-z]+/g, ".")}${index}`;
  return {
    id: `p-${index}`,
    name: { han, latin },
    title,
    department,
    specialties: [...(SPECIALTIES[department] ?? [])],
    organization_id: hospital.id,
    hospital: hospital.name,
    city: { zh: hospital.city.zh, en: hospital.city.en },
    contacts: [
      { kind: "phone", private: false, value: `0599-555-0${100 + (index % 900)}` },
      { kind: "email", private: false, value: `${localpart}@${hospital.id.slice(2)}.example` },
    ],
    requestable: index % 3 === 1 ? [{ kind: "mobile", state: null }] : [],
    doubt: null,
    leaves: [],
    verification: {
      verified_at: "2025-11-18T02:00:00Z",
      valid_until: "2026-11-18",
      in_force: true,
      verifier: { han: "孙立新", latin: "Sun Lixin" },
      organization: hospital.name,
      licence_ending: "4417",
    },
    user_id: index % 5 === 4 && index > 20 ? null : `@${localpart}:jz.example`,
    me: index === 0,
    favourite: false,
    note: "",
  };
}

/** `count` colleagues: the named ones first, the rest from a few name parts, always the same. */
export function colleagues(count: number): ColleagueCard[] {
  const seeds = [...SEEDS];
  const { titles, departments } = TERMINOLOGY;
  for (let n = seeds.length; n < count; n += 1) {
    const [sh, sl] = SURNAMES[n % SURNAMES.length] as [string, string];
    const [gh, gl] = GIVEN[(n * 7) % GIVEN.length] as [string, string];
    seeds.push([sh + gh, `${sl} ${gl}`, (titles[(n * 5) % titles.length] as Concept).code, (departments[(n * 11) % departments.length] as Concept).code, (n * 3) % (HOSPITALS.length - 1)]);
  }
  return seeds.slice(0, count).map(card);
}

export function personOf(colleague: ColleagueCard): Person {
  return {
    user_id: colleague.user_id ?? "",
    practitioner_id: colleague.id,
    name: colleague.name,
    verified: colleague.verification !== null,
    title: colleague.title,
    hospital: colleague.hospital,
  };
}

/** A directory of which nothing is here. */
export const NOTHING_LOADED: DirectoryStatus = {
  phase: "loading", loaded: 0, total: 0, loaded_bytes: 0, total_bytes: 0, seconds_left: null, colleagues: 0, as_of: null, paused: false, scope: "everything", scope_name: { zh: "", en: "" }, next_scope: null, doubt: null, problem: null,
};
