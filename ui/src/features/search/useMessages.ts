import { useInfiniteQuery } from "@tanstack/react-query";
import type { MessageQuery } from "@/bindings";
import { useApi } from "@/lib/api";
import type { PlatformError } from "@/platform/types";

const PAGE = 30;

/** What a search of messages finds, page by page; asked again by itself when other messages can be found. */
export function useMessages(query: Omit<MessageQuery, "cursor" | "limit">) {
  const api = useApi();
  const looks = query.text.trim() !== "" || query.sender !== null || query.kinds.length > 0 || query.since !== null || query.until !== null;
  const found = useInfiniteQuery({
    // As `useCommand` names it, so that it is invalidated and forgotten with the others.
    queryKey: ["messages_find", query, "pages"],
    queryFn: ({ pageParam }) => api.call("messages_find", { ...query, cursor: pageParam, limit: PAGE }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ cursor }) => cursor,
    enabled: looks,
    placeholderData: (before) => before,
  });
  const pages = looks ? (found.data?.pages ?? []) : [];
  return {
    looks,
    hits: pages.flatMap(({ hits }) => hits),
    count: pages[0]?.found ?? 0,
    isMore: pages[0]?.found_more ?? false,
    /** What is shown was found by what was typed before. */
    isFormer: looks && (found.isPending || found.isPlaceholderData),
    error: found.error as PlatformError | null,
    more: () => { if (found.hasNextPage && !found.isFetching) void found.fetchNextPage(); },
  };
}
