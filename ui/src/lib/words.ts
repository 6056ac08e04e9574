import type { Concept, Name, Terminology, Text } from "@/bindings";
import { useCommand } from "./query";

/** The text in the reader's language, else in the other. */
export function wordOf(text: Text, locale: string): string {
  return locale.startsWith("zh") ? text.zh || text.en : text.en || text.zh;
}

/** A name as the reader's language has it first; `alt` is the other script, empty if there is none. */
export function nameOf(name: Name, locale: string): { main: string; alt: string; mainIsHan: boolean } {
  const hanFirst = locale.startsWith("zh");
  const main = hanFirst ? name.han || name.latin : name.latin || name.han;
  const mainIsHan = main === name.han && main !== "";
  const other = mainIsHan ? name.latin : name.han;
  return { main, alt: other === main ? "" : other, mainIsHan };
}

/** What an avatar takes its initials from: the surname in Han script where there is one. */
export function avatarName(name: Name): string {
  return name.han || name.latin;
}

export function conceptWord(concepts: readonly Concept[] | undefined, code: string, locale: string): string {
  const concept = concepts?.find((candidate) => candidate.code === code);
  // An unknown code is from a newer registry: better its code than nothing.
  return concept ? wordOf(concept, locale) : code;
}

/** Words for the codes of titles and departments. */
export function useTerminology(locale: string): { title: (code: string) => string; department: (code: string) => string; all: Terminology | undefined } {
  const { data } = useCommand("terminology", null);
  return {
    title: (code) => conceptWord(data?.titles, code, locale),
    department: (code) => conceptWord(data?.departments, code, locale),
    all: data,
  };
}
