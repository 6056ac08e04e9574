import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { EyeOff } from "lucide-react";
import { useRef } from "react";
import type { ContactKind, ContactRequestState, RequestableContact } from "@/bindings";
import { useAppState } from "@/app/state";
import { Banner } from "@/components/Banner/Banner";
import { Button } from "@/components/Button/Button";
import { Icon } from "@/components/Icon/Icon";
import { REQUEST_KINDS } from "@/lib/contacts";
import { errorSentence } from "@/lib/errors";
import { useFocusHeir } from "@/lib/focus";
import { useNow } from "@/lib/now";
import { useAction, useCommand } from "@/lib/query";
import styles from "./ColleagueCard.module.css";

const ASK: Record<ContactKind, MessageDescriptor> = {
  phone: msg({ message: "Ask for phone", comment: "Button: asks a colleague to show a contact" }),
  mobile: msg({ message: "Ask for mobile", comment: "Button: asks a colleague to show a contact" }),
  email: msg({ message: "Ask for e-mail", comment: "Button: asks a colleague to show a contact" }),
  fax: msg({ message: "Ask for fax", comment: "Button: asks a colleague to show a contact" }),
  other: msg({ message: "Ask for contact", comment: "Button: asks a colleague to show a contact" }),
};

/** So long after a refusal the registry takes the same request again (docs/registry-api.md). */
const PATIENCE_MS = 30 * 24 * 3_600_000;

/** What became of the doctor's request; a refusal that is old enough is as none. */
function useStanding(practitionerId: string, { kind, state }: RequestableContact): ContactRequestState | null {
  const now = useNow();
  const { data: requests } = useCommand("contact_requests", null, { enabled: state === "declined" });
  if (state !== "declined") return state;
  const answeredAt = requests?.sent.find((request) => request.practitioner_id === practitionerId && request.kind === kind)?.answered_at;
  return answeredAt && now - Date.parse(answeredAt) >= PATIENCE_MS ? null : state;
}

/** A contact that the colleague shows on request: asking for it, and what became of that. */
export function RequestableLine({ practitionerId, contact }: { practitionerId: string; contact: RequestableContact }) {
  const { t, i18n } = useLingui();
  const { connection } = useAppState();
  const { kind } = contact;
  const state = useStanding(practitionerId, contact);
  const ask = useAction("contact_ask");
  const key = i18n._(REQUEST_KINDS[kind]);
  const offline = connection?.link === "offline";
  const line = useRef<HTMLDivElement>(null);
  const heir = useFocusHeir(() => line.current?.focus());
  const said = {
    asked: t({ message: "Asked. The answer shows here.", comment: "In place of a contact that is shown on request: the doctor has asked" }),
    granted: t({ message: "Granted. It comes with the next update.", comment: "In place of a contact that is shown on request: it was granted and is not fetched yet" }),
    declined: t({ message: "Not granted", comment: "In place of a contact that is shown on request: the colleague declined" }),
  };
  const none = offline
    ? t({ message: "On request. You can ask when you are online.", comment: "In place of a contact that is shown on request, without a network" })
    : t({ message: "On request", comment: "To whom a contact is shown: whoever asks and is granted it" });
  return (
    <>
      <div ref={line} className={styles.contact} role="group" tabIndex={-1} aria-label={key} {...heir}>
        <Icon icon={EyeOff} />
        <div className={styles.words}>
          <div className={styles.key}>{key}</div>
          <div className={styles.hidden} role="status">{state === null ? none : said[state]}</div>
        </div>
        {state === null && (
          <Button size={28} busy={ask.busy} disabled={offline} onClick={() => ask.run({ practitioner_id: practitionerId, kind })}>
            {i18n._(ASK[kind])}
          </Button>
        )}
      </div>
      {ask.error && <Banner tone="danger">{errorSentence(i18n, ask.error)}</Banner>}
    </>
  );
}
