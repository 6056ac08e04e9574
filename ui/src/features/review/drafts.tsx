import { type ReactNode, createContext, use, useState } from "react";
import { type DecisionDraft, EMPTY_DECISION } from "./decision";

interface Begun {
  draft: DecisionDraft;
  /** Of the application, when it was begun. */
  version: number;
}

interface DraftsState {
  begun: Readonly<Record<string, Begun>>;
  begin: (applicationId: string, begun: Begun) => void;
}

const DraftsContext = createContext<DraftsState | null>(null);

/** What was begun and not sent, by application. Lives with the session: kept over a look elsewhere and over a lost network. */
export function DecisionDraftsProvider({ children }: { children: ReactNode }) {
  const [begun, set] = useState<DraftsState["begun"]>({});
  return <DraftsContext value={{ begun, begin: (id, one) => set((before) => ({ ...before, [id]: one })) }}>{children}</DraftsContext>;
}

/** The decision on an application of which one reads this version. What was confirmed of another one is not of this. */
export function useDecisionDraft(applicationId: string, version: number | null): [draft: DecisionDraft, write: (draft: DecisionDraft) => void] {
  const drafts = use(DraftsContext);
  if (!drafts) throw new Error("useDecisionDraft outside of DecisionDraftsProvider");
  const begun = drafts.begun[applicationId];
  const draft = begun?.version === version || !begun ? begun?.draft : { ...begun.draft, confirmed: [] };
  return [draft ?? EMPTY_DECISION, (next) => { if (version !== null) drafts.begin(applicationId, { draft: next, version }); }];
}
