import { type FocusEvent, useInsertionEffect, useLayoutEffect, useRef } from "react";

/**
 * For a list that begins somewhere when the keyboard reaches it. A press of the mouse gives it the focus too, on its way to a row,
 * and so does `focus`, which hands it on: neither chooses anything.
 */
export function useKeyboardFocus(begin: () => void) {
  const isQuiet = useRef(false);
  return {
    handlers: {
      onMouseDown: () => { isQuiet.current = true; },
      onFocus: () => { if (!isQuiet.current) begin(); },
      onBlur: () => { isQuiet.current = false; },
    },
    focus: (list: HTMLElement | null) => {
      isQuiet.current = true;
      list?.focus();
    },
  };
}

/**
 * Handlers of what holds elements that go away while they have the focus, such as the button of what was just done. The window
 * would then have no focus at all, and the keyboard would begin at its head; `inherit` says who has it next. It is looked after
 * whenever the component that calls this is rendered.
 */
export function useFocusHeir(inherit: () => void) {
  const holder = useRef<Element | null>(null);
  useLayoutEffect(() => {
    if (!holder.current || holder.current.isConnected) return;
    holder.current = null;
    if (document.activeElement === null || document.activeElement === document.body) inherit();
  });
  return {
    // A dialog or menu opened from here stands elsewhere in the page, and hands the focus back by itself.
    onFocus: (event: FocusEvent) => { holder.current = event.currentTarget.contains(event.target) ? event.target : null; },
    // Not told of what is removed: only of what loses the focus to something else.
    onBlur: () => { holder.current = null; },
  };
}

/**
 * Where the focus was when a dialog opened, for its popup. A field in it that takes the focus at once does so before the dialog
 * looks, which then takes the field for what was focused before.
 */
export function useOpener(open: boolean) {
  const opener = useRef<Element | null>(null);
  const popupRef = useRef<HTMLDivElement>(null);
  // Of the effects this one alone comes before the new elements take the focus.
  useInsertionEffect(() => {
    if (open) opener.current = document.activeElement;
  }, [open]);
  return {
    ref: popupRef,
    finalFocus: () => {
      const now = document.activeElement;
      // What was done in the dialog may have led somewhere.
      if (now !== null && now !== document.body && !popupRef.current?.contains(now)) return false;
      return opener.current instanceof HTMLElement && opener.current.isConnected && opener.current !== document.body ? opener.current : true;
    },
  };
}
