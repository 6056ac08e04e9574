import { useLingui } from "@lingui/react/macro";
import { useState } from "react";
import type { MessageKind, Name } from "@/bindings";
import { useConversations } from "@/app/conversations";
import { useAccount } from "@/app/state";
import { Button } from "@/components/Button/Button";
import { Dialog } from "@/components/Dialog/Dialog";
import { InlineSelect } from "@/components/Select/Select";
import { Chip, FilterChip } from "@/components/Tag/Tag";
import { toast } from "@/components/Toast/Toast";
import { ColleaguePicker } from "@/features/directory/ColleaguePicker";
import { useApi } from "@/lib/api";
import { errorSentence } from "@/lib/errors";
import { fullDate, startOfDate } from "@/lib/time";
import { usePartyName } from "@/lib/party";
import { nameOf } from "@/lib/words";
import { PlatformError } from "@/platform/types";
import styles from "./SearchPane.module.css";

/** What narrows a search; days are `YYYY-MM-DD`. */
export interface Filter {
  roomId: string | null;
  sender: { userId: string; name: Name } | null;
  kind: MessageKind | null;
  since: string | null;
  until: string | null;
}

/** Conversations one chooses among: more would be looked for, which the quick switcher is there for. */
const MOST_ROOMS = 200;
const ALL = "all";
const ANY = "any";

function Days({ filter, onFilter }: FiltersProps) {
  const { t } = useLingui();
  const field = (label: string, value: string | null, limits: { min?: string; max?: string }, onDay: (day: string | null) => void) => (
    <label className={styles.day}>
      <span>{label}</span>
      <input type="date" className={styles.date} value={value ?? ""} {...limits} onChange={(event) => onDay(event.target.value || null)} />
    </label>
  );
  return (
    <div className={styles.days}>
      {field(t({ message: "From", comment: "First day of a search of messages" }), filter.since, filter.until === null ? {} : { max: filter.until }, (since) => onFilter({ ...filter, since }))}
      {field(t({ message: "To", comment: "Last day of a search of messages" }), filter.until, filter.since === null ? {} : { min: filter.since }, (until) => onFilter({ ...filter, until }))}
    </div>
  );
}

interface FiltersProps {
  filter: Filter;
  onFilter: (filter: Filter) => void;
}

/** Who wrote it, where, when, and what it is. */
export function Filters({ filter, onFilter }: FiltersProps) {
  const { t, i18n } = useLingui();
  const partyName = usePartyName();
  const { locale } = i18n;
  const api = useApi();
  const account = useAccount();
  const conversations = useConversations().value ?? [];
  const [picking, setPicking] = useState(false);
  const [dated, setDated] = useState(false);
  const rooms = conversations.filter(({ room_id, membership }, index) => membership !== "invited" && (index < MOST_ROOMS || room_id === filter.roomId));
  const hasDays = filter.since !== null || filter.until !== null;
  const word = (day: string | null) => (day === null ? "…" : fullDate(startOfDate(day), locale));
  const person = filter.sender && (nameOf(filter.sender.name, locale).main || filter.sender.userId);
  const pick = (practitionerId: string) => {
    setPicking(false);
    api.call("directory_colleague", { practitioner_id: practitionerId }).then(
      (card) => { if (card.user_id !== null) onFilter({ ...filter, sender: { userId: card.user_id, name: card.name } }); },
      (error: unknown) => toast.failed(errorSentence(i18n, PlatformError.from(error))),
    );
  };
  const from = t({ message: "From whom", comment: "Filter of a search of messages: who wrote them" });
  const remove = t({ message: "Remove filter", comment: "Read aloud: the cross of a filter" });
  return (
    <div className={styles.filters} role="group" aria-label={t({ message: "Filters", comment: "Read aloud: what narrows a search" })}>
      <InlineSelect
        label={t({ message: "In which chat", comment: "Filter of a search of messages" })}
        value={filter.roomId ?? ALL}
        onValue={(value) => onFilter({ ...filter, roomId: value === ALL ? null : value })}
        options={[
          { value: ALL, label: t({ message: "All chats", comment: "Filter of a search of messages: wherever they are" }) },
          ...rooms.map(({ room_id, party }) => ({ value: room_id, label: partyName(party) })),
        ]}
      />
      <InlineSelect
        label={t({ message: "What kind", comment: "Filter of a search of messages" })}
        value={filter.kind ?? ANY}
        onValue={(value) => onFilter({ ...filter, kind: value === ANY ? null : value })}
        options={[
          { value: ANY, label: t({ message: "Any kind", comment: "Filter of a search of messages: of whatever kind" }) },
          { value: "image", label: t({ message: "Images", comment: "Filter of a search of messages" }) },
          { value: "file", label: t({ message: "Files", comment: "Filter of a search of messages" }) },
          { value: "link", label: t({ message: "Links", comment: "Filter of a search of messages: those with the address of a page" }) },
        ] as { value: MessageKind | typeof ANY; label: string }[]}
      />
      {person === null ? (
        <Chip on={false} onClick={() => setPicking(true)}>{from}</Chip>
      ) : (
        <FilterChip removeLabel={`${person}: ${remove}`} onRemove={() => onFilter({ ...filter, sender: null })}>{person}</FilterChip>
      )}
      {hasDays && !dated ? (
        <FilterChip removeLabel={remove} onRemove={() => onFilter({ ...filter, since: null, until: null })}>{`${word(filter.since)} – ${word(filter.until)}`}</FilterChip>
      ) : (
        <Chip on={dated} onClick={() => setDated(!dated)}>{t({ message: "When", comment: "Filter of a search of messages: opens the fields for days" })}</Chip>
      )}
      {dated && <Days filter={filter} onFilter={onFilter} />}
      <Dialog
        open={picking}
        onClose={() => setPicking(false)}
        title={from}
        actions={
          <>
            <Button onClick={() => setPicking(false)}>{t({ message: "Cancel", comment: "Button that closes a dialog without doing anything" })}</Button>
            <Button onClick={() => { setPicking(false); onFilter({ ...filter, sender: { userId: account.user_id, name: account.name } }); }}>{t({ message: "Written by me", comment: "Button: narrows a search of messages to one's own" })}</Button>
          </>
        }
      >
        <ColleaguePicker label={from} without={[account.practitioner_id]} onPick={({ id }) => pick(id)} />
      </Dialog>
    </div>
  );
}
