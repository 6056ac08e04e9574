import { useEffect, useEffectEvent } from "react";

/** `mod` is Ctrl, and Cmd on a Mac. `key` as in KeyboardEvent.key, letters in lower case. */
export interface Shortcut {
  mod?: boolean;
  shift?: boolean;
  alt?: boolean;
  key: string;
  run: () => void;
}

const APPLE = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** What `mod` is called on this machine. */
export const MOD_KEY = APPLE ? "⌘" : "Ctrl";

/** Whether `mod` is held. */
export function hasMod(event: { metaKey: boolean; ctrlKey: boolean }): boolean {
  return APPLE ? event.metaKey : event.ctrlKey;
}

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName));
}

/** Whether this key press is the shortcut. A plain key belongs to the field one types in; on a Mac so does Option, which goes word by word. */
export function matches(shortcut: Shortcut, event: KeyboardEvent): boolean {
  const mod = APPLE ? event.metaKey : event.ctrlKey;
  const other = APPLE ? event.ctrlKey : event.metaKey;
  if (other || mod !== (shortcut.mod ?? false) || event.altKey !== (shortcut.alt ?? false)) return false;
  // "/" needs Shift on many keyboards, so Shift is compared only where the shortcut names it or a modifier.
  if ((shortcut.shift ?? false) !== event.shiftKey && (shortcut.mod || shortcut.alt || shortcut.shift)) return false;
  if (event.key.toLowerCase() !== shortcut.key.toLowerCase()) return false;
  return Boolean(shortcut.mod || (shortcut.alt && !APPLE)) || !typing(event.target);
}

/** Listens on the window while the component is mounted. An open dialog keeps its keys. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector("[role=dialog]:not([aria-modal=false])")) return;
    const hit = shortcuts.find((shortcut) => matches(shortcut, event));
    if (!hit) return;
    event.preventDefault();
    hit.run();
  });
  useEffect(() => {
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}
