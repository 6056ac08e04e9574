//! Favourites, private notes and saved searches on two computers of one doctor.

use crate::ward::{LIN, joined};
use consilium_api::Commands;
use consilium_api::account::Link;
use consilium_api::commands::PractitionerRef;
use consilium_api::directory::{ColleagueCard, DirectoryQuery, SaveNote, SaveSearch, SetFavourite};
use consilium_api::security::{OwnPassword, RecoveryKey};
use consilium_testbed::Testbed;
use consilium_tests::Doctor;
use std::time::Duration;

const NOTE: &str = "Knows about septal defects";

async fn lin_at(testbed: &Testbed, computer: &str) -> Doctor {
    Doctor::signed_in(computer, &testbed.registry_url(), "lin.jianing", LIN).await
}

async fn card(doctor: &Doctor, id: &str) -> ColleagueCard {
    doctor.core.directory_colleague(PractitionerRef { practitioner_id: id.to_owned() }).await.expect("the card")
}

/// Waits until the card of a colleague satisfies the condition.
async fn sees_card(doctor: &Doctor, id: &str, what: &str, condition: impl Fn(&ColleagueCard) -> bool) {
    let waiting = async {
        while !condition(&card(doctor, id).await) {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    if tokio::time::timeout(Duration::from_secs(60), waiting).await.is_err() {
        let card = card(doctor, id).await;
        panic!("{doctor:?} never saw {what}; favourite {}, note {:?}", card.favourite, card.note);
    }
}

async fn sees_search(doctor: &Doctor, name: &str) {
    let waiting = async {
        loop {
            let searches = doctor.core.saved_searches(()).await.expect("the searches");
            if searches.iter().any(|search| search.name == name) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), waiting).await.unwrap_or_else(|_| panic!("{name} never came"));
}

async fn notes(doctor: &Doctor, id: &str, text: &str) {
    let note = SaveNote { practitioner_id: id.to_owned(), text: text.to_owned() };
    doctor.core.note_save(note).await.expect("a note");
}

async fn stars(doctor: &Doctor, id: &str, favourite: bool) {
    let star = SetFavourite { practitioner_id: id.to_owned(), favourite };
    doctor.core.favourite_set(star).await.expect("a star");
}

async fn set_up(doctor: &Doctor) -> RecoveryKey {
    doctor.sees_security(|security| security.verified == Some(true) && security.backup).await;
    doctor.core.recovery_set_up(()).await.expect("a recovery key")
}

#[tokio::test(flavor = "multi_thread")]
async fn they_follow_the_doctor_merge_and_are_nobody_elses_to_read() {
    let (mut testbed, _) = joined().await;
    let desk = lin_at(&testbed, "lin").await;
    let key = set_up(&desk).await;
    let id = desk.finds("hannah").await[0].id.clone();
    stars(&desk, &id, true).await;
    notes(&desk, &id, NOTE).await;

    // A computer that is not verified has nothing of it, and keeps what is made there until it is.
    let ward = lin_at(&testbed, "lin-ward").await;
    ward.sees_security(|security| security.verified == Some(false)).await;
    let query = DirectoryQuery { text: "心内".into(), ..Default::default() };
    let search = SaveSearch { name: "Cardiology".into(), query };
    ward.core.saved_search_save(search).await.expect("a search");
    let shown = card(&ward, &id).await;
    assert_eq!((shown.favourite, shown.note.as_str()), (false, ""));
    ward.core.recovery_use(RecoveryKey { key: key.key.clone() }).await.expect("verifying it");
    sees_card(&ward, &id, "the star and the note", |card| card.favourite && card.note == NOTE).await;
    sees_search(&desk, "Cardiology").await;

    // Both write while the homeserver is away: the later on the shared clock wins, on both.
    testbed.synapse.kill();
    for computer in [&desk, &ward] {
        computer.sees_link(Link::Offline).await;
    }
    notes(&desk, &id, "from the desk").await;
    notes(&ward, &id, "from the ward").await;
    notes(&ward, &id, "from the ward, later").await;
    stars(&desk, &id, false).await;
    testbed.synapse.start_again().await.expect("the homeserver comes back");
    for computer in [&desk, &ward] {
        sees_card(computer, &id, "the later note and no star", |card| {
            card.note == "from the ward, later" && !card.favourite
        })
        .await;
    }

    // Whoever has the homeserver's files reads neither what nor about whom.
    for text in [NOTE, "from the desk", "from the ward", "Cardiology", &id] {
        assert!(!testbed.synapse.database_holds(text).expect("its files"), "{text} can be read");
    }
    assert!(testbed.synapse.database_holds("cn.consilium.lists.").expect("its files"), "it is there");

    // With a new identity all of it lies there under the new key.
    desk.core.identity_reset(OwnPassword { password: LIN.into() }).await.expect("afresh");
    ward.sees_security(|security| security.verified == Some(false)).await;
    let key = set_up(&desk).await;
    notes(&desk, &id, "after the reset").await;
    ward.core.recovery_use(key).await.expect("verifying it again");
    sees_card(&ward, &id, "what was written after the reset", |card| card.note == "after the reset").await;
    let third = lin_at(&testbed, "lin-home").await;
    let key = desk.core.recovery_replace(()).await.expect("another key");
    third.core.recovery_use(key).await.expect("verifying it");
    sees_card(&third, &id, "all of it", |card| card.note == "after the reset").await;
    sees_search(&third, "Cardiology").await;
}
