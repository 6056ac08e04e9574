//! Where something is written, as the SDK's store knows it: it keeps a draft for each field, but not which there are, and has
//! room for one text in each.

use consilium_api::chat::Draft;
use matrix_sdk::StateStore;
use matrix_sdk::ruma::{EventId, OwnedEventId, OwnedRoomId, RoomId};
use std::collections::BTreeSet;

/// A conversation, or the thread in it that begins with this event.
pub(super) type Field = (OwnedRoomId, Option<OwnedEventId>);

/// Key of what stood in a field when an edit began.
pub(super) fn aside_key(room: &RoomId, thread: Option<&EventId>) -> Vec<u8> {
    let thread = thread.map_or("", EventId::as_str);
    format!("consilium.aside {room} {thread}").into_bytes()
}

/// What stood in a field when an edit began.
pub(super) async fn aside<S: StateStore + ?Sized>(store: &S, room: &RoomId, thread: Option<&EventId>) -> Option<Draft> {
    let stored = store.get_custom_value(&aside_key(room, thread)).await.ok().flatten()?;
    serde_json::from_slice(&stored).ok()
}

fn threads_key(room: &RoomId) -> Vec<u8> {
    format!("consilium.written-in-threads {room}").into_bytes()
}

/// The threads of a conversation in whose fields something stands.
pub(super) async fn threads<S: StateStore + ?Sized>(store: &S, room: &RoomId) -> BTreeSet<OwnedEventId> {
    let stored = store.get_custom_value(&threads_key(room)).await.ok().flatten();
    stored.and_then(|stored| serde_json::from_slice(&stored).ok()).unwrap_or_default()
}

/// Remembers whether something stands in the field of a thread. A full disk refuses the draft itself as well, which says so.
pub(super) async fn note_thread<S: StateStore + ?Sized>(store: &S, room: &RoomId, thread: &EventId, written: bool) {
    let mut threads = threads(store, room).await;
    let changed = if written { threads.insert(thread.to_owned()) } else { threads.remove(thread) };
    if changed && let Ok(bytes) = serde_json::to_vec(&threads) {
        drop(store.set_custom_value(&threads_key(room), bytes).await);
    }
}
