import { useState } from "react";

/**
 * A text that is typed and also stands in the address. The address comes after, in a transition: a field that waited for it would
 * be reset meanwhile, which ends what an input method composes. What the address says by another's doing is taken over.
 */
export function useTypedText(address: string): [text: string, type: (text: string) => void] {
  // `ahead`: what was typed and the address has not said yet, the oldest first; it may leave some out.
  const [{ text, seen, ahead }, set] = useState({ text: address, seen: address, ahead: [] as readonly string[] });
  if (seen !== address) {
    const at = ahead.indexOf(address);
    set(at < 0 ? { text: address, seen: address, ahead: [] } : { text, seen: address, ahead: ahead.slice(at + 1) });
  }
  return [text, (typed) => set((before) => ({ ...before, text: typed, ahead: [...before.ahead, typed] }))];
}
