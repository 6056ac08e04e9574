import { useEffect, useEffectEvent, useRef } from "react";
import { useApi } from "@/lib/api";

const AFTER_MS = 250;

/**
 * Keeps the Latin name in step with the Han name by its pinyin, until the person writes their own: Hannah Weiss is no
 * pinyin, and who is called Winston may say so.
 */
export function useLatinName(han: string, latin: string, fill: (latin: string) => void): void {
  const api = useApi();
  /** The last pinyin, filled in or not: a Latin name that differs from it was written by hand. */
  const filled = useRef<string | null>(null);
  const arrived = useEffectEvent((pinyin: string) => {
    // While pinyin is being typed into an input method there is no Han name yet: what was filled in stays.
    if (pinyin === "" && han.trim() !== "") return;
    const own = latin !== "" && latin !== filled.current && filled.current !== null;
    // On opening, a name that is there already is taken as it is.
    const opened = filled.current === null && latin !== "";
    filled.current = pinyin;
    if (!own && !opened && pinyin !== latin) fill(pinyin);
  });
  useEffect(() => {
    let stale = false;
    const timer = setTimeout(() => {
      (han.trim() === "" ? Promise.resolve("") : api.call("latin_name", { han })).then(
        (pinyin) => { if (!stale) arrived(pinyin); },
        // Without a suggestion the name is typed.
        () => undefined,
      );
    }, AFTER_MS);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [api, han]);
}
