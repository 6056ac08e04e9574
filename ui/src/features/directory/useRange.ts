import { useEffect, useRef, useState } from "react";
import { PAGE } from "./usePages";

/** While the scroll bar is dragged, nothing in between is worth fetching. */
const DRAG_MS = 80;

/** The rows whose pages are wanted: near ones at once, far ones once the list rests there. */
export function useRange() {
  const [range, setRange] = useState({ first: 0, last: 0 });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const onRange = (first: number, last: number) => {
    clearTimeout(timer.current);
    const set = () => setRange((before) => (before.first === first && before.last === last ? before : { first, last }));
    if (Math.abs(first - range.first) <= PAGE) set();
    else timer.current = setTimeout(set, DRAG_MS);
  };
  return { ...range, onRange };
}
