//! What the SDK holds of a message, as the UI shows it. The one place where SDK types become ours.

use consilium_api::chat::{Delivery, MembershipChange, MessageBody, Preview};
use matrix_sdk::ruma::MilliSecondsSinceUnixEpoch;
use matrix_sdk::ruma::events::room::message::MessageType;
use matrix_sdk_crypto::types::events::UtdCause;
use matrix_sdk_ui::timeline::{
    EncryptedMessage, EventSendState, MembershipChange as SdkChange, MsgLikeKind, TimelineItemContent,
};

/// RFC 3339 in UTC, to the millisecond.
pub(crate) fn instant(at: MilliSecondsSinceUnixEpoch) -> String {
    let at = i64::try_from(u64::from(at.get())).ok().and_then(chrono::DateTime::from_timestamp_millis);
    at.unwrap_or_default().to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

/// The day of an instant where this machine is: `YYYY-MM-DD`.
pub(crate) fn local_day(at: MilliSecondsSinceUnixEpoch) -> String {
    let at = i64::try_from(u64::from(at.get())).ok().and_then(chrono::DateTime::from_timestamp_millis);
    at.unwrap_or_default().with_timezone(&chrono::Local).format("%Y-%m-%d").to_string()
}

pub(crate) enum Shown {
    Body(MessageBody),
    Membership(MembershipChange),
}

/// What of a content is shown in a conversation; none for what has no place there (room settings, profile changes).
pub(crate) fn shown(content: &TimelineItemContent) -> Option<Shown> {
    let body = match content {
        TimelineItemContent::MsgLike(message) => match &message.kind {
            MsgLikeKind::Message(message) => match message.msgtype() {
                MessageType::Text(text) => MessageBody::Text { text: text.body.clone(), edited: message.is_edited() },
                MessageType::Notice(text) => MessageBody::Text { text: text.body.clone(), edited: message.is_edited() },
                _ => MessageBody::Unsupported,
            },
            MsgLikeKind::Redacted => MessageBody::Recalled,
            MsgLikeKind::UnableToDecrypt(message) => {
                MessageBody::Undecryptable { before_this_device: is_before_this_device(message) }
            }
            _ => MessageBody::Unsupported,
        },
        TimelineItemContent::MembershipChange(change) => {
            return match change.change()? {
                SdkChange::Joined | SdkChange::InvitationAccepted => Some(Shown::Membership(MembershipChange::Joined)),
                SdkChange::Left | SdkChange::InvitationRejected => Some(Shown::Membership(MembershipChange::Left)),
                SdkChange::Invited => Some(Shown::Membership(MembershipChange::Invited)),
                _ => None,
            };
        }
        TimelineItemContent::FailedToParseMessageLike { .. } => MessageBody::Unsupported,
        _ => return None,
    };
    Some(Shown::Body(body))
}

/// Whether this device did not exist yet when the message was sent, and the account's other devices have not handed
/// their keys on.
fn is_before_this_device(message: &EncryptedMessage) -> bool {
    matches!(
        message,
        EncryptedMessage::MegolmV1AesSha2 {
            cause: UtdCause::HistoricalMessageAndBackupIsDisabled | UtdCause::HistoricalMessageAndDeviceIsUnverified,
            ..
        }
    )
}

/// The line of the conversation list.
pub(crate) fn preview(content: &TimelineItemContent) -> Option<Preview> {
    match shown(content)? {
        Shown::Body(MessageBody::Text { text, .. }) => Some(Preview::Text { body: one_line(&text) }),
        Shown::Body(MessageBody::Undecryptable { .. }) => Some(Preview::Undecryptable),
        Shown::Body(MessageBody::Unsupported) => Some(Preview::Unsupported),
        Shown::Body(MessageBody::Recalled) => Some(Preview::Recalled),
        Shown::Membership(_) => None,
    }
}

/// Characters of a preview: more than any list shows.
const PREVIEW: usize = 160;

fn one_line(text: &str) -> String {
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.chars().count() > PREVIEW {
            return line.chars().take(PREVIEW).collect();
        }
    }
    line
}

/// How an own message stands with the server; whether it was read is the timeline's matter.
pub(crate) fn delivery(state: Option<&EventSendState>) -> Delivery {
    match state {
        // A recoverable failure is the network's: the queue tries again by itself.
        Some(EventSendState::NotSentYet { .. } | EventSendState::SendingFailed { is_recoverable: true, .. }) => {
            Delivery::Queued
        }
        Some(EventSendState::SendingFailed { is_recoverable: false, .. }) => Delivery::Failed,
        Some(EventSendState::Sent { .. }) | None => Delivery::Sent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_is_one_line_and_ends_somewhere() {
        assert_eq!(one_line("  APTT 56 s,\n\nkeeping heparin "), "APTT 56 s, keeping heparin");
        assert_eq!(one_line(&"血".repeat(10_000)).chars().count(), PREVIEW);
    }
}
