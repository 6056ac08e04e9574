//! Two doctors, each with a whole client core, over a real Synapse and a real registry.

use crate::ward::{LIN, WEISS, joined};
use consilium_api::account::{Link, SessionState, SignedOutReason};
use consilium_api::chat::{Conversation, Delivery, LastMessage, Preview, RoomRef};
use consilium_api::commands::PractitionerRef;
use consilium_api::directory::{DirectoryQuery, ExportVCards, SaveNote, SetFavourite};
use consilium_api::{Commands, ErrorCode};
use consilium_testbed::Testbed;
use consilium_tests::Doctor;
use consilium_tests::doctor::wait;

/// A service with two verified doctors besides its verifier.
async fn service() -> Testbed {
    let (testbed, _) = joined().await;
    testbed
}

async fn lin(testbed: &Testbed) -> Doctor {
    Doctor::signed_in("lin", &testbed.registry_url(), "lin.jianing@jzfy.example", LIN).await
}

async fn weiss_at_work(testbed: &Testbed) -> Doctor {
    Doctor::signed_in("weiss", &testbed.registry_url(), "weiss@minjiang.example", WEISS).await
}

/// Lin writes to Weiss, who accepts: the room both are in.
async fn conversation(lin: &Doctor, weiss: &Doctor) -> String {
    let room = lin.starts_conversation_with("hannah").await;
    let accepted = weiss.accepts_invitation_of("林嘉宁").await;
    assert_eq!(room, accepted);
    room
}

#[tokio::test(flavor = "multi_thread")]
async fn they_find_each_other_and_talk() {
    let testbed = service().await;
    let (lin, weiss) = tokio::join!(lin(&testbed), weiss_at_work(&testbed));

    let found = weiss.finds("linj").await;
    assert_eq!(found.len(), 1, "pinyin finds her");
    assert_eq!(found[0].name.han, "林嘉宁");
    assert!(found[0].verified);

    let room = conversation(&lin, &weiss).await;
    let at_lin = lin.opens(&room).await;
    let at_weiss = weiss.opens(&room).await;

    lin.writes(&room, "APTT 56 秒，肝素先维持这个速度。").await;
    let arrived = at_weiss.sees_text("APTT 56 秒，肝素先维持这个速度。").await;
    assert!(!arrived.own);
    assert_eq!(arrived.from, "林嘉宁");

    weiss.writes(&room, "Agreed. If lactate climbs, VA-ECMO.").await;
    at_lin.sees_text("Agreed. If lactate climbs, VA-ECMO.").await;

    at_weiss.sees_delivery("Agreed. If lactate climbs, VA-ECMO.", Delivery::Sent).await;
    lin.core.conversation_mark_read(RoomRef { room_id: room.clone() }).await.expect("marking as read");
    at_weiss.sees_delivery("Agreed. If lactate climbs, VA-ECMO.", Delivery::Read).await;
    // Weiss answered, so she has read what came before.
    at_lin.sees_delivery("APTT 56 秒，肝素先维持这个速度。", Delivery::Read).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_one_knows_is_kept_on_this_machine_and_comes_first() {
    let testbed = service().await;
    let (lin, weiss) = tokio::join!(lin(&testbed), weiss_at_work(&testbed));
    let room = conversation(&lin, &weiss).await;
    lin.writes(&room, "hello").await;
    lin.sees_conversation(|row| row.last.is_some()).await;

    let recent = DirectoryQuery { recent: true, limit: 10, ..Default::default() };
    let page = lin.core.directory_search(recent).await.expect("whom she wrote with");
    assert_eq!(page.rows.len(), 1);
    let id = page.rows[0].id.clone();
    assert_eq!(page.rows[0].name.latin, "Hannah Weiss");
    let favourite = SetFavourite { practitioner_id: id.clone(), favourite: true };
    lin.core.favourite_set(favourite).await.expect("a favourite");
    let note = SaveNote { practitioner_id: id.clone(), text: "Knows about septal defects".into() };
    lin.core.note_save(note).await.expect("a note");

    let lin = lin.restart().await;
    lin.sees_signed_in().await;
    let card = lin.core.directory_colleague(PractitionerRef { practitioner_id: id.clone() }).await.expect("her card");
    assert_eq!((card.favourite, card.note.as_str()), (true, "Knows about septal defects"));
    let counts = lin.core.directory_counts(()).await.expect("the counts");
    assert_eq!((counts.favourites, counts.recent), (1, 1));
    let found =
        lin.core.directory_search(DirectoryQuery { text: "weiss".into(), limit: 10, ..Default::default() }).await;
    let found = found.expect("searching");
    assert_eq!((found.known, found.rows[0].favourite), (1, true));
    let file = lin.core.directory_vcards(ExportVCards { practitioner_ids: vec![id] }).await.expect("her vCard");
    assert!(file.text.starts_with("BEGIN:VCARD\r\nVERSION:4.0\r\n") && file.text.contains("FN:Hannah Weiss\r\n"));
    assert!(!file.text.contains("septal"), "a private note stays private");
    assert_eq!(weiss.core.directory_counts(()).await.expect("the counts").favourites, 0, "and nobody else has it");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_clicks_begin_one_conversation() {
    let testbed = service().await;
    let (lin, weiss) = tokio::join!(lin(&testbed), weiss_at_work(&testbed));
    let rooms = futures::future::join_all((0..4).map(|_| lin.starts_conversation_with("hannah"))).await;
    assert!(rooms.iter().all(|room| *room == rooms[0]), "{rooms:?}");
    let row = lin.sees_conversation(|row| row.room_id == rooms[0]).await;
    let with = row.colleague().map(|person| person.name.latin.as_str());
    assert_eq!(with, Some("Hannah Weiss"), "with her, not with oneself");
    assert_eq!(weiss.accepts_invitation_of("林嘉宁").await, rooms[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_offline_goes_out_once_by_itself() {
    let mut testbed = service().await;
    let (lin, weiss) = tokio::join!(lin(&testbed), weiss_at_work(&testbed));
    let room = conversation(&lin, &weiss).await;
    let at_lin = lin.opens(&room).await;
    let at_weiss = weiss.opens(&room).await;
    lin.writes(&room, "before").await;
    at_weiss.sees_text("before").await;
    at_lin.sees_delivery("before", Delivery::Sent).await;

    testbed.synapse.kill();
    testbed.stop_registry().await;
    lin.sees_link(Link::Offline).await;
    for text in ["one", "two", "three"] {
        lin.writes(&room, text).await;
        at_lin.sees_delivery(text, Delivery::Queued).await;
    }
    lin.sees_queued(3).await;
    lin.sees_conversation(|row| row.last.as_ref().is_some_and(|last| is_text(&last.preview, "three"))).await;

    // The program ends with the three in its queue and starts without a network.
    drop(at_lin);
    let lin = lin.restart().await;
    lin.sees_signed_in().await;
    let at_lin = lin.opens(&room).await;
    at_lin.sees_text("before").await;
    for text in ["one", "two", "three"] {
        at_lin.sees_delivery(text, Delivery::Queued).await;
    }
    let waits = |last: &LastMessage| is_text(&last.preview, "three") && last.delivery == Some(Delivery::Queued);
    lin.sees_conversation(|row| row.last.as_ref().is_some_and(waits)).await;
    assert_eq!(lin.finds("weiss").await.len(), 1, "the directory works without a network");

    testbed.synapse.start_again().await.expect("the homeserver comes back");
    testbed.start_registry().await.expect("the registry comes back");
    // Each once, in order.
    at_weiss.sees_texts(&["before", "one", "two", "three"]).await;
    lin.sees_queued(0).await;
}

fn is_text(preview: &Preview, text: &str) -> bool {
    matches!(preview, Preview::Text { body } if body == text)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_read_offline_stays_read_and_is_told_later() {
    let mut testbed = service().await;
    let (lin, weiss) = tokio::join!(lin(&testbed), weiss_at_work(&testbed));
    let room = conversation(&lin, &weiss).await;
    let at_weiss = weiss.opens(&room).await;
    weiss.writes(&room, "How is the patient in bed 12?").await;
    weiss.writes(&room, "Call me when you can.").await;
    lin.sees_conversation(|row| row.unread == 2).await;

    testbed.synapse.kill();
    lin.sees_link(Link::Offline).await;
    let at_lin = lin.opens(&room).await;
    at_lin.sees_text("Call me when you can.").await;
    lin.core.conversation_mark_read(RoomRef { room_id: room.clone() }).await.expect("marking as read");
    lin.sees_conversation(|row| row.unread == 0).await;
    drop(at_lin);
    let lin = lin.restart().await;
    lin.sees_signed_in().await;
    let row = lin.sees_conversation(|row| row.room_id == room).await;
    assert_eq!(row.unread, 0, "read once is read, also after a restart without a network");

    testbed.synapse.start_again().await.expect("the homeserver comes back");
    at_weiss.sees_delivery("Call me when you can.", Delivery::Read).await;
    weiss.writes(&room, "Thank you.").await;
    lin.sees_conversation(|row| row.unread == 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_leaves_nothing_behind() {
    let testbed = service().await;
    let lin = lin(&testbed).await;
    assert!(lin.data_dir().join("account").exists());
    lin.core.sign_out(()).await.expect("signing out");
    lin.sees_signed_out(None).await;
    assert!(!lin.data_dir().join("account").exists());
    assert_eq!(lin.core.directory_counts(()).await.unwrap_err().code, ErrorCode::NotSignedIn);

    let lin = lin.restart().await;
    lin.sees_signed_out(None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_account_is_told_and_cannot_go_on() {
    let testbed = service().await;
    let lin = lin(&testbed).await;
    let account = lin.sees_signed_in().await;
    testbed.synapse.set_locked(&account.user_id, true).await.expect("locking");
    lin.sees_signed_out(Some(SignedOutReason::AccountLocked)).await;
    let error = lin.sign_in("lin.jianing@jzfy.example", LIN).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::AccountLocked);

    // Another doctor at this computer is not taken for the one who had to go.
    lin.sign_in("weiss@minjiang.example", WEISS).await.expect("Weiss signs in");
    let weiss = lin.sees_signed_in().await;
    assert_eq!(weiss.user_id, "@hannah.weiss:jiangzhou.example");
    assert_ne!(weiss.device_id, account.device_id);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_takes_the_place_of_a_doctor_who_left_something_unsent_without_being_asked() {
    let mut testbed = service().await;
    let (lin, weiss) = tokio::join!(lin(&testbed), weiss_at_work(&testbed));
    let room = conversation(&lin, &weiss).await;
    let account = lin.sees_signed_in().await;
    testbed.synapse.kill();
    lin.writes(&room, "Potassium 6.9, please repeat.").await;
    lin.sees_queued(1).await;
    let away = lin.leaves().await;
    testbed.synapse.start_again().await.expect("the homeserver comes back");
    testbed.synapse.set_locked(&account.user_id, true).await.expect("locking");
    let computer = away.comes_back().await;
    computer.sees_signed_out(Some(SignedOutReason::AccountLocked)).await;
    let is = |state: &SessionState| matches!(state, SessionState::SignedOut { former: Some(former), .. } if former.name == account.name);
    wait(computer.session().await, is).await;

    for _ in 0..2 {
        let refused = computer.sign_in("weiss@minjiang.example", WEISS).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::UnsentOfAnother);
    }
    testbed.synapse.set_locked(&account.user_id, false).await.expect("unlocking");
    computer.sign_in("lin.jianing@jzfy.example", LIN).await.expect("Lin signs in again");
    weiss.opens(&room).await.sees_text("Potassium 6.9, please repeat.").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_password_wrong_address_and_no_network_are_told_apart() {
    let mut testbed = service().await;
    let lin = Doctor::at_new_computer("lin", &testbed.registry_url()).await;
    lin.sees_signed_out(None).await;
    assert_eq!(lin.sign_in("lin.jianing", "not her password").await.unwrap_err().code, ErrorCode::WrongCredentials);

    let elsewhere = Doctor::at_new_computer("lin", testbed.synapse.base_url.as_str()).await;
    assert_eq!(elsewhere.sign_in("lin.jianing", LIN).await.unwrap_err().code, ErrorCode::NotAServer);

    testbed.stop_registry().await;
    assert_eq!(lin.sign_in("lin.jianing", LIN).await.unwrap_err().code, ErrorCode::Offline);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_device_works() {
    let testbed = service().await;
    let (lin, weiss) = tokio::join!(lin(&testbed), weiss_at_work(&testbed));
    let room = conversation(&lin, &weiss).await;
    let at_weiss = weiss.opens(&room).await;
    lin.writes(&room, "before the second computer").await;
    at_weiss.sees_text("before the second computer").await;
    let second = Doctor::signed_in("lin-ward", &testbed.registry_url(), "lin.jianing", LIN).await;
    let unreadable = |last: &LastMessage| last.preview == Preview::Undecryptable && last.own;
    let tells = |row: &Conversation| row.room_id == room && row.last.as_ref().is_some_and(unreadable);
    second.sees_conversation(tells).await;
    let second = second.leaves().await.comes_back().await;
    second.sees_signed_in().await;
    second.sees_conversation(tells).await;
    let at_second = second.opens(&room).await;
    at_second.sees_text("(before this device)").await;
    weiss.writes(&room, "to both of her computers").await;
    at_second.sees_text("to both of her computers").await;
    second.writes(&room, "from the ward").await;
    at_weiss.sees_text("from the ward").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_signs_in_after_they_were_invited_reads_all_of_it() {
    let testbed = service().await;
    let lin = lin(&testbed).await;
    let room = lin.starts_conversation_with("hannah").await;
    let at_lin = lin.opens(&room).await;
    lin.writes(&room, "before she has a device").await;
    at_lin.sees_delivery("before she has a device", Delivery::Sent).await;

    let weiss = weiss_at_work(&testbed).await;
    lin.writes(&room, "before she accepts").await;
    at_lin.sees_delivery("before she accepts", Delivery::Sent).await;
    assert_eq!(weiss.accepts_invitation_of("林嘉宁").await, room);
    let at_weiss = weiss.opens(&room).await;
    at_weiss.sees_text("before she accepts").await;
    let tells = |last: &LastMessage| last.preview == Preview::Text { body: "before she accepts".into() };
    weiss.sees_conversation(|row| row.room_id == room && row.last.as_ref().is_some_and(tells)).await;
    lin.writes(&room, "after she accepted").await;
    for text in ["before she has a device", "before she accepts", "after she accepted"] {
        at_weiss.sees_text(text).await;
    }
    weiss.writes(&room, "all of it").await;
    at_lin.sees_text("all of it").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_while_one_was_away_is_counted() {
    let testbed = service().await;
    let (lin, weiss) = tokio::join!(lin(&testbed), weiss_at_work(&testbed));
    let room = conversation(&lin, &weiss).await;
    let at_weiss = weiss.opens(&room).await;
    lin.writes(&room, "read").await;
    at_weiss.sees_text("read").await;
    weiss.core.conversation_mark_read(RoomRef { room_id: room.clone() }).await.unwrap();
    lin.opens(&room).await.sees_delivery("read", Delivery::Read).await;
    drop(at_weiss);

    let away = weiss.leaves().await;
    for n in 1..=45 {
        lin.writes(&room, &format!("message {n}")).await;
    }
    lin.sees_queued(0).await;
    let weiss = away.comes_back().await;
    weiss.sees_signed_in().await;
    weiss.sees_conversation(|row| row.unread == 45).await;

    // The SDK holds less of it in memory after a start; nor does one more make it fewer.
    let away = weiss.leaves().await;
    lin.writes(&room, "message 46").await;
    lin.sees_queued(0).await;
    let weiss = away.comes_back().await;
    weiss.sees_signed_in().await;
    weiss.sees_conversation(|row| row.unread == 46).await;
    lin.writes(&room, "message 47").await;
    let row = weiss.sees_conversation(|row| !matches!(row.unread, 45 | 46)).await;
    assert_eq!(row.unread, 47);

    weiss.core.conversation_mark_read(RoomRef { room_id: room.clone() }).await.unwrap();
    weiss.sees_conversation(|row| row.unread == 0).await;
    lin.writes(&room, "and another").await;
    let row = weiss.sees_conversation(|row| row.unread != 0).await;
    assert_eq!(row.unread, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_goes_silent_is_told_and_loses_nothing() {
    let testbed = service().await;
    let (lin, weiss) = tokio::join!(lin(&testbed), weiss_at_work(&testbed));
    let room = conversation(&lin, &weiss).await;
    let at_weiss = weiss.opens(&room).await;
    lin.sees_link(Link::Online).await;

    testbed.synapse.freeze().expect("freezing");
    lin.writes(&room, "into the silence").await;
    lin.sees_link(Link::Weak).await;
    // A start in the middle of it is told the same.
    drop(at_weiss);
    let weiss = weiss.restart().await;
    weiss.sees_link(Link::Weak).await;
    testbed.synapse.thaw().expect("thawing");
    lin.sees_link(Link::Online).await;
    weiss.sees_link(Link::Online).await;
    let at_weiss = weiss.opens(&room).await;
    at_weiss.sees_text("into the silence").await;
    at_weiss.sees_texts(&["into the silence"]).await;
}
