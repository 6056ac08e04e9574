import { type KeyboardEvent, useState } from "react";

/** What of a keydown matters here. */
export interface EnterPress {
  key: string;
  keyCode: number;
  isComposing: boolean;
  shiftKey: boolean;
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  timeStamp: number;
}

const WINDOW_MS = 500;

/**
 * Tells the Enter that acts from the Enter that confirms an input method's candidate, and so for Escape, which gives one up. WebKit delivers the latter after
 * `compositionend`, with `isComposing` false and `keyCode` 229; ignoring every 229 would break real Enters of some
 * systems, so exactly one 229 within half a second of the end of a composition is swallowed.
 */
export function enterGuard() {
  let endedAt = Number.NEGATIVE_INFINITY;
  return {
    compositionEnd: (timeStamp: number): void => {
      endedAt = timeStamp;
    },
    /** Whether this key press is an Enter, or another key, that means it: sends a message, opens a row, leaves a mode. */
    means: (press: EnterPress, key = "Enter"): boolean => {
      if (press.key !== key || press.isComposing || press.shiftKey || press.altKey) return false;
      if (press.keyCode === 229 && press.timeStamp - endedAt < WINDOW_MS) {
        endedAt = Number.NEGATIVE_INFINITY;
        return false;
      }
      return true;
    },
  };
}

/** Handlers of a field whose keys do something besides typing: `onKeyDown` hears none that belong to an input method. */
export function useComposing<E>(onKeyDown: (event: KeyboardEvent<E>) => void) {
  const [guard] = useState(enterGuard);
  return {
    onCompositionEnd: ({ timeStamp }: { timeStamp: number }) => guard.compositionEnd(timeStamp),
    onKeyDown: (event: KeyboardEvent<E>) => {
      if (event.nativeEvent.isComposing || (event.key === "Enter" && !guard.means(event.nativeEvent))) return;
      onKeyDown(event);
    },
  };
}
