import type { ColleagueRow, Conversation, MessageHit, NameMatch } from "@/bindings";
import type { Ranges } from "@/components/Highlight/Highlight";
import type { Action } from "./useActions";

/** Something that can be chosen; `key` names it whatever stands around it. */
export type Choice = { key: string } & (
  | { kind: "colleague"; row: ColleagueRow }
  | { kind: "conversation"; conversation: Conversation; matched: NameMatch }
  | { kind: "message"; hit: MessageHit }
  | { kind: "action"; action: Action; ranges: Ranges }
  | { kind: "all"; of: "colleagues" | "messages"; label: string }
);

export interface Section {
  id: "colleagues" | "conversations" | "messages" | "actions";
  title: string;
  /** At the right of the title: how many there are. */
  aside: string;
  choices: readonly Choice[];
}

export function choicesOf(sections: readonly Section[]): Choice[] {
  return sections.flatMap(({ choices }) => choices);
}

/** The first choice of the next section, or of the one before; round and round. */
export function inNextSection(sections: readonly Section[], key: string | undefined, step: 1 | -1): string | undefined {
  const filled = sections.filter(({ choices }) => choices.length > 0);
  const at = filled.findIndex(({ choices }) => choices.some((choice) => choice.key === key));
  return filled[(at + step + filled.length) % filled.length]?.choices[0]?.key;
}

/** Where the words of a search are in the name of an action; null if it is not meant. Words that only find it are not marked. */
export function matchAction({ label, words }: Pick<Action, "label" | "words">, text: string): Ranges | null {
  const shown = label.toLowerCase();
  const hay = `${shown} ${words.toLowerCase()}`;
  const ranges: [number, number][] = [];
  for (const word of text.toLowerCase().split(/\s+/u).filter(Boolean)) {
    if (!hay.includes(word)) return null;
    const at = shown.indexOf(word);
    if (at >= 0) ranges.push([at, at + word.length]);
  }
  return ranges;
}
