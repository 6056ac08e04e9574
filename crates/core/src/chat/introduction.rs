//! Introducing two colleagues to each other: each gets a letter about the other, in the doctor's own conversation with
//! them. Nobody is put into a room that they have not asked for, and only its reader sees a letter.

use super::sending::{queue_text, sendable};
use crate::account::Active;
use consilium_api::chat::RoomRef;
use consilium_api::introduction::{Introduce, Introduced, Letter};
use consilium_api::{Error, ErrorCode, Result};
use matrix_sdk::Room;

/// Sends both letters or none. Errors: `InvalidInput` for an empty letter, for oneself and for one colleague twice,
/// `NotJoined`, those of making a conversation, `Offline` for one, and `FirstLetterAlone`.
pub(crate) async fn introduce(active: &Active, input: Introduce) -> Result<Introduced> {
    let Introduce { first, second } = input;
    if first.practitioner_id == second.practitioner_id {
        return Err(Error::new(ErrorCode::InvalidInput, "a colleague is not introduced to themselves"));
    }
    let (first_text, second_text) = (sendable(&first.text)?, sendable(&second.text)?);
    // Both can be written to before the first is.
    let (first_account, second_account) = (account(active, &first).await?, account(active, &second).await?);
    let first_room = conversation(active, &first_account).await?;
    let second_room = conversation(active, &second_account).await?;
    let queued = queue_text(&first_room, first_text, &[]).await?;
    if let Err(error) = queue_text(&second_room, second_text, &[]).await {
        // One letter alone announces somebody who knows nothing of it.
        return Err(match queued.abort().await {
            Ok(true) => error,
            _ => Error::new(ErrorCode::FirstLetterAlone, "one letter of an introduction went out alone"),
        });
    }
    let reference = |room: &Room| RoomRef { room_id: room.room_id().to_string() };
    Ok(Introduced { first: reference(&first_room), second: reference(&second_room) })
}

/// The account of whom a letter goes to.
async fn account(active: &Active, letter: &Letter) -> Result<String> {
    active.account_of(&letter.practitioner_id).await
}

async fn conversation(active: &Active, user_id: &str) -> Result<Room> {
    let room = active.conversation_with(user_id).await?;
    super::room(active, room.as_str())
}
