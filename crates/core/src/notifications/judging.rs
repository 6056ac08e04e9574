//! What an event that came with a sync means to who looks elsewhere. The account's push rules were evaluated by the SDK,
//! on the decrypted event.

use crate::chat::line;
use matrix_sdk::deserialized_responses::{TimelineEvent, TimelineEventKind};
use matrix_sdk::ruma::events::poll::unstable_start::UnstablePollStartEventContent;
use matrix_sdk::ruma::events::room::message::{MessageType, Relation};
use matrix_sdk::ruma::events::{AnySyncMessageLikeEvent, AnySyncTimelineEvent, MessageLikeEventType};
use matrix_sdk::ruma::push::Action;
use matrix_sdk::ruma::room_version_rules::RedactionRules;
use matrix_sdk::ruma::serde::Raw;
use matrix_sdk::ruma::{EventId, OwnedEventId, OwnedUserId, UserId};
use serde_json::{Map, Value, json};

/// Characters of a message's line: more than any system shows.
const LINE: usize = 160;

/// A message that is to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub event: OwnedEventId,
    pub sender: OwnedUserId,
    pub mention: bool,
    /// None for what is no text, or cannot be read.
    pub text: Option<String>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Tell(Told),
    /// It cannot be read yet: what it is, its key will say. With what there is to tell if it does not come.
    Wait(Option<Told>),
    /// Somebody asks to take a message back.
    Recall {
        target: OwnedEventId,
        by: OwnedUserId,
    },
    Nothing,
}

/// What a room says of its events.
#[derive(Debug)]
pub(super) struct Ground<'a> {
    pub own: &'a UserId,
    pub redaction: &'a RedactionRules,
    pub encrypted: bool,
}

pub(super) fn judge(event: &TimelineEvent, ground: &Ground<'_>) -> Verdict {
    let Ok(AnySyncTimelineEvent::MessageLike(message)) = event.raw().deserialize() else { return Verdict::Nothing };
    if let AnySyncMessageLikeEvent::RoomRedaction(redaction) = &message {
        let recall =
            |target: &EventId| Verdict::Recall { target: target.to_owned(), by: redaction.sender().to_owned() };
        return redaction.redacts(ground.redaction).map_or(Verdict::Nothing, recall);
    }
    if message.sender() == ground.own {
        return Verdict::Nothing;
    }
    let actions = event.push_actions().unwrap_or_default();
    let told = |text| Told {
        event: message.event_id().to_owned(),
        sender: message.sender().to_owned(),
        mention: actions.iter().any(Action::is_highlight),
        text,
    };
    let wanted = actions.iter().any(Action::should_notify);
    if event.kind.is_utd() {
        return Verdict::Wait(wanted.then(|| told(None)));
    }
    // Anybody could have written it, in the name of anybody: the conversation refuses it too.
    if ground.encrypted && matches!(event.kind, TimelineEventKind::PlainText { .. }) {
        return Verdict::Nothing;
    }
    let text = match &message {
        AnySyncMessageLikeEvent::RoomMessage(message) => match message.as_original() {
            Some(original) if !matches!(original.content.relates_to, Some(Relation::Replacement(_))) => {
                words(&original.content.msgtype)
            }
            // Recalled already, or an edit.
            _ => return Verdict::Nothing,
        },
        AnySyncMessageLikeEvent::UnstablePollStart(poll) => match poll.as_original().map(|poll| &poll.content) {
            Some(UnstablePollStartEventContent::New(poll)) => shown(&poll.poll_start.question.text),
            _ => return Verdict::Nothing,
        },
        AnySyncMessageLikeEvent::Sticker(_) => None,
        _ => return Verdict::Nothing,
    };
    if wanted { Verdict::Tell(told(text)) } else { Verdict::Nothing }
}

fn words(content: &MessageType) -> Option<String> {
    let text = match content {
        MessageType::Text(content) => &content.body,
        MessageType::Notice(content) => &content.body,
        _ => return None,
    };
    shown(text)
}

fn shown(text: &str) -> Option<String> {
    Some(line(text, LINE)).filter(|text| !text.is_empty())
}

/// A poll as a message. Push rules that an account has know nothing of polls, so that none would ever be told: of one they
/// are asked what they say of a message.
pub(super) fn in_place_of_poll(event: &TimelineEvent) -> Option<Raw<AnySyncTimelineEvent>> {
    let kind: Option<MessageLikeEventType> = event.raw().get_field("type").ok().flatten();
    if kind != Some(MessageLikeEventType::UnstablePollStart) {
        return None;
    }
    let mut fields: Map<String, Value> = event.raw().deserialize_as_unchecked().ok()?;
    fields.insert("type".to_owned(), json!("m.room.message"));
    fields.insert("content".to_owned(), json!({ "msgtype": "m.text", "body": "" }));
    Raw::new(&fields).ok().map(Raw::cast_unchecked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use matrix_sdk::ruma::push::{HighlightTweakValue, Tweak};
    use matrix_sdk::ruma::user_id;

    fn judged(encrypted: bool, actions: Vec<Action>, mut event: Value) -> Verdict {
        event["event_id"] = json!("$e");
        event["origin_server_ts"] = json!(1_752_600_000_000_u64);
        if event.get("sender").is_none() {
            event["sender"] = json!("@chen:example.org");
        }
        let mut event = TimelineEvent::from_plaintext(Raw::from_json_string(event.to_string()).unwrap());
        event.set_push_actions(actions);
        judge(&event, &Ground { own: user_id!("@lin:example.org"), redaction: &RedactionRules::V11, encrypted })
    }

    fn message(content: Value) -> Value {
        json!({ "type": "m.room.message", "content": content })
    }

    fn said(body: &str) -> Value {
        message(json!({ "msgtype": "m.text", "body": body }))
    }

    fn told(verdict: Verdict) -> Told {
        match verdict {
            Verdict::Tell(told) => told,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_rules_say_what_is_told_and_what_names_the_doctor() {
        let plain = told(judged(false, vec![Action::Notify], said("  肝素\n先停  ")));
        assert_eq!(
            (plain.sender.as_str(), plain.mention, plain.text.as_deref()),
            ("@chen:example.org", false, Some("肝素 先停"))
        );
        let highlight = Action::SetTweak(Tweak::Highlight(HighlightTweakValue::Yes));
        assert!(told(judged(false, vec![Action::Notify, highlight], said("@Lin"))).mention);
        assert_eq!(judged(false, vec![], said("muted")), Verdict::Nothing);
        let long = told(judged(false, vec![Action::Notify], said(&"心".repeat(5_000))));
        assert_eq!(long.text.unwrap().chars().count(), LINE);
        let image = message(json!({ "msgtype": "m.image", "body": "patient.png", "url": "mxc://a/b" }));
        assert_eq!(told(judged(false, vec![Action::Notify], image)).text, None);
    }

    #[test]
    fn a_poll_is_told_with_its_question_as_a_message_would_be() {
        let start = "org.matrix.msc3381.poll.start";
        let answers = json!([{ "id": "1", "org.matrix.msc1767.text": "Chen" }]);
        let asked = json!({ "question": { "org.matrix.msc1767.text": "Night of the 3rd?" }, "answers": answers });
        let poll = json!({ "type": start, "content": { start: asked } });
        let told = told(judged(false, vec![Action::Notify], poll.clone()));
        assert_eq!(told.text.as_deref(), Some("Night of the 3rd?"));
        let event = |value: Value| TimelineEvent::from_plaintext(Raw::from_json_string(value.to_string()).unwrap());
        let stands_in = in_place_of_poll(&event(poll)).unwrap();
        assert_eq!(stands_in.get_field::<String>("type").unwrap().as_deref(), Some("m.room.message"));
        assert!(in_place_of_poll(&event(said("no poll"))).is_none());
        let edit = json!({ "m.new_content": { start: asked }, start: asked,
            "m.relates_to": { "rel_type": "m.replace", "event_id": "$first" } });
        let edit = json!({ "type": start, "content": edit });
        assert_eq!(judged(false, vec![Action::Notify], edit), Verdict::Nothing);
    }

    #[test]
    fn own_words_edits_and_what_is_no_message_are_not_told() {
        let mut own = said("mine");
        own["sender"] = json!("@lin:example.org");
        let edit = json!({
            "msgtype": "m.text", "body": "* later", "m.new_content": { "msgtype": "m.text", "body": "later" },
            "m.relates_to": { "rel_type": "m.replace", "event_id": "$first" },
        });
        let reaction = json!({ "type": "m.reaction", "content": { "m.relates_to": { "rel_type": "m.annotation", "event_id": "$e", "key": "Agree" } } });
        let name = json!({ "type": "m.room.name", "state_key": "", "content": { "name": "x" } });
        for event in [own, message(edit), reaction, name, message(json!({ "body": 7 })), json!({ "type": 3 })] {
            assert_eq!(judged(false, vec![Action::Notify], event.clone()), Verdict::Nothing, "{event}");
        }
    }

    #[test]
    fn what_came_in_clear_into_an_encrypted_room_is_not_told() {
        assert_eq!(judged(true, vec![Action::Notify], said("Discharge her")), Verdict::Nothing);
        let redaction = json!({ "type": "m.room.redaction", "content": { "redacts": "$first" } });
        let recall =
            Verdict::Recall { target: "$first".try_into().unwrap(), by: "@chen:example.org".try_into().unwrap() };
        assert_eq!(judged(true, vec![], redaction), recall);
    }
}
