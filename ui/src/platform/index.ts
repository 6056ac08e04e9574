import { runsInTauri, tauriPlatform } from "./tauri";
import type { Platform } from "./types";
import { takeToken, webSocketPlatform } from "./websocket";

export * from "./types";

/** The host this page runs in; null in a browser tab that has no token of a development host. */
export function detectPlatform(): Platform | null {
  if (runsInTauri()) return tauriPlatform();
  const token = takeToken(window.location, window.history, window.sessionStorage);
  return token ? webSocketPlatform({ origin: window.location.origin, token }) : null;
}

/** BCP 47 tags of the system's languages, the preferred first. */
export function systemLanguages(): readonly string[] {
  return window.systemLanguages ?? navigator.languages;
}
