import { type MutateOptions, QueryClient, type UseQueryResult, keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useLingui } from "@lingui/react";
import { useEffect, useRef } from "react";
import { type Commands, type Link, READS, type Tag } from "@/bindings";
import { toast } from "@/components/Toast/Toast";
import { PlatformError } from "@/platform/types";
import { type CommandName, keepSubscribed, useApi } from "./api";
import { errorSentence } from "./errors";

/** Commands that read: the ones the contract gives tags, and what never changes while the program runs. */
export type QueryName = "terminology" | "app_info" | (keyof typeof READS  );

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // The core is on this machine: it answers without a network, says when its data changed, and retries by itself.
        // Only a development host can be away for a moment; reading twice does no harm.
        networkMode: "always",
        staleTime: Infinity,
        retry: (failures, error) => failures < 6 && error instanceof PlatformError && error.code === "host_unreachable",
        retryDelay: 500,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
      },
      // What was given and answered may be a password or a recovery key: gone with the screen that asked.
      mutations: { networkMode: "always", retry: false, gcTime: 0 },
    },
  });
}

export const queryKey = <C extends CommandName>(command: C, input: Commands[C]["input"]) => [command, input] as const;

/** What a reading command answers, asked again when the core says that its data changed. */
export function useCommand<C extends QueryName>(
  command: C,
  input: Commands[C]["input"],
  options: {
    enabled?: boolean;
    keepPrevious?: boolean;
    /** Asks again by the clock while somebody looks: for what changes elsewhere, without news of it. Milliseconds. */
    every?: (known: Commands[C]["output"] | undefined) => number | false;
  } = {},
): UseQueryResult<Commands[C]["output"], PlatformError> {
  const api = useApi();
  return useQuery<Commands[C]["output"], PlatformError>({
    queryKey: queryKey(command, input),
    queryFn: () => (api.call as (c: C, i: unknown) => Promise<Commands[C]["output"]>)(command, input),
    enabled: options.enabled ?? true,
    refetchInterval: (query) => options.every?.(query.state.data) ?? false,
    ...(options.keepPrevious ? { placeholderData: keepPreviousData } : {}),
  });
}

/**
 * A command that does something: `run` never rejects; `error` holds why the last run failed. Whoever takes `error` shows it; a
 * failure that nobody shows, or whose screen is gone when it comes, is said in the corner. What is under way is not run again: a
 * double click is one. `then` is told whether the screen that
 * asked is still there: an answer that comes late takes nobody away from what they are doing.
 */
export function useAction<C extends CommandName>(command: C, then?: (output: Commands[C]["output"], isThere: boolean) => void) {
  const api = useApi();
  const { i18n } = useLingui();
  const isShown = useRef(false);
  const isThere = useRef(false);
  const underWay = useRef(new Set<string>());
  useEffect(() => {
    isThere.current = true;
    return () => { isThere.current = false; };
  }, []);
  const mutation = useMutation<Commands[C]["output"], PlatformError, Commands[C]["input"]>({
    mutationFn: async (input) => {
      try {
        return await (api.call as (c: C, i: unknown) => Promise<Commands[C]["output"]>)(command, input);
      } catch (error) {
        throw PlatformError.from(error);
      } finally {
        underWay.current.delete(JSON.stringify(input));
      }
    },
    onSuccess: (output) => then?.(output, isThere.current),
    onError: (error) => { if (!isShown.current || !isThere.current) toast.failed(errorSentence(i18n, error)); },
  });
  return {
    run: (input: Commands[C]["input"], options: MutateOptions<Commands[C]["output"], PlatformError, Commands[C]["input"]> = {}) => {
      const asked = JSON.stringify(input);
      if (underWay.current.has(asked)) return;
      underWay.current.add(asked);
      mutation.mutate(input, options);
    },
    busy: mutation.isPending,
    get error() {
      isShown.current = true;
      return mutation.error;
    },
    clear: mutation.reset,
  };
}

/** Whether a cached answer of `command` may be wrong after `tags` changed. */
export function reads(command: unknown, tags: readonly Tag[]): boolean {
  const own: readonly Tag[] | undefined = READS[command as CommandName];
  return own?.some((tag) => tags.includes(tag)) ?? false;
}

/** Listens to the core's invalidations. Mount once. */
export function useInvalidation(): void {
  const api = useApi();
  const client = useQueryClient();
  useEffect(
    () =>
      keepSubscribed(
        api,
        "changes",
        null,
        (tags) => void client.invalidateQueries({ predicate: ({ queryKey: [command] }) => reads(command, tags) }),
        () => undefined,
      ),
    [api, client],
  );
}

/** What the registry answers while it can be reached, and else the copy on this machine: no change of data tells of the difference. */
const OF_REGISTRY: readonly unknown[] = ["entry", "entry_history", "entry_applications"] satisfies QueryName[];

/** What the registry alone answers, and is asked by the clock: as soon as it can be. */
const ONLINE_ALONE: readonly unknown[] = ["review_list"] satisfies QueryName[];

/** Asks again for what depends on the connection when that changes. Mount once. */
export function useLinkInvalidation(link: Link | undefined): void {
  const client = useQueryClient();
  useEffect(() => {
    const isAsked = (command: unknown) => OF_REGISTRY.includes(command) || (link === "online" && ONLINE_ALONE.includes(command));
    void client.invalidateQueries({ predicate: ({ queryKey: [command] }) => isAsked(command) });
  }, [client, link]);
}

/** What one account read is not for the next one at this machine. Mount in what only a signed-in account sees. */
export function useForgetOnLeave(): void {
  const client = useQueryClient();
  useEffect(() => () => client.removeQueries({ predicate: ({ queryKey: [command] }) => READS[command as CommandName] !== undefined }), [client]);
}
