import { useLingui } from "@lingui/react/macro";
import { MapPin, MapPinned } from "lucide-react";
import type { City, Places, Province } from "@/bindings";
import { NavButton } from "@/components/NavItem/NavItem";
import { Bar, Pane, Scroll } from "@/components/Pane/Pane";
import { count } from "@/lib/time";
import { wordOf } from "@/lib/words";
import { DirectoryNav } from "./DirectoryNav";
import styles from "./Facets.module.css";

/** Keys of a province and of a city in it; neither is the whole country. */
export interface Place {
  province?: string | undefined;
  city?: string | undefined;
}

/** What a province or a city is called; those that the directory does not name have a word too. */
export function usePlaceWords(): (place: Province | City) => string {
  const { t, i18n } = useLingui();
  return (place) => wordOf(place.name, i18n.locale) || t({ message: "Elsewhere", comment: "Hospitals of which the directory does not say the province or city, such as those abroad" });
}

/** Provinces with their hospitals; the chosen one with its cities. */
export function PlaceNav({ places, province, city, onPlace }: Place & { places: Places | undefined; onPlace: (place: Place) => void }) {
  const { t, i18n } = useLingui();
  const words = usePlaceWords();
  const title = t({ message: "Places", comment: "Read aloud: provinces and cities; also the button that shows them in a small window" });
  return (
    <Pane label={title} as="aside" side>
      <Bar plain title={t({ message: "Directory", comment: "Section of the window: all colleagues; 通讯录" })} />
      <Scroll>
        <div className={styles.list}>
          <DirectoryNav hospitals />
          {places && places.provinces.length > 0 && (
            <section className={styles.facet} aria-label={t({ message: "Province", comment: "Heading: hospitals by province; 省份" })}>
              <div className={styles.head}>
                <h3 className={styles.title}>{t({ message: "Province", comment: "Heading: hospitals by province; 省份" })}</h3>
                {province !== undefined && (
                  <button type="button" className={styles.clearPlace} onClick={() => onPlace({})}>{t({ message: "Clear", comment: "Takes the values of one filter away" })}</button>
                )}
              </div>
              {places.provinces.map((each) => (
                <div key={each.key}>
                  <NavButton icon={MapPinned} on={each.key === province && city === undefined} onClick={() => onPlace({ province: each.key })} count={count(each.organizations, i18n.locale)}>{words(each)}</NavButton>
                  {each.key === province && (each.cities.length > 1 || each.key !== "") && (
                    <div className={styles.cities}>
                      {each.cities.map((at) => (
                        <NavButton key={at.key} icon={MapPin} on={at.key === city} onClick={() => onPlace({ province: each.key, city: at.key })} count={count(at.organizations, i18n.locale)}>{words(at)}</NavButton>
                      ))}
                    </div>
                  )}
                </div>
              ))}
            </section>
          )}
        </div>
      </Scroll>
    </Pane>
  );
}
