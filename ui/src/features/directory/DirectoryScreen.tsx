import { useNavigate, useSearch } from "@tanstack/react-router";
import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { ListFilter, RefreshCw, Search as SearchIcon, UserRound } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { Button, IconButton } from "@/components/Button/Button";
import { EmptyState } from "@/components/EmptyState/EmptyState";
import { Bar, Pane } from "@/components/Pane/Pane";
import { SkeletonRows } from "@/components/Skeleton/Skeleton";
import { FilterChip } from "@/components/Tag/Tag";
import { useLatest } from "@/lib/api";
import { errorSentence } from "@/lib/errors";
import { useSizeClass } from "@/lib/media";
import { useNow } from "@/lib/now";
import { useAction } from "@/lib/query";
import { useShortcuts } from "@/lib/shortcuts";
import { dateAndClock } from "@/lib/time";
import { wordOf } from "@/lib/words";
import { ColleagueCard } from "./ColleagueCard";
import { ColleagueList, type ListHandle } from "./ColleagueList";
import styles from "./Directory.module.css";
import { Download } from "./Download";
import { Facets, useFilterWords } from "./Facets";
import { SearchBox } from "./SearchBox";
import { EVERYBODY, FILTERS, isFiltered, useDirectory } from "./state";
import { usePages } from "./usePages";

/** Filters in force, each with its values, each to be taken away. */
function FilterChips() {
  const { t, i18n } = useLingui();
  const { search, setSearch, chosen } = useDirectory();
  const words = useFilterWords();
  return FILTERS.filter((filter) => search[filter].length > 0).map((filter) => {
    const values = chosen(filter).map(({ label }) => wordOf(label, i18n.locale));
    const name = words[filter];
    const list = new Intl.ListFormat(i18n.locale, { type: "unit" }).format(values);
    return (
      <FilterChip key={filter} onRemove={() => setSearch({ [filter]: [] })} removeLabel={t({ message: `Remove filter ${name}`, comment: "Name of the cross on a filter; 'Department' and the like" })}>
        {t({ message: `${name}: ${list}`, comment: "A filter in force and its values: 'City: Jiangzhou, Binhai'" })}
      </FilterChip>
    );
  });
}

export function DirectoryScreen() {
  const { t, i18n } = useLingui();
  const size = useSizeClass();
  const now = useNow();
  const navigate = useNavigate();
  const { focus, colleague } = useSearch({ from: "/directory" });
  const { search, setSearch, selected, select } = useDirectory();
  const status = useLatest("directory_status", null).value;
  const refresh = useAction("directory_refresh");
  const [range, setRange] = useState({ first: 0, last: 0 });
  const [cursor, setCursor] = useState<{ search: typeof search; index: number }>({ search, index: -1 });
  const [filtersShown, setFiltersShown] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<ListHandle>(null);
  const message = useRef<HTMLButtonElement>(null);
  const pages = usePages(search, range.first, range.last);

  // Another search, another list: the cursor of the former means nothing in it.
  const active = cursor.search === search ? cursor.index : -1;
  const overlay = size !== "wide";
  const narrow = size === "narrow" || size === "single";

  const toSearch = () => {
    field.current?.focus();
    field.current?.select();
  };

  // Called from elsewhere: open the search, or a colleague's card.
  useEffect(() => {
    if (focus === undefined && colleague === undefined) return;
    if (focus === "search") field.current?.focus();
    if (colleague !== undefined) select(colleague);
    void navigate({ to: "/directory", search: {}, replace: true });
  }, [focus, colleague, navigate, select]);

  useShortcuts([
    { key: "/", run: toSearch },
    { mod: true, key: "f", run: toSearch },
    { key: "Escape", run: () => { setFiltersShown(false); if (overlay) select(null); } },
  ]);

  const moveTo = (index: number) => {
    setCursor({ search, index });
    const row = pages.rowAt(index);
    // Beside the list the card follows the cursor; over the list it would hide it.
    if (row && !overlay) select(row.id);
  };
  const open = (index: number) => {
    const row = pages.rowAt(index);
    if (!row) return;
    setCursor({ search, index });
    if (row.id === selected) message.current?.focus();
    select(row.id);
  };
  const setText = (text: string) => setSearch({ text });
  const fieldKeys = (event: KeyboardEvent) => {
    if (event.key === "Enter" && active < 0 && pages.total) {
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
    <div className={styles.screen} data-size={size} data-card={selected !== null || undefined}>
      {(!narrow || filtersShown) && <div className={styles.facets} data-overlay={narrow || undefined}><Facets /></div>}
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
            <SearchBox ref={field} text={search.text} onText={setText} pinyin={pinyin} onKeyDown={fieldKeys} />
          </Bar>
          <div className={styles.summary}>
            {found !== undefined && !arriving && (
              <span role="status">{t({ message: plural(found, { one: "# colleague", other: "# colleagues" }), comment: "How many the search found" })}</span>
            )}
            <FilterChips />
            <span className={styles.gap} />
            {asOf && !loading && <span className={styles.fresh}>{t({ message: `As of ${asOf}`, comment: "How fresh the directory is: 'As of today 08:40'" })}</span>}
            <IconButton icon={RefreshCw} size={24} label={t({ message: "Update now", comment: "Fetches what changed in the directory" })} disabled={refresh.busy} onClick={() => refresh.run(null)} />
          </div>
          {loading && <Download status={status} />}
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
              {t({ message: "Try a name, pinyin, initials, department or hospital.", comment: "What the search of the directory understands" })}
            </EmptyState>
          ) : (
            <ColleagueList
              ref={list}
              total={found}
              rowAt={pages.rowAt}
              active={active}
              onActive={moveTo}
              onOpen={open}
              onRange={(first, last) => setRange((before) => (before.first === first && before.last === last ? before : { first, last }))}
            />
          )}
        </Pane>
      </div>
      {selected !== null ? (
        <div className={styles.card} data-overlay={overlay || undefined}>
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
    </div>
  );
}
