import { useLingui } from "@lingui/react/macro";
import { Keyboard, Languages, SunMoon } from "lucide-react";
import type { Settings } from "@/bindings";
import { useAppState } from "@/app/state";
import { Section, SettingRow } from "@/components/Card/Card";
import { SegmentedControl } from "@/components/SegmentedControl/SegmentedControl";
import { InlineSelect } from "@/components/Select/Select";
import { toast } from "@/components/Toast/Toast";
import { useApi } from "@/lib/api";
import { errorSentence } from "@/lib/errors";
import { LOCALE_NAMES } from "@/lib/i18n";
import { PlatformError } from "@/platform/types";
import { KeyTable } from "./KeyTable";

export function AppearancePage() {
  const { t, i18n } = useLingui();
  const api = useApi();
  const { settings = { language: "system", theme: "system" } satisfies Settings } = useAppState();
  const save = (change: Partial<Settings>) => {
    api.call("settings_save", { ...settings, ...change }).catch((error: unknown) => toast.failed(errorSentence(i18n, PlatformError.from(error))));
  };
  const system = t({ message: "As the system", comment: "Choice of theme or language: follow the operating system" });
  const themeTitle = t({ message: "Theme", comment: "Setting: light or dark" });
  const languageTitle = t({ message: "Language", comment: "Setting" });

  return (
    <>
      <h1>{t({ message: "Appearance, language", comment: "Page of the settings" })}</h1>
      <Section title={t({ message: "This device", comment: "Heading of settings kept on this device" })}>
        <SettingRow icon={SunMoon} title={themeTitle}>
          <SegmentedControl
            label={themeTitle}
            value={settings.theme}
            onValue={(theme) => save({ theme })}
            choices={[
              { value: "system", label: system },
              { value: "light", label: t({ message: "Light", comment: "Theme" }) },
              { value: "dark", label: t({ message: "Dark", comment: "Theme" }) },
            ]}
          />
        </SettingRow>
        <SettingRow icon={Languages} title={languageTitle}>
          <InlineSelect
            label={languageTitle}
            value={settings.language}
            onValue={(language) => save({ language })}
            options={[
              { value: "system", label: system },
              { value: "zh-CN", label: LOCALE_NAMES["zh-CN"] },
              { value: "en", label: LOCALE_NAMES.en },
            ]}
          />
        </SettingRow>
      </Section>
      <Section title={t({ message: "Keyboard", comment: "Heading: table of keyboard shortcuts" })}>
        <SettingRow icon={Keyboard} title={t({ message: "Everything works without a mouse", comment: "Above the table of keyboard shortcuts" })} detail={t({ message: "Tab moves between areas, arrows within a list", comment: "Above the table of keyboard shortcuts" })} />
        <KeyTable />
      </Section>
    </>
  );
}
