import { describe, expect, it } from "vitest";
import { rangesIn } from "./marks";

describe("marks in shared words", () => {
  it("stand where Chinese is found anywhere and other words begin", () => {
    expect(rangesIn("心血管内科", "张伟 心")).toEqual([[0, 1]]);
    expect(rangesIn("江州大学附属第一医院", "第一 江州")).toEqual([[0, 2], [6, 8]]);
    expect(rangesIn("Binhai Central Hospital", "central zh")).toEqual([[7, 14]]);
    expect(rangesIn("Orthopaedics", "paed")).toEqual([]);
    expect(rangesIn("Cardiology", "c")).toEqual([]);
    expect(rangesIn("Cardiology", "")).toEqual([]);
  });
});
