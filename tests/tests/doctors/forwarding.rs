//! Messages that doctors hand on to other conversations, and those they star to find them again.

use crate::ward::{LIN, Ward, ward};
use consilium_api::account::Link;
use consilium_api::chat::{Delivery, Preview};
use consilium_api::forward::ForwardMessages;
use consilium_api::groups::{CreateGroup, GroupHistory};
use consilium_api::stars::StarMessage;
use consilium_api::{Commands, ErrorCode};
use consilium_tests::Doctor;
use consilium_tests::doctor::Shown;

const FORUM: &str = "Complex coronary forum";

/// A ward, and a group of the same two.
async fn ward_with_forum() -> (Ward, String) {
    let ward = ward().await;
    let Ward { lin, weiss, .. } = &ward;
    let colleague = lin.finds("hannah").await.remove(0).id;
    let group = CreateGroup {
        practitioner_ids: vec![colleague],
        name: FORUM.into(),
        topic: String::new(),
        history: GroupHistory::FromInvitation,
    };
    let forum = lin.core.group_create(group).await.expect("a group").room_id;
    weiss.joins_group(FORUM).await;
    (ward, forum)
}

fn forward(from: &str, messages: &[&Shown], to: &str, title: Option<&str>) -> ForwardMessages {
    ForwardMessages {
        room_id: from.to_owned(),
        item_ids: messages.iter().map(|message| message.reference(from).item_id).collect(),
        to: vec![to.to_owned()],
        title: title.map(ToOwned::to_owned),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_handed_on_one_by_one_and_as_a_card() {
    let (Ward { mut testbed, lin, weiss, room, .. }, forum) = ward_with_forum().await;
    let (at_lin, at_weiss) = tokio::join!(lin.opens(&room), weiss.opens(&room));
    let (forum_lin, forum_weiss) = tokio::join!(lin.opens(&forum), weiss.opens(&forum));
    lin.writes(&room, "Close it **now**?").await;
    let asked = at_weiss.sees_text("Close it **now**?").await;
    weiss.answers(&room, &asked, "After 48 h.").await;
    let answer = at_lin.sees_text("After 48 h.").await;
    let question = at_lin.sees_delivery("Close it **now**?", Delivery::Read).await;

    lin.core.messages_forward(forward(&room, &[&answer, &question], &forum, None)).await.expect("forwarding");
    let came = forum_weiss.sees("both, in their order", |messages| messages.len() == 2).await;
    assert_eq!((came[0].text.as_str(), came[1].text.as_str()), ("Close it **now**?", "After 48 h."));
    assert!(
        came[0].formatted.is_some() && came[1].quoted.is_none() && came.iter().all(|message| message.from == "林嘉宁")
    );

    // As a card, without a network.
    testbed.synapse.kill();
    lin.sees_link(Link::Offline).await;
    let card = forward(&room, &[&question, &answer], &forum, Some("Chat history: two of us"));
    lin.core.messages_forward(card).await.expect("forwarding");
    let names = |message: &Shown| message.card.iter().map(|(_, text)| text.clone()).collect::<Vec<_>>();
    let texts = ["Close it **now**?", "After 48 h."];
    forum_lin
        .sees("the card, queued", |all| {
            all.last().is_some_and(|m| m.delivery == Some(Delivery::Queued) && names(m) == texts)
        })
        .await;
    testbed.synapse.start_again().await.expect("the homeserver is back");
    let came = forum_weiss.sees("the card", |all| all.last().is_some_and(|message| names(message) == texts)).await;
    let card = came.last().unwrap();
    assert_eq!(card.card[0].0, "林嘉宁");
    assert!(
        card.text.starts_with("Chat history: two of us\n林嘉宁, 20") && card.text.ends_with(": After 48 h."),
        "{}",
        card.text
    );

    // A card that is handed on stays one.
    weiss.core.messages_forward(forward(&forum, &[card], &room, None)).await.expect("forwarding");
    at_lin.sees("the card", |all| all.last().is_some_and(|message| names(message) == texts)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_recalled_or_is_too_much_is_not_handed_on() {
    let (Ward { testbed: _servers, lin, weiss: _weiss, room, .. }, forum) = ward_with_forum().await;
    let at_lin = lin.opens(&room).await;
    lin.writes(&room, "APTT 56 s").await;
    let own = at_lin.sees_message("APTT 56 s", |message| message.event_id.is_some()).await;
    lin.recalls(&room, &own).await.expect("recalling");
    let recalled = at_lin.sees_message("(recalled)", |message| message.change.is_none()).await;
    let refused = lin.core.messages_forward(forward(&room, &[&recalled], &forum, None)).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvalidInput);
    let long = "血".repeat(8_000);
    for _ in 0..2 {
        lin.writes(&room, &long).await;
    }
    let all = at_lin.sees("both", |all| all.iter().filter(|message| message.text == long).count() == 2).await;
    let both: Vec<&Shown> = all.iter().filter(|message| message.text == long).collect();
    let refused = lin.core.messages_forward(forward(&room, &both, &forum, Some("Chat history"))).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::TooLarge);
    lin.core.messages_forward(forward(&room, &both, &forum, None)).await.expect("one by one they fit");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_star_is_on_every_device_of_the_doctor_and_says_nothing() {
    let (Ward { testbed, lin, weiss, room, .. }, _) = ward_with_forum().await;
    let at_lin = lin.opens(&room).await;
    weiss.writes(&room, "Night contact: **8801**").await;
    let contact = at_lin.sees_text("Night contact: **8801**").await;
    let event_id = contact.event_id.clone().unwrap();
    let star = |starred| StarMessage { room_id: room.clone(), event_id: event_id.clone(), starred };
    lin.core.message_star(star(true)).await.expect("starring");
    let stars = lin.core.starred_messages(()).await.expect("the list");
    assert_eq!((stars.len(), stars[0].event_id.as_str()), (1, event_id.as_str()));
    // What it says comes from the index, which follows the sync in a moment.
    let mut said = None;
    for _ in 0..60 {
        said = lin.core.starred_messages(()).await.expect("the list").remove(0).message;
        if said.is_some() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    }
    let said = said.expect("the index has it");
    assert_eq!(said.preview, Preview::Text { body: "Night contact: 8801".into() });
    assert!(!said.own && said.sender.verified);

    lin.sees_security(|security| security.verified == Some(true) && security.backup).await;
    let key = lin.core.recovery_set_up(()).await.expect("a recovery key");
    let server = testbed.registry_url();
    let other = Doctor::signed_in("lin-home", &server, "lin.jianing@jzfy.example", LIN).await;
    other.sees_security(|security| security.verified == Some(false)).await;
    assert_eq!(other.core.starred_messages(()).await.expect("the list"), []);
    other.core.recovery_use(key).await.expect("verifying the device");
    let mut there = Vec::new();
    for _ in 0..60 {
        there = other.core.starred_messages(()).await.expect("the list");
        if !there.is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    }
    assert_eq!(there.iter().map(|star| star.event_id.as_str()).collect::<Vec<_>>(), [event_id.as_str()]);
    other.core.message_star(star(false)).await.expect("taking it off");
    for _ in 0..60 {
        if lin.core.starred_messages(()).await.expect("the list").is_empty() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    }
    panic!("the star stays on the first device");
}
