import { useLingui } from "@lingui/react/macro";
import type { Settings } from "@/bindings";
import { useAppState } from "./state";
import { toast } from "@/components/Toast/Toast";
import { useApi } from "@/lib/api";
import { errorSentence } from "@/lib/errors";
import { DEFAULT_SETTINGS } from "@/lib/settings";
import { PlatformError } from "@/platform/types";

/** What was chosen for this device, and how to choose otherwise. */
export function useSettings(): { settings: Settings; save: (change: Partial<Settings>) => void } {
  const { i18n } = useLingui();
  const api = useApi();
  const { settings = DEFAULT_SETTINGS } = useAppState();
  const save = (change: Partial<Settings>) => {
    api.call("settings_save", { ...settings, ...change }).catch((error: unknown) => toast.failed(errorSentence(i18n, PlatformError.from(error))));
  };
  return { settings, save };
}
