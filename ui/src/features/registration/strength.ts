/** 0 too short, then weak, fair, good, strong. It advises; only the length is a rule (NIST SP 800-63B-4, 3.1.1.2). */
export type Strength = 0 | 1 | 2 | 3 | 4;

/** PASSWORD_MIN of crates/api, in characters. */
export const PASSWORD_MIN = 12;

/** What people take who are made to choose: each counts as a single guess, however long it is. */
const COMMON = [
  "password", "passwort", "qwerty", "qwertyuiop", "asdfgh", "asdfghjkl", "zxcvbnm", "admin", "welcome", "letmein", "iloveyou", "abc123", "1q2w3e4r", "qazwsx",
  "woaini", "5201314", "1314520", "aini", "mima", "zhongguo", "yisheng", "yiyuan", "doctor", "hospital", "consilium", "huizhen", "medicine",
];

/** Characters as people count them, and as the core does: by code point. */
export function charactersOf(text: string): string[] {
  return Array.from(text);
}

/** Characters people think of when they think of one of this kind. */
function poolOf(character: string): number {
  if (/\d/u.test(character)) return 10;
  if (/[a-z]/u.test(character)) return 26;
  if (/[A-Z]/u.test(character)) return 26;
  if (/\p{Script=Han}/u.test(character)) return 2500;
  if (/\p{L}/u.test(character)) return 60;
  return 33;
}

/** Whether `next` follows from `before`: the same again, or the next in the alphabet or the row of digits. */
function follows(before: string, next: string): boolean {
  const step = (next.codePointAt(0) ?? 0) - (before.codePointAt(0) ?? 0);
  return Math.abs(step) <= 1 && (step === 0 || /[\da-z]/iu.test(next));
}

/** Bits of guessing work: a rough upper bound, with what guessers try first taken off. */
function bitsOf(password: string, personal: readonly string[]): number {
  let rest = password.toLowerCase();
  let bits = 0;
  const words = [...personal.flatMap((text) => text.toLowerCase().split(/[^\p{L}\d]+/u)), ...COMMON].filter((word) => charactersOf(word).length >= 3 || /\p{Script=Han}{2}/u.test(word));
  for (const word of words.sort((a, b) => b.length - a.length)) {
    while (rest.includes(word)) {
      rest = rest.replace(word, "\n");
      bits += 5;
    }
  }
  let pool = 0;
  for (const kind of new Set(charactersOf(password).map(poolOf))) pool += kind;
  const each = Math.log2(Math.max(pool, 2));
  let before = "\n";
  for (const character of rest) {
    if (character !== "\n") bits += follows(before, character) ? 1 : each;
    before = character;
  }
  // Many of few different characters are patterns: abababab.
  const distinct = new Set(rest.replaceAll("\n", "")).size;
  return Math.min(bits, Math.max(5, distinct * each * 1.8));
}

/** How hard a password is to guess, for somebody who knows `personal`: names, e-mail, hospital. */
export function strengthOf(password: string, personal: readonly string[] = []): Strength {
  if (charactersOf(password).length < PASSWORD_MIN) return 0;
  const bits = bitsOf(password, personal);
  if (bits < 40) return 1;
  if (bits < 55) return 2;
  return bits < 80 ? 3 : 4;
}
