//! Messages that are pinned to a conversation: the SDK's own timeline of them. Pinning is a matter of the room's state, so
//! it needs the homeserver.

use super::content::{instant, preview_in};
use super::network::ensure_online;
use super::people::person;
use crate::account::{Active, matrix_error};
use consilium_api::chat::{PinMessage, PinnedMessage, Pins};
use consilium_api::{Error, ErrorCode, Result};
use eyeball_im::Vector;
use futures::stream::BoxStream;
use futures::{StreamExt, stream};
use matrix_sdk::Room;
use matrix_sdk::ruma::EventId;
use matrix_sdk::ruma::events::StateEventType;
use matrix_sdk_ui::timeline::{RoomExt, TimelineFocus, TimelineItem};
use std::sync::Arc;

/// What is pinned from now on, in the order it was written.
pub(crate) async fn updates(active: Arc<Active>, room_id: &str) -> Result<BoxStream<'static, Pins>> {
    let room = super::room(&active, room_id)?;
    let timeline = room.timeline_builder().with_focus(TimelineFocus::PinnedEvents).build().await;
    let timeline = timeline.map_err(|_| Error::new(ErrorCode::Internal, "the pinned messages could not be opened"))?;
    let (items, diffs) = timeline.subscribe().await;
    let stopped = active.stopped();
    let first = pins(&active, &room, &items).await;
    // The SDK follows the pinned messages for as long as their timeline lives.
    let state = (items, diffs.boxed(), timeline);
    let later = stream::unfold(state, move |(mut items, mut diffs, timeline)| {
        let (active, room) = (active.clone(), room.clone());
        async move {
            for diff in diffs.next().await? {
                diff.apply(&mut items);
            }
            Some((pins(&active, &room, &items).await, (items, diffs, timeline)))
        }
    });
    Ok(stream::once(std::future::ready(first)).chain(later).take_until(stopped).boxed())
}

async fn pins(active: &Active, room: &Room, items: &Vector<Arc<TimelineItem>>) -> Pins {
    let mut messages = Vec::new();
    for event in items.iter().filter_map(|item| item.as_event()) {
        if let Some(id) = event.event_id()
            && let Some(preview) = preview_in(room, event)
        {
            messages.push(PinnedMessage {
                event_id: id.to_string(),
                sender: person(&active.directory, Some(room), event.sender()).await,
                preview,
                at: instant(event.timestamp()),
            });
        }
    }
    let levels = room.power_levels_or_default().await;
    let may_change = levels.user_can_send_state(room.own_user_id(), StateEventType::RoomPinnedEvents);
    Pins { messages, may_change }
}

/// Pins a message for everybody in the conversation, or takes it off. `Offline` without a network.
pub(crate) async fn pin(active: &Active, input: &PinMessage) -> Result<()> {
    ensure_online(active)?;
    let room = super::room(active, &input.room_id)?;
    let event = EventId::parse(&input.event_id).map_err(|_| Error::new(ErrorCode::InvalidInput, "not an event id"))?;
    let done = if input.pinned { room.pin_event(&event).await } else { room.unpin_event(&event).await };
    done.map(drop).map_err(|error| matrix_error(&error))
}
