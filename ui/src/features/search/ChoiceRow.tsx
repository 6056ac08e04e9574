import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { ArrowRight, CornerDownLeft } from "lucide-react";
import { Avatar } from "@/components/Avatar/Avatar";
import { GroupAvatar } from "@/components/GroupAvatar/GroupAvatar";
import { Highlight } from "@/components/Highlight/Highlight";
import { Icon } from "@/components/Icon/Icon";
import { Kbd } from "@/components/Kbd/Kbd";
import { VerifiedMark } from "@/components/VerifiedMark/VerifiedMark";
import { rangesIn } from "@/features/directory/marks";
import { useNow } from "@/lib/now";
import { faceOf, usePartyName } from "@/lib/party";
import { shortMoment } from "@/lib/time";
import { avatarName, nameOf, useTerminology, wordOf } from "@/lib/words";
import type { Choice } from "./sections";
import styles from "./Switcher.module.css";

function Time({ at }: { at: string }) {
  const { i18n } = useLingui();
  const now = useNow();
  return <time dateTime={at} className={styles.time}>{shortMoment(Date.parse(at), now, i18n.locale)}</time>;
}

function Inside({ choice, text }: { choice: Choice; text: string }) {
  const { t, i18n } = useLingui();
  const { locale } = i18n;
  const terms = useTerminology(locale);
  const partyName = usePartyName();
  switch (choice.kind) {
    case "colleague": {
      const { row } = choice;
      const name = nameOf(row.name, locale);
      const about = [terms.title(row.title), terms.department(row.department), wordOf(row.hospital, locale)].filter(Boolean).join(" · ");
      return (
        <>
          <Avatar name={avatarName(row.name)} accountId={row.id} size={28} />
          <b dir="auto"><Highlight text={name.main} ranges={name.mainIsHan ? row.matched.han : row.matched.latin} /></b>
          {row.verified && <VerifiedMark size={14} />}
          <span className={styles.about}>
            {name.alt && <><bdi><Highlight text={name.alt} ranges={name.mainIsHan ? row.matched.latin : row.matched.han} tint /></bdi> · </>}
            <Highlight text={about} ranges={rangesIn(about, text)} />
          </span>
        </>
      );
    }
    case "conversation": {
      const { conversation: { party, last }, matched } = choice;
      if (party.kind === "group") {
        const name = partyName(party);
        return (
          <>
            <GroupAvatar faces={party.faces.map(faceOf)} size={28} />
            <b dir="auto"><Highlight text={name} ranges={party.name === "" ? [] : [...matched.han, ...matched.latin]} /></b>
            <span className={styles.about}>{t({ message: plural(party.members, { one: "# member", other: "# members" }), comment: "Beside the name of a group" })}</span>
            {last && <Time at={last.at} />}
          </>
        );
      }
      const peer = party.person;
      const name = nameOf(peer.name, locale);
      return (
        <>
          <Avatar name={avatarName(peer.name) || peer.user_id} accountId={peer.practitioner_id || peer.user_id} size={28} />
          <b dir="auto"><Highlight text={name.main || peer.user_id} ranges={name.mainIsHan ? matched.han : matched.latin} /></b>
          {peer.verified && <VerifiedMark size={14} />}
          <span className={styles.about}>{[peer.title && terms.title(peer.title), wordOf(peer.hospital, locale)].filter(Boolean).join(" · ")}</span>
          {last && <Time at={last.at} />}
        </>
      );
    }
    case "message": {
      const { sender, excerpt, ranges, at } = choice.hit;
      return (
        <>
          <Avatar name={avatarName(sender.name) || sender.user_id} accountId={sender.practitioner_id || sender.user_id} size={28} />
          <b dir="auto">{nameOf(sender.name, locale).main || sender.user_id}</b>
          <bdi className={styles.about}><Highlight text={excerpt} ranges={ranges} /></bdi>
          <Time at={at} />
        </>
      );
    }
    case "all":
      return (
        <>
          <span className={styles.all}><Icon icon={ArrowRight} size={14} /></span>
          <span className={styles.about}>{choice.label}</span>
        </>
      );
    case "action":
      return (
        <>
          <span className={styles.icon}><Icon icon={choice.action.icon} /></span>
          <b><Highlight text={choice.action.label} ranges={choice.ranges} /></b>
          <span className={styles.push} />
          <Kbd keys={choice.action.keys} />
        </>
      );
  }
}

export function ChoiceRow({ choice, id, text, active, onActive, onOpen }: {
  choice: Choice;
  id: string;
  text: string;
  active: boolean;
  onActive: () => void;
  onOpen: () => void;
}) {
  return (
    // The pointer chooses when it moves: rows that come to lie under it do not.
    <div id={id} role="option" aria-selected={active} className={styles.row} onPointerMove={onActive} onClick={onOpen}>
      <Inside choice={choice} text={text} />
      {active && choice.kind === "colleague" && <span className={styles.enter}><Icon icon={CornerDownLeft} size={12} /></span>}
    </div>
  );
}
