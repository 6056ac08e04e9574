import { type Messages, i18n } from "@lingui/core";

export type Locale = "en" | "zh-CN";
export const LOCALES: readonly Locale[] = ["zh-CN", "en"];

/** Each language in its own words: whoever cannot read the present one must find theirs. */
export const LOCALE_NAMES: Record<Locale, string> = { "zh-CN": "简体中文", en: "English" };

const files = import.meta.glob<{ messages: Messages }>(["../locales/*.po", "../features/*/locales/*.po"], { eager: true });

/** All catalogs of one language as one. */
export function catalogOf(locale: Locale): Messages {
  const own = Object.entries(files).filter(([path]) => path.endsWith(`/${locale}.po`));
  return Object.assign({}, ...own.map(([, file]) => file.messages)) as Messages;
}

/** Han script in the system's list of languages means 简体中文; everything else, English. */
export function systemLocale(languages: readonly string[]): Locale {
  for (const language of languages) {
    if (/^zh\b/i.test(language)) return "zh-CN";
    if (/^en\b/i.test(language)) return "en";
  }
  return "en";
}

/** Switches the language of every string, and `lang`, which picks the Han glyphs, line breaking and the reader's voice. */
export function activateLocale(locale: Locale): void {
  i18n.loadAndActivate({ locale, messages: catalogOf(locale) });
  document.documentElement.lang = locale;
}
