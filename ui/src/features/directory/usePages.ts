import { useQueries } from "@tanstack/react-query";
import type { ColleagueRow, Commands, OrganizationRow } from "@/bindings";
import { useApi } from "@/lib/api";
import { queryKey, useCommand } from "@/lib/query";
import { PlatformError } from "@/platform/types";
import type { Search } from "./state";

export const PAGE = 100;

/** Commands that answer a list of any length by the page. */
interface RowsOf {
  directory_search: ColleagueRow;
  directory_organizations: OrganizationRow;
}

/**
 * The rows of a list by index, fetched a page at a time as they come into sight. The first page of the previous search
 * stays until the new one is there, so that typing does not flicker.
 */
function useRows<C extends keyof RowsOf>(command: C, search: Omit<Commands[C]["input"], "offset" | "limit">, first: number, last: number) {
  const api = useApi();
  const input = (page: number) => ({ ...search, offset: page * PAGE, limit: PAGE }) as unknown as Commands[C]["input"];
  const head = useCommand(command, input(0), { keepPrevious: true });

  const wanted: number[] = [];
  for (let page = Math.max(1, Math.floor(first / PAGE)); page <= Math.floor(last / PAGE); page += 1) wanted.push(page);
  const rest = useQueries({
    queries: wanted.map((page) => ({
      queryKey: queryKey(command, input(page)),
      queryFn: () => (api.call as (c: C, i: unknown) => Promise<Commands[C]["output"]>)(command, input(page)),
      // Whoever scrolls through a million leaves many pages behind.
      gcTime: 60_000,
    })),
  });

  const rowAt = (index: number): RowsOf[C] | undefined => {
    const page = Math.floor(index / PAGE);
    const data = (page === 0 ? head.data : rest[wanted.indexOf(page)]?.data) as { rows: RowsOf[C][] } | undefined;
    return data?.rows[index - page * PAGE];
  };
  // A later page that could not be read: its rows stay blank, the others are there.
  const failed = rest.find(({ error }) => error !== null);
  const gap = failed?.error ? { error: PlatformError.from(failed.error), busy: failed.isFetching, retry: () => void failed.refetch() } : null;
  return { head, gap, rowAt };
}

export type Gap = NonNullable<ReturnType<typeof useRows>["gap"]>;

/** Colleagues of a search. */
export function usePages(search: Search, first: number, last: number) {
  const { head, gap, rowAt } = useRows("directory_search", search, first, last);
  return {
    total: head.data?.total,
    known: head.data?.known ?? 0,
    similar: head.data?.similar ?? false,
    error: head.error,
    gap,
    rowAt,
    settled: !head.isPlaceholderData && head.data !== undefined,
  };
}

/** Hospitals of a search, with their groups. */
export function useHospitalPages(search: Omit<Commands["directory_organizations"]["input"], "offset" | "limit">, first: number, last: number) {
  const { head, gap, rowAt } = useRows("directory_organizations", search, first, last);
  return { page: head.data, error: head.error, gap, rowAt, settled: !head.isPlaceholderData && head.data !== undefined };
}
