//! Starred messages, with what the index of messages has of them.

use super::content::{instant, preview_of_indexed};
use super::people::person;
use crate::account::Active;
use crate::search::Message;
use consilium_api::Result;
use consilium_api::stars::{Starred, StarredMessage};
use matrix_sdk::ruma::{MilliSecondsSinceUnixEpoch, OwnedUserId, RoomId, UInt};

/// Messages that the doctor starred, in conversations that they are in.
pub(crate) async fn starred(active: &Active) -> Result<Vec<StarredMessage>> {
    let stars = active.contacts.stars().await?;
    let events = stars.iter().map(|star| (star.room.clone(), star.event.clone())).collect();
    let found = active.search.messages(events).await?;
    let mut starred = Vec::with_capacity(stars.len());
    for (star, found) in stars.into_iter().zip(found) {
        if !<&RoomId>::try_from(star.room.as_str()).is_ok_and(|room| active.client.get_room(room).is_some()) {
            continue;
        }
        let message = match found {
            Some(message) => shown(active, &star.room, message).await,
            None => None,
        };
        starred.push(StarredMessage { room_id: star.room, event_id: star.event, message });
    }
    Ok(starred)
}

async fn shown(active: &Active, room: &str, message: Message) -> Option<Starred> {
    let user = OwnedUserId::try_from(message.sender.as_str()).ok()?;
    let room = <&RoomId>::try_from(room).ok().and_then(|id| active.client.get_room(id));
    let at = u64::try_from(message.at).ok().and_then(|at| UInt::try_from(at).ok())?;
    Some(Starred {
        own: active.client.user_id().is_some_and(|own| own == user),
        sender: person(&active.directory, room.as_ref(), &user).await,
        at: instant(MilliSecondsSinceUnixEpoch(at)),
        preview: preview_of_indexed(&message),
    })
}
