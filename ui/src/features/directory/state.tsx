import { type ReactNode, createContext, use, useState } from "react";
import type { DirectoryQuery, FacetValue } from "@/bindings";

export type Filter = "departments" | "organizations" | "titles" | "cities";
export const FILTERS: readonly Filter[] = ["departments", "organizations", "titles", "cities"];

/** What is asked for, without the page of it. */
export type Search = Omit<DirectoryQuery, "offset" | "limit">;

export const EVERYBODY: Search = { text: "", my_hospital: false, departments: [], organizations: [], titles: [], cities: [] };

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
}

const DirectoryContext = createContext<DirectoryState | null>(null);

/** Lives with the session: who comes back from a chat finds the search as it was left. */
export function DirectoryProvider({ children }: { children: ReactNode }) {
  const [search, set] = useState(EVERYBODY);
  const [selected, select] = useState<string | null>(null);
  const [labels, setLabels] = useState<Record<string, FacetValue>>({});
  const setSearch = (change: Partial<Search>) => set((before) => ({ ...before, ...change }));
  const state: DirectoryState = {
    search,
    setSearch,
    selected,
    select,
    toggle: (filter, value, on) => {
      if (on) setLabels((before) => ({ ...before, [`${filter} ${value.key}`]: { ...value, count: 0 } }));
      setSearch({ [filter]: on ? [...search[filter], value.key] : search[filter].filter((key) => key !== value.key) });
    },
    chosen: (filter) => search[filter].map((key) => labels[`${filter} ${key}`] ?? { key, label: { zh: key, en: key }, count: 0 }),
  };
  return <DirectoryContext value={state}>{children}</DirectoryContext>;
}

export function useDirectory(): DirectoryState {
  const state = use(DirectoryContext);
  if (!state) throw new Error("useDirectory outside of DirectoryProvider");
  return state;
}

export function isFiltered(search: Search): boolean {
  return search.my_hospital || FILTERS.some((filter) => search[filter].length > 0);
}
