//! Conversations over the SDK's room list, timelines and send queue.

mod archive;
mod attached;
mod content;
mod conversations;
mod doubts;
mod forward;
mod groups;
mod harmless;
mod introduction;
mod invitations;
mod markdown;
mod markup;
mod mentions;
mod messages;
mod network;
mod people;
mod pins;
mod polls;
mod reactions;
mod revisions;
mod row;
mod scheduled;
mod sending;
mod stars;
mod threads;
mod timeline;
mod waiting;

pub(crate) use archive::{ARCHIVED, Archived, is_archived, mark_unread, mute, place};
pub(crate) use attached::{MediaSize, read as attached, send as send_attachment};
pub(crate) use content::instant;
pub(crate) use conversations::{room, updates as conversations};
pub(crate) use doubts::{accept_keys, of_colleague as colleague_devices, updates as doubts};
pub(crate) use forward::forward;
pub(crate) use groups::{
    appoint as group_appoint, change as group_change, changes as group_changes, create as group_create,
    details as group_details, forget as group_forget, hand_over as group_hand_over, invite as group_invite, is_group,
    leave as group_leave, members as group_members, name as group_name, remove as group_remove,
    shared_with as groups_shared_with,
};
pub(crate) use harmless::{harmless, line};
pub(crate) use introduction::introduce;
pub(crate) use invitations::{decline, report_invitation};
pub(crate) use mentions::{from_html as mentions_of, to_html as with_mentions};
pub(crate) use messages::{discard, edit, event_id, queue, react, readers, recall, retry, send, take_reaction_back};
pub(crate) use network::ensure_online;
pub(crate) use people::person;
pub(crate) use pins::{pin, updates as pins};
pub(crate) use polls::{create as create_poll, end as end_poll, vote as vote_in_poll};
pub(crate) use revisions::{Revisions, keep as keep_revisions};
pub(crate) use row::peer;
pub(crate) use scheduled::{
    cancel as cancel_scheduled, keep as keep_scheduled, schedule, scheduled, send_now as send_scheduled,
    settle as settle_scheduled,
};
pub(crate) use stars::starred;
pub(crate) use threads::{Scope, message_thread, root_of as thread_root_of};
pub(crate) use timeline::updates as timeline;
