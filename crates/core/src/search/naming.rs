//! What rooms and people are called: by the directory on this machine, so that pinyin finds them, or as the homeserver says.

use super::MessageIndex;
use crate::account::Active;
use crate::chat::{is_group, peer, person};
use crate::directory::naming::matched;
use consilium_api::Result;
use consilium_api::account::Name;
use consilium_api::search::ConversationHit;
use consilium_registry_api::form::is_han;
use matrix_sdk::ruma::{RoomId, UserId};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Conversations that a search by name answers.
const MOST_ROOMS: usize = 50;
/// While a directory is fetched, it changes again and again.
const SETTLED: Duration = Duration::from_secs(2);

/// Keeps the names current while somebody is signed in.
pub(crate) async fn keep(active: Arc<Active>) {
    let mut directory: watch::Receiver<u64> = active.directory.changes();
    loop {
        if let Err(error) = name_all(&active).await {
            tracing::warn!(code = ?error.code, "names were not kept for searches");
        }
        tokio::select! {
            changed = directory.changed() => if changed.is_err() { return },
            () = active.search.inner.unnamed.notified() => {}
        }
        tokio::time::sleep(SETTLED).await;
        directory.mark_unchanged();
    }
}

async fn name_all(active: &Active) -> Result<()> {
    let mut other = Vec::new();
    for (id, before) in active.search.subjects().await? {
        let name = if let Ok(user) = <&UserId>::try_from(id.as_str()) {
            person(&active.directory, None, user).await.name
        } else {
            room_name(active, &id).await
        };
        if name != before {
            other.push((id, name));
        }
    }
    active.search.name(other).await
}

/// Of a conversation with one colleague that colleague's name, of a group its own.
async fn room_name(active: &Active, id: &str) -> Name {
    let Some(room) = <&RoomId>::try_from(id).ok().and_then(|id| active.client.get_room(id)) else {
        return Name::default();
    };
    if !is_group(&room)
        && let Some(peer) = peer(&room).await
    {
        return person(&active.directory, Some(&room), &peer).await.name;
    }
    let name = room.cached_display_name().map(|name| name.to_string()).unwrap_or_default();
    if name.chars().any(is_han) {
        Name { han: name, latin: String::new() }
    } else {
        Name { han: String::new(), latin: name }
    }
}

/// Conversations whose names have all words of the text.
pub(crate) async fn rooms(index: &MessageIndex, text: &str) -> Result<Vec<ConversationHit>> {
    let words = text.to_owned();
    let found = index.read(move |db| super::query::rooms_named(db, &words, MOST_ROOMS)).await?;
    let hit = |(room_id, han, latin)| ConversationHit { room_id, matched: matched(&Name { han, latin }, text) };
    Ok(found.into_iter().map(hit).collect())
}
