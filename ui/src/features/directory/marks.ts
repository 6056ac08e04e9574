import type { Ranges } from "@/components/Highlight/Highlight";

const HAN = /\p{Script=Han}/u;

/**
 * Where the words of a search stand in a text that many share, a hospital's name or a department: Chinese anywhere, other
 * words at the beginning of one and from two letters on. Half-open ranges in UTF-16 code units.
 */
export function rangesIn(text: string, search: string): Ranges {
  const lower = text.toLowerCase();
  // Lower case may have another length: then nothing is marked rather than something wrong.
  if (lower.length !== text.length) return [];
  const ranges: [number, number][] = [];
  for (const word of search.toLowerCase().split(/\s+/u)) {
    const han = HAN.test(word);
    if (!han && word.length < 2) continue;
    for (let at = lower.indexOf(word); at >= 0 && word; at = lower.indexOf(word, at + 1)) {
      if (!han && /[\p{L}\p{N}]/u.test(lower.charAt(at - 1))) continue;
      ranges.push([at, at + word.length]);
      break;
    }
  }
  return ranges.sort((a, b) => a[0] - b[0]);
}
