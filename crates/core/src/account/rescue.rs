//! What was written and not sent, carried from a store that goes to the one that takes its place.

use super::fields::{self, Field};
use super::session::VaultKey;
use matrix_sdk::ruma::events::AnyMessageLikeEventContent;
use matrix_sdk::ruma::events::room::message::Relation;
use matrix_sdk::send_queue::LocalEchoContent;
use matrix_sdk::store::{
    ComposerDraft, ComposerDraftType, QueuedRequestKind, StateStore, StateStoreDataKey, StateStoreDataValue,
};
use matrix_sdk::{Client, SqliteStateStore, SqliteStoreConfig};
use std::collections::BTreeMap;
use std::iter;
use std::path::Path;

/// Texts by where they were written, in their order.
pub(super) type Unsent = BTreeMap<Field, Vec<String>>;

/// Queued messages and drafts of the store in this folder, as far as it can still be read.
pub(super) async fn unsent(folder: &Path, key: &VaultKey) -> Unsent {
    let mut unsent = Unsent::new();
    let Some(store) = store_in(folder, key).await else { return unsent };
    for room in store.load_rooms_with_unsent_requests().await.unwrap_or_default() {
        for request in store.load_send_queue_requests(&room).await.unwrap_or_default() {
            if let QueuedRequestKind::Event { content } = request.kind
                && let Ok(AnyMessageLikeEventContent::RoomMessage(message)) = content.deserialize()
            {
                let (thread, text) = match &message.relates_to {
                    // Its own body is what clients show that know no edits.
                    Some(Relation::Replacement(edit)) => (None, edit.new_content.msgtype.body()),
                    Some(Relation::Thread(thread)) => (Some(thread.event_id.clone()), message.body()),
                    _ => (None, message.body()),
                };
                unsent.entry((room.clone(), thread)).or_default().push(text.to_owned());
            }
        }
    }
    for (field, text) in drafts(&store).await {
        unsent.entry(field).or_default().push(text);
    }
    unsent
}

/// Whether there are queued messages or files, or drafts, in the store in this folder, as far as it can still be read.
pub(crate) async fn is_anything_unsent(folder: &Path, key: &VaultKey) -> bool {
    let Some(store) = store_in(folder, key).await else { return false };
    let queued = store.load_rooms_with_unsent_requests().await.unwrap_or_default();
    !queued.is_empty() || !drafts(&store).await.is_empty()
}

/// Has the queue try again what the homeserver refused: it refuses everything of an account that is locked, and of a session
/// that it ended.
pub(crate) async fn try_again(client: &Client) {
    for room in client.state_store().load_rooms_with_unsent_requests().await.unwrap_or_default() {
        let Some(room) = client.get_room(&room) else { continue };
        let Ok((echoes, _)) = room.send_queue().subscribe().await else { continue };
        for echo in echoes {
            if let LocalEchoContent::Event { send_handle, send_error: Some(_), .. } = echo.content
                && send_handle.unwedge().await.is_err()
            {
                tracing::warn!("a message that was refused could not be queued again");
            }
        }
    }
}

async fn store_in(folder: &Path, key: &VaultKey) -> Option<SqliteStateStore> {
    if !folder.join(matrix_sdk::STATE_STORE_DATABASE_NAME).exists() {
        return None;
    }
    let config = SqliteStoreConfig::new(folder).key(Some(key.bytes()));
    SqliteStateStore::open_with_config(&config).await.ok()
}

/// Texts that stand in the fields of conversations and threads, what was put aside for an edit before the edit.
async fn drafts(store: &SqliteStateStore) -> Vec<(Field, String)> {
    let mut drafts = Vec::new();
    for room in store.get_room_infos(&Default::default()).await.unwrap_or_default() {
        let room = room.room_id();
        let threads = fields::threads(store, room).await;
        for thread in iter::once(None).chain(threads.into_iter().map(Some)) {
            let aside = fields::aside(store, room, thread.as_deref()).await.map(|aside| aside.text);
            let key = StateStoreDataKey::ComposerDraft(room, thread.as_deref());
            let draft = store.get_kv_data(key).await.ok().flatten();
            let draft = draft.and_then(StateStoreDataValue::into_composer_draft).map(|draft| draft.plain_text);
            let texts = aside.into_iter().chain(draft).filter(|text| !text.trim().is_empty());
            drafts.extend(texts.map(|text| ((room.to_owned(), thread.clone()), text)));
        }
    }
    drafts
}

/// Puts the texts into the new store as drafts: nothing is sent that the doctor has not looked at again.
pub(super) async fn keep_as_drafts(client: &Client, unsent: Unsent) {
    let store = client.state_store();
    for ((room, thread), texts) in unsent {
        if let Some(thread) = &thread {
            fields::note_thread(store, &room, thread, true).await;
        }
        let draft = ComposerDraft {
            plain_text: texts.join("\n"),
            html_text: None,
            draft_type: ComposerDraftType::NewMessage,
            attachments: Vec::new(),
        };
        let key = StateStoreDataKey::ComposerDraft(&room, thread.as_deref());
        let value = StateStoreDataValue::ComposerDraft(draft);
        if store.set_kv_data(key, value).await.is_err() {
            tracing::error!("a text that was not sent could not be carried over");
        }
    }
}
