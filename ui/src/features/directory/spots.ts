import type { City, Places, Position, Province, Text } from "@/bindings";

/** A place on the map: a city, or a whole province. */
export interface Spot {
  /** Key of the province. */
  province: string;
  /** Key of the city; null for a province. */
  city: string | null;
  name: Text;
  organizations: number;
  colleagues: number;
  position: Position;
}

/** A spot where it is drawn, in pixels from the upper left corner. */
export interface Drawn {
  spot: Spot;
  x: number;
  y: number;
  radius: number;
  /** It lies beyond the edge at which it is drawn. */
  beyond: boolean;
  /** On which side of it there is room for its name; null if on none. */
  name: "right" | "left" | null;
}

/** More cities than these are told by their provinces first. */
const MOST_CITIES = 60;
const RADII = { least: 5, most: 26 };
/** Room between the edge and the middle of a spot. */
const MARGIN = 34;
/** Degrees of latitude that a map has at least, so that the hospitals of one city are not a continent apart. */
const LEAST_SPAN = 1;
/** What one can hit is never smaller than this, in radius. */
const LEAST_REACH = 12;
/** Attempts to part spots that lie on each other; a map that is too full stays as near to that as it came. */
const STEPS = 80;
/** Between a spot and its name. */
export const NAME_GAP = 4;
/** Width of a letter of a name, and its height. */
const LETTER = { latin: 6.5, han: 12, height: 14 };

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** The places of a province by city; of the country by city too, or by province where there are many. */
export function spotsOf(places: Places, province: Province | null): Spot[] {
  const spot = (of: Province, at: City | null): Spot[] => {
    const { name, organizations, colleagues, position } = at ?? of;
    return position ? [{ province: of.key, city: at?.key ?? null, name, organizations, colleagues, position }] : [];
  };
  const cities = (of: Province) => of.cities.flatMap((at) => spot(of, at));
  if (province) return cities(province);
  const all = places.provinces.flatMap(cities);
  return all.length <= MOST_CITIES ? all : places.provinces.flatMap((of) => (of.key === "" ? cities(of) : spot(of, null)));
}

/** The range of most values; what lies far outside (Tukey's outer fences) would press all others together. */
function fences(values: readonly number[], least: number): [number, number] {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.round((sorted.length - 1) * share)] ?? 0;
  const [first, third] = [at(0.25), at(0.75)];
  const reach = Math.max(third - first, least) * 3;
  const inside = sorted.filter((value) => value >= first - reach && value <= third + reach);
  const [from, to] = [inside[0] ?? 0, inside.at(-1) ?? 0];
  const middle = (from + to) / 2;
  return [Math.min(from, middle - least / 2), Math.max(to, middle + least / 2)];
}

const nameWidth = (name: string) => Array.from(name).reduce((width, letter) => width + (/\p{Script=Han}/u.test(letter) ? LETTER.han : LETTER.latin), 0);

/** How far from its middle a spot is hit. */
export const reachOf = (radius: number) => Math.max(LEAST_REACH, radius);

/** Moves spots that lie on each other apart, the smaller the farther, so that each can be seen and hit. */
function part(spots: Drawn[], held: (value: number, size: number) => number, width: number, height: number): void {
  for (let step = 0; step < STEPS; step += 1) {
    let moved = false;
    for (const [index, one] of spots.entries()) {
      for (const other of spots.slice(index + 1)) {
        const apart = reachOf(one.radius) + reachOf(other.radius);
        const distance = Math.hypot(other.x - one.x, other.y - one.y);
        if (distance >= apart - 0.1) continue;
        moved = true;
        // Two of one place go apart sideways.
        const [east, south] = distance > 0.1 ? [(other.x - one.x) / distance, (other.y - one.y) / distance] : [1, 0];
        const share = other.radius ** 2 / (one.radius ** 2 + other.radius ** 2);
        const by = apart - distance;
        one.x = held(one.x - east * by * share, width);
        one.y = held(one.y - south * by * share, height);
        other.x = held(other.x + east * by * (1 - share), width);
        other.y = held(other.y + south * by * (1 - share), height);
      }
    }
    if (!moved) return;
  }
}

/**
 * Places spots on a map of `width` by `height` pixels, as far apart east and north as they are on the ground at the map's
 * middle latitude, but for those that would lie on each other. The area of a spot is its share of colleagues. The largest
 * come first.
 */
export function drawn(spots: readonly Spot[], width: number, height: number, nameOf: (spot: Spot) => string): Drawn[] {
  if (spots.length === 0) return [];
  const [south, north] = fences(spots.map(({ position }) => position.latitude), LEAST_SPAN);
  const squeeze = Math.max(0.1, Math.cos((((south + north) / 2) * Math.PI) / 180));
  const [west, east] = fences(spots.map(({ position }) => position.longitude), LEAST_SPAN / squeeze);
  const room = { x: Math.max(1, width - 2 * MARGIN), y: Math.max(1, height - 2 * MARGIN) };
  const scale = Math.min(room.x / ((east - west) * squeeze), room.y / (north - south));
  const most = Math.max(1, ...spots.map(({ colleagues }) => colleagues));
  const held = (value: number, size: number) => Math.max(MARGIN / 2, Math.min(size - MARGIN / 2, value));
  const placed = spots.map((spot): Drawn => {
    const { latitude, longitude } = spot.position;
    const x = width / 2 + (longitude - (west + east) / 2) * squeeze * scale;
    const y = height / 2 - (latitude - (south + north) / 2) * scale;
    const beyond = longitude < west || longitude > east || latitude < south || latitude > north;
    const radius = Math.max(RADII.least, RADII.most * Math.sqrt(spot.colleagues / most));
    return { spot, x: beyond ? held(x, width) : x, y: beyond ? held(y, height) : y, radius, beyond, name: null };
  });
  placed.sort((a, b) => b.radius - a.radius);
  part(placed, held, width, height);
  const taken: Box[] = [];
  const crosses = (box: Box, other: Box) => box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom;
  const disc = ({ x, y, radius }: Drawn): Box => ({ left: x - radius, right: x + radius, top: y - radius, bottom: y + radius });
  return placed.map((each) => {
    const nameBox = (side: "right" | "left"): Box => {
      const length = nameWidth(nameOf(each.spot));
      const left = side === "right" ? each.x + each.radius + NAME_GAP : each.x - each.radius - NAME_GAP - length;
      return { left, right: left + length, top: each.y - LETTER.height / 2, bottom: each.y + LETTER.height / 2 };
    };
    const free = (box: Box) => box.left >= 0 && box.right <= width && !taken.some((other) => crosses(box, other)) && !placed.some((other) => other !== each && crosses(box, disc(other)));
    const name = (["right", "left"] as const).find((side) => free(nameBox(side))) ?? null;
    if (name) taken.push(nameBox(name));
    return { ...each, name };
  });
}
