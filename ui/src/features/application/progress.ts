import type { ApplicationEvent, ApplicationView } from "@/bindings";

/** A mark of the way from the form to the account, or to the entry as it is to be. */
export interface Mark {
  id: string;
  kind: ApplicationEvent["kind"] | "email" | "review" | "account" | "entry";
  state: "done" | "back" | "now" | "next";
  /** RFC 3339; none for what has not happened. */
  at: string | null;
}

/**
 * The way of an application: what happened, in order, then what goes on, then what comes. That a verifier looked belongs
 * to the review that goes on, not beside it; that another work e-mail was confirmed before says nothing of this one.
 */
export function marksOf({ kind: what, status, events, email_confirmed }: ApplicationView): Mark[] {
  const confirmed = email_confirmed ? events.findLastIndex(({ kind }) => kind === "email_confirmed") : -1;
  const happened = events
    .filter(({ kind }, index) => kind !== "opened" && (kind !== "email_confirmed" || index === confirmed))
    .map((event, index): Mark => ({
      id: `${event.kind}-${index}`,
      kind: event.kind,
      state: event.kind === "more_requested" || event.kind === "rejected" || event.kind === "withdrawn" ? "back" : "done",
      at: event.at,
    }));
  if (status === "active") return happened;
  const kind = what === "registration" ? "account" : "entry";
  const end: Mark = { id: kind, kind, state: "next", at: null };
  if (!email_confirmed) happened.push({ id: "email", kind: "email", state: "next", at: null });
  if (status !== "submitted") return [...happened, end];
  return [...happened, { id: "review", kind: "review", state: "now", at: openedAt(events) }, end];
}

/** When a verifier looked at what was last submitted. */
function openedAt(events: readonly ApplicationEvent[]): string | null {
  const last = events.findLastIndex(({ kind }) => kind === "submitted");
  return events.slice(last + 1).find(({ kind }) => kind === "opened")?.at ?? null;
}

const DAY_MS = 86_400_000;

/** The end of the second working day after `at`, Saturdays and Sundays left out: what the registry calls overdue after. */
export function dueBy(at: number): number {
  let day = at;
  for (let left = 2; left > 0; ) {
    day += DAY_MS;
    const weekday = new Date(day).getDay();
    if (weekday !== 0 && weekday !== 6) left -= 1;
  }
  return day;
}
