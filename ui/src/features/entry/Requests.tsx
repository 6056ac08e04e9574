import { useLingui } from "@lingui/react/macro";
import { plural } from "@lingui/core/macro";
import { UserRoundCheck, UserRoundSearch } from "lucide-react";
import type { RefObject } from "react";
import type { ContactRequest, OwnContact } from "@/bindings";
import { useAppState } from "@/app/state";
import { Banner } from "@/components/Banner/Banner";
import { Button } from "@/components/Button/Button";
import { Section, SettingRow } from "@/components/Card/Card";
import { errorSentence } from "@/lib/errors";
import { useFocusHeir } from "@/lib/focus";
import { useNow } from "@/lib/now";
import { useAction, useCommand } from "@/lib/query";
import { dateAndClock } from "@/lib/time";
import { nameOf, wordOf } from "@/lib/words";
import { REQUEST_KINDS } from "@/lib/contacts";
import { shownByGrant } from "./content";
import { OWN_KINDS, listed, valueWord } from "./words";

/** Who asks, as the directory on this machine knows them. */
function Asker({ request }: { request: ContactRequest }) {
  const { i18n } = useLingui();
  const { data: card } = useCommand("directory_colleague", { practitioner_id: request.practitioner_id });
  if (!card) return request.name;
  return <>{nameOf(card.name, i18n.locale).main} <small>{wordOf(card.hospital, i18n.locale)}</small></>;
}

function Row({ request, contacts }: { request: ContactRequest; contacts: readonly OwnContact[] }) {
  const { t, i18n } = useLingui();
  const now = useNow();
  const answer = useAction("contact_answer");
  const offline = useAppState().connection?.link === "offline";
  const kind = i18n._(REQUEST_KINDS[request.kind]);
  const when = dateAndClock(Date.parse(request.answered_at ?? request.asked_at), now, i18n.locale);
  const granted = request.state === "granted";
  const detail = granted
    ? t({ message: `May see: ${kind}, since ${when}`, comment: "A granted request for a contact; its kind and when it was granted" })
    : t({ message: `Asks to see: ${kind}, ${when}`, comment: "A request for a contact; its kind and when it was asked" });
  const shown = listed(shownByGrant(contacts, request.kind).map((each) => `${i18n._(OWN_KINDS[each.kind])} ${valueWord(i18n, each)}`), i18n.locale);
  const extent = granted
    ? t({ message: `Shown: ${shown}`, comment: "Below a granted request: the contacts that the colleague sees by it, each with its kind" })
    : t({ message: `Granting shows: ${shown}`, comment: "Below a request: the contacts that the colleague would see, each with its kind" });
  return (
    <>
      <SettingRow icon={granted ? UserRoundCheck : UserRoundSearch} title={<Asker request={request} />} detail={shown ? <>{detail}<br />{extent}</> : detail}>
        {granted ? (
          <Button size={28} busy={answer.busy} disabled={offline} onClick={() => answer.run({ id: request.id, granted: false })}>{t({ message: "Take back", comment: "Button: the colleague no longer sees the contact" })}</Button>
        ) : (
          <>
            <Button size={28} busy={answer.busy} disabled={offline} onClick={() => answer.run({ id: request.id, granted: false })}>{t({ message: "Decline", comment: "Button: a request for a contact" })}</Button>
            <Button size={28} busy={answer.busy} disabled={offline} onClick={() => answer.run({ id: request.id, granted: true })}>{t({ message: "Grant", comment: "Button: a colleague is shown a contact" })}</Button>
          </>
        )}
      </SettingRow>
      {answer.error && <Banner tone="danger">{errorSentence(i18n, answer.error)}</Banner>}
    </>
  );
}

/** Requests to answer, and grants that can be taken back. Nothing while there are none. */
export function Requests({ contacts, heading }: {
  /** The own ones as they are saved. */
  contacts: readonly OwnContact[];
  /** Of the page: has the focus after a request was answered, whose buttons are gone. */
  heading: RefObject<HTMLElement | null>;
}) {
  const { t } = useLingui();
  const heir = useFocusHeir(() => heading.current?.focus());
  const received = useCommand("contact_requests", null).data?.received ?? [];
  const waiting = received.filter(({ state }) => state === "asked");
  const granted = received.filter(({ state }) => state === "granted");
  if (waiting.length + granted.length === 0) return null;
  return (
    <div {...heir}>
      <Section
        title={t({ message: "Requests for your contacts", comment: "Heading: colleagues who ask to see a contact" })}
        aside={waiting.length > 0 && t({ message: plural(waiting.length, { one: "# waits for your answer", other: "# wait for your answer" }), comment: "Number of requests for contacts" })}
      >
        {[...waiting, ...granted].map((request) => <Row key={request.id} request={request} contacts={contacts} />)}
      </Section>
    </div>
  );
}
