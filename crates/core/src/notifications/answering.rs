//! An answer that was written in a notification.

use crate::account::Active;
use crate::chat;
use consilium_api::Result;
use consilium_api::chat::{Draft, DraftTarget, SendText};
use consilium_api::notifications::AnswerNotification;

/// Writes into the conversation, which is read then. What cannot be queued stands in its field again: the notification that
/// it was written in is gone.
pub(crate) async fn answer(active: &Active, input: AnswerNotification) -> Result<()> {
    let AnswerNotification { room_id, text } = input;
    if text.trim().is_empty() {
        return Ok(());
    }
    let send =
        SendText { room_id: room_id.clone(), text: text.clone(), mentions: vec![], reply_to: None, thread: None };
    if let Err(error) = chat::queue(active, &send).await {
        let room = chat::room(active, &room_id)?;
        let draft = active.draft(&room, None).await.unwrap_or_default();
        active.save_draft(&room, None, with(draft, text)).await?;
        return Err(error);
    }
    if let Err(error) = active.mark_read(&room_id, None).await {
        tracing::warn!(code = ?error.code, "an answered conversation was not marked as read");
    }
    Ok(())
}

/// Below what stands in the field already, or will when an edit has ended.
fn with(mut draft: Draft, text: String) -> Draft {
    if let Some(DraftTarget::Edit { .. }) = draft.target {
        let aside = draft.aside.take().map(|aside| *aside).unwrap_or_default();
        draft.aside = Some(Box::new(with(aside, text)));
    } else {
        draft.text = if draft.text.trim().is_empty() { text } else { format!("{}\n{text}", draft.text) };
    }
    draft
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_not_be_sent_stands_below_what_was_written() {
        let draft = |text: &str| Draft { text: text.into(), ..Draft::default() };
        assert_eq!(with(Draft::default(), "on my way".into()), draft("on my way"));
        assert_eq!(with(draft("Bed 12"), "on my way".into()), draft("Bed 12\non my way"));
        let target = Some(DraftTarget::Edit { event_id: "$event:jz.example".into() });
        let edit = Draft { target, ..draft("APTT 58 s") };
        let aside = Some(Box::new(draft("on my way")));
        assert_eq!(with(edit.clone(), "on my way".into()), Draft { aside, ..edit });
    }
}
