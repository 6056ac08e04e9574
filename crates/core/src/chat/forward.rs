//! Messages that are handed on to other conversations: each as a message of its own, or several as one card.
//!
//! A card is a text that everybody can read, with what it is made of under a key of ours (docs/events.md). Who wrote what is
//! what the one says who hands it on: nothing proves it, so it carries names and no accounts.

use super::content::{instant, is_in_clear};
use super::harmless::{harmless, line};
use super::people::person;
use super::sending::ensure_encrypted;
use super::waiting;
use crate::account::{Active, queue_error};
use chrono::{DateTime, Local};
use consilium_api::account::Name;
use consilium_api::chat::MessageBody;
use consilium_api::forward::{ForwardMessages, ForwardedMessage};
use consilium_api::{Error, ErrorCode, Result};
use matrix_sdk::Room;
use matrix_sdk::ruma::events::AnyMessageLikeEventContent;
use matrix_sdk::ruma::events::room::message::{MessageType, RoomMessageEventContent};
use matrix_sdk::ruma::serde::Raw;
use matrix_sdk::ruma::{MilliSecondsSinceUnixEpoch, UInt};
use matrix_sdk_ui::timeline::{EventTimelineItem, MsgLikeKind, TimelineItemContent};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write;

/// Where in the content of a message a card stands.
const KEY: &str = "cn.consilium.forwarded";
const VERSION: u32 = 1;
/// Messages of one card.
const MOST: usize = 100;
/// Longest content of a card, in bytes of JSON: with encryption's overhead it stays below what a homeserver takes.
const CARD_LIMIT: usize = 44_000;
/// Longest title and longest name, in characters.
const TITLE: usize = 200;
const NAME: usize = 100;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Card {
    version: u32,
    messages: Vec<Line>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Line {
    name: Name,
    /// Milliseconds since 1970.
    at: UInt,
    text: String,
}

/// Queues messages of one conversation in others. `InvalidInput` for what is none of them or cannot be handed on: what was
/// recalled, cannot be decrypted or came unencrypted. `TooLarge` for what does not fit into one card.
pub(crate) async fn forward(active: &Active, input: &ForwardMessages) -> Result<()> {
    let timeline = active.timeline(&input.room_id).await?;
    let source = timeline.room();
    let items = timeline.items().await;
    let place = |id: &String| {
        let known_by = active.known_by(timeline.room().room_id(), id);
        items.iter().rposition(|item| super::messages::is(item, &known_by))
    };
    // In the order of the conversation, whatever the order in which they were chosen.
    let places: BTreeSet<usize> = input.item_ids.iter().filter_map(place).collect();
    let chosen: Vec<&EventTimelineItem> = places.iter().filter_map(|at| items.get(*at)?.as_event()).collect();
    if chosen.is_empty() || chosen.len() != input.item_ids.len() || input.to.is_empty() {
        return Err(Error::new(ErrorCode::InvalidInput, "not messages of the conversation"));
    }
    let mut contents = Vec::new();
    if let Some(title) = &input.title {
        contents.push(merged(active, source, title, &chosen).await?);
    } else {
        for event in chosen {
            contents.push(single(source, event).await?);
        }
    }
    let mut rooms = Vec::new();
    for id in &input.to {
        let room = super::room(active, id)?;
        ensure_encrypted(&room).await?;
        rooms.push(room);
    }
    for room in rooms {
        active.until_opened(room.room_id()).await;
        for content in &contents {
            let kind = "m.room.message".to_owned();
            room.send_queue().send_raw(content.clone(), kind).await.map_err(|error| queue_error(&error))?;
        }
    }
    Ok(())
}

fn sendable<'a>(room: &Room, event: &'a EventTimelineItem) -> Result<&'a MessageType> {
    match event.content() {
        TimelineItemContent::MsgLike(message) if !is_in_clear(room, event) => match &message.kind {
            MsgLikeKind::Message(message) => Ok(message.msgtype()),
            _ => Err(not_to_be_forwarded()),
        },
        _ => Err(not_to_be_forwarded()),
    }
}

fn not_to_be_forwarded() -> Error {
    Error::new(ErrorCode::InvalidInput, "not a message that can be forwarded")
}

/// The message as it is now, without what it answers and whom it names. A card stays one.
async fn single(room: &Room, event: &EventTimelineItem) -> Result<Raw<AnyMessageLikeEventContent>> {
    let content = RoomMessageEventContent::new(sendable(room, event)?.clone());
    raw(content, card(room, event).await)
}

async fn merged(
    active: &Active,
    room: &Room,
    title: &str,
    events: &[&EventTimelineItem],
) -> Result<Raw<AnyMessageLikeEventContent>> {
    let too_large = || Error::new(ErrorCode::TooLarge, "too much for one card");
    if events.len() > MOST {
        return Err(too_large());
    }
    let mut messages = Vec::with_capacity(events.len());
    for event in events {
        let text = harmless(sendable(room, event)?.body());
        let name = person(&active.directory, Some(room), event.sender()).await.name;
        messages.push(Line { name, at: event.timestamp().get(), text });
    }
    let card = Card { version: VERSION, messages };
    let body = card.body(&line(title, TITLE));
    let content = raw(RoomMessageEventContent::text_plain(body), Some(card))?;
    if content.json().get().len() > CARD_LIMIT { Err(too_large()) } else { Ok(content) }
}

fn raw(content: RoomMessageEventContent, card: Option<Card>) -> Result<Raw<AnyMessageLikeEventContent>> {
    let unwritable = |_| Error::new(ErrorCode::Internal, "a message could not be serialized");
    let mut content = serde_json::to_value(content).map_err(unwritable)?;
    if let (Some(card), Value::Object(fields)) = (card, &mut content) {
        fields.insert(KEY.to_owned(), json!(card));
    }
    Raw::new(&content).map(Raw::cast_unchecked).map_err(unwritable)
}

impl Card {
    /// What clients show that know no cards.
    fn body(&self, title: &str) -> String {
        let mut body = title.to_owned();
        for message in &self.messages {
            let name = if message.name.han.is_empty() { &message.name.latin } else { &message.name.han };
            let at = i64::try_from(u64::from(message.at)).ok().and_then(DateTime::from_timestamp_millis);
            let at = at.unwrap_or_default().with_timezone(&Local).format("%Y-%m-%d %H:%M");
            // Writing into a text does not fail.
            let _ = write!(body, "\n{name}, {at}: {}", message.text);
        }
        body
    }

    /// Of what somebody sent: no more than a card of ours may hold.
    fn read(value: Value) -> Option<Self> {
        let card: Self = serde_json::from_value(value).ok()?;
        let messages = card.messages.into_iter().map(|message| Line {
            name: Name { han: line(&message.name.han, NAME), latin: line(&message.name.latin, NAME) },
            at: message.at,
            text: harmless(&message.text),
        });
        let card = Self { version: card.version, messages: messages.collect() };
        (card.version == VERSION && (1..=MOST).contains(&card.messages.len())).then_some(card)
    }
}

fn card_in(json: &str) -> Option<Card> {
    #[derive(Deserialize)]
    struct Content {
        #[serde(rename = "cn.consilium.forwarded")]
        card: Option<Value>,
    }
    // Most messages are none: they are not read twice.
    if !json.contains(KEY) {
        return None;
    }
    serde_json::from_str::<Content>(json).ok()?.card.and_then(Card::read)
}

/// The card that a message is.
async fn card(room: &Room, event: &EventTimelineItem) -> Option<Card> {
    if let Some(json) = event.original_json() {
        if event.latest_edit_json().is_some() {
            return None;
        }
        let content = json.get_field::<Box<serde_json::value::RawValue>>("content").ok()??;
        return card_in(content.get());
    }
    card_in(&waiting::content(room, event.transaction_id()?).await?)
}

/// What a text of a message is shown as: a card if it is one.
pub(super) async fn shown(room: &Room, event: &EventTimelineItem, body: MessageBody) -> MessageBody {
    match body {
        MessageBody::Text { text, formatted, edited } => match card(room, event).await {
            Some(card) => MessageBody::Forwarded { text, messages: card.messages.into_iter().map(forwarded).collect() },
            None => MessageBody::Text { text, formatted, edited },
        },
        body => body,
    }
}

fn forwarded(Line { name, at, text }: Line) -> ForwardedMessage {
    ForwardedMessage { name, at: instant(MilliSecondsSinceUnixEpoch(at)), text }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn said(han: &str, text: &str) -> Value {
        json!({ "name": { "han": han, "latin": "" }, "at": 1_752_651_960_000_u64, "text": text })
    }

    fn read(card: &Value) -> Option<Card> {
        card_in(&json!({ "msgtype": "m.text", "body": "x", KEY: card }).to_string())
    }

    #[test]
    fn a_card_comes_as_it_went() {
        let line = Line {
            name: Name { han: "陈思远".into(), latin: String::new() },
            at: UInt::from(7u32),
            text: "先稳住".into(),
        };
        let card = Card { version: VERSION, messages: vec![line.clone(), line] };
        let content = raw(RoomMessageEventContent::text_plain(card.body("聊天记录")), Some(card.clone())).unwrap();
        assert_eq!(card_in(content.json().get()), Some(card.clone()));
        let body = card.body("聊天记录");
        assert!(body.starts_with("聊天记录\n陈思远, 19") && body.ends_with(": 先稳住"), "{body}");
        let plain = raw(RoomMessageEventContent::text_plain("APTT 56 s"), None).unwrap();
        assert_eq!(card_in(plain.json().get()), None);
    }

    #[test]
    fn whatever_stands_there_is_read_without_harm() {
        let card = read(&json!({ "version": 1, "messages": [said("陈\u{202E}思远\n", "a\0b\u{202E}")] })).unwrap();
        assert_eq!((card.messages[0].name.han.as_str(), card.messages[0].text.as_str()), ("陈思远", "ab"));
        let many = vec![said("陈思远", "x"); MOST + 1];
        for nonsense in [
            json!({ "version": 2, "messages": [said("陈思远", "x")] }),
            json!({ "version": 1, "messages": [] }),
            json!({ "version": 1, "messages": many }),
            json!({ "version": 1, "messages": [{ "name": "x", "at": -1, "text": [] }] }),
            json!({ "version": "1", "messages": {} }),
            json!([]),
            json!("card"),
            json!(null),
        ] {
            assert_eq!(read(&nonsense), None, "{nonsense}");
        }
    }
}
