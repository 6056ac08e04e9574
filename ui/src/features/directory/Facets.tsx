import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { ChevronDown, ChevronRight, RefreshCw } from "lucide-react";
import { useState } from "react";
import type { FacetValue } from "@/bindings";
import { IconButton } from "@/components/Button/Button";
import { Checkbox } from "@/components/Checkbox/Checkbox";
import { Icon } from "@/components/Icon/Icon";
import { Bar, Pane, Scroll } from "@/components/Pane/Pane";
import { useAction, useCommand } from "@/lib/query";
import { useSettled } from "@/lib/settled";
import { count } from "@/lib/time";
import { wordOf } from "@/lib/words";
import { DirectoryNav } from "./DirectoryNav";
import styles from "./Facets.module.css";
import { SavedSearches } from "./SavedSearches";
import { FILTERS, type Filter, useDirectory } from "./state";

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
    verified: t({ message: "Verification", comment: "Heading on a colleague's card; 实名认证" }),
    joined: t({ message: "Account", comment: "Filter of the directory: whether a colleague has an account to write to" }),
  };
}

/** Words for a value of a filter: the core's, or ours for yes and no. */
export function useValueWords(): (filter: Filter, value: FacetValue) => string {
  const { t, i18n } = useLingui();
  const own: Partial<Record<Filter, Record<string, string>>> = {
    verified: {
      yes: t({ message: "Verified", comment: "Filter of the directory: colleagues whose verification is in force" }),
      no: t({ message: "Not verified", comment: "Filter of the directory: colleagues without a verification in force" }),
    },
    joined: {
      yes: t({ message: "In Consilium", comment: "Filter of the directory: colleagues who have an account" }),
      no: t({ message: "Not joined yet", comment: "Filter of the directory: colleagues who are listed and have no account" }),
    },
  };
  return (filter, value) => own[filter]?.[value.key] ?? wordOf(value.label, i18n.locale);
}

function Facet({ filter, values }: { filter: Filter; values: readonly FacetValue[] }) {
  const { t, i18n } = useLingui();
  const directory = useDirectory();
  const title = useFilterWords()[filter];
  const words = useValueWords();
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
          <span title={words(filter, value)}>{words(filter, value)}</span>
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

/** What narrows the list: whose it is, saved searches, then filters with how many each would leave; and how fresh it is. */
export function Facets({ asOf }: {
  /** In words; null while the copy is not whole. */
  asOf: string | null;
}) {
  const { t } = useLingui();
  const { search } = useDirectory();
  const counted = useSettled(search, SETTLE_MS);
  const refresh = useAction("directory_refresh");
  // The order of the list counts nobody.
  const facets = useCommand("directory_facets", { ...counted, sort: "relevance", offset: 0, limit: 0 }, { keepPrevious: true }).data;
  return (
    <Pane label={t({ message: "Filters", comment: "Read aloud: the filters of the directory; also the button that shows them in a small window" })} as="aside" side>
      <Bar plain title={t({ message: "Directory", comment: "Section of the window: all colleagues; 通讯录" })} />
      <Scroll>
        <div className={styles.list}>
          <DirectoryNav hospitals={false} />
          <SavedSearches />
          {facets && FILTERS.map((filter) => <Facet key={filter} filter={filter} values={facets[filter]} />)}
        </div>
      </Scroll>
      <div className={styles.fresh}>
        <span>{asOf && t({ message: `As of ${asOf}`, comment: "How fresh the directory is: 'As of today 08:40'" })}</span>
        <IconButton icon={RefreshCw} size={24} label={t({ message: "Update now", comment: "Fetches what changed in the directory" })} disabled={refresh.busy} onClick={() => refresh.run(null)} />
      </div>
    </Pane>
  );
}
