import { useLingui } from "@lingui/react/macro";
import type { Conversation, Party, Person } from "@/bindings";
import type { Face } from "@/components/GroupAvatar/GroupAvatar";
import { avatarName, nameOf } from "./words";

/** The id that a person's colour comes from. */
export function colourOf(person: Person): string {
  return person.practitioner_id || person.user_id;
}

/** What a person is called on the screen. */
export function personName(person: Person, locale: string): string {
  return nameOf(person.name, locale).main || person.user_id;
}

export function faceOf(person: Person): Face {
  return { name: avatarName(person.name) || person.user_id, accountId: colourOf(person) };
}

export function isGroup({ party }: Conversation): boolean {
  return party.kind === "group";
}

/** What a conversation is called: the colleague, the group, or those in a group without a name. */
export function usePartyName(): (party: Party) => string {
  const { t, i18n } = useLingui();
  const { locale } = i18n;
  return (party) => {
    if (party.kind === "colleague") return personName(party.person, locale);
    if (party.name !== "") return party.name;
    const names = party.faces.map((face) => personName(face, locale));
    if (names.length === 0) return t({ message: "Group without a name", comment: "In place of the name of a group chat" });
    return new Intl.ListFormat(locale, { type: "unit" }).format(names);
  };
}

const RANK: Record<Conversation["placement"], number> = { pinned: 0, normal: 1, low_priority: 2, archived: 3 };

/** Conversations as the list has them: pinned ones first, those of low priority last, else by activity; archived ones are not in it. */
export function inOrder(conversations: readonly Conversation[]): Conversation[] {
  return conversations.filter(({ placement }) => placement !== "archived").sort((a, b) => RANK[a.placement] - RANK[b.placement]);
}

/** How much of a conversation is to be told of: of one that is muted only what names one, of an archived one the same. */
export function newIn({ unread, mentions, marked_unread, muted, placement, membership }: Conversation): number {
  if (membership === "invited") return 1;
  if (muted || placement === "archived") return mentions;
  return marked_unread ? Math.max(1, unread) : unread;
}
