import type { Block, Mention } from "@/bindings";

/** What is looked for behind an `@`. */
export interface Asked {
  /** Where the `@` stands. */
  from: number;
  text: string;
}

/** In UTF-16 code units; nobody's name is looked for with more. */
const LONGEST = 24;
/** An `@` inside of an address names nobody. Chinese has no spaces between its words: behind a Han character it does. */
const ASKED = new RegExp(`(?:^|[^A-Za-z0-9._%+-])@([^\\s@]{0,${LONGEST}})$`, "u");

/** Whom the text before the caret is about to name. */
export function askedAt(text: string, caret: number): Asked | null {
  const found = ASKED.exec(text.slice(0, caret))?.[1];
  return found === undefined ? null : { from: caret - found.length - 1, text: found };
}

/** The text with the name in place of what was typed, and where the caret stands then: where it stood, and behind the name's space. */
export function named(text: string, { from, text: typed }: Asked, mention: Mention, caret: number): { text: string; caret: number } {
  const end = from + 1 + typed.length;
  const after = text.slice(end);
  const gap = /^\s/u.test(after) ? "" : " ";
  const before = text.slice(0, from) + mention.text + gap;
  return { text: before + after, caret: before.length + Math.max(caret - end, gap === "" ? 1 : 0) };
}

/** Those that still stand in the text. */
export function standing(text: string, mentions: readonly Mention[]): Mention[] {
  return mentions.filter(({ text: name }) => text.includes(name));
}

export function withMention(mentions: readonly Mention[], mention: Mention): readonly Mention[] {
  return mentions.some(({ id, text }) => id === mention.id && text === mention.text) ? mentions : [...mentions, mention];
}

/** Whom a message names that is edited. */
export function mentionsIn(blocks: readonly Block[] | null): Mention[] {
  return (blocks ?? []).flatMap((block): Mention[] => {
    switch (block.kind) {
      case "paragraph": return block.runs.flatMap(({ mention, text }) => (mention === null ? [] : [{ id: mention, text }]));
      case "list": return block.items.flatMap(mentionsIn);
      case "quote": return mentionsIn(block.blocks);
      case "code": return [];
    }
  });
}
