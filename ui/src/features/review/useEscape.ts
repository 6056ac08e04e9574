import { useEffect, useEffectEvent } from "react";

/** Escape leads back, where no dialog, list or field took it. */
export function useEscape(run: () => void): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.defaultPrevented || event.isComposing || document.querySelector("[role=dialog], [role=listbox][data-open]")) return;
    event.preventDefault();
    run();
  });
  useEffect(() => {
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}
