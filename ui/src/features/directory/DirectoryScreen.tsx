import { useLingui } from "@lingui/react/macro";
import { Bar, Pane } from "@/components/Pane/Pane";

export function DirectoryScreen() {
  const { t } = useLingui();
  const title = t({ message: "Directory", comment: "Title of the section" });
  return <Pane label={title} as="main"><Bar title={title} plain /></Pane>;
}
