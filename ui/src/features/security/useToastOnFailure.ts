import { useLingui } from "@lingui/react/macro";
import { useEffect } from "react";
import { toast } from "@/components/Toast/Toast";
import { errorSentence } from "@/lib/errors";
import type { PlatformError } from "@/platform/types";

/** Says in the corner why a button without a place of its own for errors did not do what it says. */
export function useToastOnFailure(error: PlatformError | null): void {
  const { i18n } = useLingui();
  useEffect(() => {
    if (error) toast.failed(errorSentence(i18n, error));
  }, [error, i18n]);
}
