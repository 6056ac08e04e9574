import { type InfiniteData, keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { AuditPage, ReviewBox, ReviewPage } from "@/bindings";
import { useApi } from "@/lib/api";
import { queryKey, reads } from "@/lib/query";
import { PlatformError } from "@/platform/types";

/** Others apply and decide too: the registry is asked again while the queue is looked at. */
const REFRESH_MS = 60_000;

/** One box of the queue, page by page. Its key begins with the command's name, so that the core's news reach it. */
export function useQueue(box: ReviewBox, enabled: boolean) {
  const api = useApi();
  return useInfiniteQuery<ReviewPage, PlatformError, InfiniteData<ReviewPage>, readonly unknown[], string | null>({
    queryKey: ["review_list", { box }, "pages"],
    queryFn: async ({ pageParam, client }) => {
      try {
        const page = await api.call("review_list", { box, cursor: pageParam });
        // The rail's number is asked for by a clock of its own, and is not to be older than the list.
        client.setQueryData<ReviewPage>(queryKey("review_list", { box: "pending", cursor: null }), (known) => known && { ...known, counts: page.counts });
        return page;
      } catch (error) {
        throw PlatformError.from(error);
      }
    },
    initialPageParam: null,
    getNextPageParam: (page) => page.next,
    enabled,
    // What others did since one last looked at the queue.
    staleTime: 0,
    refetchInterval: REFRESH_MS,
  });
}

/**
 * The audit trail, whole or of one application, latest first. `looks` counts what wrote a line: each asks for a trail of its own,
 * since an answer under way may be older than the line; before the first nothing is asked.
 */
export function useAudit(applicationId: string | null, looks = 1) {
  const api = useApi();
  return useInfiniteQuery<AuditPage, PlatformError, InfiniteData<AuditPage>, readonly unknown[], string | null>({
    queryKey: ["review_audit", { applicationId, looks }, "pages"],
    queryFn: async ({ pageParam }) => {
      try {
        return await api.call("review_audit", { application_id: applicationId, cursor: pageParam });
      } catch (error) {
        throw PlatformError.from(error);
      }
    },
    initialPageParam: null,
    getNextPageParam: (page) => page.next,
    enabled: looks > 0,
    placeholderData: keepPreviousData,
    // Each look at an application writes a line: what was read before is not shown again.
    gcTime: 0,
  });
}

/** The open application is asked for by hand alone: the registry records each answer as a look. */
const OF_REVIEW = { predicate: ({ queryKey: [command] }: { queryKey: readonly unknown[] }) => command === "review_application" || reads(command, ["review"]) };

/** Asks the registry anew for all of the review that is on the screen. */
export function useAskAgain(): () => void {
  const client = useQueryClient();
  return () => void client.invalidateQueries(OF_REVIEW);
}

/** While there is no network nothing of the review is shown; what was there before is dropped, and asked for anew afterwards. */
export function useForgetOffline(offline: boolean): void {
  const client = useQueryClient();
  useEffect(() => {
    if (!offline) return undefined;
    void client.resetQueries(OF_REVIEW);
    return () => void client.invalidateQueries(OF_REVIEW);
  }, [client, offline]);
}
