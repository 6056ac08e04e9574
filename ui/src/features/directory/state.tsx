import { type ReactNode, createContext, use, useState } from "react";
import type { DirectoryQuery } from "@/bindings";

export type Filter = "departments" | "organizations" | "titles" | "cities";
export const FILTERS: readonly Filter[] = ["departments", "organizations", "titles", "cities"];

/** What is asked for, without the page of it. */
export type Search = Omit<DirectoryQuery, "offset" | "limit">;

export const EVERYBODY: Search = { text: "", my_hospital: false, departments: [], organizations: [], titles: [], cities: [] };

interface DirectoryState {
  search: Search;
  setSearch: (change: Partial<Search>) => void;
  /** FHIR Practitioner id of the colleague whose card is open. */
  selected: string | null;
  select: (id: string | null) => void;
}

const DirectoryContext = createContext<DirectoryState | null>(null);

/** Lives with the session: who comes back from a chat finds the search as it was left. */
export function DirectoryProvider({ children }: { children: ReactNode }) {
  const [search, set] = useState(EVERYBODY);
  const [selected, select] = useState<string | null>(null);
  return (
    <DirectoryContext value={{ search, setSearch: (change) => set((before) => ({ ...before, ...change })), selected, select }}>
      {children}
    </DirectoryContext>
  );
}

export function useDirectory(): DirectoryState {
  const state = use(DirectoryContext);
  if (!state) throw new Error("useDirectory outside of DirectoryProvider");
  return state;
}

export function isFiltered(search: Search): boolean {
  return search.my_hospital || FILTERS.some((filter) => search[filter].length > 0);
}
