import { describe, expect, it } from "vitest";
import type { Places, Province } from "@/bindings";
import { drawn, reachOf, spotsOf } from "./spots";

const text = (en: string) => ({ zh: "", en });
const province = (key: string, cities: [string, number, number, number][]): Province => ({
  key, name: text(key), organizations: cities.length, colleagues: cities.reduce((sum, [, , , n]) => sum + n, 0),
  position: cities[0] ? { latitude: cities[0][1], longitude: cities[0][2] } : null,
  cities: cities.map(([name, latitude, longitude, colleagues]) => ({ key: name, name: text(name), organizations: 1, colleagues, position: Number.isNaN(latitude) ? null : { latitude, longitude } })),
});
const EAST = province("East", [["Jiangzhou", 26, 119.3, 400], ["Binhai", 24.5, 118.1, 100], ["Nowhere", Number.NaN, 0, 50]]);
const WEST = province("West", [["Yunling", 25.6, 100.3, 25]]);
const places = (...provinces: Province[]): Places => ({ organizations: 0, colleagues: 0, provinces });
const named = (spot: { name: { en: string } }) => spot.name.en;

describe("the spots of a map", () => {
  it("are the cities that say where they are, of the country or of one province", () => {
    expect(spotsOf(places(EAST, WEST), null).map(named)).toEqual(["Jiangzhou", "Binhai", "Yunling"]);
    expect(spotsOf(places(EAST, WEST), EAST).map(named)).toEqual(["Jiangzhou", "Binhai"]);
    const many = province("Many", Array.from({ length: 80 }, (_, n): [string, number, number, number] => [`c${n}`, 30 + n / 10, 110, 1]));
    expect(spotsOf(places(EAST, many), null).map(named)).toEqual(["East", "Many"]);
    expect(spotsOf(places(many), many)).toHaveLength(80);
  });

  it("are as far apart as on the ground, north above, the larger the more colleagues", () => {
    const [jiangzhou, binhai, yunling] = drawn(spotsOf(places(EAST, WEST), null), 600, 240, named);
    if (!jiangzhou || !binhai || !yunling) throw new Error("three spots");
    expect([jiangzhou, binhai, yunling].map(({ spot }) => spot.name.en)).toEqual(["Jiangzhou", "Binhai", "Yunling"]);
    expect(jiangzhou.y).toBeLessThan(binhai.y);
    expect(jiangzhou.x).toBeGreaterThan(binhai.x);
    expect(yunling.x).toBeLessThan(binhai.x);
    // Twice the radius is four times the colleagues.
    expect(jiangzhou.radius / binhai.radius).toBeCloseTo(2);
    for (const { x, y } of [jiangzhou, binhai, yunling]) {
      expect(x).toBeGreaterThan(0);
      expect(x).toBeLessThan(600);
      expect(y).toBeGreaterThan(0);
      expect(y).toBeLessThan(240);
    }
  });

  it("are not pressed together by one that is on another continent, which stands at the edge", () => {
    const near = province("East", Array.from({ length: 8 }, (_, n): [string, number, number, number] => [`c${n}`, 24 + n / 2, 116 + n / 2, 10]));
    const abroad = province("", [["Wexbridge", 55, -1.6, 10]]);
    const all = drawn(spotsOf(places(near, abroad), null), 600, 240, named);
    const far = all.find(({ spot }) => spot.name.en === "Wexbridge");
    expect(far?.beyond).toBe(true);
    expect(far?.x).toBeGreaterThan(0);
    const others = all.filter(({ beyond }) => !beyond);
    expect(others).toHaveLength(8);
    expect(Math.max(...others.map(({ y }) => y)) - Math.min(...others.map(({ y }) => y))).toBeGreaterThan(120);
  });

  it("do not lie on each other, however near their places are", () => {
    const close = province("East", [["Jiangzhou", 26, 119.3, 400], ["Jiangzhou West", 26.01, 119.31, 10], ["There too", 26, 119.3, 1], ["Far", 30, 110, 10]]);
    const all = drawn(spotsOf(places(close), null), 600, 240, named);
    for (const [index, one] of all.entries()) {
      for (const other of all.slice(index + 1)) {
        expect(Math.hypot(one.x - other.x, one.y - other.y), `${named(one.spot)}, ${named(other.spot)}`).toBeGreaterThan(reachOf(one.radius) + reachOf(other.radius) - 1);
      }
    }
    const names = all.map(({ spot }) => spot.name.en);
    expect(names.indexOf("Jiangzhou"), "the largest is drawn first").toBe(0);
  });

  it("of one place stand in the middle, and names do not lie on each other", () => {
    const [only] = drawn(spotsOf(places(WEST), null), 600, 240, named);
    expect([only?.x, only?.y, only?.name]).toEqual([300, 120, "right"]);
    const close = province("East", [["Jiangzhou", 26, 119.3, 400], ["Jiangzhou West", 26.01, 119.31, 10], ["Far", 30, 110, 10]]);
    const names = new Map(drawn(spotsOf(places(close), null), 600, 240, named).map((each) => [each.spot.name.en, each.name]));
    expect(names.get("Jiangzhou")).toBe("right");
    expect(names.get("Jiangzhou West"), "on the side of it that is free").toBe("right");
    const edges = drawn(spotsOf(places(province("East", [["Jiangzhou", 26, 119.3, 9], ["Yunling", 26, 100, 9]])), null), 600, 240, named);
    expect(edges.map(({ spot, name }) => [spot.name.en, name])).toEqual([["Jiangzhou", "left"], ["Yunling", "right"]]);
    expect(drawn([], 600, 240, named)).toEqual([]);
  });
});
