import { useQueries } from "@tanstack/react-query";
import type { ColleagueRow, DirectoryPage } from "@/bindings";
import { useApi } from "@/lib/api";
import { queryKey, useCommand } from "@/lib/query";
import type { Search } from "./state";

export const PAGE = 100;

/**
 * The rows of a search by index, fetched a page at a time as they come into sight. The first page of the previous search
 * stays until the new one is there, so that typing does not flicker.
 */
export function usePages(search: Search, first: number, last: number) {
  const api = useApi();
  const input = (page: number) => ({ ...search, offset: page * PAGE, limit: PAGE });
  const head = useCommand("directory_search", input(0), { keepPrevious: true });

  const wanted: number[] = [];
  for (let page = Math.max(1, Math.floor(first / PAGE)); page <= Math.floor(last / PAGE); page += 1) wanted.push(page);
  const rest = useQueries({
    queries: wanted.map((page) => ({
      queryKey: queryKey("directory_search", input(page)),
      queryFn: (): Promise<DirectoryPage> => api.call("directory_search", input(page)),
      // Whoever scrolls through a million leaves many pages behind.
      gcTime: 60_000,
    })),
  });

  const rowAt = (index: number): ColleagueRow | undefined => {
    const page = Math.floor(index / PAGE);
    const data = page === 0 ? head.data : rest[wanted.indexOf(page)]?.data;
    return data?.rows[index - page * PAGE];
  };
  return {
    total: head.data?.total,
    known: head.data?.known ?? 0,
    similar: head.data?.similar ?? false,
    error: head.error,
    rowAt,
    settled: !head.isPlaceholderData && head.data !== undefined,
  };
}
