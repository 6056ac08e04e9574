//! Finding messages on this machine: as they come, as they change, and those of before.

use crate::ward::{LIN, Ward, ward};
use consilium_api::Commands;
use consilium_api::chat::Delivery;
use consilium_api::search::{ConversationSearch, CoverageOf, Filling, MessageHit, MessageQuery, SearchCoverage};
use consilium_api::security::RecoveryKey;
use consilium_tests::Doctor;
use std::fmt::Debug;
use std::time::Duration;

/// Longest a story waits for anything.
const PATIENCE: Duration = Duration::from_secs(60);

/// Lin and Weiss in a conversation.
fn words(text: &str) -> MessageQuery {
    MessageQuery {
        text: text.to_owned(),
        room_id: None,
        sender: None,
        kinds: Vec::new(),
        since: None,
        until: None,
        cursor: None,
        limit: 50,
    }
}

async fn find(doctor: &Doctor, query: MessageQuery) -> Vec<MessageHit> {
    doctor.core.messages_find(query).await.expect("searching").hits
}

async fn until<T: Debug>(what: &str, look: impl AsyncFn() -> T, condition: impl Fn(&T) -> bool) -> T {
    let begun = tokio::time::Instant::now();
    loop {
        let seen = look().await;
        if condition(&seen) {
            return seen;
        }
        assert!(begun.elapsed() < PATIENCE, "waited in vain for {what}; the last was {seen:#?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Waits until exactly these are found, the latest first, by what is shown of them.
async fn finds(doctor: &Doctor, text: &str, expected: &[&str]) -> Vec<MessageHit> {
    let is_it = |hits: &Vec<MessageHit>| hits.iter().map(|hit| hit.excerpt.as_str()).eq(expected.iter().copied());
    until(text, async || find(doctor, words(text)).await, is_it).await
}

async fn covers(doctor: &Doctor, what: &str, condition: impl Fn(&SearchCoverage) -> bool) -> SearchCoverage {
    let look = async || doctor.core.search_coverage(CoverageOf { room_id: None }).await.expect("the coverage");
    until(what, look, condition).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_found_as_it_stands_and_no_more_when_it_is_recalled() {
    let Ward { testbed: _servers, lin, weiss, room, .. } = ward().await;
    let at_weiss = weiss.opens(&room).await;
    weiss.writes(&room, "患者高血压十年，肝素维持").await;
    weiss.writes(&room, "Müller’s sign, see https://example.org/sign").await;
    let hits = finds(&lin, "血压", &["患者高血压十年，肝素维持"]).await;
    assert_eq!(
        (hits[0].sender.name.latin.as_str(), hits[0].own, hits[0].ranges.as_slice()),
        ("Hannah Weiss", false, &[(3, 5)][..])
    );
    assert_eq!(hits[0].room_id, room);
    finds(&lin, "muller", &["Müller’s sign, see https://example.org/sign"]).await;
    let links = MessageQuery { kinds: vec![consilium_api::search::MessageKind::Link], ..words("") };
    assert_eq!(find(&lin, links).await.len(), 1);
    let by_lin = MessageQuery { sender: Some(lin.sees_signed_in().await.user_id), ..words("肝素") };
    assert_eq!(find(&lin, by_lin).await, vec![], "she has not written it");
    // Weiss finds it as well, once it is out, and the name of who is written to by its pinyin.
    finds(&weiss, "肝素", &["患者高血压十年，肝素维持"]).await;
    let named = async || {
        let search = ConversationSearch { text: "ljn".into() };
        weiss.core.conversations_find(search).await.expect("searching")
    };
    let rooms = until("the conversation by its pinyin", named, |rooms| !rooms.is_empty()).await;
    assert_eq!((rooms[0].room_id.as_str(), rooms[0].matched.han.as_slice()), (room.as_str(), &[(0, 3)][..]));

    let own = at_weiss.sees_delivery("患者高血压十年，肝素维持", Delivery::Sent).await;
    weiss.edits(&room, &own, "患者高血压五年，华法林").await.expect("editing");
    finds(&lin, "华法林", &["患者高血压五年，华法林"]).await;
    assert_eq!(find(&lin, words("肝素")).await, vec![]);
    let edited = at_weiss.sees_message("患者高血压五年，华法林", |message| message.change.is_none()).await;
    weiss.recalls(&room, &edited).await.expect("recalling");
    finds(&lin, "血压", &[]).await;
    finds(&weiss, "血压", &[]).await;
    covers(&lin, "all of it", |coverage| coverage.complete && coverage.filling == Filling::Done).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_missed_is_fetched_and_a_damaged_index_fills_again() {
    let Ward { testbed, lin, weiss, room, .. } = ward().await;
    weiss.writes(&room, "before the holiday").await;
    finds(&lin, "holiday", &["before the holiday"]).await;
    covers(&lin, "everything", |coverage| coverage.complete).await;

    // More than one sync brings: what is between is not here at first.
    let (data, profile) = (lin.data_dir().to_owned(), lin.profile().clone());
    lin.core.shutdown().await;
    for n in 0..120 {
        weiss.writes(&room, &format!("ward round {n}, potassium {}", 3 + n % 3)).await;
    }
    weiss.sees_queued(0).await;
    let lin = lin.restart().await;
    assert_eq!((lin.data_dir(), &lin.profile().name), (data.as_path(), &profile.name));
    lin.sees_signed_in().await;
    // Also while she has the conversation open, which does not grow by it.
    let open = lin.opens(&room).await;
    let found = async || lin.core.messages_find(words("potassium")).await.expect("searching").found;
    until("all that was missed", found, |found| *found == 120).await;
    assert!(open.messages().len() < 120, "it has what the reader loads");
    covers(&lin, "everything again", |coverage| coverage.complete && coverage.undecryptable == 0).await;
    let page = lin.core.messages_find(words("potassium")).await.expect("searching");
    assert!(page.hits[0].excerpt.starts_with("ward round 119"), "the latest first");
    let next = MessageQuery { cursor: page.cursor, ..words("potassium") };
    assert!(find(&lin, next).await[0].excerpt.starts_with("ward round 69"));
    finds(&lin, "holiday", &["before the holiday"]).await;

    drop(open);
    lin.core.shutdown().await;
    let index = data.join("account").join("search.db");
    let bytes = std::fs::read(&index).expect("the index");
    assert!(!bytes.windows(9).any(|bytes| bytes == b"potassium"), "it is encrypted");
    std::fs::write(&index, vec![7; 16_384]).expect("damaging it");
    let mut testbed = testbed;
    testbed.synapse.kill();
    let lin = lin.restart().await;
    lin.sees_signed_in().await;
    // What the machine has of the conversation comes back without a network.
    let found = async || lin.core.messages_find(words("potassium")).await.expect("searching").found;
    until("the latest of it", found, |found| *found > 0).await;
    covers(&lin, "the rest to wait", |c| c.filling == Filling::Waiting || c.complete).await;
    testbed.synapse.start_again().await.expect("the homeserver comes back");
    until("all of it", found, |found| *found == 120).await;
    finds(&lin, "holiday", &["before the holiday"]).await;

    lin.core.sign_out(()).await.expect("signing out");
    assert!(!index.exists() && !data.join("account").exists(), "nothing of it stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_new_device_cannot_read_is_counted_and_found_once_it_can() {
    let Ward { testbed, lin, weiss, room, .. } = ward().await;
    for n in 0..5 {
        weiss.writes(&room, &format!("troponin {n}")).await;
    }
    finds(&lin, "troponin", &["troponin 4", "troponin 3", "troponin 2", "troponin 1", "troponin 0"]).await;
    let key = lin.core.recovery_set_up(()).await.expect("a recovery key").key.clone();
    lin.sees_security(|security| security.keys_backed_up.is_some_and(|keys| keys > 0)).await;

    let ward = Doctor::signed_in("lin-ward", &testbed.registry_url(), "lin.jianing", LIN).await;
    covers(&ward, "what cannot be read", |coverage| coverage.undecryptable >= 5 && coverage.complete).await;
    assert_eq!(find(&ward, words("troponin")).await, vec![]);
    ward.core.recovery_use(RecoveryKey { key }).await.expect("the right key");
    finds(&ward, "troponin", &["troponin 4", "troponin 3", "troponin 2", "troponin 1", "troponin 0"]).await;
    covers(&ward, "nothing that cannot be read", |coverage| coverage.undecryptable == 0).await;
}
