import { useEffect, useEffectEvent } from "react";

/** Hears of files that are pasted into the window; one that is dropped beside its place does not make the window leave for it. */
export function usePastedFiles(take: (files: readonly File[]) => void): void {
  const onPaste = useEffectEvent((event: ClipboardEvent) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    take(files);
  });
  useEffect(() => {
    const refuse = (event: Event) => event.preventDefault();
    window.addEventListener("paste", onPaste);
    window.addEventListener("dragover", refuse);
    window.addEventListener("drop", refuse);
    return () => {
      window.removeEventListener("paste", onPaste);
      window.removeEventListener("dragover", refuse);
      window.removeEventListener("drop", refuse);
    };
  }, []);
}
