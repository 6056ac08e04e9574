import { type ReactNode, createContext, use, useState } from "react";
import type { Security } from "@/bindings";
import { useLatest } from "@/lib/api";

interface SecurityState {
  /** Undefined until the core has told once. */
  security: Security | undefined;
  /** What the doctor puts off is not said again before the next start. */
  later: boolean;
  putOff: () => void;
}

const SecurityContext = createContext<SecurityState>({ security: undefined, later: false, putOff: () => undefined });

/** Devices, recovery key and verifications, for as long as somebody is signed in. */
export function SecurityProvider({ children }: { children: ReactNode }) {
  const security = useLatest("security", null).value;
  const [later, setLater] = useState(false);
  return <SecurityContext value={{ security, later, putOff: () => setLater(true) }}>{children}</SecurityContext>;
}

export function useSecurity(): SecurityState {
  return use(SecurityContext);
}
