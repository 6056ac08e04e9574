//! What an event of a room means to the index.

use super::index::{Change, Message, kind_of_text};
use crate::chat::harmless;
use consilium_api::search::MessageKind;
use matrix_sdk::deserialized_responses::{TimelineEvent, TimelineEventKind};
use matrix_sdk::ruma::events::poll::unstable_start::{
    SyncUnstablePollStartEvent, UnstablePollStartContentBlock, UnstablePollStartEventContent,
};
use matrix_sdk::ruma::events::room::message::{MessageType, Relation, SyncRoomMessageEvent};
use matrix_sdk::ruma::events::{AnySyncMessageLikeEvent, AnySyncStateEvent, AnySyncTimelineEvent};
use matrix_sdk::ruma::room_version_rules::RedactionRules;

/// What a room says of its events.
#[derive(Debug)]
pub(super) struct Ground {
    pub redaction: RedactionRules,
    pub encrypted: bool,
}

/// What a look at an event tells.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Seen {
    Change(Change),
    /// An event that somebody asks to be recalled; whether it was, the SDK says.
    Recall {
        event: String,
    },
    /// With this the room begins.
    Beginning,
    Nothing,
}

pub(super) fn look(event: &TimelineEvent, ground: &Ground) -> Seen {
    let Some(id) = event.event_id() else { return Seen::Nothing };
    if event.kind.is_utd() {
        return Seen::Change(Change::Undecryptable { event: id.to_string() });
    }
    let readable = || match event.kind {
        TimelineEventKind::Decrypted(_) => Seen::Change(Change::Readable { event: id.to_string() }),
        _ => Seen::Nothing,
    };
    match event.raw().deserialize() {
        // Anybody could have written it: the conversation does not show it either.
        Ok(AnySyncTimelineEvent::MessageLike(message))
            if ground.encrypted
                && matches!(event.kind, TimelineEventKind::PlainText { .. })
                && (matches!(&message, AnySyncMessageLikeEvent::RoomMessage(said) if said.as_original().is_some())
                    || matches!(&message, AnySyncMessageLikeEvent::UnstablePollStart(asked) if asked.as_original().is_some())) =>
        {
            Seen::Nothing
        }
        Ok(AnySyncTimelineEvent::MessageLike(AnySyncMessageLikeEvent::RoomMessage(message))) => {
            said(&message).map_or_else(readable, Seen::Change)
        }
        Ok(AnySyncTimelineEvent::MessageLike(AnySyncMessageLikeEvent::UnstablePollStart(poll))) => {
            Seen::Change(asked(&poll))
        }
        Ok(AnySyncTimelineEvent::MessageLike(AnySyncMessageLikeEvent::RoomRedaction(redaction))) => {
            let target = redaction.redacts(&ground.redaction);
            target.map_or(Seen::Nothing, |target| Seen::Recall { event: target.to_string() })
        }
        // What is left of an encrypted message that was recalled.
        Ok(AnySyncTimelineEvent::MessageLike(AnySyncMessageLikeEvent::RoomEncrypted(encrypted)))
            if encrypted.as_original().is_none() =>
        {
            Seen::Change(Change::Gone { event: id.to_string() })
        }
        Ok(AnySyncTimelineEvent::State(AnySyncStateEvent::RoomCreate(_))) => Seen::Beginning,
        _ => readable(),
    }
}

fn said(message: &SyncRoomMessageEvent) -> Option<Change> {
    let Some(sent) = message.as_original() else {
        return Some(Change::Gone { event: message.event_id().to_string() });
    };
    let said = |content: &MessageType| {
        let (kind, text) = words(content)?;
        Some(Message {
            event: sent.event_id.to_string(),
            sender: sent.sender.to_string(),
            at: i64::try_from(u64::from(sent.origin_server_ts.get())).unwrap_or(i64::MAX),
            kind,
            text: harmless(&text),
        })
    };
    match &sent.content.relates_to {
        Some(Relation::Replacement(edit)) => {
            Some(Change::Edit { target: edit.event_id.to_string(), by: said(&edit.new_content.msgtype)? })
        }
        _ => said(&sent.content.msgtype).map(Change::Message),
    }
}

/// A poll is its question and its answers.
fn asked(event: &SyncUnstablePollStartEvent) -> Change {
    let Some(sent) = event.as_original() else {
        return Change::Gone { event: event.event_id().to_string() };
    };
    let said = |poll: &UnstablePollStartContentBlock| {
        let answers = poll.answers.iter().map(|answer| answer.text.as_str());
        let text = std::iter::once(poll.question.text.as_str()).chain(answers).collect::<Vec<_>>().join("\n");
        Message {
            event: sent.event_id.to_string(),
            sender: sent.sender.to_string(),
            at: i64::try_from(u64::from(sent.origin_server_ts.get())).unwrap_or(i64::MAX),
            kind: kind_of_text(&text),
            text: harmless(&text),
        }
    };
    match &sent.content {
        UnstablePollStartEventContent::Replacement(edit) => Change::Edit {
            target: edit.relates_to.event_id.to_string(),
            by: said(&edit.relates_to.new_content.poll_start),
        },
        content => Change::Message(said(content.poll_start())),
    }
}

/// What of a message is looked for: its text, or the name of a file and what was written about it.
fn words(content: &MessageType) -> Option<(MessageKind, String)> {
    let file = |name: &str, caption: Option<&str>| match caption {
        Some(caption) => format!("{name}\n{caption}"),
        None => name.to_owned(),
    };
    let text = |text: &str| (kind_of_text(text), text.to_owned());
    Some(match content {
        MessageType::Text(content) => text(&content.body),
        MessageType::Notice(content) => text(&content.body),
        MessageType::Emote(content) => text(&content.body),
        MessageType::Location(content) => text(&content.body),
        MessageType::Image(content) => (MessageKind::Image, file(content.filename(), content.caption())),
        MessageType::File(content) => (MessageKind::File, file(content.filename(), content.caption())),
        MessageType::Audio(content) => (MessageKind::File, file(content.filename(), content.caption())),
        MessageType::Video(content) => (MessageKind::File, file(content.filename(), content.caption())),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use matrix_sdk::ruma::serde::Raw;
    use serde_json::{Value, json};

    fn seen(event: Value) -> Seen {
        seen_in(false, event)
    }

    fn seen_in(encrypted: bool, mut event: Value) -> Seen {
        event["event_id"] = json!("$e");
        event["sender"] = json!("@chen:example.org");
        event["origin_server_ts"] = json!(1_752_600_000_000_u64);
        let raw = Raw::from_json_string(event.to_string()).unwrap();
        look(&TimelineEvent::from_plaintext(raw), &Ground { redaction: RedactionRules::V11, encrypted })
    }

    fn text_of(seen: Seen) -> (MessageKind, String) {
        match seen {
            Seen::Change(Change::Message(message)) => (message.kind, message.text),
            other => panic!("{other:?}"),
        }
    }

    fn message(content: Value) -> Value {
        json!({ "type": "m.room.message", "content": content })
    }

    #[test]
    fn messages_are_their_words() {
        let text = |body: &str| text_of(seen(message(json!({ "msgtype": "m.text", "body": body }))));
        assert_eq!(text("血压 120"), (MessageKind::Text, "血压 120".to_owned()));
        assert_eq!(text("see https://example.org").0, MessageKind::Link);
        assert_eq!(text("a\0b\u{202E}c"), (MessageKind::Text, "abc".to_owned()));
        let image = json!({ "msgtype": "m.image", "body": "before PCI", "filename": "angio.png", "url": "mxc://a/b" });
        assert_eq!(text_of(seen(message(image))), (MessageKind::Image, "angio.png\nbefore PCI".to_owned()));
        let file = json!({ "msgtype": "m.file", "body": "pathway.pdf", "url": "mxc://a/b" });
        assert_eq!(text_of(seen(message(file))), (MessageKind::File, "pathway.pdf".to_owned()));
    }

    #[test]
    fn polls_are_their_questions_and_answers() {
        let poll = |question: &str| {
            let answer = |id: &str, text: &str| json!({ "id": id, "org.matrix.msc1767.text": text });
            json!({ "question": { "org.matrix.msc1767.text": question }, "kind": "org.matrix.msc3381.poll.disclosed",
                "max_selections": 1, "answers": [answer("1", "陈思远"), answer("2", "Weiss")] })
        };
        let start = "org.matrix.msc3381.poll.start";
        let asked = |content: Value| json!({ "type": start, "content": content });
        let content = json!({ start: poll("3号夜班？"), "org.matrix.msc1767.text": "3号夜班？" });
        assert_eq!(text_of(seen(asked(content.clone()))), (MessageKind::Text, "3号夜班？\n陈思远\nWeiss".to_owned()));
        assert_eq!(seen_in(true, asked(content)), Seen::Nothing, "in clear");
        let edit = json!({ "m.new_content": { start: poll("4号夜班？") }, start: poll("4号夜班？"),
            "m.relates_to": { "rel_type": "m.replace", "event_id": "$first" } });
        match seen(asked(edit)) {
            Seen::Change(Change::Edit { target, by }) => {
                assert_eq!((target.as_str(), by.text.as_str()), ("$first", "4号夜班？\n陈思远\nWeiss"))
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn edits_and_recalls_say_what_they_are_about() {
        let edit = json!({
            "msgtype": "m.text", "body": "* Too early", "m.new_content": { "msgtype": "m.text", "body": "Too early" },
            "m.relates_to": { "rel_type": "m.replace", "event_id": "$first" },
        });
        match seen(message(edit)) {
            Seen::Change(Change::Edit { target, by }) => {
                assert_eq!((target.as_str(), by.text.as_str()), ("$first", "Too early"))
            }
            other => panic!("{other:?}"),
        }
        let redaction = json!({ "type": "m.room.redaction", "content": { "redacts": "$first" } });
        assert_eq!(seen(redaction), Seen::Recall { event: "$first".into() });
        let because = json!({ "redacted_because": { "type": "m.room.redaction", "event_id": "$r", "sender": "@chen:example.org",
            "origin_server_ts": 1, "content": { "redacts": "$e" } } });
        for kind in ["m.room.message", "m.room.encrypted"] {
            let gone = seen(json!({ "type": kind, "content": {}, "unsigned": because }));
            assert_eq!(gone, Seen::Change(Change::Gone { event: "$e".into() }), "{kind}");
        }
        let create = json!({ "type": "m.room.create", "state_key": "", "content": { "room_version": "11" } });
        assert_eq!(seen(create), Seen::Beginning);
    }

    #[test]
    fn what_comes_in_clear_into_an_encrypted_room_is_nothing() {
        let edit = json!({
            "msgtype": "m.text", "body": "* Double it", "m.new_content": { "msgtype": "m.text", "body": "Double it" },
            "m.relates_to": { "rel_type": "m.replace", "event_id": "$first" },
        });
        for content in [json!({ "msgtype": "m.text", "body": "Discharge her" }), edit] {
            assert_eq!(seen_in(true, message(content.clone())), Seen::Nothing);
            assert_ne!(seen_in(false, message(content)), Seen::Nothing);
        }
        let because = json!({ "redacted_because": { "type": "m.room.redaction", "event_id": "$r", "sender": "@chen:example.org",
            "origin_server_ts": 1, "content": { "redacts": "$e" } } });
        let gone = seen_in(true, json!({ "type": "m.room.message", "content": {}, "unsigned": because }));
        assert_eq!(gone, Seen::Change(Change::Gone { event: "$e".into() }), "a recall counts");
    }

    #[test]
    fn events_of_the_wrong_shape_are_nothing() {
        for content in [
            json!({ "msgtype": "m.text", "body": 7 }),
            json!({ "msgtype": ["m.text"], "body": "x" }),
            json!({ "body": "x" }),
            json!("x"),
            json!(null),
            json!({ "msgtype": "m.text", "body": "x", "m.relates_to": 3, "m.new_content": [] }),
        ] {
            let seen = seen(message(content.clone()));
            assert!(matches!(seen, Seen::Nothing | Seen::Change(Change::Message(_))), "{content}: {seen:?}");
        }
    }
}
