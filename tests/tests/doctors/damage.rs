//! A client whose files are damaged: caches are made again, what is lost with the keys is said.

use crate::ward::{LIN, joined};
use consilium_api::Commands;
use consilium_api::account::SignedOutReason;
use consilium_api::chat::{Delivery, Draft, SaveDraft};
use consilium_api::commands::PractitionerRef;
use consilium_api::directory::{SaveNote, SetFavourite};
use consilium_api::threads::ThreadRef;
use consilium_testbed::{Testbed, lin_jianing};
use consilium_tests::Doctor;
use std::path::Path;

async fn service() -> Testbed {
    let testbed = Testbed::start().await.expect("the servers start");
    let verifier = testbed.verifier().await.expect("a verifier");
    testbed.doctor(&verifier, lin_jianing(), LIN).await.expect("Lin joins");
    testbed
}

fn destroy(file: &Path) {
    let size = std::fs::metadata(file).expect("the file is there").len();
    std::fs::write(file, vec![0x5a; usize::try_from(size).expect("a size")]).expect("writing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_directory_is_fetched_again() {
    let testbed = service().await;
    let lin = Doctor::signed_in("lin", &testbed.registry_url(), "lin.jianing", LIN).await;
    lin.core.shutdown().await;
    destroy(&lin.data_dir().join("account/directory.db"));
    let lin = lin.restart().await;
    lin.sees_signed_in().await;
    lin.sees_whole_directory().await;
    assert_eq!(lin.finds("林嘉宁").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_cache_costs_nothing() {
    let testbed = service().await;
    let lin = Doctor::signed_in("lin", &testbed.registry_url(), "lin.jianing", LIN).await;
    lin.core.shutdown().await;
    destroy(&lin.data_dir().join("account/store/matrix-sdk-event-cache.sqlite3"));
    let lin = lin.restart().await;
    lin.sees_signed_in().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_key_store_is_set_aside_and_said() {
    let (mut testbed, _) = joined().await;
    let lin = Doctor::signed_in("lin", &testbed.registry_url(), "lin.jianing", LIN).await;
    let first = lin.sees_signed_in().await;
    let room = lin.starts_conversation_with("hannah").await;
    let weiss = lin.finds("hannah").await.remove(0).id;
    let favourite = SetFavourite { practitioner_id: weiss.clone(), favourite: true };
    lin.core.favourite_set(favourite).await.expect("a favourite");
    let note = SaveNote { practitioner_id: weiss.clone(), text: "Knows VSD repairs.".into() };
    lin.core.note_save(note).await.expect("a note");
    lin.writes(&room, "a thread begins here").await;
    let at_lin = lin.opens(&room).await;
    let root = at_lin.sees_delivery("a thread begins here", Delivery::Sent).await.event_id.expect("it is out");
    drop(at_lin);
    let in_thread = |text: &str| SaveDraft {
        room_id: room.clone(),
        thread: Some(root.clone()),
        draft: Draft { text: text.into(), ..Draft::default() },
    };
    lin.core.draft_save(in_thread("half a sentence in a thread")).await.expect("a draft in a thread");
    testbed.synapse.kill();
    lin.writes(&room, "not sent yet").await;
    lin.core.shutdown().await;
    testbed.synapse.start_again().await.expect("the homeserver comes back");
    destroy(&lin.data_dir().join("account/store/matrix-sdk-crypto.sqlite3"));
    let lin = lin.restart().await;
    lin.sees_signed_out(Some(SignedOutReason::StoreDamaged)).await;
    assert!(lin.data_dir().join("account/store.damaged").exists(), "nothing is thrown away");

    lin.sign_in("lin.jianing", LIN).await.expect("signing in to a new device");
    let second = lin.sees_signed_in().await;
    assert_ne!(first.device_id, second.device_id);
    let row = lin.sees_conversation(|row| row.room_id == room).await;
    assert_eq!(
        row.draft.map(|draft| draft.text).as_deref(),
        Some("not sent yet"),
        "what was not sent waits as a draft"
    );
    let thread = ThreadRef { room_id: room.clone(), root: root.clone() };
    let draft = lin.core.thread_draft(thread).await.expect("the thread");
    assert_eq!(draft.map(|draft| draft.text).as_deref(), Some("half a sentence in a thread"));
    let card = lin.core.directory_colleague(PractitionerRef { practitioner_id: weiss }).await.expect("her card");
    assert!(card.favourite && card.note == "Knows VSD repairs.", "what is not of the device stays");
    let path = format!("v2/users/{}/devices", first.user_id);
    let devices = testbed.synapse.admin(reqwest::Method::GET, &path, None).await.expect("devices").to_string();
    assert!(devices.contains(&second.device_id) && !devices.contains(&first.device_id), "the old device has ended");
}
