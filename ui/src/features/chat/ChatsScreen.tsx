import { useLingui } from "@lingui/react/macro";
import { Bar, Pane } from "@/components/Pane/Pane";

export function ChatsScreen() {
  const { t } = useLingui();
  const title = t({ message: "Chats", comment: "Title of the section" });
  return <Pane label={title} as="main"><Bar title={title} plain /></Pane>;
}
