import { useNavigate } from "@tanstack/react-router";
import { useLingui } from "@lingui/react/macro";
import { CalendarClock } from "lucide-react";
import { Button } from "@/components/Button/Button";
import { Strip } from "@/components/Strip/Strip";
import { useNow } from "@/lib/now";
import { openOf } from "./change/change";
import { expiryOf } from "./expiry";
import { useApplications } from "./useApplications";
import { useExpiryTitle } from "./useExpiryTitle";
import { useOwnCard } from "./useOwnCard";

/** Above chats and directory: that the own verification runs out, or has. Not while an application is with the verifiers. */
export function VerificationStrip({ onLater }: { onLater: () => void }) {
  const { t } = useLingui();
  const title = useExpiryTitle();
  const navigate = useNavigate();
  const now = useNow();
  const until = useOwnCard()?.verification?.valid_until;
  const expiry = expiryOf(until, now);
  const applications = useApplications({ enabled: expiry !== null });
  if (!expiry || !until || applications.isPending || openOf(applications.data)?.status === "submitted") return null;
  const over = expiry.days < 0;
  return (
    <Strip
      tone={over ? "warn" : "info"}
      icon={CalendarClock}
      title={title(expiry.days, until)}
      detail={
        over
          ? t({ message: "colleagues see no badge until it is renewed", comment: "After 'Your verification ran out on … —'" })
          : t({ message: "afterwards colleagues see no badge", comment: "After 'Your verification runs out … —'" })
      }
      action={
        <>
          <Button variant="link" size={24} onClick={() => void navigate({ to: "/settings/entry/change", search: { kind: "renewal" } })}>{t({ message: "Renew", comment: "Button: begins an application to have the own verification renewed" })}</Button>
          <Button variant="link" size={24} onClick={onLater}>{t({ message: "Later", comment: "Button: puts the strip away until the next start" })}</Button>
        </>
      }
    />
  );
}
