import { useLingui } from "@lingui/react/macro";
import { useLatest } from "./api";
import { wordOf } from "./words";

/** What of the directory is kept on this device, in words; null if it is everything. */
export function useKeptPart(): string | null {
  const { t, i18n } = useLingui();
  const status = useLatest("directory_status", null).value;
  if (!status || status.scope === "everything") return null;
  const name = wordOf(status.scope_name, i18n.locale);
  // Between two hospitals it may have no name for a while.
  return name || t({ message: "A part of the directory", comment: "What is kept on this device, when it has no name" });
}
