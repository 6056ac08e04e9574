import { useNavigate } from "@tanstack/react-router";
import { useLingui } from "@lingui/react/macro";
import { Bell, Contact, Info, Languages, type LucideIcon, Monitor, Moon, Palette, Search, Shield, SquarePen, Sun, UserRound, HardDrive } from "lucide-react";
import type { Settings } from "@/bindings";
import { useSections } from "@/app/Rail";
import { useSettings } from "@/app/useSettings";
import { LOCALE_NAMES } from "@/lib/i18n";
import { MOD_KEY } from "@/lib/shortcuts";

export interface Action {
  id: string;
  icon: LucideIcon;
  label: string;
  /** Other words that find it. */
  words: string;
  /** Keys that do the same. */
  keys: readonly string[];
  run: () => void;
}

/** What can be done from anywhere; `text` is what was typed so far. */
export function useActions(text: string, showCards: () => void): Action[] {
  const { t } = useLingui();
  const navigate = useNavigate();
  const sections = useSections();
  const { save } = useSettings();
  const settingsWords = t({ message: "settings preferences", comment: "Words that find the pages of the settings in the quick switcher; not shown. In Chinese the pinyin too" });
  const themeWords = t({ message: "theme appearance colours", comment: "Words that find the themes in the quick switcher; not shown. In Chinese the pinyin too" });
  const languageWords = t({ message: "language 语言 中文 chinese", comment: "Words that find the languages in the quick switcher, for somebody who reads only one of them; not shown" });
  const page = (id: string, icon: LucideIcon, label: string, to: "/settings/entry" | "/settings/security" | "/settings/notifications" | "/settings/directory" | "/settings/appearance" | "/settings/account" | "/settings/about"): Action => ({
    id, icon, label, words: settingsWords, keys: [], run: () => void navigate({ to }),
  });
  const theme = (id: Settings["theme"], icon: LucideIcon, label: string): Action => ({ id: `theme-${id}`, icon, label, words: themeWords, keys: [], run: () => save({ theme: id }) });
  const language = (id: "zh-CN" | "en"): Action => ({ id: `language-${id}`, icon: Languages, label: LOCALE_NAMES[id], words: languageWords, keys: [], run: () => save({ language: id }) });
  return [
    {
      id: "new-chat",
      icon: SquarePen,
      label: t({ message: "New chat", comment: "Button: choose a colleague to write to" }),
      words: t({ message: "write message colleague", comment: "Words that find the action “New chat”; not shown. In Chinese the pinyin too" }),
      keys: [MOD_KEY, "Shift", "N"],
      run: () => void navigate({ to: "/directory", search: { focus: "search" } }),
    },
    {
      id: "find-messages",
      icon: Search,
      label: t({ message: "Search messages", comment: "Action and title: looks for messages in all conversations, with filters" }),
      words: t({ message: "find chats history filter", comment: "Words that find the action “Search messages”; not shown. In Chinese the pinyin too" }),
      keys: [],
      run: () => void navigate({ to: "/chats", search: { find: text } }),
    },
    {
      id: "my-card",
      icon: Contact,
      label: t({ message: "My contact card", comment: "Action: one's own business card, as a QR code" }),
      words: t({ message: "business card QR code", comment: "Words that find the action “My contact card”; not shown. In Chinese the pinyin too" }),
      keys: [],
      run: showCards,
    },
    ...sections.map((section, index): Action => ({ id: section.to, icon: section.icon, label: section.label, words: "", keys: [MOD_KEY, String(index + 1)], run: () => void navigate({ to: section.to }) })),
    page("entry", Contact, t({ message: "My entry", comment: "Page: the doctor's own entry in the directory" }), "/settings/entry"),
    page("security", Shield, t({ message: "Security", comment: "Page of the settings: devices and recovery key" }), "/settings/security"),
    page("notifications", Bell, t({ message: "Notifications", comment: "Page of the settings" }), "/settings/notifications"),
    page("kept", HardDrive, t({ message: "Directory on this device", comment: "Page of the settings: how much of the directory is kept" }), "/settings/directory"),
    page("appearance", Palette, t({ message: "Appearance, language", comment: "Page of the settings" }), "/settings/appearance"),
    page("account", UserRound, t({ message: "Account", comment: "Page of the settings" }), "/settings/account"),
    page("about", Info, t({ message: "About", comment: "Page of the settings: about this program" }), "/settings/about"),
    theme("light", Sun, t({ message: "Light theme", comment: "Action: changes how the window looks" })),
    theme("dark", Moon, t({ message: "Dark theme", comment: "Action: changes how the window looks" })),
    theme("system", Monitor, t({ message: "Theme as the system", comment: "Action: the window looks as the operating system says" })),
    language("zh-CN"),
    language("en"),
  ];
}
