import type { Language, Settings, Theme } from "@/bindings";
import { systemLanguages } from "@/platform";
import { type Locale, activateLocale, systemLocale } from "./i18n";

const prefersDark = () => window.matchMedia("(prefers-color-scheme: dark)");

export function effectiveTheme(choice: Theme): "light" | "dark" {
  if (choice !== "system") return choice;
  return prefersDark().matches ? "dark" : "light";
}

export function effectiveLocale(choice: Language): Locale {
  return choice === "system" ? systemLocale(systemLanguages()) : choice;
}

/** Puts the chosen look and language on the page and follows the system from then on; answers how to stop following. */
export function applySettings(settings: Pick<Settings, "theme" | "language">): () => void {
  const apply = () => {
    document.documentElement.dataset["theme"] = effectiveTheme(settings.theme);
    activateLocale(effectiveLocale(settings.language));
  };
  apply();
  const media = prefersDark();
  media.addEventListener("change", apply);
  window.addEventListener("languagechange", apply);
  return () => {
    media.removeEventListener("change", apply);
    window.removeEventListener("languagechange", apply);
  };
}
