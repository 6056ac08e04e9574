import { useNavigate } from "@tanstack/react-router";
import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { BookUser, Crown, Ellipsis, Search, Shield, ShieldOff, UserMinus, UserPlus } from "lucide-react";
import { useState } from "react";
import type { GroupDetails, GroupMember, GroupRole } from "@/bindings";
import { useAccount } from "@/app/state";
import { Avatar } from "@/components/Avatar/Avatar";
import { Button, IconButton } from "@/components/Button/Button";
import { Menu, type MenuEntry } from "@/components/Menu/Menu";
import { Tag } from "@/components/Tag/Tag";
import { TextField } from "@/components/TextField/TextField";
import { VerifiedMark } from "@/components/VerifiedMark/VerifiedMark";
import { colourOf, faceOf, personName } from "@/lib/party";
import { useAction, useCommand } from "@/lib/query";
import { count } from "@/lib/time";
import { useTerminology, wordOf } from "@/lib/words";
import styles from "./GroupDetails.module.css";
import { HandOverDialog, InviteDialog, RemoveDialog } from "./GroupDialogs";

/** Members before "View all", and at most: whoever looks for one of more than that searches. */
const FEW = 5;
const MOST = 200;

/** What one may do with a member. */
function useMemberEntries(roomId: string, details: GroupDetails, onRemove: (member: GroupMember) => void, onHandOver: (member: GroupMember) => void): (member: GroupMember) => MenuEntry[] {
  const { t } = useLingui();
  const navigate = useNavigate();
  const account = useAccount();
  const appoint = useAction("group_appoint");
  return (member) => {
    const { person, role, invited, removable } = member;
    const entries: MenuEntry[] = [];
    const colleague = person.practitioner_id;
    if (colleague) entries.push({ label: t({ message: "Show in directory", comment: "Button in a conversation: the colleague's card" }), icon: BookUser, onSelect: () => void navigate({ to: "/directory", search: { colleague } }) });
    if (person.user_id === account.user_id) return entries;
    if (details.may.appoint && !invited && role !== "owner") {
      const admin = role !== "admin";
      entries.push({
        label: admin ? t({ message: "Make admin", comment: "Menu of a member of a group: may name it, invite, remove, pin; 设为管理员" }) : t({ message: "Make a member again", comment: "Menu of an admin of a group; 取消管理员" }),
        icon: admin ? Shield : ShieldOff,
        onSelect: () => appoint.run({ room_id: roomId, user_id: person.user_id, admin }),
      });
    }
    if (details.may.hand_over && !invited && role !== "owner") entries.push({ label: t({ message: "Make owner…", comment: "Menu of a member of a group: hands the group over; opens a dialog; 转让群主" }), icon: Crown, onSelect: () => onHandOver(member) });
    if (removable) {
      entries.push({
        label: invited ? t({ message: "Take invitation back…", comment: "Menu of somebody who was invited to a group; opens a dialog" }) : t({ message: "Remove from group…", comment: "Menu of a member of a group; opens a dialog" }),
        icon: UserMinus,
        danger: true,
        onSelect: () => onRemove(member),
      });
    }
    return entries;
  };
}

function Member({ member, entries }: { member: GroupMember; entries: readonly MenuEntry[] }) {
  const { t, i18n } = useLingui();
  const { locale } = i18n;
  const terms = useTerminology(locale);
  const { person, role, invited } = member;
  const name = personName(person, locale);
  const about = [person.title && terms.title(person.title), wordOf(person.hospital, locale)].filter(Boolean).join(" · ");
  const roles: Record<GroupRole, string> = {
    owner: t({ message: "Owner", comment: "What somebody is in a group; 群主" }),
    admin: t({ message: "Admin", comment: "What somebody is in a group; 管理员" }),
    member: "",
  };
  const tag = invited ? t({ message: "Invited", comment: "Beside somebody who has not accepted the invitation to a group" }) : roles[role];
  return (
    <li className={styles.member} data-invited={invited || undefined}>
      <div className={styles.who}>
        <Avatar name={faceOf(person).name} accountId={colourOf(person)} size={28} />
        <div className={styles.words}>
          <div className={styles.first}><span className="truncate" dir="auto">{name}</span>{person.verified && <VerifiedMark size={12} />}</div>
          <small className="truncate">{about || person.user_id}</small>
        </div>
      </div>
      {tag ? <Tag tone="line">{tag}</Tag> : <span />}
      {entries.length > 0 ? <Menu icon={Ellipsis} size={24} label={t({ message: `More about ${name}`, comment: "Button beside a member of a group: what can be done; a colleague's name" })} entries={entries} /> : <span />}
    </li>
  );
}

/** Who is in the group, and what one may change about that. */
export function Members({ roomId, details }: { roomId: string; details: GroupDetails }) {
  const { t, i18n } = useLingui();
  const [all, setAll] = useState(false);
  const [search, setSearch] = useState<string | null>(null);
  const [inviting, setInviting] = useState(false);
  const [removing, setRemoving] = useState<GroupMember | null>(null);
  const [handing, setHanding] = useState<GroupMember | null>(null);
  const everybody = useCommand("group_members", { room_id: roomId, text: "" }).data;
  const found = useCommand("group_members", { room_id: roomId, text: search ?? "" }, { enabled: search !== null, keepPrevious: true }).data;
  const entriesOf = useMemberEntries(roomId, details, setRemoving, setHanding);
  const members = (search === null ? everybody : found) ?? [];
  const shown = members.slice(0, all || search !== null ? MOST : FEW);
  const total = everybody?.filter(({ invited }) => !invited).length;
  const rest = members.length - shown.length;
  return (
    <section className={styles.section}>
      <div className={styles.heading}>
        <h3>{t({ message: "Members", comment: "Heading in the details of a group; 成员" })}</h3>
        {total !== undefined && <span>{count(total, i18n.locale)}</span>}
        <i className={styles.push} />
        {details.may.invite && <IconButton icon={UserPlus} size={24} label={t({ message: "Invite colleagues", comment: "Button and title of a dialog: more members for a group" })} onClick={() => setInviting(true)} />}
        <IconButton icon={Search} size={24} pressed={search !== null} label={t({ message: "Find member", comment: "Button: shows the field that looks for a member of a group" })} onClick={() => setSearch(search === null ? "" : null)} />
      </div>
      {search !== null && (
        <div className={styles.search}>
          <TextField label={t({ message: "Find member", comment: "Button: shows the field that looks for a member of a group" })} icon={Search} value={search} onValue={setSearch} autoFocus autoComplete="off" onKeyDown={(event) => { if (event.key === "Escape" && !event.nativeEvent.isComposing) { setSearch(null); event.stopPropagation(); } }} />
        </div>
      )}
      <ul>{shown.map((member) => <Member key={member.person.user_id} member={member} entries={entriesOf(member)} />)}</ul>
      {search !== null && found && members.length === 0 && <p className={styles.none} role="status">{t({ message: "No member is called so.", comment: "Below the field that looks for a member of a group" })}</p>}
      {rest > 0 && !all && search === null && <div className={styles.all}><Button variant="link" size={24} onClick={() => setAll(true)}>{t({ message: `View all ${members.length}`, comment: "Button below the first members of a group; a number" })}</Button></div>}
      {rest > 0 && (all || search !== null) && <p className={styles.none}>{t({ message: plural(rest, { one: "# more. Search by name.", other: "# more. Search by name." }), comment: "Below the first two hundred members of a group" })}</p>}
      {!details.complete && <p className={styles.none}>{t({ message: "Not everybody may be here: the list comes from the server.", comment: "Below the members of a group, when this device does not know all of them" })}</p>}
      <InviteDialog roomId={roomId} members={everybody ?? []} open={inviting} onClose={() => setInviting(false)} />
      <RemoveDialog roomId={roomId} member={removing} onClose={() => setRemoving(null)} />
      <HandOverDialog roomId={roomId} member={handing} onClose={() => setHanding(null)} />
    </section>
  );
}
