// Groups in the fake core.
import type { GroupMember, Party } from "@/bindings";
import { type FakeCore, type Group, type Handlers, Refused, type Room } from "./fake-core.ts";

export function partyOf({ group, peer, membership }: Room): Party {
  if (!group) return { kind: "colleague", person: peer };
  const others = group.members.slice(1).map(({ person }) => person);
  return { kind: "group", name: group.name, members: group.members.filter(({ invited }) => !invited).length, faces: membership === "invited" ? others.slice(0, 1) : others.slice(0, 4), invited_by: group.invitedBy };
}

const RANK: Record<GroupMember["role"], number> = { owner: 0, admin: 1, member: 2 };

function groupOf(core: FakeCore, id: string): Group {
  const { group } = core.roomOf(id);
  if (!group) throw new Refused("not_found");
  return group;
}

/** What the doctor may do needs the role and the network. */
function mayRun(core: FakeCore, group: Group, least: GroupMember["role"]): void {
  if (RANK[group.members[0]?.role ?? "member"] > RANK[least]) throw new Refused("not_allowed");
  online(core);
}

function online(core: FakeCore): void {
  if (core.connection.link === "offline") throw new Refused("offline");
}

export function groupCommands(core: FakeCore): Handlers {
  const changed = () => {
    core.emit("conversations", { type: "reset", items: core.conversations() });
    core.emit("changes", ["groups"]);
    return null;
  };
  const setRoles = (group: Group, roles: Record<string, GroupMember["role"]>) => {
    group.members = group.members.map((member) => ({ ...member, role: roles[member.person.user_id] ?? member.role }));
    const own = group.members[0]?.role;
    group.members = group.members.map((member, at) => ({ ...member, removable: at > 0 && own !== "member" && member.role !== "owner" }));
  };
  const invite = (group: Group, ids: readonly string[]) =>
    ids.flatMap((practitioner_id) => {
      const index = core.people.findIndex(({ id }) => id === practitioner_id);
      if (!core.people[index]?.user_id) return [{ practitioner_id, code: "not_joined" as const }];
      group.members = [...group.members, { person: core.person(index), role: "member", invited: true, removable: true }];
      return [];
    });
  return {
    group_create: ({ practitioner_ids, name, topic, history }) => {
      online(core);
      const room = core.group(`made-${core.rooms.length}`, name.trim(), [], { own: "owner" });
      if (!room.group) throw new Refused("internal");
      room.group = { ...room.group, topic, history };
      room.items = [{ id: `start-${room.id}`, content: { kind: "start" } }];
      const left_out = invite(room.group, practitioner_ids);
      changed();
      return { room_id: room.id, left_out };
    },
    group_details: ({ room_id }) => {
      const { name, topic, history, members } = groupOf(core, room_id);
      const role = members[0]?.role ?? "member";
      const runs = role !== "member";
      return { name, topic, history, role, complete: true, may: { rename: runs, invite: runs, appoint: role === "owner", hand_over: role === "owner", mention_all: runs } };
    },
    group_members: ({ room_id, text }) => {
      const words = text.toLowerCase().split(/\s+/).filter(Boolean);
      const fits = ({ person }: GroupMember) => {
        const hay = `${person.name.han} ${person.name.latin} ${person.name.latin.replace(/\s/g, "")}`.toLowerCase();
        return words.every((word) => hay.includes(word));
      };
      return groupOf(core, room_id).members.filter(fits).toSorted((a, b) => RANK[a.role] - RANK[b.role] || Number(a.invited) - Number(b.invited));
    },
    group_invite: ({ room_id, practitioner_ids }) => {
      const group = groupOf(core, room_id);
      mayRun(core, group, "admin");
      const leftOut = invite(group, practitioner_ids);
      changed();
      return leftOut;
    },
    group_remove: ({ room_id, user_id }) => {
      const group = groupOf(core, room_id);
      mayRun(core, group, "admin");
      group.members = group.members.filter(({ person }) => person.user_id !== user_id);
      return changed();
    },
    group_change: ({ room_id, name, topic }) => {
      const group = groupOf(core, room_id);
      mayRun(core, group, "admin");
      Object.assign(group, { name: name.trim(), topic: topic.trim() });
      return changed();
    },
    group_appoint: ({ room_id, user_id, admin }) => {
      const group = groupOf(core, room_id);
      mayRun(core, group, "owner");
      setRoles(group, { [user_id]: admin ? "admin" : "member" });
      return changed();
    },
    group_hand_over: ({ room_id, user_id, stay_admin }) => {
      const group = groupOf(core, room_id);
      mayRun(core, group, "owner");
      setRoles(group, { [user_id]: "owner", [core.account.user_id]: stay_admin ? "admin" : "member" });
      return changed();
    },
    group_leave: ({ room_id, keep }) => {
      const { members } = groupOf(core, room_id);
      if (members[0]?.role === "owner" && members.filter(({ invited }) => !invited).length > 1) throw new Refused("hand_over_first");
      online(core);
      const room = core.roomOf(room_id);
      if (keep) Object.assign(room, { membership: "left", placement: "archived", unread: 0, mentions: 0 } satisfies Partial<Room>);
      else core.rooms.splice(core.rooms.indexOf(room), 1);
      return changed();
    },
    group_forget: ({ room_id }) => {
      online(core);
      core.rooms.splice(core.rooms.findIndex(({ id }) => id === room_id), 1);
      return changed();
    },
    conversation_place: ({ room_id, placement }) => {
      online(core);
      core.roomOf(room_id).placement = placement;
      return changed();
    },
    conversation_mute: ({ room_id, muted }) => {
      online(core);
      core.roomOf(room_id).muted = muted;
      return changed();
    },
    conversation_mark_unread: ({ room_id }) => {
      online(core);
      core.roomOf(room_id).markedUnread = true;
      return changed();
    },
  };
}
