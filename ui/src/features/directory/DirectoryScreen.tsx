import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { ListFilter, QrCode, Search as SearchIcon, SpellCheck, UserRound } from "lucide-react";
import type { ColleagueRow, DirectorySort, DirectoryStatus } from "@/bindings";
import { type KeyboardEvent, useEffect, useEffectEvent, useRef, useState } from "react";
import { Button, IconButton } from "@/components/Button/Button";
import { EmptyState } from "@/components/EmptyState/EmptyState";
import { Icon } from "@/components/Icon/Icon";
import { Bar, Pane } from "@/components/Pane/Pane";
import { InlineSelect } from "@/components/Select/Select";
import { SkeletonRows } from "@/components/Skeleton/Skeleton";
import { FilterChip } from "@/components/Tag/Tag";
import { useLatest } from "@/lib/api";
import { errorSentence } from "@/lib/errors";
import { useFocusHeir } from "@/lib/focus";
import { useHeld } from "@/lib/held";
import { useSizeClass } from "@/lib/media";
import { useNow } from "@/lib/now";
import { useAction, useCommand } from "@/lib/query";
import { useKeptPart } from "@/lib/scope";
import { useShortcuts } from "@/lib/shortcuts";
import { share } from "@/lib/size";
import { dateAndClock } from "@/lib/time";
import { ColleagueCard } from "./ColleagueCard";
import { ColleagueList, type ListHandle } from "./ColleagueList";
import styles from "./Directory.module.css";
import { DoubtBanner } from "./Doubt";
import { Download } from "./Download";
import { Facets, useFilterWords, useValueWords } from "./Facets";
import { GapBanner } from "./GapBanner";
import { GroupOfFound } from "./GroupWith";
import { PickedBar } from "./PickedBar";
import { QrDialog } from "./QrDialog";
import { SaveSearchButton } from "./SavedSearches";
import { SearchBox } from "./SearchBox";
import { EVERYBODY, FILTERS, type Filter, isFiltered, useDirectory } from "./state";
import { Trail, hasTrail } from "./Trail";
import { usePages } from "./usePages";
import { useRange } from "./useRange";

/** Filters in force, each with its values, each to be taken away. */
function FilterChips() {
  const { t, i18n } = useLingui();
  const { search, setSearch, chosen } = useDirectory();
  const words = useFilterWords();
  const valueWords = useValueWords();
  const inForce = FILTERS.filter((filter) => search[filter].length > 0);
  // What the trail says needs no second word.
  const told: readonly Filter[] = hasTrail(search) ? ["organizations", "departments"] : [];
  const chips = inForce.filter((filter) => !told.includes(filter)).map((filter) => {
    const values = chosen(filter).map((value) => valueWords(filter, value));
    const name = words[filter];
    const list = new Intl.ListFormat(i18n.locale, { type: "unit" }).format(values);
    return (
      <FilterChip key={filter} onRemove={() => setSearch({ [filter]: [] })} removeLabel={t({ message: `Remove filter ${name}`, comment: "Name of the cross on a filter; 'Department' and the like" })}>
        {t({ message: `${name}: ${list}`, comment: "A filter in force and its values: 'City: Jiangzhou, Binhai'" })}
      </FilterChip>
    );
  });
  if (inForce.length < 2) return chips;
  return (
    <>
      {chips}
      <Button variant="link" size={24} onClick={() => setSearch({ ...EVERYBODY, text: search.text, sort: search.sort })}>
        {t({ message: "Clear filters", comment: "Takes all filters of the directory away" })}
      </Button>
    </>
  );
}

function SortSelect() {
  const { t } = useLingui();
  const { search, setSearch } = useDirectory();
  const options: { value: DirectorySort; label: string }[] = [
    { value: "relevance", label: t({ message: "By relevance", comment: "Order of the directory; 按相关度" }) },
    { value: "name", label: t({ message: "By name", comment: "Order of the directory: pinyin or Latin alphabet" }) },
    { value: "title", label: t({ message: "By title", comment: "Order of the directory: professional title, highest first" }) },
    { value: "hospital", label: t({ message: "By hospital", comment: "Order of the directory: name of the hospital" }) },
    { value: "verified", label: t({ message: "Recently verified", comment: "Order of the directory: whose verification is newest comes first" }) },
  ];
  return <InlineSelect quiet label={t({ message: "Order", comment: "Read aloud: in which order the directory is" })} options={options} value={search.sort} onValue={(sort) => setSearch({ sort })} />;
}

/** That it is not the whole directory, and where that is changed. */
function KeptPart({ status }: { status: DirectoryStatus }) {
  const { t, i18n } = useLingui();
  const part = useKeptPart();
  if (part === null && status.next_scope === null) return null;
  const done = share(status.loaded_bytes, status.total_bytes, i18n.locale);
  return (
    <span className={styles.part}>
      {part !== null && t({ message: `${part} only`, comment: "Beside how many colleagues there are: only a part of the directory is kept on this device; a province or a hospital" })}
      <Link to="/settings/directory" className={styles.partLink}>
        {status.next_scope === null
          ? t({ message: "Change", comment: "Link beside 'Fujian only': to the choice of what is kept of the directory" })
          : t({ message: `Being changed: ${done}`, comment: "Link beside how many colleagues there are: another part of the directory is fetched; a percentage" })}
      </Link>
    </span>
  );
}

export function DirectoryScreen() {
  const { t, i18n } = useLingui();
  const size = useSizeClass();
  const now = useNow();
  const navigate = useNavigate();
  const { focus, text: sought, colleague, hospital, department } = useSearch({ from: "/directory" });
  const { search, setSearch, selected, select, picked, pick } = useDirectory();
  const status = useLatest("directory_status", null).value;
  const favourite = useAction("favourite_set");
  const range = useRange();
  const [cursor, setCursor] = useState<{ search: typeof search; index: number; card: string | null }>({ search, index: -1, card: null });
  const [cards, setCards] = useState(false);
  const [filtersShown, setFiltersShown] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<ListHandle>(null);
  const message = useRef<HTMLButtonElement>(null);
  const pages = usePages(search, range.first, range.last);
  const letters = useCommand("directory_letters", { ...search, offset: 0, limit: 0 }, { enabled: search.sort === "name" }).data;
  const anchor = useRef(-1);

  // Another search, another list: the cursor of the former means nothing in it. Nor beside a card that was opened from elsewhere.
  const active = cursor.search === search && (selected === null || selected === cursor.card) ? cursor.index : -1;
  const overlay = size !== "wide";
  const narrow = size === "narrow" || size === "single";

  const cardBox = useRef<HTMLDivElement>(null);
  // From one card to the next one works in cards; from what is closed or taken away one comes back to the list.
  const cardHeir = useFocusHeir(() => cardBox.current?.focus());
  const heir = useFocusHeir(() => (list.current ?? field.current)?.focus());
  const toSearch = () => {
    field.current?.focus();
    field.current?.select();
  };
  const showSearch = useEffectEvent(toSearch);

  // Called from elsewhere: open the search, look for somebody, open a colleague's card, or show everyone of a hospital.
  const seek = useEffectEvent((text: string) => {
    setSearch({ ...EVERYBODY, text });
    field.current?.focus();
  });
  const narrowTo = useEffectEvent((organization: string, code: string | undefined) => {
    setSearch({ ...EVERYBODY, organizations: [organization], departments: code === undefined ? [] : [code] });
    select(null);
  });
  useEffect(() => {
    if (focus === undefined && sought === undefined && colleague === undefined && hospital === undefined) return;
    if (focus === "search") showSearch();
    if (sought !== undefined) seek(sought);
    if (colleague !== undefined) select(colleague);
    if (hospital !== undefined) narrowTo(hospital, department);
    void navigate({ to: "/directory", search: {}, replace: true });
  }, [focus, sought, colleague, hospital, department, navigate, select]);

  useShortcuts([
    { key: "/", run: toSearch },
    { mod: true, key: "f", run: toSearch },
    {
      key: "Escape",
      run: () => {
        // The latest thing first: what was chosen together, then what lies over the list.
        if (picked.size > 0) pick(new Map());
        else {
          setFiltersShown(false);
          if (overlay) select(null);
        }
      },
    },
  ]);

  const moveTo = (index: number, extend: boolean) => {
    const from = anchor.current >= 0 && active >= 0 ? anchor.current : Math.max(0, active);
    const row = pages.rowAt(index);
    setCursor({ search, index, card: row && !extend && !overlay ? row.id : selected });
    if (extend) {
      anchor.current = from;
      // Whom one has not seen one does not choose: rows that are not loaded stay out.
      const rows = Array.from({ length: Math.abs(index - from) + 1 }, (_, nth) => pages.rowAt(Math.min(index, from) + nth));
      pick(new Map(rows.filter((each) => each !== undefined).map((each) => [each.id, each])));
      return;
    }
    anchor.current = index;
    // Beside the list the card follows the cursor; over the list it would hide it.
    if (row && !overlay) select(row.id);
  };
  const toggle = (index: number) => {
    const row = pages.rowAt(index);
    if (!row) return;
    const next = new Map(picked);
    // The first one joins whom the card shows.
    const shown = active >= 0 ? pages.rowAt(active) : undefined;
    if (next.size === 0 && shown && shown.id === selected && shown.id !== row.id) next.set(shown.id, shown);
    if (!next.delete(row.id)) next.set(row.id, row);
    pick(next);
    anchor.current = index;
    setCursor({ search, index, card: selected });
  };
  const open = (index: number) => {
    const row = pages.rowAt(index);
    if (!row) return;
    anchor.current = index;
    setCursor({ search, index, card: row.id });
    if (picked.size > 0) pick(new Map());
    if (row.id === selected) message.current?.focus();
    select(row.id);
  };
  const star = (row: ColleagueRow) => favourite.run({ practitioner_id: row.id, favourite: !row.favourite });
  const held = useHeld(pages.settled, () => { if (pages.total) open(0); });
  const setText = (text: string) => {
    held.giveUp();
    setSearch({ text });
  };
  const fieldKeys = (event: KeyboardEvent) => {
    if (event.key === "Enter" && !pages.settled) {
      event.preventDefault();
      held.hold(true);
    } else if (event.key === "Enter" && active < 0 && pages.total) {
      event.preventDefault();
      open(0);
    } else list.current?.onKeyDown(event);
  };

  const loading = status !== undefined && status.phase !== "complete";
  const found = pages.total;
  // Nobody yet is not nobody.
  const arriving = found === 0 && loading && !status.problem && search.text === "" && !isFiltered(search);
  const pinyin = /^[a-z\s']+$/i.test(search.text) && (pages.rowAt(0)?.matched.han.length ?? 0) > 0;
  const asOf = status?.as_of ? dateAndClock(Date.parse(status.as_of), now, i18n.locale) : null;

  return (
    <div className={styles.screen} data-size={size} data-card={selected !== null || undefined} {...heir}>
      {(!narrow || filtersShown) && <div className={styles.facets} data-overlay={narrow || undefined}><Facets asOf={loading ? null : asOf} /></div>}
      <div className={styles.list}>
        <Pane label={t({ message: "Directory", comment: "Section of the window: all colleagues; 通讯录" })} as="main">
          <Bar>
            {narrow && (
              <IconButton
                icon={ListFilter}
                label={t({ message: "Filters", comment: "Read aloud: the filters of the directory; also the button that shows them in a small window" })}
                pressed={filtersShown}
                onClick={() => setFiltersShown(!filtersShown)}
              />
            )}
            <SearchBox
              ref={field}
              label={t({ message: "Search colleagues", comment: "Name of the search field, read aloud" })}
              placeholder={t({ message: "Name, pinyin, hospital or department", comment: "In the empty search field of the directory" })}
              text={search.text}
              onText={setText}
              pinyin={pinyin}
              onKeyDown={fieldKeys}
            />
            <IconButton icon={QrCode} label={t({ message: "Business cards", comment: "Title: one's own card as a QR code, and taking a colleague's; 名片" })} onClick={() => setCards(true)} />
          </Bar>
          <Trail />
          {picked.size > 0 ? (
            <PickedBar picked={picked} onClear={() => pick(new Map())} />
          ) : (
            <div className={styles.summary}>
              {found !== undefined && !arriving && (
                <span role="status">{t({ message: plural(found, { one: "# colleague", other: "# colleagues" }), comment: "How many the search found" })}</span>
              )}
              {status && <KeptPart status={status} />}
              <FilterChips />
              <span className={styles.gap} />
              <GroupOfFound search={search} />
              <SaveSearchButton />
              <SortSelect />
            </div>
          )}
          {pages.similar && pages.settled && (
            <div className={styles.similar} role="status">
              <Icon icon={SpellCheck} size={14} />
              <span>
                <b>{t({ message: `No exact match for “${search.text.trim()}”`, comment: "Above the list when only names that differ by one letter were found; what was searched for" })}</b>{" "}
                {loading
                  ? t({ message: "Showing similar names until the whole directory is here.", comment: "Follows: No exact match for …; the directory is being downloaded" })
                  : t({ message: "Showing similar names.", comment: "Follows: No exact match for …" })}
              </span>
            </div>
          )}
          {loading && <Download status={status} />}
          {status?.doubt && <div className={styles.doubt}><DoubtBanner doubt={status.doubt} everybody /></div>}
          {pages.gap && <GapBanner gap={pages.gap} />}
          {pages.error ? (
            <EmptyState icon={SearchIcon} title={errorSentence(i18n, pages.error)} />
          ) : found === undefined || arriving ? (
            <SkeletonRows rows={12} />
          ) : found === 0 ? (
            <EmptyState
              icon={SearchIcon}
              title={search.text ? t({ message: `No match for “${search.text}”`, comment: "Title when the search of the directory found nobody" }) : t({ message: "No colleagues here", comment: "Title when filters leave nobody" })}
              actions={
                <>
                  {search.text && <Button variant="primary" size={28} onClick={() => { setText(""); field.current?.focus(); }}>{t({ message: "Clear search", comment: "Empties the search field" })}</Button>}
                  {isFiltered(search) && <Button size={28} onClick={() => setSearch({ ...EVERYBODY, text: search.text })}>{t({ message: "Clear filters", comment: "Takes all filters of the directory away" })}</Button>}
                </>
              }
            >
              {loading && status.problem
                ? t({ message: "Part of the directory is not here yet: there may be more once it is.", comment: "Below 'No match' and 'No colleagues here', when the first download stopped" })
                : loading
                  ? t({ message: "The directory is still being downloaded: there may be more in a moment.", comment: "Below 'No match' and 'No colleagues here', during the first download" })
                  : t({ message: "Try a name, pinyin, initials, department or hospital.", comment: "What the search of the directory understands" })}
            </EmptyState>
          ) : (
            <ColleagueList
              ref={list}
              total={found}
              known={pages.known}
              rowAt={pages.rowAt}
              text={search.text}
              searchKey={JSON.stringify(search)}
              letters={search.sort === "name" ? (letters ?? []) : []}
              active={active}
              chosen={new Set(picked.keys())}
              onActive={moveTo}
              onOpen={open}
              onToggle={toggle}
              onFavourite={star}
              onRange={range.onRange}
            />
          )}
        </Pane>
      </div>
      {selected !== null ? (
        <div ref={cardBox} className={styles.card} data-overlay={overlay || undefined} tabIndex={-1} {...cardHeir}>
          <ColleagueCard key={selected} id={selected} onClose={() => select(null)} closable={overlay} messageRef={message} />
        </div>
      ) : (
        !overlay && (
          <div className={styles.card}>
            <Pane label={t({ message: "Colleague", comment: "Read aloud: the card of a colleague; 同道" })} as="aside">
              <EmptyState icon={UserRound} title={t({ message: "Nobody selected", comment: "In place of a colleague's card" })}>
                {t({ message: "Choose a colleague to see title, contacts and verification.", comment: "In place of a colleague's card" })}
              </EmptyState>
            </Pane>
          </div>
        )
      )}
      <QrDialog open={cards} onClose={() => setCards(false)} onColleague={select} />
    </div>
  );
}
