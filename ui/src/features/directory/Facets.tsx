import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { ChevronDown, ChevronRight, Hospital, UsersRound } from "lucide-react";
import { useState } from "react";
import type { FacetValue } from "@/bindings";
import { Checkbox } from "@/components/Checkbox/Checkbox";
import { Icon } from "@/components/Icon/Icon";
import { NavButton } from "@/components/NavItem/NavItem";
import { Bar, Pane, Scroll } from "@/components/Pane/Pane";
import { useCommand } from "@/lib/query";
import { useSettled } from "@/lib/settled";
import { count } from "@/lib/time";
import { wordOf } from "@/lib/words";
import styles from "./Facets.module.css";
import { type Filter, useDirectory } from "./state";

/** The list follows every key; four counts over the whole directory wait for a pause. */
const SETTLE_MS = 120;

/** Values shown before "more". */
const SHORT = 4;

export function useFilterWords(): Record<Filter, string> {
  const { t } = useLingui();
  return {
    departments: t({ message: "Department", comment: "Filter of the directory; 科室" }),
    organizations: t({ message: "Hospital", comment: "Filter of the directory" }),
    titles: t({ message: "Title", comment: "Filter of the directory: professional title; 职称" }),
    cities: t({ message: "City", comment: "Filter of the directory" }),
  };
}

function Facet({ filter, values }: { filter: Filter; values: readonly FacetValue[] }) {
  const { t, i18n } = useLingui();
  const directory = useDirectory();
  const title = useFilterWords()[filter];
  const [open, setOpen] = useState(true);
  const [whole, setWhole] = useState(false);
  const chosen = directory.search[filter];

  // What is chosen stays in sight, however few it matches.
  const gone = directory.chosen(filter).filter(({ key }) => values.every((value) => value.key !== key));
  const shown = [...(whole ? values : values.filter((value, index) => index < SHORT || chosen.includes(value.key))), ...gone];
  const hidden = values.length + gone.length - shown.length;
  if (shown.length === 0) return null;

  return (
    <section className={styles.facet} aria-label={title}>
      <div className={styles.head}>
        <button type="button" className={styles.fold} aria-expanded={open} onClick={() => setOpen(!open)}>
          <Icon icon={open ? ChevronDown : ChevronRight} size={14} />
          {title}
        </button>
        {chosen.length > 0 && (
          <button type="button" className={styles.clear} onClick={() => directory.setSearch({ [filter]: [] })}>
            {t({ message: "Clear", comment: "Takes the values of one filter away" })}
          </button>
        )}
      </div>
      {open && shown.map((value) => (
        <Checkbox key={value.key} checked={chosen.includes(value.key)} onChecked={(on) => directory.toggle(filter, value, on)} count={count(value.count, i18n.locale)}>
          <span title={wordOf(value.label, i18n.locale)}>{wordOf(value.label, i18n.locale)}</span>
        </Checkbox>
      ))}
      {open && (hidden > 0 || (whole && values.length > SHORT)) && (
        <button type="button" className={styles.more} onClick={() => setWhole(!whole)}>
          {whole
            ? t({ message: "Fewer", comment: "Shows only the most frequent values of a filter" })
            : t({ message: plural(hidden, { one: "# more…", other: "# more…" }), comment: "Shows the other values of a filter" })}
        </button>
      )}
    </section>
  );
}

/** What narrows the list: all or the own hospital, then four filters with how many each would leave. */
export function Facets() {
  const { t, i18n } = useLingui();
  const { search, setSearch } = useDirectory();
  const counts = useCommand("directory_counts", null).data;
  const counted = useSettled(search, SETTLE_MS);
  const facets = useCommand("directory_facets", { ...counted, offset: 0, limit: 0 }, { keepPrevious: true }).data;
  const number = (value: number | undefined) => (value === undefined ? undefined : count(value, i18n.locale));
  return (
    <Pane label={t({ message: "Filters", comment: "Read aloud: the filters of the directory; also the button that shows them in a small window" })} as="aside" side>
      <Bar plain title={t({ message: "Directory", comment: "Section of the window: all colleagues; 通讯录" })} />
      <Scroll>
        <div className={styles.list}>
          <NavButton icon={UsersRound} on={!search.my_hospital} onClick={() => setSearch({ my_hospital: false })} count={number(counts?.all)}>
            {t({ message: "All colleagues", comment: "Whole directory" })}
          </NavButton>
          <NavButton icon={Hospital} on={search.my_hospital} onClick={() => setSearch({ my_hospital: true })} count={number(counts?.my_hospital)}>
            {t({ message: "My hospital", comment: "Directory of one's own hospital" })}
          </NavButton>
          {facets && (
            <>
              <Facet filter="departments" values={facets.departments} />
              <Facet filter="organizations" values={facets.organizations} />
              <Facet filter="titles" values={facets.titles} />
              <Facet filter="cities" values={facets.cities} />
            </>
          )}
        </div>
      </Scroll>
    </Pane>
  );
}
