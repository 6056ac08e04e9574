import { type FocusEvent, useLayoutEffect, useRef } from "react";

/**
 * Handlers of a list that begins somewhere when the keyboard reaches it. A press of the mouse gives it the focus too, on its way
 * to a row, and must not be taken for a choice of another.
 */
export function useKeyboardFocus(begin: () => void) {
  const pressed = useRef(false);
  return {
    onMouseDown: () => { pressed.current = true; },
    onFocus: () => { if (!pressed.current) begin(); },
    onBlur: () => { pressed.current = false; },
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
    onFocus: (event: FocusEvent) => { holder.current = event.target; },
    // Not told of what is removed: only of what loses the focus to something else.
    onBlur: () => { holder.current = null; },
  };
}
