import { useCommand } from "@/lib/query";
import { openOf } from "./change/change";

/** How often one that waits for a decision is asked about while somebody looks. */
const EVERY_MS = 30_000;

/** The doctor's applications about their own entry. A decision arrives by itself. */
export function useApplications(options: { enabled?: boolean } = {}) {
  return useCommand("entry_applications", null, { ...options, every: (known) => (openOf(known) ? EVERY_MS : false) });
}
