import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { type KeyboardEvent, useLayoutEffect, useRef, useState } from "react";
import { useFocusHeir } from "@/lib/focus";
import { wordOf } from "@/lib/words";
import styles from "./PlaceMap.module.css";
import { NAME_GAP, type Spot, drawn, reachOf } from "./spots";

const HEIGHT = 232;

const keyOf = ({ province, city }: Spot) => `${province} ${city ?? ""}`;

/**
 * Where colleagues are: a spot for each place, as large as it has colleagues, drawn here without a map of anybody's. One tab
 * stop; arrows go from the largest on.
 */
export function PlaceMap({ spots, chosen, onSpot }: {
  spots: readonly Spot[];
  /** Key of the city that is chosen. */
  chosen: string | null;
  onSpot: (spot: Spot) => void;
}) {
  const { t, i18n } = useLingui();
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(600);
  const [active, setActive] = useState(0);
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    const measure = () => { if (element.clientWidth > 0) setWidth(element.clientWidth); };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const elsewhere = t({ message: "Elsewhere", comment: "Hospitals of which the directory does not say the province or city, such as those abroad" });
  const nameOf = (spot: Spot) => wordOf(spot.name, i18n.locale) || elsewhere;
  const all = drawn(spots, width, HEIGHT, nameOf);
  const current = Math.min(active, all.length - 1);
  // A province that is chosen makes room for its cities.
  const heir = useFocusHeir(() => frame.current?.querySelector<SVGGElement>("[tabindex='0']")?.focus());
  const onKeyDown = (event: KeyboardEvent<SVGSVGElement>) => {
    const last = all.length - 1;
    const target = { ArrowRight: current + 1, ArrowDown: current + 1, ArrowLeft: current - 1, ArrowUp: current - 1, Home: 0, End: last }[event.key];
    const each = all[current];
    if (target !== undefined && !event.altKey) {
      const next = Math.max(0, Math.min(last, target));
      setActive(next);
      event.currentTarget.querySelectorAll<SVGGElement>("[role=button]")[next]?.focus();
    } else if ((event.key === "Enter" || event.key === " ") && each) onSpot(each.spot);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div ref={frame} className={styles.frame} {...heir}>
      <svg className={styles.map} width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`} role="group" aria-label={t({ message: "Where colleagues are", comment: "Read aloud: the map of cities" })} onKeyDown={onKeyDown}>
        {all.map(({ spot, x, y, radius, beyond, name: side }, index) => {
          const name = nameOf(spot);
          const colleagues = t({ message: plural(spot.colleagues, { one: "# colleague", other: "# colleagues" }), comment: "How many the search found" });
          const far = beyond ? t({ message: "beyond the edge of the map", comment: "Of a place on the map that is so far away that it is drawn at the edge" }) : "";
          const words = [name, colleagues, far].filter(Boolean).join(", ");
          return (
            <g
              key={keyOf(spot)}
              role="button"
              tabIndex={index === current ? 0 : -1}
              aria-label={words}
              aria-pressed={spot.city !== null && spot.city === chosen}
              className={styles.spot}
              data-beyond={beyond || undefined}
              onClick={() => { setActive(index); onSpot(spot); }}
              onFocus={() => setActive(index)}
            >
              <title>{words}</title>
              <circle className={styles.target} cx={x} cy={y} r={reachOf(radius)} />
              <circle className={styles.disc} cx={x} cy={y} r={radius} />
              {side && <text className={styles.name} x={side === "right" ? x + radius + NAME_GAP : x - radius - NAME_GAP} y={y} textAnchor={side === "right" ? "start" : "end"} dominantBaseline="central" aria-hidden>{name}</text>}
            </g>
          );
        })}
      </svg>
    </div>
  );
}
