import { useSyncExternalStore } from "react";

/** How much window there is (DESIGN.md, Layout), by content width. */
export type SizeClass = "single" | "narrow" | "medium" | "wide";

function subscribe(listener: () => void): () => void {
  window.addEventListener("resize", listener);
  return () => window.removeEventListener("resize", listener);
}

function measure(): SizeClass {
  const width = window.innerWidth;
  if (width < 720) return "single";
  if (width < 900) return "narrow";
  return width < 1120 ? "medium" : "wide";
}

export function useSizeClass(): SizeClass {
  return useSyncExternalStore(subscribe, measure);
}
