import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { DesktopOffer } from "@/platform/types";
import { useApi } from "./api";

const KEY = ["desktop"] as const;
const AGAIN_MS = 5_000;

/** What the desktop offers; null in a browser, undefined until it is known. */
export function useDesktopOffer(): DesktopOffer | null | undefined {
  const { desktop } = useApi();
  const { data } = useQuery({
    queryKey: KEY,
    queryFn: () => (desktop ? desktop.offer() : null),
    // A panel or a service may come while one looks.
    refetchInterval: desktop ? AGAIN_MS : false,
    retry: false,
  });
  return desktop ? data : null;
}

/** Has the program start with the session, or no longer. */
export function useStartAtLogin(): (on: boolean) => Promise<void> {
  const { desktop } = useApi();
  const client = useQueryClient();
  return async (on) => {
    if (desktop) client.setQueryData(KEY, await desktop.startAtLogin(on));
  };
}
