import { useEffect, useEffectEvent, useState } from "react";

/** Whoever takes what is pasted, the one that is meant last. */
const takers: object[] = [];

function register(taker: object): () => void {
  takers.push(taker);
  return () => { takers.splice(takers.indexOf(taker), 1); };
}

/**
 * Hears of files that are pasted into the window; one that is dropped beside its place does not make the window leave for it.
 * Where several hear, the files are for the one that came last or has said since that it is meant, which is what this answers.
 */
export function usePastedFiles(take: (files: readonly File[]) => void): () => void {
  const [self] = useState(() => ({}));
  const onPaste = useEffectEvent((event: ClipboardEvent) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0 || takers.at(-1) !== self) return;
    event.preventDefault();
    take(files);
  });
  useEffect(() => {
    const refuse = (event: Event) => event.preventDefault();
    const forget = register(self);
    window.addEventListener("paste", onPaste);
    window.addEventListener("dragover", refuse);
    window.addEventListener("drop", refuse);
    return () => {
      forget();
      window.removeEventListener("paste", onPaste);
      window.removeEventListener("dragover", refuse);
      window.removeEventListener("drop", refuse);
    };
  }, [self]);
  return () => {
    const at = takers.indexOf(self);
    if (at >= 0) takers.push(...takers.splice(at, 1));
  };
}
