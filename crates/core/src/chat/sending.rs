//! Putting texts into the queue of a conversation.

use super::markdown;
use consilium_api::chat::Mention;
use consilium_api::{Error, ErrorCode, Result};
use matrix_sdk::Room;
use matrix_sdk::ruma::events::room::message::RoomMessageEventContent;
use matrix_sdk::send_queue::SendHandle;

/// Longest text of one message, in bytes: with encryption's overhead it stays below what a homeserver takes.
const TEXT_LIMIT: usize = 40_000;

/// The text as it is sent. `InvalidInput` if it is empty, `TooLarge` beyond 40,000 bytes.
pub(crate) fn sendable(text: &str) -> Result<&str> {
    let text = text.trim_end();
    if text.chars().all(is_blank) {
        return Err(Error::new(ErrorCode::InvalidInput, "an empty message"));
    }
    if text.len() > TEXT_LIMIT {
        return Err(Error::new(ErrorCode::TooLarge, "the message is too long"));
    }
    Ok(text)
}

/// Whether nothing is drawn for this: white space, and the empty pattern of Braille, which is none to Unicode.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{2800}'
}

/// What cannot be encrypted is never sent.
pub(crate) async fn ensure_encrypted(room: &Room) -> Result<()> {
    // Known from the store, also offline.
    let encryption = room.latest_encryption_state().await.map_err(|error| crate::account::matrix_error(&error))?;
    if !encryption.is_encrypted() {
        return Err(Error::new(ErrorCode::Internal, "the conversation is not encrypted"));
    }
    Ok(())
}

/// Queues a text that is [`sendable`]; it goes out by itself, also after a restart.
pub(crate) async fn queue_text(room: &Room, text: &str, mentions: &[Mention]) -> Result<SendHandle> {
    ensure_encrypted(room).await?;
    let content = RoomMessageEventContent::from(markdown::content(room.room_id(), text, mentions));
    room.send_queue().send(content.into()).await.map_err(|error| crate::account::queue_error(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shows_nothing_is_not_sent() {
        for empty in ["", " \n\u{3000}", "\u{2800}\u{2800}", " \u{2800}\n"] {
            assert_eq!(sendable(empty).map_err(|error| error.code), Err(ErrorCode::InvalidInput), "{empty:?}");
        }
        assert_eq!(sendable("⠃ braille \n").ok(), Some("⠃ braille"));
    }
}
