import { useLingui } from "@lingui/react/macro";
import { Keyboard, Languages, SpellCheck, SunMoon, ZoomIn } from "lucide-react";
import { useSettings } from "@/app/useSettings";
import { Section, SettingRow } from "@/components/Card/Card";
import { SegmentedControl } from "@/components/SegmentedControl/SegmentedControl";
import { InlineSelect } from "@/components/Select/Select";
import { useApi } from "@/lib/api";
import { LOCALE_NAMES } from "@/lib/i18n";
import { ZOOMS } from "@/lib/zoom";
import { KeyTable } from "./KeyTable";

export function AppearancePage() {
  const { t } = useLingui();
  const { desktop } = useApi();
  const { settings, save } = useSettings();
  const { window: chosen } = settings;
  const system = t({ message: "As the system", comment: "Choice of theme or language: follow the operating system" });
  const themeTitle = t({ message: "Theme", comment: "Setting: light or dark" });
  const zoomTitle = t({ message: "Size of everything", comment: "Setting: zoom of the window" });
  const spellingTitle = t({ message: "Check spelling while I write", comment: "Setting" });
  const zooms = ZOOMS.includes(chosen.zoom) ? ZOOMS : [...ZOOMS, chosen.zoom].sort((a, b) => a - b);
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
        {/* A browser zooms by itself. */}
        {desktop && (
          <SettingRow icon={ZoomIn} title={zoomTitle}>
            <InlineSelect
              label={zoomTitle}
              value={String(chosen.zoom)}
              onValue={(zoom) => save({ window: { ...chosen, zoom: Number(zoom) } })}
              options={zooms.map((zoom) => ({ value: String(zoom), label: `${zoom}%` }))}
            />
          </SettingRow>
        )}
        <SettingRow icon={SpellCheck} title={spellingTitle} detail={t({ message: "In the languages this system has dictionaries for", comment: "Below: Check spelling while I write" })}>
          <SegmentedControl
            label={spellingTitle}
            value={chosen.spell_check ? "on" : "off"}
            onValue={(value) => save({ window: { ...chosen, spell_check: value === "on" } })}
            choices={[
              { value: "on", label: t({ message: "On", comment: "Choice: a setting is on" }) },
              { value: "off", label: t({ message: "Off", comment: "Choice: a setting is off" }) },
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
