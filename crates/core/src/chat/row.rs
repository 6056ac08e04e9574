//! A row of the list of conversations.

use super::content::{instant, preview, preview_of, preview_of_body, preview_of_indexed, said};
use super::groups::{self, is_group};
use super::people::person;
use super::polls;
use super::waiting;
use crate::account::{Active, Unread};
use consilium_api::chat::{Conversation, Delivery, LastMessage, Membership, Party, Person, Placement, Preview};
use matrix_sdk::deserialized_responses::TimelineEventKind;
use matrix_sdk::latest_events::LatestEventValue as LatestEvent;
use matrix_sdk::ruma::events::AnyMessageLikeEventContent;
use matrix_sdk::ruma::events::poll::unstable_start::UnstablePollStartEventContent;
use matrix_sdk::ruma::{OwnedUserId, UInt};
use matrix_sdk::send_queue::LocalEchoContent;
use matrix_sdk::{BaseRoom, Room, RoomState};
use matrix_sdk_ui::timeline::{LatestEventValue, LatestEventValueLocalState, RoomExt, TimelineItemContent};

/// The other side of a one-to-one conversation, also after they left.
pub(crate) async fn peer(room: &Room) -> Option<OwnedUserId> {
    let own = room.own_user_id();
    let target = room.direct_targets().into_iter().find_map(|target| target.into_user_id().filter(|id| id != own));
    if target.is_some() {
        return target;
    }
    if let Some(inviter) = inviter(room).await {
        return Some(inviter);
    }
    if let Some(hero) = room.heroes().into_iter().find(|hero| hero.user_id != own) {
        return Some(hero.user_id);
    }
    let members = room.members_no_sync(matrix_sdk::RoomMemberships::all()).await.ok()?;
    members.iter().map(|member| member.user_id()).find(|user| *user != own).map(ToOwned::to_owned)
}

/// Who invites the doctor.
pub(super) async fn inviter(room: &Room) -> Option<OwnedUserId> {
    if room.state() != RoomState::Invited {
        return None;
    }
    let invite = room.invite_details().await.ok()?;
    Some(invite.inviter.map_or(invite.inviter_id, |inviter| inviter.user_id().to_owned()))
}

pub(super) async fn conversation(active: &Active, room: &Room) -> Conversation {
    let membership = match room.state() {
        RoomState::Invited => Membership::Invited,
        RoomState::Left => Membership::Left,
        _ => Membership::Joined,
    };
    if membership != Membership::Invited {
        active.watch_latest_message(room.room_id()).await;
    }
    let (party, last) = if is_group(room) { group(active, room).await } else { colleague(active, room).await };
    let muted = active.is_muted(room).await;
    let written = last.as_ref().map(|last| last.at);
    let placement = if membership == Membership::Left || active.archived(room.room_id()).holds(written, muted) {
        Placement::Archived
    } else if room.is_favourite() {
        Placement::Pinned
    } else if room.is_low_priority() {
        Placement::LowPriority
    } else {
        Placement::Normal
    };
    let unread = match membership {
        // Nothing comes there any more.
        Membership::Left => Unread::default(),
        _ => active.unread(room).await,
    };
    Conversation {
        room_id: room.room_id().to_string(),
        membership,
        party,
        last: last.map(|last| last.message),
        unread: unread.messages,
        mentions: unread.mentions,
        marked_unread: unread.marked,
        muted,
        placement,
        draft: active.draft(room, None).await,
        threads: active.unread_threads(room.room_id()),
    }
}

async fn colleague(active: &Active, room: &Room) -> (Party, Option<Last>) {
    let person = match peer(room).await.or_else(|| active.begun_with(room.room_id())) {
        Some(user) => person(&active.directory, Some(room), &user).await,
        None => person(&active.directory, Some(room), room.own_user_id()).await,
    };
    let last = last_message(active, room, false).await;
    if let Some(last) = &last
        && person.user_id != *room.own_user_id()
    {
        remember(active, &person.user_id, &last.message.at).await;
    }
    (Party::Colleague { person }, last)
}

async fn group(active: &Active, room: &Room) -> (Party, Option<Last>) {
    let invited_by = match inviter(room).await {
        Some(user) => Some(person(&active.directory, Some(room), &user).await),
        None => None,
    };
    let faces: Vec<Person> = match &invited_by {
        Some(inviter) => vec![inviter.clone()],
        None => groups::faces(active, room).await,
    };
    let members = room.joined_members_count().max(faces.len() as u64);
    let party = Party::Group {
        name: groups::name(room),
        members: u32::try_from(members).unwrap_or(u32::MAX),
        faces,
        invited_by,
    };
    (party, last_message(active, room, true).await)
}

/// Keeps with whom the doctor wrote, for the directory, which puts them first.
async fn remember(active: &Active, user_id: &str, at: &str) {
    let Ok(at) = chrono::DateTime::parse_from_rfc3339(at) else { return };
    // Its sender's clock wrote the time: one from tomorrow must not stay the latest.
    let at = at.timestamp().min(chrono::Utc::now().timestamp());
    if let Err(error) = active.contacts.wrote_with(user_id, at).await {
        tracing::warn!(code = ?error.code, "with whom the doctor wrote was not kept");
    }
}

/// The last message, and when the homeserver says that it was written; none while it is not out.
struct Last {
    message: LastMessage,
    at: Option<UInt>,
}

async fn last_message(active: &Active, room: &Room, in_group: bool) -> Option<Last> {
    if active.has_queued(room.room_id())
        && let Some(last) = last_queued(room).await
    {
        return Some(last);
    }
    match RoomExt::latest_event(room).await {
        LatestEventValue::Remote { timestamp, sender, is_own, content, .. } => {
            let Some(preview) = received(room, &content) else { return last_in_cache(active, room, in_group).await };
            let name = if in_group && !is_own {
                Some(person(&active.directory, Some(room), &sender).await.name)
            } else {
                None
            };
            // Whether it was read is the timeline's to say.
            let message = LastMessage { own: is_own, sender: name, preview, at: instant(timestamp), delivery: None };
            Some(Last { message, at: Some(timestamp.get()) })
        }
        LatestEventValue::Local { timestamp, content, state, .. } => {
            // Whether it needs the doctor is the timeline's to say; the list says that it is not out yet.
            let waits = !matches!(state, LatestEventValueLocalState::HasBeenSent);
            let delivery = waits.then_some(Delivery::Queued);
            let message =
                LastMessage { own: true, sender: None, preview: preview(&content)?, at: instant(timestamp), delivery };
            Some(Last { message, at: None })
        }
        LatestEventValue::RemoteInvite { .. } | LatestEventValue::None => last_in_cache(active, room, in_group).await,
    }
}

/// Events of the cache that are looked at for a last message.
const LOOKED_AT: usize = 20;

/// The last message where the SDK has none to tell: it takes those that cannot be read for none, and after an invitation was
/// accepted it tells of that until the next message comes (0.18).
async fn last_in_cache(active: &Active, room: &Room, in_group: bool) -> Option<Last> {
    if room.state() != RoomState::Joined {
        return None;
    }
    let (cache, _keep) = room.event_cache().await.ok()?;
    for event in cache.events().await.ok()?.iter().rev().take(LOOKED_AT) {
        let (Some(id), Some(sender), Some(at)) = (event.event_id(), event.sender(), event.timestamp_raw()) else {
            continue;
        };
        let preview = if event.kind.is_utd() {
            Preview::Undecryptable
        } else {
            let indexed = active.search.messages(vec![(room.room_id().to_string(), id.to_string())]).await.ok()?;
            let Some(message) = indexed.into_iter().flatten().next() else { continue };
            preview_of_indexed(&message)
        };
        let own = sender == *room.own_user_id();
        let name =
            if in_group && !own { Some(person(&active.directory, Some(room), &sender).await.name) } else { None };
        let message = LastMessage { own, sender: name, preview, at: instant(at), delivery: None };
        return Some(Last { message, at: Some(at.get()) });
    }
    None
}

/// The preview of the SDK's latest event, which came from the homeserver.
fn received(room: &Room, content: &TimelineItemContent) -> Option<Preview> {
    let in_clear = || match BaseRoom::latest_event(room) {
        LatestEvent::Remote(event) => {
            room.encryption_state().is_encrypted() && matches!(event.kind, TimelineEventKind::PlainText { .. })
        }
        _ => false,
    };
    match preview(content)? {
        Preview::Recalled => Some(Preview::Recalled),
        _ if in_clear() => Some(Preview::Unencrypted),
        preview => Some(preview),
    }
}

/// The last message in the queue. The SDK's latest event knows nothing of it after a start, and of several it stays the first
/// (0.18), because none has an id yet.
async fn last_queued(room: &Room) -> Option<Last> {
    let (queued, _) = room.send_queue().subscribe().await.ok()?;
    queued.iter().rev().find_map(|echo| {
        let LocalEchoContent::Event { send_handle, serialized_event, .. } = &echo.content else { return None };
        let preview = match serialized_event.deserialize().ok()? {
            AnyMessageLikeEventContent::RoomMessage(message) if waiting::edited(&message).is_none() => {
                preview_of_body(&said(&message.msgtype, false)).unwrap_or_else(|| preview_of(message.body()))
            }
            AnyMessageLikeEventContent::UnstablePollStart(UnstablePollStartEventContent::New(poll)) => {
                polls::preview_of(&poll.poll_start.question.text)
            }
            _ => return None,
        };
        let at = instant(send_handle.created_at);
        let message = LastMessage { own: true, sender: None, preview, at, delivery: Some(Delivery::Queued) };
        Some(Last { message, at: None })
    })
}
