//! What goes wrong in a hospital on one day: no network, programs that are killed, a homeserver that is busy, a session that
//! was ended elsewhere. What was written is not lost, and comes once.

use crate::ward::{Entries, LIN, WEISS, both_join, joined};
use consilium_api::Commands;
use consilium_api::account::{Link, SignedOutReason};
use consilium_api::chat::{Delivery, Draft, RoomRef, SaveDraft};
use consilium_testbed::{Doctor as Entry, Testbed};
use consilium_tests::doctor::Shown;
use consilium_tests::{Doctor, Process};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;

async fn weiss_at_work(server: &str) -> Doctor {
    Doctor::signed_in("weiss", server, "weiss@minjiang.example", WEISS).await
}

fn client(folder: &Path, server: &str) -> Process {
    Process::start(Path::new(env!("CARGO_BIN_EXE_doctor")), folder, server, &[])
}

async fn lin_at_work(folder: &Path, server: &str) -> Process {
    let mut lin = client(folder, server);
    lin.sees("session", Value::Null, |state| state["state"] == "signed_out").await;
    lin.call("sign_in", json!({ "server": server, "user": "lin.jianing", "password": LIN })).await;
    is_signed_in(&mut lin).await;
    lin.sees("directory_status", Value::Null, |status| status["phase"] == "complete").await;
    lin
}

async fn is_signed_in(client: &mut Process) {
    client.sees("session", Value::Null, |state| state["state"] == "signed_in").await;
}

/// Writes the next messages of each conversation in turn.
async fn write(client: &mut Process, rooms: &[String], numbers: std::ops::Range<usize>) {
    for n in numbers {
        for room in rooms {
            let message = json!({ "room_id": room, "text": format!("message {n}"), "mentions": [] });
            client.call("message_send", message).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_messages_of_a_bad_day_arrive_once_and_in_order() {
    let (mut testbed, Entries { weiss: other, .. }) = joined().await;
    let server = testbed.registry_url();
    let folder = tempfile::tempdir().expect("a folder");
    let mut lin = lin_at_work(folder.path(), &server).await;
    let weiss = weiss_at_work(&server).await;

    // One conversation of two, and four groups.
    let made = lin.call("conversation_start", json!({ "practitioner_id": other.practitioner_id })).await;
    let mut rooms = vec![made["room_id"].as_str().expect("a room").to_owned()];
    assert_eq!(weiss.accepts_invitation_of("林嘉宁").await, rooms[0]);
    for name in ["Ward round", "Journal club", "Night shift", "Heart team"] {
        let group =
            json!({ "practitioner_ids": [other.practitioner_id], "name": name, "topic": "", "history": "shared" });
        rooms.push(lin.call("group_create", group).await["room_id"].as_str().expect("a group").to_owned());
        assert_eq!(weiss.joins_group(name).await, rooms[rooms.len() - 1]);
    }
    let mut at_weiss = Vec::new();
    for room in &rooms {
        let message = json!({ "room_id": room, "text": "before", "mentions": [] });
        lin.call("message_send", message).await;
        let conversation = weiss.opens(room).await;
        conversation.sees_text("before").await;
        at_weiss.push(conversation);
    }

    testbed.synapse.kill();
    lin.sees("connection", Value::Null, |connection| connection["link"] == "offline").await;
    write(&mut lin, &rooms, 0..12).await;
    lin.kill().await;
    let mut lin = client(folder.path(), &server);
    is_signed_in(&mut lin).await;
    write(&mut lin, &rooms, 12..20).await;
    lin.sees("connection", Value::Null, |connection| connection["queued"] == 100).await;

    // Both end while messages are on their way.
    testbed.synapse.start_again().await.expect("the homeserver comes back");
    lin.sees("connection", Value::Null, |connection| connection["queued"].as_u64() < Some(95)).await;
    lin.kill().await;
    testbed.synapse.kill();
    testbed.synapse.start_again().await.expect("the homeserver comes back");
    let mut lin = client(folder.path(), &server);
    is_signed_in(&mut lin).await;
    lin.sees("connection", Value::Null, |connection| connection["queued"] == 0).await;
    let expected: Vec<String> = std::iter::once("before".to_owned())
        .chain((0..20).map(|n| format!("message {n}")))
        .chain(["after".to_owned()])
        .collect();
    for (room, conversation) in rooms.iter().zip(&at_weiss) {
        // A second copy would have come before this.
        lin.call("message_send", json!({ "room_id": room, "text": "after", "mentions": [] })).await;
        conversation.sees_text("after").await;
        conversation.sees_texts(&expected).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_homeserver_is_left_alone_for_as_long_as_it_asks() {
    let (mut testbed, _) = joined().await;
    let server = testbed.registry_url();
    let lin = Doctor::signed_in("lin", &server, "lin.jianing", LIN).await;
    let weiss = weiss_at_work(&server).await;
    let room = lin.starts_conversation_with("hannah").await;
    weiss.accepts_invitation_of("林嘉宁").await;
    let (at_lin, at_weiss) = (lin.opens(&room).await, weiss.opens(&room).await);
    lin.writes(&room, "before").await;
    at_weiss.sees_text("before").await;

    // One message in ten seconds from now on.
    testbed.synapse.kill();
    testbed.synapse.set_message_rate(0.1, 1).expect("another configuration");
    testbed.synapse.start_again().await.expect("the homeserver comes back");
    lin.sees_link(Link::Online).await;
    for text in ["one", "two"] {
        lin.writes(&room, text).await;
    }
    at_weiss.sees_text("one").await;
    // What waits is not taken for refused.
    at_lin.sees_delivery("two", Delivery::Queued).await;
    at_weiss.sees_text("two").await;
    at_weiss.sees_texts(&["before", "one", "two"]).await;
    lin.sees_queued(0).await;
    let log = testbed.synapse.log();
    let refused =
        log.lines().filter(|line| line.contains("PUT /_matrix") && line.contains("/send/") && line.contains(" 429 "));
    assert_eq!(refused.count(), 1, "asked again too early: {log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_ended_while_one_types_loses_no_text() {
    let (testbed, _) = joined().await;
    let server = testbed.registry_url();
    let lin = Doctor::signed_in("lin", &server, "lin.jianing", LIN).await;
    let account = lin.sees_signed_in().await;
    let room = lin.starts_conversation_with("hannah").await;
    let draft = Draft { text: "Lactate 2.1, and the".into(), mentions: vec![], target: None, aside: None };
    lin.core
        .draft_save(SaveDraft { room_id: room.clone(), thread: None, draft: draft.clone() })
        .await
        .expect("keeping it");

    let devices = format!("v2/users/{}/devices/{}", account.user_id, account.device_id);
    testbed.synapse.admin(reqwest::Method::DELETE, &devices, None).await.expect("ending the session");
    lin.sees_signed_out(Some(SignedOutReason::SessionExpired)).await;
    lin.sign_in("lin.jianing", LIN).await.expect("signing in again");
    lin.sees_signed_in().await;
    let row = lin.sees_conversation(|row| row.room_id == room && row.draft.is_some()).await;
    assert_eq!(row.draft, Some(draft));
}

/// How many messages the homeserver has in a room that this doctor is in.
async fn taken(testbed: &Testbed, by: &Entry, room: &str) -> usize {
    let path = format!("_matrix/client/v3/rooms/{room}/messages?dir=b&limit=100");
    let url = testbed.synapse.base_url.join(&path).expect("an address");
    let request = reqwest::Client::new().get(url).bearer_auth(&by.account.access_token);
    let answer: Value = request.send().await.expect("an answer").json().await.expect("JSON");
    let events = answer["chunk"].as_array().expect("events");
    events.iter().filter(|event| event["type"] == "m.room.encrypted").count()
}

/// Waits until the homeserver has one message more than before.
async fn one_more_taken(testbed: &Testbed, by: &Entry, room: &str, before: usize) {
    for _ in 0..120 {
        if taken(testbed, by, room).await > before {
            return;
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    panic!("the homeserver got nothing");
}

const OTHERS: &str = "of somebody else";

fn nothing_of_others(all: &[Shown]) -> bool {
    all.iter().all(|message| message.text != OTHERS)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_arrived_unknown_to_its_writer_becomes_what_they_made_of_it_meanwhile() {
    let (testbed, relay) = Testbed::start_behind_a_relay().await.expect("the servers start");
    let reader = both_join(&testbed).await.weiss;
    let server = testbed.registry_url();
    let lin = Doctor::signed_in("lin", &server, "lin.jianing", LIN).await;
    let weiss = weiss_at_work(&server).await;
    let room = lin.starts_conversation_with("hannah").await;
    weiss.accepts_invitation_of("林嘉宁").await;
    let (at_lin, at_weiss) = (lin.opens(&room).await, weiss.opens(&room).await);
    lin.writes(&room, "before").await;
    at_weiss.sees_text("before").await;
    let is_not_answered = async |text: &str| {
        let before = taken(&testbed, &reader, &room).await;
        relay.lose_answers();
        lin.writes(&room, text).await;
        one_more_taken(&testbed, &reader, &room, before).await;
        at_lin.sees_delivery(text, Delivery::Queued).await
    };

    let queued = is_not_answered("dose 10 mg").await;
    lin.edits(&room, &queued, "dose 1 mg").await.expect("changing it");
    at_lin.sees_text("dose 1 mg").await;
    relay.recover();
    at_weiss.sees_texts(&["before", "dose 1 mg"]).await;
    at_lin.sees_message("dose 1 mg", |message| message.delivery != Some(Delivery::Queued) && message.edited).await;

    let queued = is_not_answered(OTHERS).await;
    lin.recalls(&room, &queued).await.expect("deleting it");
    relay.recover();
    lin.writes(&room, "at the end").await;
    at_weiss.sees_text("at the end").await;
    at_weiss.sees("nothing of somebody else", nothing_of_others).await;
    at_lin.sees("nothing of somebody else", nothing_of_others).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_known_by_its_name_when_more_comes_than_a_sync_brings() {
    let (testbed, relay) = Testbed::start_behind_a_relay().await.expect("the servers start");
    let writer = both_join(&testbed).await.weiss;
    let server = testbed.registry_url();
    let lin = Doctor::signed_in("lin", &server, "lin.jianing", LIN).await;
    let weiss = weiss_at_work(&server).await;
    let room = lin.starts_conversation_with("hannah").await;
    weiss.accepts_invitation_of("林嘉宁").await;
    let at_lin = lin.opens(&room).await;
    weiss.writes(&room, "before").await;
    at_lin.sees_text("before").await;

    let taken_before = taken(&testbed, &writer, &room).await;
    relay.lose_answers();
    lin.writes(&room, "dose 10 mg").await;
    one_more_taken(&testbed, &writer, &room, taken_before).await;
    let queued = at_lin.sees_delivery("dose 10 mg", Delivery::Queued).await;
    assert_eq!(queued.event_id, None, "it is known by its place alone");
    // A sync brings twenty.
    for n in 0..30 {
        let path = format!("_matrix/client/v3/rooms/{room}/send/m.reaction/gap-{n}");
        let url = testbed.synapse.base_url.join(&path).expect("an address");
        let content = json!({ "m.relates_to": {} });
        let request = reqwest::Client::new().put(url).bearer_auth(&writer.account.access_token).json(&content);
        assert!(request.send().await.expect("an answer").status().is_success());
    }
    weiss.writes(&room, "after").await;
    relay.recover();
    at_lin.sees_text("after").await;
    lin.edits(&room, &queued, "dose 1 mg").await.expect("it is the same message");
    let at_weiss = weiss.opens(&room).await;
    weiss.core.timeline_load_older(RoomRef { room_id: room.clone() }).await.expect("what is older");
    at_weiss.sees_text("dose 1 mg").await;
}

/// The item of the message with this text.
fn item_of(event: &Value, text: &str) -> Option<Value> {
    match event {
        Value::Object(item) if event["content"]["body"]["text"] == text => item.get("id").cloned(),
        Value::Object(fields) => fields.values().find_map(|value| item_of(value, text)),
        Value::Array(items) => items.iter().find_map(|value| item_of(value, text)),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_when_the_program_ends_before_it_knows() {
    let (testbed, relay) = Testbed::start_behind_a_relay().await.expect("the servers start");
    let reader = both_join(&testbed).await.weiss;
    let server = testbed.registry_url();
    let folder = tempfile::tempdir().expect("a folder");
    let mut lin = lin_at_work(folder.path(), &server).await;
    let weiss = weiss_at_work(&server).await;
    let made = lin.call("conversation_start", json!({ "practitioner_id": reader.practitioner_id })).await;
    let room = made["room_id"].as_str().expect("a room").to_owned();
    weiss.accepts_invitation_of("林嘉宁").await;
    let at_weiss = weiss.opens(&room).await;
    lin.call("message_send", json!({ "room_id": room, "text": "before", "mentions": [] })).await;
    at_weiss.sees_text("before").await;

    for (text, command) in [("dose 10 mg", "message_edit"), (OTHERS, "message_recall")] {
        let before = taken(&testbed, &reader, &room).await;
        relay.lose_answers();
        lin.call("message_send", json!({ "room_id": room, "text": text, "mentions": [] })).await;
        one_more_taken(&testbed, &reader, &room, before).await;
        let shown = lin.sees("timeline", json!({ "room_id": room }), |event| item_of(event, text).is_some()).await;
        let mut input = json!({ "room_id": room, "item_id": item_of(&shown, text) });
        if command == "message_edit" {
            input["text"] = "dose 1 mg".into();
            input["mentions"] = json!([]);
        }
        lin.call(command, input).await;
        lin.kill().await;
        relay.recover();
        lin = client(folder.path(), &server);
        is_signed_in(&mut lin).await;
        if command == "message_edit" {
            at_weiss.sees_texts(&["before", "dose 1 mg"]).await;
            lin.sees("timeline", json!({ "room_id": room }), |event| item_of(event, "dose 1 mg").is_some()).await;
        }
    }
    lin.call("message_send", json!({ "room_id": room, "text": "at the end", "mentions": [] })).await;
    at_weiss.sees_text("at the end").await;
    at_weiss.sees("nothing of somebody else", nothing_of_others).await;
}
