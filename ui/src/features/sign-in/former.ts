import { useLingui } from "@lingui/react/macro";
import { useAppState } from "@/app/state";
import { nameOf } from "@/lib/words";

/** What the doctor is called whose session ended on this computer without a sign-out; empty if there is none. */
export function useFormerName(): string {
  const { i18n } = useLingui();
  const { session } = useAppState();
  const former = session?.state === "signed_out" ? session.former : null;
  return former ? nameOf(former.name, i18n.locale).main || former.user_id : "";
}
