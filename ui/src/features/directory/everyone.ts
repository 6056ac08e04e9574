import { useNavigate } from "@tanstack/react-router";
import type { ColleagueCard } from "@/bindings";

/** Whether it is known in which department of which hospital somebody works: those of whom it is not have nothing in common. */
export function hasDepartment({ organization_id, department }: ColleagueCard): boolean {
  return organization_id !== "" && department !== "";
}

/** The way to everybody of a hospital, or of one department of it: in the list, without a card over it. */
export function useEveryoneOf(): (hospital: string, department?: string) => void {
  const navigate = useNavigate();
  return (hospital, department) => void navigate({ to: "/directory", search: { hospital, ...(department === undefined ? {} : { department }) } });
}
