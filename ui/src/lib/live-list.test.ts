import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ListOp } from "@/bindings";
import { ListGap, applyBatch } from "./live-list";

/** The plain meaning of each operation, one copy at a time: what `applyBatch` must agree with. */
function oneByOne(list: readonly number[], op: ListOp<number>): number[] {
  switch (op.op) {
    case "append": return [...list, ...op.items];
    case "clear": return [];
    case "push_front": return [op.item, ...list];
    case "push_back": return [...list, op.item];
    case "pop_front": return list.slice(1);
    case "pop_back": return list.slice(0, -1);
    case "insert": return [...list.slice(0, op.index), op.item, ...list.slice(op.index)];
    case "set": return list.map((item, index) => (index === op.index ? op.item : item));
    case "remove": return list.filter((_, index) => index !== op.index);
    case "truncate": return list.slice(0, op.length);
    case "reset": return [...op.items];
  }
}

/** An operation that fits a list of the given length. */
function opFor(length: number): fc.Arbitrary<ListOp<number>> {
  const item = fc.integer();
  const items = fc.array(item, { maxLength: 5 });
  const always: fc.Arbitrary<ListOp<number>>[] = [
    items.map((values) => ({ op: "append", items: values })),
    fc.constant({ op: "clear" }),
    item.map((value) => ({ op: "push_front", item: value })),
    item.map((value) => ({ op: "push_back", item: value })),
    fc.tuple(fc.nat(length), item).map(([index, value]) => ({ op: "insert", index, item: value })),
    fc.nat(length).map((to) => ({ op: "truncate", length: to })),
    items.map((values) => ({ op: "reset", items: values })),
  ];
  if (length > 0) {
    always.push(
      fc.constant({ op: "pop_front" }),
      fc.constant({ op: "pop_back" }),
      fc.tuple(fc.nat(length - 1), item).map(([index, value]) => ({ op: "set", index, item: value })),
      fc.nat(length - 1).map((index) => ({ op: "remove", index })),
    );
  }
  return fc.oneof(...always);
}

describe("applyBatch", () => {
  it("means the same as its operations one by one, and leaves the list it was given alone", () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { maxLength: 8 }), fc.nat(12), fc.gen(), (start, count, g) => {
        const frozen = Object.freeze([...start]);
        const batch: ListOp<number>[] = [];
        let expected: number[] = [...start];
        for (let n = 0; n < count; n += 1) {
          const op = g(opFor, expected.length);
          batch.push(op);
          expected = oneByOne(expected, op);
        }
        expect(applyBatch(frozen, batch)).toEqual(expected);
        expect(frozen).toEqual(start);
      }),
      { numRuns: 500 },
    );
  });

  it("says a batch that does not fit is a gap, rather than showing a wrong list", () => {
    expect(() => applyBatch([1], [{ op: "set", index: 1, item: 2 }])).toThrow(ListGap);
    expect(() => applyBatch([], [{ op: "pop_front" }])).toThrow(ListGap);
    expect(() => applyBatch([1], [{ op: "insert", index: 3, item: 2 }])).toThrow(ListGap);
    expect(() => applyBatch([1], [{ op: "truncate", length: 2 }])).toThrow(ListGap);
  });
});
