/** Compound surnames in use, kept whole on an avatar (DESIGN.md, Components). */
const COMPOUND = new Set([
  "欧阳", "歐陽", "司徒", "上官", "诸葛", "諸葛", "司马", "司馬", "夏侯", "皇甫", "尉迟", "尉遲", "公孙", "公孫", "慕容", "令狐", "端木",
  "长孙", "長孫", "宇文", "东方", "東方", "南宫", "南宮", "独孤", "獨孤", "申屠", "轩辕", "軒轅", "百里", "呼延", "钟离", "鍾離", "澹台", "澹臺",
]);

const HAN = /^\p{Script=Han}/u;

/** What stands in an avatar: a Han surname, or up to two Latin initials. Empty for a name of neither. */
export function initials(name: string): string {
  const trimmed = name.trim();
  if (HAN.test(trimmed)) {
    // By code points: a rare surname may lie outside of the first plane.
    const characters = Array.from(trimmed);
    const pair = characters.slice(0, 2).join("");
    return COMPOUND.has(pair) && characters.length > 2 ? pair : (characters[0] ?? "");
  }
  const words = trimmed.split(/[\s·-]+/u).map((word) => /\p{L}/u.exec(word)?.[0]).filter((letter) => letter !== undefined);
  const first = words[0] ?? "";
  const last = words.length > 1 ? (words.at(-1) ?? "") : "";
  return (first + last).toUpperCase();
}

/** 32-bit FNV-1a over UTF-8 (draft-eastlake-fnv): stable across devices, so a colleague keeps a colour. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    hash ^= byte;
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}

export const HUES = 11;

/** Index of the avatar hue of an account, 0–10; the hues themselves are in `Avatar.module.css`. */
export function hueOf(accountId: string): number {
  return fnv1a(accountId) % HUES;
}
