import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { Building2, Map as MapIcon, MapPin } from "lucide-react";
import { type KeyboardEvent, useRef, useState } from "react";
import { Button, IconButton } from "@/components/Button/Button";
import { EmptyState } from "@/components/EmptyState/EmptyState";
import { Bar, Pane } from "@/components/Pane/Pane";
import { SkeletonRows } from "@/components/Skeleton/Skeleton";
import { FilterChip } from "@/components/Tag/Tag";
import { errorSentence } from "@/lib/errors";
import { useFocusHeir } from "@/lib/focus";
import { useHeld } from "@/lib/held";
import { useSizeClass } from "@/lib/media";
import { useCommand } from "@/lib/query";
import { useShortcuts } from "@/lib/shortcuts";
import styles from "./Directory.module.css";
import { useEveryoneOf } from "./everyone";
import { GapBanner } from "./GapBanner";
import { HospitalCard, type HospitalCardHandle } from "./HospitalCard";
import { HospitalList, type HospitalListHandle } from "./HospitalList";
import { PlaceMap } from "./PlaceMap";
import { type Place, PlaceNav, usePlaceWords } from "./PlaceNav";
import { SearchBox } from "./SearchBox";
import { useWayBack } from "./Trail";
import { spotsOf } from "./spots";
import { useHospitalPages } from "./usePages";
import { useRange } from "./useRange";
import { useTypedText } from "./useTypedText";

/** The directory from the other side: hospitals by place, the departments of one, and from there their colleagues. */
export function HospitalsScreen() {
  const { t, i18n } = useLingui();
  const size = useSizeClass();
  const navigate = useNavigate();
  const asked = useSearch({ from: "/directory/hospitals" });
  const { organizationId } = useParams({ strict: false });
  const places = useCommand("directory_places", null).data;
  const range = useRange();
  const placeWords = usePlaceWords();
  const [mapWanted, setMapWanted] = useState(true);
  const [navShown, setNavShown] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HospitalListHandle>(null);
  const card = useRef<HospitalCardHandle>(null);
  useWayBack();

  const [text, setText] = useTypedText(asked.text ?? "");
  const search = { text, province: asked.province ?? null, city: asked.city ?? null };
  const { page, error, gap, rowAt, settled } = useHospitalPages(search, range.first, range.last);
  const key = JSON.stringify(search);
  const [cursor, setCursor] = useState({ key, index: -1 });
  // Another search, another list.
  const active = cursor.key === key ? cursor.index : -1;

  const province = places?.provinces.find((each) => each.key === asked.province);
  const city = province?.cities.find((each) => each.key === asked.city);
  const overlay = size !== "wide";
  const narrow = size === "narrow" || size === "single";
  const shown = organizationId ?? null;

  const go = (change: { text?: string; place?: Place }, id: string | null = shown) => {
    if (change.text !== undefined) setText(change.text);
    const next = {
      ...(change.text ?? text) === "" ? {} : { text: change.text ?? text },
      ...placeParams(change.place ?? { province: asked.province, city: asked.city }),
    };
    // A step to another hospital or place can be taken back; each letter that is typed cannot.
    const replace = change.text !== undefined || (id !== null && shown !== null);
    if (id === null) void navigate({ to: "/directory/hospitals", search: next, replace });
    else void navigate({ to: "/directory/hospitals/$organizationId", params: { organizationId: id }, search: next, replace });
  };
  const everyoneOf = useEveryoneOf();

  // From what is closed or taken away one comes back to the list.
  const heir = useFocusHeir(() => (list.current ?? field.current)?.focus());
  const toSearch = () => {
    field.current?.focus();
    field.current?.select();
  };
  useShortcuts([
    { key: "/", run: toSearch },
    { mod: true, key: "f", run: toSearch },
    {
      key: "Escape",
      run: () => {
        if (navShown) setNavShown(false);
        else if (shown !== null) go({}, null);
      },
    },
  ]);
  const moveTo = (index: number) => {
    setCursor({ key, index });
    const row = rowAt(index);
    // Beside the list the card follows the cursor; over the list it would hide it.
    if (row && !overlay) go({}, row.id);
  };
  const open = (index: number) => {
    const row = rowAt(index);
    if (!row) return;
    setCursor({ key, index });
    if (row.id === shown) card.current?.focus();
    else go({}, row.id);
  };
  const held = useHeld(settled, () => { if (page?.total) open(0); });
  const fieldKeys = (event: KeyboardEvent) => {
    if (event.key === "Enter" && !settled) {
      event.preventDefault();
      held.hold(true);
    } else if (event.key === "Enter" && active < 0 && page?.total) {
      event.preventDefault();
      open(0);
    } else list.current?.onKeyDown(event);
  };

  const spots = places ? spotsOf(places, province ?? null) : [];
  const chips: { label: string; without: Place }[] = [
    ...(province ? [{ label: placeWords(province), without: {} }] : []),
    ...(city && province ? [{ label: placeWords(city), without: { province: province.key } }] : []),
  ];
  return (
    <div className={styles.screen} data-size={size} data-card={shown !== null || undefined} {...heir}>
      {(!narrow || navShown) && (
        <div className={styles.facets} data-overlay={narrow || undefined}>
          <PlaceNav places={places} province={asked.province} city={asked.city} onPlace={(place) => go({ place }, null)} />
        </div>
      )}
      <div className={styles.list}>
        <Pane label={t({ message: "Hospitals", comment: "Directory by hospital and department; 医院" })} as="main">
          <Bar>
            {narrow && (
              <IconButton icon={MapPin} label={t({ message: "Places", comment: "Read aloud: provinces and cities; also the button that shows them in a small window" })} pressed={navShown} onClick={() => setNavShown(!navShown)} />
            )}
            <SearchBox
              ref={field}
              label={t({ message: "Search hospitals", comment: "Name of the search field, read aloud" })}
              placeholder={t({ message: "Hospital, pinyin, abbreviation, city or province", comment: "In the empty search field for hospitals" })}
              text={text}
              onText={(next) => { held.giveUp(); go({ text: next }); }}
              onKeyDown={fieldKeys}
            />
          </Bar>
          <div className={styles.summary}>
            {page && (
              <span role="status">{t({ message: plural(page.total, { one: "# hospital", other: "# hospitals" }), comment: "How many the search found" })}</span>
            )}
            {page && <span className="truncate">{t({ message: plural(page.colleagues, { one: "# colleague", other: "# colleagues" }), comment: "How many the search found" })}</span>}
            {chips.map(({ label, without }) => (
              <FilterChip key={label} onRemove={() => go({ place: without }, null)} removeLabel={t({ message: `Remove filter ${label}`, comment: "Name of the cross on a filter; 'Department' and the like" })}>{label}</FilterChip>
            ))}
            <span className={styles.gap} />
            {spots.length > 0 && (
              <IconButton icon={MapIcon} size={24} pressed={mapWanted} label={t({ message: "Map", comment: "Name of the button that shows or hides where hospitals are" })} onClick={() => setMapWanted(!mapWanted)} />
            )}
          </div>
          {mapWanted && spots.length > 0 && text === "" && (
            <PlaceMap spots={spots} chosen={asked.city ?? null} onSpot={({ province: inProvince, city: at }) => go({ place: { province: inProvince, ...(at === null ? {} : { city: at }) } }, null)} />
          )}
          {gap && <GapBanner gap={gap} />}
          {error ? (
            <EmptyState icon={Building2} title={errorSentence(i18n, error)} />
          ) : page === undefined ? (
            <SkeletonRows rows={12} />
          ) : page.total === 0 ? (
            <EmptyState
              icon={Building2}
              title={text ? t({ message: `No hospital matches “${text}”`, comment: "Title when the search for hospitals found none" }) : t({ message: "No hospitals here", comment: "Title when a place has no hospitals, or the directory none yet" })}
              actions={text && <Button variant="primary" size={28} onClick={() => { go({ text: "" }); field.current?.focus(); }}>{t({ message: "Clear search", comment: "Empties the search field" })}</Button>}
            >
              {t({ message: "Try a name, pinyin, a usual abbreviation, a city or a province.", comment: "What the search for hospitals understands" })}
            </EmptyState>
          ) : (
            <HospitalList
              ref={list}
              page={page}
              rowAt={rowAt}
              text={text}
              searchKey={key}
              active={active}
              shown={shown}
              onActive={moveTo}
              onOpen={open}
              onRange={range.onRange}
            />
          )}
        </Pane>
      </div>
      {shown !== null ? (
        <div className={styles.card} data-overlay={overlay || undefined}>
          <HospitalCard key={shown} ref={card} id={shown} closable={overlay} onClose={() => go({}, null)} onEveryone={(department) => everyoneOf(shown, department)} />
        </div>
      ) : (
        !overlay && (
          <div className={styles.card}>
            <Pane label={t({ message: "Hospital", comment: "Filter of the directory" })} as="aside">
              <EmptyState icon={Building2} title={t({ message: "No hospital selected", comment: "In place of a hospital's card" })}>
                {t({ message: "Choose a hospital to see its departments and who works there.", comment: "In place of a hospital's card" })}
              </EmptyState>
            </Pane>
          </div>
        )
      )}
    </div>
  );
}

function placeParams({ province, city }: Place): { province?: string; city?: string } {
  return { ...(province === undefined ? {} : { province }), ...(city === undefined ? {} : { city }) };
}

