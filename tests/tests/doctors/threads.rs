//! What doctors write about one message, beside the conversation; with a network and without.

use crate::ward::{Ward, ward};
use consilium_api::Commands;
use consilium_api::account::Link;
use consilium_api::chat::{Delivery, Draft, MessageRef, ReactionWord, RoomRef, SaveDraft};
use consilium_api::threads::{EventRef, ThreadRef, UnreadThread};
use consilium_tests::doctor::Shown;

const QUESTION: &str = "Close it now, or after 48 h?";

fn thread(message: &Shown) -> Option<(u32, u32, &str, &str)> {
    message.thread.as_ref().map(|(replies, unread, by, said)| (*replies, *unread, by.as_str(), said.as_str()))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_in_a_thread_stands_there_alone() {
    let Ward { testbed: _servers, lin, weiss, room, .. } = ward().await;
    let (at_lin, at_weiss) = tokio::join!(lin.opens(&room), weiss.opens(&room));
    lin.writes(&room, QUESTION).await;
    let asked = at_weiss.sees_text(QUESTION).await;
    let root = at_lin.sees_message(QUESTION, |message| message.event_id.is_some()).await;
    let (lins, weisss) = tokio::join!(lin.opens_thread(&room, &root), weiss.opens_thread(&room, &asked));
    weisss.sees_text(QUESTION).await;

    weiss.writes_in_thread(&room, &asked, None, "After 48 h.").await;
    let answer = lins.sees_text("After 48 h.").await;
    assert_eq!(answer.quoted, None, "it follows, it answers nothing");
    lin.writes_in_thread(&room, &root, Some(&answer), "Agreed").await;
    let agreed =
        weisss.sees_message("Agreed", |message| message.quoted.as_ref().is_some_and(|q| q.1 == "After 48 h.")).await;
    weiss.writes(&room, "Bed 12 is free").await;
    at_lin.sees_text("Bed 12 is free").await;
    at_lin.sees_message(QUESTION, |m| thread(m).is_some_and(|t| (t.0, t.2, t.3) == (2, "林嘉宁", "Agreed"))).await;
    assert_eq!(at_lin.texts(), [QUESTION, "Bed 12 is free"]);
    assert_eq!(lins.texts(), [QUESTION, "After 48 h.", "Agreed"]);

    // All that one does with messages.
    weiss.reacts(&room, &agreed, ReactionWord::Noted).await;
    lins.sees_message("Agreed", |message| message.reactions == [("Noted".to_owned(), 1, false)]).await;
    let own = lins.sees_message("Agreed", |message| message.event_id.is_some()).await;
    lin.edits(&room, &own, "Agreed, tomorrow").await.expect("editing");
    weisss.sees_text("Agreed, tomorrow").await;
    at_weiss.sees_message(QUESTION, |m| thread(m).is_some_and(|t| t.3 == "Agreed, tomorrow")).await;
    let own = lins.sees_message("Agreed, tomorrow", |message| message.change.is_none()).await;
    lin.recalls(&room, &own).await.expect("recalling");
    weisss.sees_text("(recalled)").await;
    at_weiss.sees_message(QUESTION, |m| thread(m).is_some_and(|t| (t.0, t.3) == (1, "After 48 h."))).await;
    assert_eq!(at_weiss.texts(), [QUESTION, "Bed 12 is free"], "nor does what was recalled come out of it");

    // What is found elsewhere is known to stand in it.
    let of = async |message: &Shown| {
        let event_id = message.event_id.clone().unwrap();
        weiss.core.message_thread(EventRef { room_id: room.clone(), event_id }).await.expect("its thread")
    };
    assert_eq!((of(&answer).await, of(&asked).await), (asked.event_id.clone(), None));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_unread_in_a_thread_counts_until_it_is_looked_at() {
    let Ward { testbed: _servers, lin, weiss, room, .. } = ward().await;
    let (at_lin, at_weiss) = tokio::join!(lin.opens(&room), weiss.opens(&room));
    lin.writes(&room, QUESTION).await;
    let asked = at_weiss.sees_text(QUESTION).await;
    let root = at_lin.sees_message(QUESTION, |message| message.event_id.is_some()).await;
    weiss.writes_in_thread(&room, &asked, None, "After 48 h.").await;
    weiss.writes_in_thread(&room, &asked, None, "Lactate first.").await;
    lin.sees_conversation(|row| row.room_id == room && row.unread == 2).await;
    at_lin.sees_message(QUESTION, |m| thread(m).is_some_and(|t| t.0 == 2)).await;

    // A look at the conversation is none at the thread.
    lin.core.conversation_mark_read(RoomRef { room_id: room.clone() }).await.expect("reading");
    let unread = vec![UnreadThread { root: root.event_id.clone().unwrap(), messages: 2 }];
    lin.sees_conversation(|row| row.room_id == room && row.unread == 2 && row.threads == unread).await;
    at_lin.sees_message(QUESTION, |m| thread(m).is_some_and(|t| t.1 == 2)).await;
    weiss.writes(&room, "Bed 12 is free").await;
    at_lin.sees_text("Bed 12 is free").await;
    lin.sees_conversation(|row| row.room_id == room && row.unread == 3).await;
    drop(at_lin);
    let lin = lin.restart().await;
    lin.sees_signed_in().await;
    let at_lin = lin.opens(&room).await;
    at_lin.sees_message(QUESTION, |m| thread(m).is_some_and(|t| t.1 == 2)).await;

    // Nor is one at the thread one at the conversation.
    lin.reads_thread(&room, &root).await;
    at_lin.sees_message(QUESTION, |m| thread(m).is_some_and(|t| t.1 == 0)).await;
    lin.sees_conversation(|row| row.room_id == room && row.threads.is_empty() && row.unread > 0).await;
    lin.core.conversation_mark_read(RoomRef { room_id: room.clone() }).await.expect("reading");
    lin.sees_conversation(|row| row.room_id == room && row.unread == 0).await;
    at_weiss.sees_delivery("Bed 12 is free", Delivery::Read).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thread_is_there_and_can_be_written_in_without_a_network() {
    let Ward { mut testbed, lin, weiss, room, .. } = ward().await;
    let (at_lin, at_weiss) = tokio::join!(lin.opens(&room), weiss.opens(&room));
    lin.writes(&room, QUESTION).await;
    let asked = at_weiss.sees_text(QUESTION).await;
    weiss.writes_in_thread(&room, &asked, None, "After 48 h.").await;
    at_lin.sees_message(QUESTION, |m| thread(m).is_some_and(|t| t.0 == 1)).await;
    drop(at_lin);

    testbed.synapse.kill();
    let lin = lin.restart().await;
    lin.sees_signed_in().await;
    lin.sees_link(Link::Offline).await;
    let at_lin = lin.opens(&room).await;
    let root = at_lin.sees_message(QUESTION, |m| thread(m).is_some_and(|t| t.0 == 1)).await;
    let in_thread = lin.opens_thread(&room, &root).await;
    let answer = in_thread.sees_text("After 48 h.").await;
    lin.writes_in_thread(&room, &root, None, "wrtten offline").await;
    let queued = in_thread.sees_delivery("wrtten offline", Delivery::Queued).await;
    assert_eq!(queued.quoted, None);
    // An edit of what waits stays in its thread.
    lin.edits(&room, &queued, "written offline").await.expect("editing");
    in_thread.sees_text("written offline").await;
    lin.writes_in_thread(&room, &root, Some(&answer), "why?").await;
    in_thread.sees_message("why?", |message| message.quoted.as_ref().is_some_and(|q| q.1 == "After 48 h.")).await;
    assert_eq!(at_lin.texts(), [QUESTION]);
    at_lin.sees_message(QUESTION, |m| thread(m).is_some_and(|t| (t.0, t.3) == (3, "why?"))).await;

    let draft = Draft { text: "half written".into(), mentions: vec![], target: None, aside: None };
    let of = ThreadRef { room_id: room.clone(), root: root.event_id.clone().unwrap() };
    let save = SaveDraft { room_id: room.clone(), thread: Some(of.root.clone()), draft: draft.clone() };
    lin.core.draft_save(save).await.expect("keeping it");
    assert_eq!(lin.core.thread_draft(of).await.expect("the draft"), Some(draft));
    lin.sees_conversation(|row| row.room_id == room && row.draft.is_none()).await;

    testbed.synapse.start_again().await.expect("the homeserver is back");
    let weisss = weiss.opens_thread(&room, &asked).await;
    weisss
        .sees("all of it, once and in order", |messages| {
            messages.iter().map(|m| m.text.as_str()).eq([QUESTION, "After 48 h.", "written offline", "why?"])
        })
        .await;
    assert_eq!(at_weiss.texts(), [QUESTION]);
    let discarded = MessageRef { room_id: room.clone(), item_id: queued.item_id };
    assert!(lin.core.message_discard(discarded).await.is_ok(), "it is out: nothing of it waits");
}
