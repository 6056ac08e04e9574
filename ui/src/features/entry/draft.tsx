import { type ReactNode, createContext, use, useState } from "react";
import type { EntryContent, EntryVersions } from "@/bindings";

/** What was written and is not saved, with the versions and the content of the entry it began from. */
export interface Draft {
  content: EntryContent;
  before: EntryContent;
  versions: EntryVersions;
}

interface DraftState {
  draft: Draft | null;
  setDraft: (draft: Draft | null) => void;
}

const DraftContext = createContext<DraftState | null>(null);

/** Lives with the session: who looks something up elsewhere finds what they wrote. */
export function EntryDraftProvider({ children }: { children: ReactNode }) {
  const [draft, setDraft] = useState<Draft | null>(null);
  return <DraftContext value={{ draft, setDraft }}>{children}</DraftContext>;
}

export function useDraft(): DraftState {
  const state = use(DraftContext);
  if (!state) throw new Error("useDraft outside of EntryDraftProvider");
  return state;
}
