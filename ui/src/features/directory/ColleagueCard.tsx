import { Link, useNavigate } from "@tanstack/react-router";
import { useLingui } from "@lingui/react/macro";
import { Building2, CalendarOff, Copy, Ellipsis, FileDown, Handshake, Link as LinkIcon, type LucideIcon, Mail, MessageSquare, Phone, Printer, QrCode, ShieldCheck, Smartphone, SquarePen, Star, TriangleAlert, UsersRound, X } from "lucide-react";
import { type Ref, useState } from "react";
import { Trans } from "@lingui/react/macro";
import type { Contact, ContactKind, Leave, Verification } from "@/bindings";
import { useIsVerifier } from "@/app/state";
import { Avatar } from "@/components/Avatar/Avatar";
import { Banner } from "@/components/Banner/Banner";
import { Button, IconButton } from "@/components/Button/Button";
import { EmptyState } from "@/components/EmptyState/EmptyState";
import { Icon } from "@/components/Icon/Icon";
import { Menu } from "@/components/Menu/Menu";
import { Bar, Pane, Scroll } from "@/components/Pane/Pane";
import { Tag } from "@/components/Tag/Tag";
import { toast } from "@/components/Toast/Toast";
import { VerifiedMark } from "@/components/VerifiedMark/VerifiedMark";
import { contactWord } from "@/lib/contacts";
import { errorSentence } from "@/lib/errors";
import { useAction, useCommand } from "@/lib/query";
import { phoneWord } from "@/lib/phone";
import { useNow } from "@/lib/now";
import { dayAndMonth, fullDate, startOfDate } from "@/lib/time";
import { avatarName, nameOf, useTerminology, wordOf } from "@/lib/words";
import styles from "./ColleagueCard.module.css";
import { IntroduceDialog } from "./IntroduceDialog";
import { PrivateNote } from "./PrivateNote";
import { RequestableLine } from "./RequestableLine";
import { addressOf } from "./contacts";
import { DoubtBanner } from "./Doubt";
import { hasDepartment, useEveryoneOf } from "./everyone";
import { Devices } from "./Devices";
import { QrDialog } from "./QrDialog";
import { SameDepartment } from "./SameDepartment";
import { Section } from "./Section";
import { SharedGroups } from "./SharedGroups";
import { useDirectory } from "./state";
import { useExport } from "./useExport";

const CONTACT_ICONS: Record<ContactKind, LucideIcon> = { phone: Phone, mobile: Smartphone, email: Mail, fax: Printer, other: LinkIcon };

function ContactLine({ contact }: { contact: Contact }) {
  const { t, i18n } = useLingui();
  const phone = contact.kind === "phone" || contact.kind === "mobile" || contact.kind === "fax";
  const key = contactWord(i18n, contact);
  const address = addressOf(contact);
  const value = phone ? phoneWord(i18n, contact.value) : contact.value;
  const copy = () => {
    navigator.clipboard.writeText(value).then(
      () => toast.done(t({ message: "Copied", comment: "Note in the corner after a contact was copied" })),
      () => toast.failed(t({ message: "The system did not take the copy. Select the text and copy it yourself.", comment: "Error: what happened, then what to do" })),
    );
  };
  return (
    <div className={styles.contact} role="group" aria-label={key}>
      <Icon icon={CONTACT_ICONS[contact.kind]} />
      <div className={styles.words}>
        <div className={styles.key}>{key}</div>
        {address ? (
          <a className={styles.value} href={address} title={phone ? t({ message: "Call", comment: "Tooltip of a telephone number" }) : t({ message: "Write an e-mail", comment: "Tooltip of an e-mail address" })}>{value}</a>
        ) : (
          <span className={styles.value}>{value}</span>
        )}
      </div>
      <div className={styles.aside}>
        <span className={styles.copy}><IconButton icon={Copy} size={24} label={t({ message: `Copy ${key}`, comment: "Name of the button that copies a contact; 'Work phone' and the like" })} onClick={copy} /></span>
      </div>
    </div>
  );
}

function VerificationLine({ verification }: { verification: Verification }) {
  const { t, i18n } = useLingui();
  const date = fullDate(Date.parse(verification.verified_at), i18n.locale);
  const organization = wordOf(verification.organization, i18n.locale);
  const verifier = nameOf(verification.verifier, i18n.locale).main;
  const { licence_ending: ending } = verification;
  const due = verification.valid_until === null ? null : fullDate(Date.parse(verification.valid_until), i18n.locale);
  const holds = verification.in_force;
  const end = due ?? "";
  const details = [
    verifier && t({ message: `Reviewer ${verifier}`, comment: "Who verified a colleague" }),
    ending && t({ message: `licence ending ${ending}`, comment: "Last four digits of a colleague's licence number" }),
    due && holds && t({ message: `next review by ${due}`, comment: "When the verification is due again" }),
  ].filter(Boolean);
  return (
    <div className={styles.verification} data-out={!holds || undefined}>
      {holds ? <VerifiedMark size={16} /> : <Icon icon={TriangleAlert} />}
      <div>
        <Trans comment="Who vouches for a colleague, and since when">Verified {date} by <b>{organization}</b></Trans>
        {!holds && <div className={styles.ranOut}>{t({ message: `Ran out on ${end}: not verified until it is renewed`, comment: "Below who verified a colleague, when that is no longer valid; a date" })}</div>}
        <div className={styles.fine}>{details.join(" · ")}</div>
      </div>
    </div>
  );
}

/** When somebody is away, in their own words: nobody checked it. */
function Away({ leave, me }: { leave: Leave; me: boolean }) {
  const { t, i18n } = useLingui();
  const now = useNow();
  const { locale } = i18n;
  const [from, through] = [startOfDate(leave.from), startOfDate(leave.through)];
  const end = dayAndMonth(through, now, locale);
  const start = dayAndMonth(from, now, locale);
  const title =
    from <= now
      ? t({ message: `Away until ${end}`, comment: "On a colleague's card: the last day of a leave; 不在岗" })
      : leave.from === leave.through
        ? t({ message: `Away on ${end}`, comment: "On a colleague's card: the only day of a leave that is to come; 不在岗" })
        : t({ message: `Away from ${start} until ${end}`, comment: "On a colleague's card: first and last day of a leave that is to come; 不在岗" });
  return (
    <div className={styles.away}>
      <Icon icon={CalendarOff} />
      <div>
        <div>{title}</div>
        {leave.text && <div className="selectable" dir="auto">{leave.text}</div>}
        <div className={styles.fine}>{me ? t({ message: "as you say yourself", comment: "Below a leave on one's own card: nobody has checked it" }) : t({ message: "as the colleague says", comment: "Below a leave on a colleague's card: nobody has checked it" })}</div>
      </div>
    </div>
  );
}

/** Who this is, how to reach them, and who vouches for it. */
export function ColleagueCard({ id, onClose, closable, messageRef }: {
  id: string;
  onClose: () => void;
  /** It lies over the list, which needs a way back. */
  closable: boolean;
  messageRef: Ref<HTMLButtonElement>;
}) {
  const { t, i18n } = useLingui();
  const { locale } = i18n;
  const navigate = useNavigate();
  const terms = useTerminology(locale);
  const { data: card, error } = useCommand("directory_colleague", { practitioner_id: id });
  const start = useAction("conversation_start", ({ room_id }, isThere) => {
    if (isThere) void navigate({ to: "/chats/$roomId", params: { roomId: room_id } });
    else toast.done(t({ message: "The new chat is in your list of chats.", comment: "Note in the corner: a chat was begun, and one is elsewhere by now" }));
  });
  const label = t({ message: "Colleague", comment: "Read aloud: the card of a colleague; 同道" });
  const { select } = useDirectory();
  const everyoneOf = useEveryoneOf();
  const [introducing, setIntroducing] = useState(false);
  const [qrShown, setQrShown] = useState(false);
  const favourite = useAction("favourite_set");
  const vcards = useExport();
  const verifier = useIsVerifier();
  const close = closable && <IconButton icon={X} label={t({ message: "Close", comment: "Closes a panel" })} onClick={onClose} />;

  if (!card) {
    return (
      <Pane label={label} as="aside">
        <Bar plain><span className={styles.push} />{close}</Bar>
        {error && <EmptyState icon={UsersRound} title={errorSentence(i18n, error)} />}
      </Pane>
    );
  }
  const name = nameOf(card.name, locale);
  return (
    <Pane label={label} as="aside">
      <Bar plain>
        <span className={styles.push} />
        {!card.me && (
          <IconButton
            icon={Star}
            filled={card.favourite}
            pressed={card.favourite}
            label={card.favourite ? t({ message: "Remove from favourites", comment: "Name of the star on a colleague's card" }) : t({ message: "Add to favourites", comment: "Name of the star on a colleague's card" })}
            onClick={() => favourite.run({ practitioner_id: card.id, favourite: !card.favourite })}
          />
        )}
        <Menu
          icon={Ellipsis}
          label={t({ message: "More", comment: "Opens a menu of further actions" })}
          entries={[
            ...(card.me || card.user_id === null ? [] : [{ label: t({ message: "Introduce to a colleague…", comment: "Brings a colleague together with another; opens a dialog; 引荐" }), icon: Handshake, onSelect: () => setIntroducing(true) }]),
            { label: t({ message: "Export vCard…", comment: "Writes a colleague's contacts to a file; opens a dialog" }), icon: FileDown, onSelect: () => vcards.run([card.id]) },
            ...(!hasDepartment(card) ? [] : [{ label: t({ message: "Same department", comment: "Heading on a colleague's card, and the action that shows them all: colleagues of the same hospital and department" }), icon: Building2, onSelect: () => everyoneOf(card.organization_id, card.department) }]),
            ...(verifier ? [{ label: t({ message: "Entry for verifiers", comment: "Opens what verifiers see of a colleague's entry; 核验员" }), icon: ShieldCheck, onSelect: () => void navigate({ to: "/review", search: { entry: card.id } }) }] : []),
          ]}
        />
        {close}
      </Bar>
      <Scroll>
        <div className={styles.body}>
          <div className={styles.top}>
            <Avatar name={avatarName(card.name)} accountId={card.id} size={64} />
            <div className={styles.words}>
              <h2 className={styles.name}>
                <span className="selectable" dir="auto">{name.main}</span>
                {card.verification?.in_force && <VerifiedMark size={16} />}
                {name.alt && <small className="selectable">{name.alt}</small>}
              </h2>
              <div className={styles.line}>{terms.title(card.title)} · {terms.department(card.department)}</div>
              {card.organization_id ? (
                <Link to="/directory/hospitals/$organizationId" params={{ organizationId: card.organization_id }} search={{}} className={styles.hospital}>{wordOf(card.hospital, locale)}</Link>
              ) : (
                <div className={styles.line}>{wordOf(card.hospital, locale)}</div>
              )}
            </div>
          </div>
          {card.leaves.map((leave) => <Away key={leave.from + leave.through + leave.text} leave={leave} me={card.me} />)}
          {card.me && (
            <div className={styles.actions}>
              <Button icon={SquarePen} grow onClick={() => void navigate({ to: "/settings/entry" })}>{t({ message: "Edit my entry", comment: "Button on one's own card" })}</Button>
              <Button icon={QrCode} grow onClick={() => setQrShown(true)}>{t({ message: "My QR code", comment: "Button on one's own card" })}</Button>
            </div>
          )}
          {!card.me && card.user_id !== null && (
            <div className={styles.actions}>
              <Button ref={messageRef} variant="primary" icon={MessageSquare} grow busy={start.busy} onClick={() => start.run({ practitioner_id: card.id })}>
                {t({ message: "Message", comment: "Button on a colleague's card: write to them" })}
              </Button>
            </div>
          )}
          {favourite.error && <Banner tone="danger">{errorSentence(i18n, favourite.error)}</Banner>}
          {vcards.error && <Banner tone="danger">{errorSentence(i18n, vcards.error)}</Banner>}
          {start.error && <Banner tone="danger">{errorSentence(i18n, start.error)}</Banner>}
          {card.doubt && <DoubtBanner doubt={card.doubt} />}
          {!card.me && card.user_id === null && (
            <Banner tone="info">
              {card.verification?.in_force
                ? t({ message: "Verified, and not in Consilium yet: please call or write an e-mail.", comment: "On the card of a colleague who has no account" })
                : t({ message: "Not verified, and not in Consilium yet: please call or write an e-mail.", comment: "On the card of a colleague who has no account, and whom nobody vouches for" })}
            </Banner>
          )}
          {card.specialties.length > 0 && (
            <Section title={t({ message: "Specialties", comment: "Heading on a colleague's card; 专长" })}>
              <div className={styles.tags}>{card.specialties.map((each) => <Tag key={each.en + each.zh}>{wordOf(each, locale)}</Tag>)}</div>
            </Section>
          )}
          {card.contacts.length + card.requestable.length > 0 && (
            <Section title={t({ message: "Contact", comment: "Heading on a colleague's card" })}>
              {card.contacts.map((each) => <ContactLine key={each.kind + each.value} contact={each} />)}
              {card.requestable.map((each) => <RequestableLine key={each.kind} practitionerId={card.id} contact={each} />)}
            </Section>
          )}
          {!card.me && <SharedGroups id={card.id} />}
          {!card.me && <PrivateNote id={card.id} note={card.note} />}
          {card.verification && (
            <Section title={t({ message: "Verification", comment: "Heading on a colleague's card; 实名认证" })}>
              <VerificationLine verification={card.verification} />
            </Section>
          )}
          {!card.me && card.user_id !== null && <Devices userId={card.user_id} />}
          <SameDepartment card={card} />
        </div>
      </Scroll>
      {card.user_id !== null && <IntroduceDialog card={card} open={introducing} onClose={() => setIntroducing(false)} />}
      {card.me && <QrDialog open={qrShown} onClose={() => setQrShown(false)} onColleague={select} />}
    </Pane>
  );
}
