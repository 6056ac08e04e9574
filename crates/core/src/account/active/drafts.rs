//! What is written and not sent, with the message it answers or replaces.

use super::{Active, lock};
use crate::account::error::matrix_error;
use crate::account::fields;
use crate::chat;
use consilium_api::chat::{Draft, DraftTarget};
use consilium_api::{ErrorCode, Result};
use matrix_sdk::Room;
use matrix_sdk::ruma::EventId;
use matrix_sdk::store::{ComposerDraft, ComposerDraftType};

impl Active {
    /// What stands in the field of a conversation, or of the thread that begins with this event.
    pub(crate) async fn draft(&self, room: &Room, thread: Option<&EventId>) -> Option<Draft> {
        let draft = room.load_composer_draft(thread).await.ok().flatten()?;
        let target = match draft.draft_type {
            ComposerDraftType::NewMessage => None,
            ComposerDraftType::Reply { event_id } => Some(DraftTarget::Reply { event_id: event_id.into() }),
            ComposerDraftType::Edit { event_id } => Some(DraftTarget::Edit { event_id: event_id.into() }),
        };
        let mentions = draft.html_text.as_deref().map(chat::mentions_of).unwrap_or_default();
        let aside = match target {
            Some(DraftTarget::Edit { .. }) => self.aside(room, thread).await,
            _ => None,
        };
        let draft = Draft { text: draft.plain_text, mentions, target, aside };
        (!is_empty(&draft)).then_some(draft)
    }

    /// Keeps what is written and not sent; on a full disk in memory, until there is space.
    pub(crate) async fn save_draft(&self, room: &Room, thread: Option<&EventId>, draft: Draft) -> Result<()> {
        self.keep_aside(room, thread, draft.aside.as_deref()).await;
        let store = self.client.state_store();
        if let Some(thread) = thread {
            // Before the draft: one that nobody knows of would be lost with the store.
            fields::note_thread(store, room.room_id(), thread, !is_empty(&draft)).await;
        }
        let saved = if is_empty(&draft) {
            room.clear_composer_draft(thread).await
        } else {
            let kept = ComposerDraft {
                plain_text: draft.text.clone(),
                html_text: chat::with_mentions(&draft.text, &draft.mentions),
                draft_type: draft_type(draft.target.as_ref()),
                attachments: Vec::new(),
            };
            room.save_composer_draft(kept, thread).await
        };
        let room = room.room_id().to_owned();
        let field = (room.clone(), thread.map(ToOwned::to_owned));
        match saved.map_err(|error| matrix_error(&error)) {
            Ok(()) => {
                lock(&self.unsaved_drafts).remove(&field);
                let _ = self.refresh_conversation.send(room);
                Ok(())
            }
            Err(error) => {
                if error.code == ErrorCode::DiskFull {
                    lock(&self.unsaved_drafts).insert(field, draft);
                }
                Err(error)
            }
        }
    }

    /// What stood in a field when an edit began: the SDK's store has room for one text.
    async fn aside(&self, room: &Room, thread: Option<&EventId>) -> Option<Box<Draft>> {
        fields::aside(self.client.state_store(), room.room_id(), thread).await.map(Box::new)
    }

    /// A full disk refuses the draft itself as well, which says so.
    async fn keep_aside(&self, room: &Room, thread: Option<&EventId>, aside: Option<&Draft>) {
        let key = fields::aside_key(room.room_id(), thread);
        let store = self.client.state_store();
        match aside.and_then(|aside| serde_json::to_vec(aside).ok()) {
            Some(bytes) => drop(store.set_custom_value(&key, bytes).await),
            None => drop(store.remove_custom_value(&key).await),
        }
    }

    /// Forgets a draft that went out.
    pub(crate) async fn clear_draft(&self, room: &Room, thread: Option<&EventId>) {
        self.keep_aside(room, thread, None).await;
        if let Some(thread) = thread {
            fields::note_thread(self.client.state_store(), room.room_id(), thread, false).await;
        }
        if room.clear_composer_draft(thread).await.is_ok() {
            let _ = self.refresh_conversation.send(room.room_id().to_owned());
        }
    }
}

fn is_empty(draft: &Draft) -> bool {
    draft.text.trim().is_empty() && draft.target.is_none()
}

/// A target that is no event is none: its text stays.
fn draft_type(target: Option<&DraftTarget>) -> ComposerDraftType {
    let event = |id: &str| EventId::parse(id).ok();
    let kind = match target {
        None => None,
        Some(DraftTarget::Reply { event_id }) => event(event_id).map(|event_id| ComposerDraftType::Reply { event_id }),
        Some(DraftTarget::Edit { event_id }) => event(event_id).map(|event_id| ComposerDraftType::Edit { event_id }),
    };
    kind.unwrap_or(ComposerDraftType::NewMessage)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_keeps_what_it_is_about() {
        let reply = DraftTarget::Reply { event_id: "$event:jz.example".into() };
        assert!(
            matches!(draft_type(Some(&reply)), ComposerDraftType::Reply { event_id } if event_id == "$event:jz.example")
        );
        let edit = DraftTarget::Edit { event_id: "$event:jz.example".into() };
        assert!(matches!(draft_type(Some(&edit)), ComposerDraftType::Edit { .. }));
        assert!(matches!(draft_type(None), ComposerDraftType::NewMessage));
        let nonsense = DraftTarget::Reply { event_id: "item-1".into() };
        assert!(matches!(draft_type(Some(&nonsense)), ComposerDraftType::NewMessage));
    }
}
