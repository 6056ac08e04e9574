import { useLingui } from "@lingui/react/macro";
import { CircleAlert } from "lucide-react";
import { Banner } from "@/components/Banner/Banner";
import { Button } from "@/components/Button/Button";
import { EmptyState } from "@/components/EmptyState/EmptyState";
import { errorSentence } from "@/lib/errors";
import type { PlatformError } from "@/platform/types";

/** What was asked for did not come. */
export function Problem({ error, onRetry, small = false }: { error: PlatformError; onRetry?: () => void; small?: boolean }) {
  const { t, i18n } = useLingui();
  if (small) return <Banner tone="warn">{errorSentence(i18n, error)}</Banner>;
  return (
    <EmptyState
      icon={CircleAlert}
      title={errorSentence(i18n, error)}
      actions={onRetry && <Button size={28} onClick={onRetry}>{t({ message: "Try again", comment: "Button that repeats what failed" })}</Button>}
    />
  );
}
