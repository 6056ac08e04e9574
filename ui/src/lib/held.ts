import { useEffect, useEffectEvent, useRef } from "react";

/**
 * For a key that comes before the answer to what was typed: `hold` has `act` run once the answer is there, if nobody types on
 * (`giveUp`). What the former text found was not meant.
 */
export function useHeld(settled: boolean, act: () => void): { hold: () => void; giveUp: () => void } {
  const heldRef = useRef(false);
  const release = useEffectEvent(() => {
    const held = heldRef.current;
    heldRef.current = false;
    if (held) act();
  });
  useEffect(() => {
    if (settled) release();
  }, [settled]);
  return { hold: () => { heldRef.current = true; }, giveUp: () => { heldRef.current = false; } };
}
