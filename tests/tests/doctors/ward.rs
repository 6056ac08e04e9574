//! Where most stories begin: a service that Lin and Weiss have joined, and the two at their computers.

use consilium_testbed::{Doctor as Entry, Testbed, lin_jianing, weiss};
use consilium_tests::Doctor;

pub const LIN: &str = "a long password of lin";
pub const WEISS: &str = "a long password of weiss";

/// What the service knows of those who joined it; Zhou is its verifier.
pub struct Entries {
    pub zhou: Entry,
    pub lin: Entry,
    pub weiss: Entry,
}

pub async fn both_join(testbed: &Testbed) -> Entries {
    let zhou = testbed.verifier().await.expect("a verifier");
    let lin = testbed.doctor(&zhou, lin_jianing(), LIN).await.expect("Lin joins");
    let weiss = testbed.doctor(&zhou, weiss(), WEISS).await.expect("Weiss joins");
    Entries { zhou, lin, weiss }
}

pub async fn joined() -> (Testbed, Entries) {
    let testbed = Testbed::start().await.expect("the servers start");
    let entries = both_join(&testbed).await;
    (testbed, entries)
}

/// Lin and Weiss, each at a computer.
pub async fn both_sign_in(testbed: &Testbed) -> (Doctor, Doctor) {
    let server = testbed.registry_url();
    tokio::join!(
        Doctor::signed_in("lin", &server, "lin.jianing@jzfy.example", LIN),
        Doctor::signed_in("weiss", &server, "weiss@minjiang.example", WEISS),
    )
}

/// Has Lin begin a conversation with Weiss; its room.
pub async fn both_talk(lin: &Doctor, weiss: &Doctor) -> String {
    let room = lin.starts_conversation_with("hannah").await;
    weiss.accepts_invitation_of("林嘉宁").await;
    room
}

/// Lin and Weiss in a conversation.
pub struct Ward {
    pub testbed: Testbed,
    pub entries: Entries,
    pub lin: Doctor,
    pub weiss: Doctor,
    pub room: String,
}

pub async fn ward() -> Ward {
    ward_of(Testbed::start().await.expect("the servers start")).await
}

pub async fn ward_of(testbed: Testbed) -> Ward {
    let entries = both_join(&testbed).await;
    let (lin, weiss) = both_sign_in(&testbed).await;
    let room = both_talk(&lin, &weiss).await;
    Ward { testbed, entries, lin, weiss, room }
}
