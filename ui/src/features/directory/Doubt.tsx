import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import type { Doubt } from "@/bindings";
import { Banner } from "@/components/Banner/Banner";

const SENTENCES: Record<Doubt, MessageDescriptor> = {
  expired: msg({ message: "The service has not confirmed the directory for too long, or this computer’s clock is wrong. Badges return with the next update.", comment: "Why nobody has a badge: the signed directory has run out" }),
  tampered: msg({ message: "What is stored on this device is not what the service signed. It is fetched anew with the next update.", comment: "Why somebody has no badge: local data was changed" }),
};

/** Why somebody, or nobody at all, is shown as verified. */
export function DoubtBanner({ doubt, everybody }: { doubt: Doubt; everybody?: boolean }) {
  const { t, i18n } = useLingui();
  const title = everybody
    ? t({ message: "Nobody is shown as verified at the moment", comment: "Title above the directory when no badge can be trusted" })
    : t({ message: "Not shown as verified", comment: "Title on the card of a colleague whose badge cannot be trusted" });
  return <Banner tone="warn" title={title}> {i18n._(SENTENCES[doubt])}</Banner>;
}
