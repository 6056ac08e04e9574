//! Polls between doctors: asked, voted in, changed and ended; with a network and without.

use crate::ward::{Entries, both_sign_in, joined};
use consilium_api::account::Link;
use consilium_api::chat::{Delivery, Membership, Preview};
use consilium_api::groups::{CreateGroup, GroupHistory};
use consilium_api::polls::{CreatePoll, Poll, PollAnswer, VotePoll};
use consilium_api::search::MessageQuery;
use consilium_api::settings::{NotificationDetail, NotificationSettings};
use consilium_api::{Commands, ErrorCode};
use consilium_testbed::Testbed;
use consilium_tests::Doctor;
use consilium_tests::doctor::{Conversation, Shown};
use std::time::Duration;

const GROUP: &str = "心内科值班";
const QUESTION: &str = "3号夜班谁能上？";

struct Group {
    testbed: Testbed,
    lin: Doctor,
    weiss: Doctor,
    room: String,
}

/// Lin and Weiss in a group that Lin made.
async fn group() -> Group {
    let (testbed, Entries { weiss: other, .. }) = joined().await;
    let (lin, weiss) = both_sign_in(&testbed).await;
    let practitioner_ids = vec![other.practitioner_id];
    let history = GroupHistory::FromInvitation;
    let group = CreateGroup { practitioner_ids, name: GROUP.into(), topic: String::new(), history };
    let room = lin.core.group_create(group).await.expect("making a group").room_id;
    assert_eq!(weiss.joins_group(GROUP).await, room);
    weiss.sees_group(GROUP, |row| row.membership == Membership::Joined).await;
    Group { testbed, lin, weiss, room }
}

async fn asks(doctor: &Doctor, room: &str, answers: &[&str], several: bool) {
    let answers = answers.iter().map(|answer| (*answer).to_owned()).collect();
    let poll = CreatePoll { room_id: room.to_owned(), question: QUESTION.to_owned(), answers, several, thread: None };
    doctor.core.poll_create(poll).await.expect("asking");
}

async fn chooses(doctor: &Doctor, room: &str, poll: &Shown, answers: &[&str]) -> Result<(), ErrorCode> {
    let answers = answers.iter().map(|answer| (*answer).to_owned()).collect();
    let vote = VotePoll { room_id: room.to_owned(), item_id: poll.reference(room).item_id, answers };
    doctor.core.poll_vote(vote).await.map_err(|error| error.code)
}

/// How many chose each answer, whether oneself did, and whose accounts they are.
fn votes(poll: &Poll) -> Vec<(u32, bool, Vec<&str>)> {
    let people = |answer: &PollAnswer| answer.people.len() == answer.votes as usize;
    assert!(poll.answers.iter().all(people), "each is named");
    let named = poll
        .answers
        .iter()
        .map(|answer| (answer.votes, answer.own, answer.people.iter().map(|person| person.user_id.as_str()).collect()));
    named.collect()
}

async fn sees(at: &Conversation, counts: [u32; 2], ended: bool) -> Shown {
    at.sees_message(QUESTION, |message| {
        message
            .poll
            .as_ref()
            .is_some_and(|poll| poll.answers.iter().map(|answer| answer.votes).eq(counts) && poll.ended == ended)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn doctors_choose_and_choose_anew_until_who_asked_ends_it() {
    let Group { testbed: _servers, lin, weiss, room } = group().await;
    weiss.chooses(NotificationSettings { detail: NotificationDetail::Text, ..NotificationSettings::default() }).await;
    let notices = weiss.notices().await;
    tokio::time::sleep(Duration::from_secs(4)).await;
    let at_lin = lin.opens(&room).await;
    for (answers, why) in
        [(vec!["陈思远"], "one"), (vec!["a", "a"], "twice"), (vec!["a", " "], "empty"), (vec!["a"; 21], "many")]
    {
        let answers = answers.iter().map(ToString::to_string).collect();
        let poll =
            CreatePoll { room_id: room.clone(), question: QUESTION.into(), answers, several: false, thread: None };
        let refused = lin.core.poll_create(poll).await.map_err(|error| error.code);
        assert_eq!(refused, Err(ErrorCode::InvalidInput), "{why}");
    }
    asks(&lin, &room, &["陈思远", "Weiss"], false).await;
    let told = notices.sees_messages(&room, 1).await;
    assert_eq!(told.text.as_deref(), Some(QUESTION));
    let row = weiss.sees_conversation(|row| row.room_id == room && row.unread == 1).await;
    assert_eq!(row.last.unwrap().preview, Preview::Poll { question: QUESTION.into() });

    let at_weiss = weiss.opens(&room).await;
    let asked = sees(&at_weiss, [0, 0], false).await;
    let poll = asked.poll.clone().unwrap();
    assert_eq!((poll.most, poll.disclosed, poll.may_end), (1, true, false));
    chooses(&weiss, &room, &asked, &["1"]).await.expect("choosing");
    let seen = sees(&at_lin, [1, 0], false).await;
    assert_eq!(votes(seen.poll.as_ref().unwrap())[0].2, [weiss.sees_signed_in().await.user_id]);
    chooses(&weiss, &room, &asked, &["2"]).await.expect("choosing anew");
    sees(&at_lin, [0, 1], false).await;
    chooses(&lin, &room, &seen, &["2"]).await.expect("choosing");
    let both = sees(&at_weiss, [0, 2], false).await;
    let counted = votes(both.poll.as_ref().unwrap()).into_iter().map(|(votes, own, _)| (votes, own));
    assert_eq!(counted.collect::<Vec<_>>(), [(0, false), (2, true)]);
    chooses(&weiss, &room, &asked, &[]).await.expect("taking it back");
    sees(&at_lin, [0, 1], false).await;
    for answers in [&["3"][..], &["1", "2"]] {
        assert_eq!(chooses(&weiss, &room, &asked, answers).await, Err(ErrorCode::InvalidInput));
    }

    assert_eq!(
        weiss.core.poll_end(asked.reference(&room)).await.map_err(|error| error.code),
        Err(ErrorCode::NotAllowed),
        "it is not hers"
    );
    let own = at_lin.sees_message(QUESTION, |message| message.poll.as_ref().is_some_and(|poll| poll.may_end)).await;
    lin.core.poll_end(own.reference(&room)).await.expect("ending it");
    sees(&at_weiss, [0, 1], true).await;
    assert_eq!(chooses(&weiss, &room, &asked, &["1"]).await, Err(ErrorCode::WrongState));

    // It is found by its question and by its answers.
    for text in ["夜班", "陈思远"] {
        let query = MessageQuery {
            text: text.into(),
            room_id: None,
            sender: None,
            kinds: vec![],
            since: None,
            until: None,
            cursor: None,
            limit: 5,
        };
        let found = weiss.core.messages_find(query).await.expect("searching");
        assert_eq!(found.hits.len(), 1, "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poll_waits_for_the_network_and_its_votes_survive_a_restart() {
    let Group { mut testbed, lin, weiss, room } = group().await;
    let at_weiss = weiss.opens(&room).await;
    asks(&weiss, &room, &["Mon", "Tue"], true).await;
    let at_lin = lin.opens(&room).await;
    let asked = sees(&at_lin, [0, 0], false).await;
    assert_eq!(asked.poll.as_ref().unwrap().most, 2);

    testbed.synapse.kill();
    lin.sees_link(Link::Offline).await;
    chooses(&lin, &room, &asked, &["1"]).await.expect("choosing offline");
    chooses(&lin, &room, &asked, &["1", "2"]).await.expect("choosing anew");
    let waits = |message: &Shown| message.change == Some(Delivery::Queued);
    at_lin.sees_message(QUESTION, |message| waits(message) && message.poll.as_ref().unwrap().answers[1].own).await;
    lin.sees_queued(1).await;
    drop(at_lin);
    let lin = lin.restart().await;
    lin.sees_signed_in().await;
    let at_lin = lin.opens(&room).await;
    at_lin.sees_message(QUESTION, |message| waits(message) && message.poll.as_ref().unwrap().voters == 1).await;
    // One that is asked now is in the list at once.
    asks(&lin, &room, &["yes", "no"], false).await;
    let preview = Preview::Poll { question: QUESTION.into() };
    lin.sees_conversation(|row| row.last.as_ref().is_some_and(|last| last.preview == preview && last.own)).await;

    testbed.synapse.start_again().await.expect("the homeserver comes back");
    at_weiss.sees("both polls", |messages| messages.iter().filter(|message| message.poll.is_some()).count() == 2).await;
    sees(&at_weiss, [1, 1], false).await;
    at_lin.sees("nothing waits", |messages| messages.iter().all(|message| message.change.is_none())).await;
}
