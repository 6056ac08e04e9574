import { type ReactNode, createContext, use } from "react";
import type { Account, Connection, SessionState, Settings } from "@/bindings";
import { useLatest } from "@/lib/api";
import type { PlatformError } from "@/platform/types";

interface AppState {
  session: SessionState | undefined;
  /** Why there is no session to know of: the host does not answer. */
  problem: PlatformError | undefined;
  connection: Connection | undefined;
  settings: Settings | undefined;
}

const StateContext = createContext<AppState | null>(null);

/** What every screen may need to know, subscribed to once. */
export function StateProvider({ children }: { children: (state: AppState) => ReactNode }) {
  const session = useLatest("session", null);
  const connection = useLatest("connection", null);
  const settings = useLatest("settings", null);
  const state = { session: session.value, problem: session.error ?? settings.error, connection: connection.value, settings: settings.value };
  return <StateContext value={state}>{children(state)}</StateContext>;
}

export function useAppState(): AppState {
  const state = use(StateContext);
  if (!state) throw new Error("useAppState outside of StateProvider");
  return state;
}

/** The signed-in account; only below the signed-in part of the router. */
export function useAccount(): Account {
  const { session } = useAppState();
  if (session?.state !== "signed_in") throw new Error("useAccount while signed out");
  return session.account;
}

export function useIsVerifier(): boolean {
  const { session } = useAppState();
  return session?.state === "signed_in" && session.account.roles.includes("verifier");
}
