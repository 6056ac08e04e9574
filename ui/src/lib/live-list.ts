import type { ListOp, ListUpdate } from "@/bindings";

/** A batch that does not fit the list it is applied to: an event was lost, the list must be asked for again. */
export class ListGap extends Error {
  constructor(op: string, index: number, length: number) {
    super(`${op} at ${index} of ${length}`);
    this.name = "ListGap";
  }
}

/**
 * Applies one batch and returns a new list; `list` stays as it was. The list is copied once a batch, not once an
 * operation, so a page of 500 history items costs one copy.
 *
 * @throws ListGap when an index is out of range.
 */
export function applyBatch<T>(list: readonly T[], batch: readonly ListOp<T>[]): readonly T[] {
  // What stands before the last reset or clear is not looked at.
  const from = batch.findLastIndex(({ op }) => op === "reset" || op === "clear");
  const first = batch[from];
  const next: T[] = first ? (first.op === "reset" ? [...first.items] : []) : [...list];

  for (const operation of from < 0 ? batch : batch.slice(from + 1)) apply(next, operation);
  return next;
}

function apply<T>(next: T[], operation: ListOp<T>): void {
  const within = (index: number, limit: number) => {
    if (!Number.isInteger(index) || index < 0 || index > limit) throw new ListGap(operation.op, index, next.length);
  };
  switch (operation.op) {
    case "append":
      for (const item of operation.items) next.push(item);
      return;
    case "clear":
      next.length = 0;
      return;
    case "push_front":
      next.unshift(operation.item);
      return;
    case "push_back":
      next.push(operation.item);
      return;
    case "pop_front":
      within(0, next.length - 1);
      next.shift();
      return;
    case "pop_back":
      within(0, next.length - 1);
      next.pop();
      return;
    case "insert":
      within(operation.index, next.length);
      next.splice(operation.index, 0, operation.item);
      return;
    case "set":
      within(operation.index, next.length - 1);
      next[operation.index] = operation.item;
      return;
    case "remove":
      within(operation.index, next.length - 1);
      next.splice(operation.index, 1);
      return;
    case "truncate":
      within(operation.length, next.length);
      next.length = operation.length;
      return;
    case "reset":
      next.splice(0, next.length, ...operation.items);
  }
}

/** Applies one message of a list subscription. */
export function applyUpdate<T>(list: readonly T[], update: ListUpdate<T>): readonly T[] {
  return update.type === "reset" ? update.items : applyBatch(list, update.ops);
}
