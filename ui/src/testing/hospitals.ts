// The hospitals of the fake core, by the manners of the real one.
import type { City, ColleagueCard, OrganizationCard, OrganizationGroup, OrganizationPage, OrganizationQuery, Places, Province, Text } from "@/bindings";
import { HOSPITALS, TERMINOLOGY } from "./fixtures.ts";

type Hospital = (typeof HOSPITALS)[number];

const NOWHERE: Text = { zh: "", en: "" };
const words = ({ zh, en }: Text): Text => ({ zh, en });
const keyOf = (place: Text) => place.zh || place.en;
const staffOf = (people: readonly ColleagueCard[], { id }: Hospital) => people.filter((each) => each.organization_id === id);
const joined = (people: readonly ColleagueCard[]) => people.filter(({ user_id }) => user_id !== null).length;

/** By province, then city, those with most colleagues first; what says no province last. */
function arranged(people: readonly ColleagueCard[]): Hospital[] {
  const size = (of: (hospital: Hospital) => boolean) => HOSPITALS.filter(of).reduce((sum, each) => sum + staffOf(people, each).length, 0);
  const rank = (hospital: Hospital) => [
    keyOf(hospital.city.province) === "" ? 1 : 0,
    -size(({ city }) => city.province === hospital.city.province),
    -size(({ city }) => city === hospital.city),
    -staffOf(people, hospital).length,
  ];
  return HOSPITALS.toSorted((a, b) => {
    const [one, other] = [rank(a), rank(b)];
    const at = one.findIndex((value, index) => value !== other[index]);
    return at < 0 ? 0 : (one[at] ?? 0) - (other[at] ?? 0);
  });
}

export function organizations(people: readonly ColleagueCard[], query: OrganizationQuery): OrganizationPage {
  const asked = query.text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = arranged(people).filter(({ name, city }) => {
    const hay = [name.zh, name.en, city.zh, city.en, city.province.zh, city.province.en].join("\n").toLowerCase();
    return asked.every((word) => hay.includes(word)) && (query.province === null || keyOf(city.province) === query.province) && (query.city === null || keyOf(city) === query.city);
  });
  const groups: OrganizationGroup[] = [];
  found.forEach((hospital, index) => {
    if (found[index - 1]?.city !== hospital.city) groups.push({ province: words(hospital.city.province), city: words(hospital.city), index, organizations: 0, colleagues: 0 });
    const group = groups.at(-1) as OrganizationGroup;
    group.organizations += 1;
    group.colleagues += staffOf(people, hospital).length;
  });
  const rows = found.map((hospital) => {
    const staff = staffOf(people, hospital);
    return { id: hospital.id, name: hospital.name, city: words(hospital.city), grade: hospital.grade, colleagues: staff.length, joined: joined(staff), own: people[0]?.organization_id === hospital.id };
  });
  return {
    rows: rows.slice(query.offset, query.offset + query.limit),
    total: rows.length,
    colleagues: rows.reduce((sum, each) => sum + each.colleagues, 0),
    groups: query.offset === 0 ? groups : [],
  };
}

export function organization(people: readonly ColleagueCard[], id: string): OrganizationCard | undefined {
  const hospital = HOSPITALS.find((each) => each.id === id);
  if (!hospital) return undefined;
  const staff = staffOf(people, hospital);
  const departments = TERMINOLOGY.departments.map(({ code, zh, en }) => {
    const here = staff.filter(({ department }) => department === code);
    return { code, label: { zh, en }, colleagues: here.length, joined: joined(here) };
  });
  return {
    id, name: hospital.name, province: words(hospital.city.province), city: words(hospital.city), grade: hospital.grade, phone: hospital.phone,
    colleagues: staff.length, joined: joined(staff), own: people[0]?.organization_id === id,
    departments: departments.filter(({ colleagues }) => colleagues > 0).sort((a, b) => b.colleagues - a.colleagues),
  };
}

export function places(people: readonly ColleagueCard[]): Places {
  const provinces: Province[] = [];
  for (const hospital of arranged(people)) {
    const { city: at } = hospital;
    const colleagues = staffOf(people, hospital).length;
    const position = { latitude: at.latitude, longitude: at.longitude };
    const province = provinces.find(({ key }) => key === keyOf(at.province)) ?? { key: keyOf(at.province), name: keyOf(at.province) ? words(at.province) : NOWHERE, organizations: 0, colleagues: 0, position, cities: [] };
    if (!provinces.includes(province)) provinces.push(province);
    const city: City = province.cities.find(({ key }) => key === keyOf(at)) ?? { key: keyOf(at), name: words(at), organizations: 0, colleagues: 0, position };
    if (!province.cities.includes(city)) province.cities.push(city);
    for (const place of [province, city]) {
      place.organizations += 1;
      place.colleagues += colleagues;
    }
  }
  return { organizations: HOSPITALS.length, colleagues: people.length, provinces };
}
