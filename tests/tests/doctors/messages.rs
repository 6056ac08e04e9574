//! What two doctors do with their messages: answers, edits, recalls, reactions, formatting; with a network and without.

use crate::ward::{Ward, ward};
use consilium_api::account::Link;
use consilium_api::chat::{
    Conversation, Delivery, Draft, DraftTarget, PinMessage, Preview, ReactionWord, ReadCount, RoomRef, SaveDraft,
    SendText,
};
use consilium_api::rich_text::Block;
use consilium_api::scheduled::{ScheduleMessage, ScheduledRef};
use consilium_api::{Commands, ErrorCode, Subscriptions};
use consilium_testbed::Doctor as Entry;
use consilium_tests::doctor::{Shown, wait};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::time::Duration;

fn agree(count: u32, own: bool) -> Vec<(String, u32, bool)> {
    vec![("Agree".to_owned(), count, own)]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_answered_edited_agreed_to_and_recalled() {
    let Ward { testbed: _servers, lin, weiss, room, .. } = ward().await;
    let (at_lin, at_weiss) = tokio::join!(lin.opens(&room), weiss.opens(&room));

    lin.writes(&room, "Close it **now**, or after 48 h?").await;
    let question = at_weiss.sees_text("Close it **now**, or after 48 h?").await;
    let Some([Block::Paragraph { runs }]) = question.formatted.as_deref() else {
        panic!("no formatting: {question:?}")
    };
    assert_eq!((runs[1].text.as_str(), runs[1].strong), ("now", true));

    weiss.answers(&room, &question, "Too erly.").await;
    let answer =
        at_lin.sees_message("Too erly.", |message| message.quoted.as_ref().is_some_and(|q| q.0 == "林嘉宁")).await;
    assert_eq!(answer.quoted, Some(("林嘉宁".to_owned(), "Close it now, or after 48 h?".to_owned())));

    let own = at_weiss.sees_delivery("Too erly.", Delivery::Sent).await;
    weiss.edits(&room, &own, "Too early.").await.expect("editing");
    assert!(at_lin.sees_text("Too early.").await.edited);
    let edited = at_weiss.sees_message("Too early.", |message| message.change.is_none()).await;
    assert_eq!(edited.event_id, answer.event_id, "the same message");

    lin.reacts(&room, &answer, ReactionWord::Agree).await;
    at_weiss.sees_message("Too early.", |message| message.reactions == agree(1, false)).await;
    weiss.reacts(&room, &edited, ReactionWord::Agree).await;
    at_lin.sees_message("Too early.", |message| message.reactions == agree(2, true)).await;
    lin.reacts(&room, &answer, ReactionWord::Agree).await;
    at_weiss.sees_message("Too early.", |message| message.reactions == agree(1, true)).await;

    let question = at_lin.sees_message("Close it **now**, or after 48 h?", |message| message.event_id.is_some()).await;
    lin.recalls(&room, &question).await.expect("recalling");
    at_weiss.sees("the recall", |messages| messages[0].text == "(recalled)").await;
    let quoted = Some(("林嘉宁".to_owned(), "(recalled)".to_owned()));
    at_weiss.sees_message("Too early.", |message| message.quoted == quoted).await;
    at_lin.sees_message("(recalled)", |message| message.change.is_none()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_wrote_is_not_ones_own_to_change() {
    let Ward { testbed: _servers, lin, weiss, room, .. } = ward().await;
    let (at_lin, at_weiss) = tokio::join!(lin.opens(&room), weiss.opens(&room));
    lin.writes(&room, "APTT 56 s").await;
    let at = at_weiss.sees_text("APTT 56 s").await;
    assert_eq!(weiss.edits(&room, &at, "APTT 96 s").await.unwrap_err().code, ErrorCode::InvalidInput);
    assert_eq!(weiss.recalls(&room, &at).await.unwrap_err().code, ErrorCode::InvalidInput);
    weiss.writes(&room, "seen").await;
    at_lin.sees_text("seen").await;
    assert_eq!(at_lin.texts(), ["APTT 56 s", "seen"]);
    assert_eq!(weiss.edits(&room, &at, " ").await.unwrap_err().code, ErrorCode::InvalidInput, "nor is it emptied");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_offline_is_shown_at_once_and_goes_out_once() {
    let Ward { mut testbed, lin, weiss, room, .. } = ward().await;
    let (at_lin, at_weiss) = tokio::join!(lin.opens(&room), weiss.opens(&room));
    for text in ["to be edited", "to be recalled"] {
        lin.writes(&room, text).await;
        at_lin.sees_delivery(text, Delivery::Sent).await;
    }
    weiss.writes(&room, "of Weiss").await;
    let of_weiss = at_lin.sees_text("of Weiss").await;
    lin.reacts(&room, &of_weiss, ReactionWord::Agree).await;
    at_weiss.sees_message("of Weiss", |message| message.reactions == agree(1, false)).await;
    let sent = async |text: &str| at_lin.sees_message(text, |message| message.event_id.is_some()).await;
    let (to_edit, to_recall) = (sent("to be edited").await, sent("to be recalled").await);

    testbed.synapse.kill();
    lin.sees_link(Link::Offline).await;
    lin.edits(&room, &to_edit, "edited offline").await.expect("editing");
    at_lin.sees_message("edited offline", |message| message.change == Some(Delivery::Queued)).await;
    lin.recalls(&room, &to_recall).await.expect("recalling");
    at_lin.sees_message("(recalled)", |message| message.change == Some(Delivery::Queued)).await;
    lin.reacts(&room, &of_weiss, ReactionWord::Agree).await;
    at_lin.sees_message("of Weiss", |message| message.reactions.is_empty()).await;
    lin.reacts(&room, &of_weiss, ReactionWord::Query).await;
    at_lin.sees_message("of Weiss", |message| message.reactions == [("Query".to_owned(), 1, true)]).await;
    lin.answers(&room, &of_weiss, "answered offline").await;
    at_lin.sees_message("answered offline", |message| message.quoted.as_ref().is_some_and(|q| q.1 == "of Weiss")).await;
    // What is not out yet is changed where it lies, and nobody learns of it.
    lin.writes(&room, "queued").await;
    let queued = at_lin.sees_delivery("queued", Delivery::Queued).await;
    lin.edits(&room, &queued, "queued and edited").await.expect("editing");
    at_lin.sees_text("queued and edited").await;
    lin.writes(&room, "nobody reads this").await;
    let unread = at_lin.sees_delivery("nobody reads this", Delivery::Queued).await;
    lin.recalls(&room, &unread).await.expect("recalling");
    at_lin.sees("it gone", |messages| messages.iter().all(|message| message.text != "nobody reads this")).await;

    drop(at_lin);
    let lin = lin.restart().await;
    lin.sees_signed_in().await;
    let at_lin = lin.opens(&room).await;
    at_lin.sees_message("edited offline", |message| message.change == Some(Delivery::Queued)).await;
    at_lin.sees_message("(recalled)", |message| message.change == Some(Delivery::Queued)).await;
    at_lin.sees_message("of Weiss", |message| message.reactions == [("Query".to_owned(), 1, true)]).await;

    testbed.synapse.start_again().await.expect("the homeserver comes back");
    at_weiss.sees_text("queued and edited").await;
    at_weiss.sees_message("of Weiss", |message| message.reactions == [("Query".to_owned(), 1, false)]).await;
    at_weiss
        .sees_message("answered offline", |message| message.quoted.as_ref().is_some_and(|q| q.1 == "of Weiss"))
        .await;
    let expected = ["edited offline", "(recalled)", "of Weiss", "answered offline", "queued and edited"];
    at_weiss.sees("all of it", |messages| messages.iter().map(|m| m.text.as_str()).eq(expected)).await;
    assert!(!at_weiss.sees_text("queued and edited").await.edited, "it never was anything else");
    lin.sees_queued(0).await;
    at_lin.sees_message("edited offline", |message| message.edited && message.change.is_none()).await;
    at_lin.sees_message("(recalled)", |message| message.change.is_none()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recall_takes_the_edits_along() {
    let Ward { testbed, entries, lin, weiss, room } = ward().await;
    let (at_lin, at_weiss) = tokio::join!(lin.opens(&room), weiss.opens(&room));
    lin.writes(&room, "bed 12").await;
    let first = at_lin.sees_message("bed 12", |message| message.event_id.is_some()).await;
    lin.edits(&room, &first, "bed 14").await.expect("editing");
    at_weiss.sees_text("bed 14").await;
    let edited = at_lin.sees_message("bed 14", |message| message.change.is_none()).await;
    lin.recalls(&room, &edited).await.expect("recalling");
    at_weiss.sees_text("(recalled)").await;
    lin.sees_queued(0).await;

    let url = testbed.synapse.base_url.join(&format!("_matrix/client/v3/rooms/{room}/messages?dir=b&limit=50"));
    let answer = reqwest::Client::new().get(url.expect("an address")).bearer_auth(&entries.lin.account.access_token);
    let answer: Value = answer.send().await.expect("an answer").json().await.expect("JSON");
    let encrypted =
        answer["chunk"].as_array().expect("events").iter().filter(|event| event["type"] == "m.room.encrypted");
    let left: Vec<_> = encrypted.filter(|event| event["content"].get("ciphertext").is_some()).collect();
    assert_eq!(left, Vec::<&Value>::new(), "neither the message nor its edit is left on the homeserver");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_keeps_what_it_answers() {
    let Ward { testbed: _servers, lin, weiss, room, .. } = ward().await;
    let at_lin = lin.opens(&room).await;
    weiss.writes(&room, "How is bed 12?").await;
    let question = at_lin.sees_text("How is bed 12?").await;
    let target = Some(DraftTarget::Reply { event_id: question.event_id.clone().expect("an event") });
    let draft = Draft { text: "Better".into(), mentions: vec![], target, aside: None };
    lin.core
        .draft_save(SaveDraft { room_id: room.clone(), thread: None, draft: draft.clone() })
        .await
        .expect("keeping it");
    drop(at_lin);
    let lin = lin.restart().await;
    lin.sees_signed_in().await;
    let row = lin.sees_conversation(|row| row.room_id == room).await;
    assert_eq!(row.draft, Some(draft));
    lin.answers(&room, &question, "Better").await;
    lin.sees_conversation(|row| row.room_id == room && row.draft.is_none()).await;

    // An edit over it keeps both.
    let own = lin.opens(&room).await.sees_message("Better", |message| message.event_id.is_some()).await;
    let event_id = own.event_id.clone().expect("an event");
    let half = Draft { text: "half written".into(), mentions: vec![], target: None, aside: None };
    let target = Some(DraftTarget::Edit { event_id });
    let edit = Draft { text: "Better now".into(), mentions: vec![], target, aside: Some(Box::new(half)) };
    lin.core
        .draft_save(SaveDraft { room_id: room.clone(), thread: None, draft: edit.clone() })
        .await
        .expect("keeping it");
    let lin = lin.restart().await;
    lin.sees_signed_in().await;
    assert_eq!(lin.sees_conversation(|row| row.room_id == room).await.draft, Some(edit));
    let own = Shown { item_id: own.event_id.clone().expect("an event"), ..own };
    lin.edits(&room, &own, "Better now").await.expect("editing");
    lin.sees_conversation(|row| row.room_id == room && row.draft.is_none()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_pinned_is_so_for_both() {
    let Ward { mut testbed, lin, weiss, room, .. } = ward().await;
    let (at_lin, at_weiss) = tokio::join!(lin.opens(&room), weiss.opens(&room));
    weiss.writes(&room, "Night contact: 8801").await;
    let contact = at_lin.sees_text("Night contact: 8801").await;
    at_weiss.sees_text("Night contact: 8801").await;
    let event_id = contact.event_id.expect("an event");
    let pin = |pinned| PinMessage { room_id: room.clone(), event_id: event_id.clone(), pinned };
    lin.core.message_pin(pin(true)).await.expect("pinning");
    for doctor in [&lin, &weiss] {
        let pins = Subscriptions::pins(&doctor.core, RoomRef { room_id: room.clone() }).await.expect("the pins");
        let pins = wait(pins, |pins| !pins.messages.is_empty()).await;
        assert_eq!(pins.messages[0].preview, Preview::Text { body: "Night contact: 8801".into() });
        assert!(pins.may_change);
    }
    let pins = Subscriptions::pins(&weiss.core, RoomRef { room_id: room.clone() }).await.expect("the pins");
    weiss.core.message_pin(pin(false)).await.expect("unpinning");
    wait(pins, |pins| pins.messages.is_empty()).await;

    testbed.synapse.kill();
    lin.sees_link(Link::Offline).await;
    assert_eq!(lin.core.message_pin(pin(true)).await.unwrap_err().code, ErrorCode::Offline);
}

/// What whoever runs the homeserver could write in Lin's name: it has no keys of hers.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_could_have_written_is_not_shown() {
    let Ward { testbed, entries, lin, weiss, room } = ward().await;
    let (at_lin, at_weiss) = tokio::join!(lin.opens(&room), weiss.opens(&room));
    lin.writes(&room, "Hold the heparin").await;
    let heparin = at_weiss.sees_text("Hold the heparin").await.event_id.expect("an event");
    at_lin.sees_delivery("Hold the heparin", Delivery::Sent).await;

    let client = reqwest::Client::new();
    let forged = async |transaction: &str, content: Value| {
        let path = format!("_matrix/client/v3/rooms/{room}/send/m.room.message/{transaction}");
        let url = testbed.synapse.base_url.join(&path).expect("an address");
        let request = client.put(url).bearer_auth(&entries.lin.account.access_token).json(&content);
        request.send().await.expect("an answer").error_for_status().expect("a good one");
    };
    forged(
        "edit",
        json!({
            "msgtype": "m.text", "body": "* Double the heparin",
            "m.new_content": { "msgtype": "m.text", "body": "Double the heparin" },
            "m.relates_to": { "rel_type": "m.replace", "event_id": heparin },
        }),
    )
    .await;
    forged("message", json!({ "msgtype": "m.text", "body": "Discharge her" })).await;

    let shown = at_weiss.sees("what was forged", |shown| shown.iter().any(|m| m.text == "(unencrypted)")).await;
    let texts: Vec<_> = shown.iter().map(|message| (message.text.as_str(), message.edited)).collect();
    assert_eq!(texts, [("Hold the heparin", false), ("(unencrypted)", false)]);
    let refused = |row: &Conversation| row.last.as_ref().is_some_and(|last| last.preview == Preview::Unencrypted);
    weiss.sees_conversation(|row| row.room_id == room && refused(row)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_says_how_many_have_read_it_and_who() {
    let Ward { testbed, entries, lin, weiss, .. } = ward().await;
    let weiss_id = weiss.sees_signed_in().await.user_id;
    let call = async |who: &Entry, path: &str, body: Value| -> Value {
        let url = testbed.synapse.base_url.join(&format!("_matrix/client/v3/{path}")).expect("an address");
        let request = reqwest::Client::new().post(url).bearer_auth(&who.account.access_token).json(&body);
        request.send().await.expect("an answer").error_for_status().expect("a good one").json().await.expect("JSON")
    };
    let encryption = json!({ "type": "m.room.encryption", "content": { "algorithm": "m.megolm.v1.aes-sha2" } });
    let invite = [&weiss_id, &entries.zhou.account.user_id];
    let group = call(&entries.lin, "createRoom", json!({ "initial_state": [encryption], "invite": invite })).await;
    let room = group["room_id"].as_str().expect("a room").to_owned();
    call(&entries.zhou, &format!("join/{room}"), json!({})).await;
    let reference = || RoomRef { room_id: room.clone() };
    weiss.sees_conversation(|row| row.room_id == room).await;
    weiss.core.conversation_accept(reference()).await.expect("Weiss accepts");

    let (at_lin, at_weiss) = (lin.opens(&room).await, weiss.opens(&room).await);
    lin.writes(&room, "for both of you").await;
    at_lin.sees_message("for both of you", |message| message.readers == Some(ReadCount { by: 0, of: 2 })).await;
    at_weiss.sees_text("for both of you").await;
    weiss.core.conversation_mark_read(reference()).await.expect("marking as read");
    let read = Some(ReadCount { by: 1, of: 2 });
    let message = at_lin.sees_message("for both of you", |message| message.readers == read).await;
    let readers = lin.core.message_readers(message.reference(&room)).await.expect("the readers");
    let names =
        |people: &[consilium_api::chat::Person]| people.iter().map(|p| p.name.latin.clone()).collect::<Vec<_>>();
    assert_eq!((names(&readers.read), names(&readers.unread)), (vec!["Hannah Weiss".into()], vec!["Zhou Min".into()]));
}

/// A text that is to go out in so many seconds.
fn in_seconds(room: &str, text: &str, seconds: i64) -> ScheduleMessage {
    let message =
        SendText { room_id: room.into(), text: text.into(), mentions: Vec::new(), reply_to: None, thread: None };
    let at = chrono::Utc::now() + chrono::TimeDelta::seconds(seconds);
    ScheduleMessage { message, at: at.to_rfc3339() }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_for_later_goes_out_then_and_once() {
    let Ward { mut testbed, lin, weiss, room, .. } = ward().await;
    let at_weiss = weiss.opens(&room).await;
    let past = lin.core.message_schedule(in_seconds(&room, "too late", -1)).await.expect_err("over");
    let blank = lin.core.message_schedule(in_seconds(&room, " ", 60)).await.expect_err("empty");
    assert_eq!((past.code, blank.code), (ErrorCode::InvalidInput, ErrorCode::InvalidInput));
    for (text, seconds) in [("tomorrow", 86_400), ("in a moment", 3), ("never", 3_600)] {
        lin.core.message_schedule(in_seconds(&room, text, seconds)).await.expect("writing for later");
    }
    let waiting = lin.core.scheduled_messages(()).await.expect("what waits");
    let texts: Vec<_> = waiting.iter().map(|each| each.message.text.as_str()).collect();
    assert_eq!(texts, ["in a moment", "never", "tomorrow"]);
    lin.core.scheduled_cancel(ScheduledRef { id: waiting[1].id }).await.expect("thinking better of it");
    assert!(at_weiss.texts().is_empty(), "nothing before its time");
    at_weiss.sees_texts(&["in a moment"]).await;
    let gone = lin.core.scheduled_send(ScheduledRef { id: waiting[0].id }).await.expect_err("it went out");
    assert_eq!(gone.code, ErrorCode::NotFound);

    // The time of one comes while the program is closed, and there is no homeserver when it starts.
    lin.core.message_schedule(in_seconds(&room, "while nobody was there", 2)).await.expect("writing for later");
    let away = lin.leaves().await;
    testbed.synapse.kill();
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    let lin = away.comes_back().await;
    lin.sees_signed_in().await;
    let at_lin = lin.opens(&room).await;
    at_lin.sees_delivery("while nobody was there", Delivery::Queued).await;
    testbed.synapse.start_again().await.expect("the homeserver comes back");
    at_weiss.sees_texts(&["in a moment", "while nobody was there"]).await;

    let [tomorrow] = &lin.core.scheduled_messages(()).await.expect("what waits")[..] else { panic!("one waits") };
    lin.core.scheduled_send(ScheduledRef { id: tomorrow.id }).await.expect("rather now");
    at_weiss.sees_texts(&["in a moment", "while nobody was there", "tomorrow"]).await;
    assert!(lin.core.scheduled_messages(()).await.expect("what waits").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_opened_while_messages_come_shows_each_of_them_once() {
    let Ward { testbed: _servers, lin, weiss, room, .. } = ward().await;
    let writing = async {
        for number in 1..=30 {
            weiss.writes(&room, &format!("Weiss, {number}")).await;
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    };
    let reading = async {
        for number in 1..=6 {
            let screen = lin.opens(&room).await;
            let own = format!("Lin, {number}");
            lin.writes(&room, &own).await;
            let mut before = screen.texts();
            // It is sent, and comes back: the list moves twice.
            for _ in 0..10 {
                tokio::time::sleep(Duration::from_millis(30)).await;
                let now = screen.texts();
                let once: HashSet<&String> = now.iter().collect();
                assert_eq!(once.len(), now.len(), "each once: {now:?}");
                assert!(before.iter().all(|text| once.contains(text)), "{before:?} became {now:?}");
                before = now;
            }
        }
    };
    tokio::join!(writing, reading);
    let at_lin = lin.opens(&room).await;
    at_lin.sees_text("Weiss, 30").await;
}
