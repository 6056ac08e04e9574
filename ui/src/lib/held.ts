import { useEffect, useEffectEvent, useRef } from "react";

/**
 * For a key that comes before the answer to what was typed: `hold` has `act` run once the answer is there, told how it was
 * meant, if nobody types on (`giveUp`). What the former text found was not meant.
 */
export function useHeld<How = true>(settled: boolean, act: (how: How) => void): { hold: (how: How) => void; giveUp: () => void } {
  const heldRef = useRef<How | null>(null);
  const release = useEffectEvent(() => {
    const held = heldRef.current;
    heldRef.current = null;
    if (held !== null) act(held);
  });
  useEffect(() => {
    if (settled) release();
  }, [settled]);
  return { hold: (how) => { heldRef.current = how; }, giveUp: () => { heldRef.current = null; } };
}
