import { useQueries } from "@tanstack/react-query";
import { type ReactNode, createContext, use, useState } from "react";
import type { ColleagueRow, DirectoryQuery, FacetValue } from "@/bindings";
import { useApi } from "@/lib/api";
import { queryKey, useCommand } from "@/lib/query";

export type Filter = "departments" | "organizations" | "titles" | "cities" | "verified" | "joined";
export const FILTERS: readonly Filter[] = ["departments", "organizations", "titles", "cities", "verified", "joined"];

/** Whose list it is: at most one of these restricts it. */
export type Scope = "all" | "my_hospital" | "favourites" | "recent";

/** What is asked for, without the page of it. */
export type Search = Omit<DirectoryQuery, "offset" | "limit">;

export const EVERYBODY: Search = {
  text: "", my_hospital: false, favourites: false, recent: false,
  departments: [], organizations: [], titles: [], cities: [], verified: [], joined: [],
  sort: "relevance",
};

export function scopeOf(search: Search): Scope {
  return search.favourites ? "favourites" : search.recent ? "recent" : search.my_hospital ? "my_hospital" : "all";
}

export function inScope(scope: Scope): Partial<Search> {
  return { my_hospital: scope === "my_hospital", favourites: scope === "favourites", recent: scope === "recent" };
}

interface DirectoryState {
  search: Search;
  setSearch: (change: Partial<Search>) => void;
  /** Adds a value to a filter or takes it away. */
  toggle: (filter: Filter, value: FacetValue, on: boolean) => void;
  /** The chosen values of a filter by their keys, with words also while the search finds nobody of them. */
  chosen: (filter: Filter) => FacetValue[];
  /** FHIR Practitioner id of the colleague whose card is open. */
  selected: string | null;
  select: (id: string | null) => void;
  /** Colleagues chosen together, by id; empty most of the time. */
  picked: ReadonlyMap<string, ColleagueRow>;
  pick: (picked: ReadonlyMap<string, ColleagueRow>) => void;
}

/** The words for chosen values that nobody clicked: of a saved search, or of a way that leads here. */
function useLabels(search: Search): (filter: Filter, key: string) => FacetValue["label"] | undefined {
  const api = useApi();
  const terms = useCommand("terminology", null).data;
  const organizations = useQueries({
    queries: search.organizations.map((organization_id) => ({
      queryKey: queryKey("directory_organization", { organization_id }),
      queryFn: () => api.call("directory_organization", { organization_id }),
      retry: false,
    })),
  });
  return (filter, key) => {
    if (filter === "organizations") return organizations[search.organizations.indexOf(key)]?.data?.name;
    const concepts = filter === "departments" ? terms?.departments : filter === "titles" ? terms?.titles : undefined;
    return concepts?.find(({ code }) => code === key);
  };
}

const DirectoryContext = createContext<DirectoryState | null>(null);

/** Lives with the session: who comes back from a chat finds the search as it was left. */
export function DirectoryProvider({ children }: { children: ReactNode }) {
  const [search, set] = useState(EVERYBODY);
  const [selected, select] = useState<string | null>(null);
  const [picked, pick] = useState<ReadonlyMap<string, ColleagueRow>>(new Map());
  const [labels, setLabels] = useState<Record<string, FacetValue>>({});
  const labelOf = useLabels(search);
  const setSearch = (change: Partial<Search>) => set((before) => ({ ...before, ...change }));
  const state: DirectoryState = {
    search,
    setSearch,
    selected,
    select,
    picked,
    pick,
    toggle: (filter, value, on) => {
      if (on) setLabels((before) => ({ ...before, [`${filter} ${value.key}`]: { ...value, count: 0 } }));
      setSearch({ [filter]: on ? [...search[filter], value.key] : search[filter].filter((key) => key !== value.key) });
    },
    chosen: (filter) => search[filter].map((key) => labels[`${filter} ${key}`] ?? { key, label: labelOf(filter, key) ?? { zh: key, en: key }, count: 0 }),
  };
  return <DirectoryContext value={state}>{children}</DirectoryContext>;
}

export function useDirectory(): DirectoryState {
  const state = use(DirectoryContext);
  if (!state) throw new Error("useDirectory outside of DirectoryProvider");
  return state;
}

/** Something besides the text restricts the list. */
export function isFiltered(search: Search): boolean {
  return scopeOf(search) !== "all" || FILTERS.some((filter) => search[filter].length > 0);
}
