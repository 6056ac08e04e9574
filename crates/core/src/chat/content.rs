//! What the SDK holds of a message, as the UI shows it. The one place where SDK types become ours.

use super::attached;
use super::harmless::{harmless, line};
use super::markdown;
use super::markup;
use super::polls;
use crate::search::Message;
use consilium_api::chat::{Delivery, MembershipChange, MessageBody, Preview};
use consilium_api::groups::NAME_LIMIT;
use consilium_api::search::MessageKind;
use matrix_sdk::Room;
use matrix_sdk::ruma::MilliSecondsSinceUnixEpoch;
use matrix_sdk::ruma::events::StateEventContentChange;
use matrix_sdk::ruma::events::room::message::{FormattedBody, MessageFormat, MessageType};
use matrix_sdk_crypto::types::events::UtdCause;
use matrix_sdk_ui::timeline::{
    AnyOtherStateEventContentChange, EncryptedMessage, EventSendState, EventTimelineItem,
    MembershipChange as SdkChange, MsgLikeKind, TimelineItemContent,
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
    /// The name of the group.
    Name(String),
}

/// What of a content is shown in a conversation; none for what has no place there (room settings, profile changes).
pub(crate) fn shown(content: &TimelineItemContent) -> Option<Shown> {
    let body = match content {
        TimelineItemContent::MsgLike(message) => match &message.kind {
            MsgLikeKind::Message(message) => said(message.msgtype(), message.is_edited()),
            MsgLikeKind::Poll(poll) => polls::described(poll),
            MsgLikeKind::Redacted => MessageBody::Recalled,
            MsgLikeKind::UnableToDecrypt(message) => {
                MessageBody::Undecryptable { before_this_device: is_before_this_device(message) }
            }
            _ => MessageBody::Unsupported,
        },
        TimelineItemContent::MembershipChange(change) => {
            return match change.change()? {
                SdkChange::Joined | SdkChange::InvitationAccepted => Some(Shown::Membership(MembershipChange::Joined)),
                SdkChange::Left => Some(Shown::Membership(MembershipChange::Left)),
                SdkChange::InvitationRejected => Some(Shown::Membership(MembershipChange::Declined)),
                SdkChange::Invited => Some(Shown::Membership(MembershipChange::Invited)),
                SdkChange::Kicked | SdkChange::Banned | SdkChange::KickedAndBanned | SdkChange::InvitationRevoked => {
                    Some(Shown::Membership(MembershipChange::Removed))
                }
                _ => None,
            };
        }
        // The first one comes with the group.
        TimelineItemContent::OtherState(state) => match state.content() {
            AnyOtherStateEventContentChange::RoomName(StateEventContentChange::Original {
                content,
                prev_content: Some(_),
            }) => return Some(Shown::Name(line(&content.name, NAME_LIMIT))),
            _ => return None,
        },
        TimelineItemContent::FailedToParseMessageLike { .. } => MessageBody::Unsupported,
        _ => return None,
    };
    Some(Shown::Body(body))
}

/// A message as it is shown.
pub(super) fn said(message: &MessageType, edited: bool) -> MessageBody {
    match message {
        MessageType::Text(text) => body(&text.body, text.formatted.as_ref(), edited),
        MessageType::Notice(text) => body(&text.body, text.formatted.as_ref(), edited),
        other => attached::described(other, edited).unwrap_or(MessageBody::Unsupported),
    }
}

/// A text with what of its formatting may be shown.
pub(super) fn body(text: &str, formatted: Option<&FormattedBody>, edited: bool) -> MessageBody {
    let formatted = formatted
        .filter(|formatted| formatted.format == MessageFormat::Html)
        .and_then(|formatted| markup::blocks(&formatted.body))
        .filter(|blocks| !markup::is_plain(blocks));
    MessageBody::Text { text: harmless(text), formatted, edited }
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
        Shown::Body(body) => preview_of_body(&body),
        Shown::Membership(_) | Shown::Name(_) => None,
    }
}

/// The preview of a message: of a formatted one its words, not how they were typed.
pub(super) fn preview_of_body(body: &MessageBody) -> Option<Preview> {
    match body {
        MessageBody::Text { formatted: Some(blocks), .. } => Some(preview_of(&markup::words(blocks))),
        MessageBody::Text { text, .. } | MessageBody::Forwarded { text, .. } => Some(preview_of(text)),
        MessageBody::Image { .. } | MessageBody::File { .. } => attached::preview_of(body),
        MessageBody::Poll { poll } => Some(polls::preview_of(&poll.question)),
        MessageBody::Undecryptable { .. } => Some(Preview::Undecryptable),
        MessageBody::Unsupported => Some(Preview::Unsupported),
        MessageBody::Unencrypted => Some(Preview::Unencrypted),
        MessageBody::Recalled => Some(Preview::Recalled),
    }
}

/// Whether this came unencrypted into an encrypted conversation: nobody can tell then who wrote it.
pub(crate) fn is_in_clear(room: &Room, event: &EventTimelineItem) -> bool {
    event.is_remote_event()
        && event.encryption_info().is_none()
        && room.encryption_state().is_encrypted()
        && matches!(
            shown(event.content()),
            Some(Shown::Body(
                MessageBody::Text { .. }
                    | MessageBody::Image { .. }
                    | MessageBody::File { .. }
                    | MessageBody::Poll { .. }
                    | MessageBody::Unsupported
            ))
        )
}

/// The preview of an item of `room`'s timeline.
pub(crate) fn preview_in(room: &Room, event: &EventTimelineItem) -> Option<Preview> {
    if is_in_clear(room, event) { Some(Preview::Unencrypted) } else { preview(event.content()) }
}

/// The preview of a text.
pub(crate) fn preview_of(text: &str) -> Preview {
    Preview::Text { body: line(text, PREVIEW) }
}

/// The preview of what the index has of a message: that is as it was typed, without the formatted body beside it.
pub(super) fn preview_of_indexed(message: &Message) -> Preview {
    match message.kind {
        MessageKind::Text | MessageKind::Link => preview_of(&markup::words(&markdown::blocks(&message.text))),
        // Names of files are no Markdown.
        MessageKind::Image | MessageKind::File => preview_of(&message.text),
    }
}

/// Characters of a preview: more than any list shows.
const PREVIEW: usize = 160;

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
    use consilium_api::rich_text::{Block, Run};

    #[test]
    fn a_text_has_its_formatting_if_there_is_some() {
        let bold = FormattedBody::html("<b>stop</b>");
        let Run { text, strong, .. } = match body("**stop**", Some(&bold), false) {
            MessageBody::Text { formatted: Some(blocks), .. } => match blocks.as_slice() {
                [Block::Paragraph { runs }] => runs[0].clone(),
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        };
        assert_eq!((text.as_str(), strong), ("stop", true));
        for plain in ["<p>no formatting</p>", "", "<script>alert(1)</script>", "<b>"] {
            let shown = body("as it was written", Some(&FormattedBody::html(plain)), true);
            let expected = MessageBody::Text { text: "as it was written".into(), formatted: None, edited: true };
            assert_eq!(shown, expected, "{plain}");
        }
    }

    #[test]
    fn a_line_of_the_list_has_the_words_of_what_was_formatted() {
        let sent = |typed: &str| {
            let html = super::super::markdown::html(&super::super::markdown::blocks(typed));
            preview_of_body(&body(typed, Some(&FormattedBody::html(html)), false))
        };
        let line = |text: &str| Some(Preview::Text { body: text.into() });
        assert_eq!(sent("**Stop** the *heparin*, see `APTT`"), line("Stop the heparin, see APTT"));
        assert_eq!(sent("- lactate\n- APTT"), line("lactate APTT"));
        assert_eq!(sent("First:\n3. echo\n4. CT"), line("First: 3. echo 4. CT"));
        assert_eq!(sent("2*3*4, HLA-B*27"), line("2*3*4, HLA-B*27"));
    }

    #[test]
    fn a_line_of_the_stars_has_the_words_and_a_file_its_whole_name() {
        let shown = |kind, text: &str| {
            let (event, sender) = ("$event:jz.example".into(), "@lin:jz.example".into());
            preview_of_indexed(&Message { event, sender, at: 0, kind, text: text.into() })
        };
        let line = |text: &str| Preview::Text { body: text.into() };
        assert_eq!(shown(MessageKind::Text, "**Stop** the *heparin*, see `APTT`"), line("Stop the heparin, see APTT"));
        assert_eq!(shown(MessageKind::Text, "- lactate\n- APTT"), line("lactate APTT"));
        assert_eq!(shown(MessageKind::Text, "2*3*4, HLA-B*27"), line("2*3*4, HLA-B*27"));
        assert_eq!(shown(MessageKind::File, "**ECMO** run.pdf"), line("**ECMO** run.pdf"));
    }

    #[test]
    fn hostile_texts_are_texts() {
        for (sent, shown) in [
            ("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),
            ("report\u{202E}gpj.exe", "reportgpj.exe"),
            ("a\0b\u{1B}[31m", "ab[31m"),
        ] {
            let expected = MessageBody::Text { text: shown.into(), formatted: None, edited: false };
            assert_eq!(body(sent, None, false), expected);
        }
        let long = "血".repeat(65_536 / 3);
        assert!(matches!(body(&long, None, false), MessageBody::Text { text, .. } if text == long));
    }
}
