//! How much is unread, for the badge.

use super::Notifier;
use crate::account::Active;
use crate::chat;
use crate::driven::told_by;
use consilium_api::notifications::UnreadTotal;
use futures::stream::BoxStream;
use matrix_sdk::{Room, RoomState};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;

/// How long changes are gathered before they are counted: while many conversations are read there are hundreds.
const GATHER: Duration = Duration::from_millis(300);
/// Totals that may wait for a slow reader.
const BUFFER: usize = 4;

/// What is unread now, and whenever that changes.
pub(crate) fn totals(active: Arc<Active>, notifier: Arc<Notifier>) -> BoxStream<'static, UnreadTotal> {
    told_by(BUFFER, async move |sender| {
        let mut rooms = active.client.room_info_notable_update_receiver();
        let mut refreshed = active.refresh_conversation.subscribe();
        let mut rules = active.notifications().await.subscribe_to_changes();
        let mut attention = notifier.attention();
        let mut told = None;
        loop {
            let count = count(&active, &notifier).await;
            if told != Some(count) {
                told = Some(count);
                if sender.send(UnreadTotal { count }).await.is_err() {
                    return;
                }
            }
            let went_on = tokio::select! {
                update = rooms.recv() => goes_on(update),
                room = refreshed.recv() => goes_on(room),
                rule = rules.recv() => goes_on(rule),
                changed = attention.changed() => changed.is_ok(),
            };
            if !went_on {
                return;
            }
            tokio::time::sleep(GATHER).await;
        }
    })
}

/// After some were missed there is something to count all the same.
fn goes_on<T>(received: Result<T, RecvError>) -> bool {
    !matches!(received, Err(RecvError::Closed))
}

async fn count(active: &Active, notifier: &Notifier) -> u32 {
    let mut count = 0_u32;
    for room in active.client.rooms() {
        if !room.is_space() && !notifier.is_before_the_doctor(room.room_id()) {
            count = count.saturating_add(new_in(active, &room).await);
        }
    }
    count
}

/// How much of a conversation is to be told of; the screens count in the same way.
async fn new_in(active: &Active, room: &Room) -> u32 {
    match room.state() {
        RoomState::Invited => return 1,
        RoomState::Joined => {}
        _ => return 0,
    }
    let unread = active.unread(room).await;
    if unread.messages == 0 && unread.mentions == 0 && !unread.marked {
        return 0;
    }
    let muted = active.is_muted(room).await;
    if muted || chat::is_archived(active, room, muted).await {
        return unread.mentions;
    }
    if unread.marked { unread.messages.max(1) } else { unread.messages }
}
