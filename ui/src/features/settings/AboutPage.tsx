import { useLingui } from "@lingui/react/macro";
import { Facts, Section } from "@/components/Card/Card";
import { useCommand } from "@/lib/query";

export function AboutPage() {
  const { t } = useLingui();
  const info = useCommand("app_info", null).data;
  const facts: [string, string][] = info
    ? [
        [t({ message: "Version", comment: "Fact about the program" }), info.version],
        [t({ message: "System", comment: "Fact about the program: operating system" }), info.platform],
        ...(info.profile ? [[t({ message: "Profile", comment: "Fact about the program: name of the separate data folder in use" }), info.profile] as [string, string]] : []),
        [t({ message: "Licence", context: "software", comment: "Fact about the program: under which terms it may be used, not a physician's licence" }), "Apache-2.0"],
      ]
    : [];
  return (
    <>
      <h1>{t({ message: "About", comment: "Page of the settings: about this program" })}</h1>
      <Section title={t({ message: "This program", comment: "Heading" })}>
        <Facts facts={facts} />
      </Section>
      <Section title={t({ message: "What it is for", comment: "Heading on the page about the program" })}>
        <Facts
          facts={[
            [t({ message: "Encryption", comment: "Term on the page about the program" }), t({ message: "Chats are end-to-end encrypted. Neither the service nor the hospital can read them.", comment: "On the page about the program" })],
            [t({ message: "Decisions", comment: "Term on the page about the program" }), t({ message: "Opinions inform; the treating physician decides.", comment: "On the page about the program" })],
          ]}
        />
      </Section>
    </>
  );
}
