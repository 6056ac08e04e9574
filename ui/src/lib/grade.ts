const LEVELS: Record<string, string> = { 一: "Primary", 二: "Secondary", 三: "Tertiary" };
const CLASSES: Record<string, string> = { 甲: "A", 乙: "B", 丙: "C", 特: "Special" };

/** 三级甲等 as English has it: `Tertiary A`. A grade of another form stays as it is. */
export function gradeWord(grade: string, locale: string): string {
  const [, level, order] = /^([一二三])级(?:([甲乙丙特])等)?$/u.exec(grade) ?? [];
  if (locale.startsWith("zh") || level === undefined) return grade;
  return [LEVELS[level], order && CLASSES[order]].filter(Boolean).join(" ");
}
