import { Pane, Bar } from "@/components/Pane/Pane";
import { useLingui } from "@lingui/react/macro";

/** Applications, for verifiers. */
export function ReviewScreen() {
  const { t } = useLingui();
  const title = t({ message: "Review", comment: "Title of the verifier's section" });
  return <Pane label={title} as="main"><Bar title={title} plain /></Pane>;
}
