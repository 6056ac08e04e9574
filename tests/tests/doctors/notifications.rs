//! What two doctors' systems tell of, over a real Synapse.

use crate::ward::{Entries, both_sign_in, joined};
use chrono::{Local, Timelike};
use consilium_api::chat::{Conversation, Draft, Membership, MuteConversation, RoomRef, SaveDraft};
use consilium_api::groups::{CreateGroup, GroupHistory};
use consilium_api::notifications::{
    AnswerNotification, Attention, Destination, DestinationRef, LinkAddress, MessagePlace, NotificationKind, Place,
};
use consilium_api::settings::{NotificationDetail, NotificationSettings, QuietHours};
use consilium_api::{Commands, ErrorCode, Subscriptions};
use consilium_testbed::{Doctor as Entry, Testbed};
use consilium_tests::Doctor;
use consilium_tests::doctor::wait;
use futures::StreamExt;
use std::time::Duration;

const FORUM: &str = "复杂冠脉讨论组";

struct Ward {
    _testbed: Testbed,
    lin_entry: Entry,
    weiss_entry: Entry,
    lin: Doctor,
    weiss: Doctor,
}

async fn ward() -> Ward {
    let (testbed, Entries { lin: lin_entry, weiss: weiss_entry, .. }) = joined().await;
    let (lin, weiss) = both_sign_in(&testbed).await;
    has_caught_up().await;
    Ward { _testbed: testbed, lin_entry, weiss_entry, lin, weiss }
}

/// What a first sync brings is the past; it counts as over when nothing has come for a while.
async fn has_caught_up() {
    tokio::time::sleep(Duration::from_secs(4)).await;
}

/// What was chosen on the homeserver comes back with a sync.
async fn rules_are_here() {
    tokio::time::sleep(Duration::from_secs(2)).await;
}

fn reference(room: &str) -> RoomRef {
    RoomRef { room_id: room.to_owned() }
}

impl Ward {
    /// A conversation of the two, and a group of the two that Lin makes.
    async fn rooms(&self) -> (String, String) {
        let direct = self.lin.starts_conversation_with("hannah").await;
        assert_eq!(self.weiss.accepts_invitation_of("林嘉宁").await, direct);
        (direct, self.forum().await)
    }

    async fn forum(&self) -> String {
        let practitioner_ids = vec![self.weiss_entry.practitioner_id.clone()];
        let history = GroupHistory::FromInvitation;
        let group = CreateGroup { practitioner_ids, name: FORUM.into(), topic: String::new(), history };
        let forum = self.lin.core.group_create(group).await.expect("making a group").room_id;
        assert_eq!(self.weiss.joins_group(FORUM).await, forum);
        self.weiss.sees_group(FORUM, |row| row.membership == Membership::Joined).await;
        forum
    }

    async fn weiss_looks_at(&self, room: Option<&str>) {
        let attention = Attention { in_front: room.is_some(), room_id: room.map(ToOwned::to_owned) };
        self.weiss.core.attention_set(attention).await.expect("looking");
    }

    async fn weiss_reads(&self, room: &str) {
        self.weiss.core.conversation_mark_read(reference(room)).await.expect("marking as read");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_and_what_is_not() {
    let ward = ward().await;
    let (lin, weiss) = (&ward.lin, &ward.weiss);
    let notices = weiss.notices().await;
    let direct = lin.starts_conversation_with("hannah").await;

    // An invitation, until it is answered.
    let invitation = notices.sees("the invitation", |each| each.about == NotificationKind::Invitation).await;
    assert_eq!(invitation.source.map(|source| (source.sender.han, source.group)), Some(("林嘉宁".into(), None)));
    weiss.sees_unread(1).await;
    weiss.accepts_invitation_of("林嘉宁").await;
    notices.sees_nothing().await;
    let forum = ward.forum().await;
    notices.sees_nothing().await;

    // Who writes where, and not what: that is chosen. Messages of one conversation are one notification.
    lin.writes(&direct, "王建国，APTT 56 秒").await;
    let first = notices.sees_messages(&direct, 1).await;
    assert_eq!(first.text, None);
    assert_eq!(first.source.map(|source| (source.sender.han, source.group)), Some(("林嘉宁".into(), None)));
    let place = first.place.expect("where it leads");
    assert!(place.room_id == direct && place.event_id.is_some(), "{place:?}");
    lin.writes(&direct, "复查超声").await;
    notices.sees_messages(&direct, 2).await;
    weiss.sees_unread(2).await;

    // Read, it is gone.
    ward.weiss_reads(&direct).await;
    notices.sees_nothing().await;
    weiss.sees_unread(0).await;

    // Nothing of the conversation before her, nor of what she writes herself.
    let shown = notices.shown();
    let at_weiss = weiss.opens(&direct).await;
    ward.weiss_looks_at(Some(&direct)).await;
    lin.writes(&direct, "while she looks").await;
    at_weiss.sees_text("while she looks").await;
    weiss.writes(&direct, "seen").await;
    ward.weiss_looks_at(None).await;
    lin.writes(&forum, "in the group").await;
    let told = notices.sees_messages(&forum, 1).await;
    assert_eq!(told.source.and_then(|source| source.group).as_deref(), Some(FORUM));
    assert_eq!(notices.shown(), shown + 1, "only the group");
    ward.weiss_reads(&forum).await;
    notices.sees_nothing().await;

    // A muted group tells of who names her, and a muted conversation of nothing.
    let mute = |room: &str, muted| MuteConversation { room_id: room.to_owned(), muted };
    weiss.core.conversation_mute(mute(&forum, true)).await.expect("muting");
    weiss.core.conversation_mute(mute(&direct, true)).await.expect("muting");
    weiss.sees_group(FORUM, |row| row.muted).await;
    rules_are_here().await;
    let shown = notices.shown();
    let in_forum = weiss.opens(&forum).await;
    lin.writes(&forum, "muted").await;
    lin.writes(&direct, "muted too").await;
    in_forum.sees_text("muted").await;
    at_weiss.sees_text("muted too").await;
    let weiss_id = weiss.sees_signed_in().await.user_id;
    lin.writes_naming(&forum, "@Hannah Weiss", &[(&weiss_id, "@Hannah Weiss")]).await;
    let named = notices.sees_messages(&forum, 1).await;
    assert_eq!(named.about, NotificationKind::Messages { count: 1, mention: true });
    assert_eq!(notices.shown(), shown + 1, "only what names her");
    weiss.core.conversation_mute(mute(&forum, false)).await.expect("unmuting");
    weiss.core.conversation_mute(mute(&direct, false)).await.expect("unmuting");
    ward.weiss_reads(&forum).await;
    notices.sees_nothing().await;
    rules_are_here().await;

    // What is recalled says no more.
    let at_lin = lin.opens(&direct).await;
    lin.writes(&direct, "the wrong patient").await;
    notices.sees_messages(&direct, 1).await;
    let message = at_lin.sees_message("the wrong patient", |message| message.event_id.is_some()).await;
    lin.recalls(&direct, &message).await.expect("recalling");
    notices.sees_nothing().await;

    // As much as she chose.
    let detail = |detail| NotificationSettings { detail, ..NotificationSettings::default() };
    weiss.chooses(detail(NotificationDetail::Text)).await;
    lin.writes(&direct, "肝素\n先停").await;
    assert_eq!(notices.sees_messages(&direct, 1).await.text.as_deref(), Some("肝素 先停"));
    weiss.chooses(detail(NotificationDetail::Nothing)).await;
    lin.writes(&direct, "and again").await;
    let bare = notices.sees_messages(&direct, 2).await;
    assert_eq!((bare.text, bare.source), (None, None));
    ward.weiss_reads(&direct).await;

    // In quiet hours, only what names her.
    let minute = (Local::now().hour() * 60 + Local::now().minute()) as u16;
    let around =
        QuietHours { on: true, from: (minute + 1430) % 1440, to: (minute + 30) % 1440, ..QuietHours::default() };
    weiss.chooses(NotificationSettings { quiet_hours: around, ..NotificationSettings::default() }).await;
    notices.sees_nothing().await;
    let shown = notices.shown();
    lin.writes(&direct, "good night").await;
    at_weiss.sees_text("good night").await;
    lin.writes_naming(&forum, "@Hannah Weiss now", &[(&weiss_id, "@Hannah Weiss")]).await;
    notices.sees_messages(&forum, 1).await;
    assert_eq!(notices.shown(), shown + 1, "only what names her");

    let off = NotificationSettings { on: false, ..NotificationSettings::default() };
    weiss.chooses(off).await;
    lin.writes_naming(&forum, "@Hannah Weiss again", &[(&weiss_id, "@Hannah Weiss")]).await;
    in_forum.sees_text("@Hannah Weiss again").await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(notices.shown(), shown + 1, "she wants none");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_start_nothing_is_told_twice() {
    let ward = ward().await;
    let (direct, forum) = ward.rooms().await;
    let Ward { _testbed, lin, weiss, .. } = ward;
    let notices = weiss.notices().await;
    lin.writes(&direct, "before").await;
    notices.sees_messages(&direct, 1).await;
    // It is kept that this was told.
    tokio::time::sleep(Duration::from_secs(3)).await;

    let weiss = weiss.restart().await;
    let notices = weiss.notices().await;
    weiss.sees_signed_in().await;
    has_caught_up().await;
    assert_eq!(notices.shown(), 0, "it was told before");
    lin.writes(&direct, "after").await;
    notices.sees_messages(&direct, 1).await;
    assert_eq!(notices.shown(), 1);
    tokio::time::sleep(Duration::from_secs(3)).await;

    // What came while she was away is one notification.
    let meanwhile = async {
        lin.writes(&direct, "while you were away").await;
        lin.writes(&forum, "here too").await;
        lin.sees_queued(0).await;
    };
    let weiss = weiss.restart_after(meanwhile).await;
    let notices = weiss.notices().await;
    let several = notices.sees("one for both", |each| matches!(each.about, NotificationKind::Several { .. })).await;
    assert_eq!((several.about, several.place), (NotificationKind::Several { conversations: 2 }, None));
    assert_eq!(notices.shown(), 1);
    weiss.core.attention_set(Attention { in_front: true, room_id: None }).await.expect("looking");
    notices.sees_nothing().await;

    // Whoever signs out is told no more.
    lin.writes(&direct, "one more").await;
    notices.sees_messages(&direct, 1).await;
    weiss.core.sign_out(()).await.expect("signing out");
    notices.sees_nothing().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_messages_in_one_sync_each_is_told() {
    let ward = ward().await;
    let (direct, forum) = ward.rooms().await;
    let Ward { _testbed, lin, weiss, .. } = ward;
    let weiss_id = weiss.sees_signed_in().await.user_id;
    lin.writes(&direct, "before").await;
    lin.writes(&forum, "before, in the group").await;
    let notices = weiss.notices().await;
    notices.sees_messages(&direct, 1).await;
    notices.sees_messages(&forum, 1).await;
    let mute = MuteConversation { room_id: forum.clone(), muted: true };
    weiss.core.conversation_mute(mute).await.expect("muting");
    for room in [&direct, &forum] {
        weiss.core.conversation_mark_read(reference(room)).await.expect("reading");
    }
    notices.sees_nothing().await;
    // It is kept that this was told.
    tokio::time::sleep(Duration::from_secs(3)).await;

    // The first sync brings the last of them alone.
    let said = ["Lactate 4.2", "APTT 56 s", "Echo at 14:00", "Bed 12 is free", "Come, please"];
    let meanwhile = async {
        for text in said {
            lin.writes(&direct, text).await;
        }
        lin.sees_queued(0).await;
    };
    let weiss = weiss.restart_after(meanwhile).await;
    weiss.chooses(NotificationSettings { detail: NotificationDetail::Text, ..NotificationSettings::default() }).await;
    let notices = weiss.notices().await;
    let told = notices.sees_messages(&direct, 5).await;
    assert_eq!((told.text.as_deref(), notices.shown()), (Some("Come, please"), 1), "one, with the newest");
    weiss.sees_unread(5).await;
    weiss.core.conversation_mark_read(reference(&direct)).await.expect("reading");
    notices.sees_nothing().await;
    tokio::time::sleep(Duration::from_secs(3)).await;

    // What names her is told of a muted group, though it is not the last that was written there.
    let meanwhile = async {
        lin.writes(&forum, "Who knows the device?").await;
        lin.writes_naming(&forum, "@Hannah Weiss", &[(&weiss_id, "@Hannah Weiss")]).await;
        lin.writes(&forum, "No hurry").await;
        lin.sees_queued(0).await;
    };
    let weiss = weiss.restart_after(meanwhile).await;
    let notices = weiss.notices().await;
    let named = notices.sees_messages(&forum, 1).await;
    assert_eq!(named.about, NotificationKind::Messages { count: 1, mention: true });
    assert_eq!(notices.shown(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_cannot_be_sent_is_a_draft() {
    let ward = ward().await;
    let (direct, _) = ward.rooms().await;
    let (lin, weiss) = (&ward.lin, &ward.weiss);
    let notices = weiss.notices().await;
    lin.writes(&direct, "Can you come?").await;
    notices.sees_messages(&direct, 1).await;
    let draft = Draft { text: "half written".into(), ..Draft::default() };
    let save = SaveDraft { room_id: direct.clone(), thread: None, draft: draft.clone() };
    weiss.core.draft_save(save).await.expect("keeping it");
    let answer = async |text: &str| {
        let answer = AnswerNotification { room_id: direct.clone(), text: text.to_owned() };
        weiss.core.notification_answer(answer).await
    };

    let too_long = "on my way ".repeat(5_000);
    assert_eq!(answer(&too_long).await.map_err(|error| error.code), Err(ErrorCode::TooLarge));
    let kept = weiss.sees_conversation(|row| row.draft.as_ref().is_some_and(|draft| draft.text.len() > 20)).await;
    assert_eq!(kept.draft.map(|draft| draft.text), Some(format!("half written\n{too_long}")));
    assert_eq!(kept.unread, 1, "nothing was answered");

    let save = SaveDraft { room_id: direct.clone(), thread: None, draft: draft.clone() };
    weiss.core.draft_save(save).await.expect("keeping it");
    answer("on my way").await.expect("answering");
    lin.opens(&direct).await.sees_text("on my way").await;
    notices.sees_nothing().await;
    let row = weiss.sees_conversation(|row| row.room_id == direct && row.unread == 0).await;
    assert_eq!(row.draft, Some(draft), "what stood in the field still does");
}

#[tokio::test(flavor = "multi_thread")]
async fn links_lead_to_what_is_known() {
    let ward = ward().await;
    let (direct, forum) = ward.rooms().await;
    let weiss = &ward.weiss;
    let leads = async |address: &str| {
        let before = conversations(weiss).await;
        weiss.core.link_open(LinkAddress { address: address.to_owned() }).await.expect("opening a link");
        let Destination { id, place } = destination(weiss).await;
        weiss.core.destination_reached(DestinationRef { id }).await.expect("arriving");
        assert_eq!(conversations(weiss).await, before, "{address} joins nothing");
        place
    };
    let lin_id = ward.lin.sees_signed_in().await.user_id;
    let lin = Place::Colleague { practitioner_id: ward.lin_entry.practitioner_id.clone() };
    assert_eq!(leads(&format!("matrix:u/{}?action=chat", &lin_id[1..])).await, lin);
    assert_eq!(leads(&format!("consilium://colleague/{}", ward.lin_entry.practitioner_id)).await, lin);
    let conversation = |room: &str, event: Option<&str>| Place::Conversation {
        room_id: room.to_owned(),
        event_id: event.map(ToOwned::to_owned),
    };
    assert_eq!(leads(&format!("matrix:roomid/{}?action=join", &direct[1..])).await, conversation(&direct, None));
    let event = format!("matrix:roomid/{}/e/abc", &forum[1..]);
    assert_eq!(leads(&event).await, conversation(&forum, Some("$abc")));
    assert_eq!(leads("matrix:u/nobody:elsewhere.example").await, Place::UnknownColleague);
    assert_eq!(leads("consilium://colleague/p-none").await, Place::UnknownColleague);
    assert_eq!(leads("matrix:r/public:elsewhere.example?action=join").await, Place::UnknownConversation);
    assert_eq!(leads("consilium://conversation/!none:elsewhere.example").await, Place::UnknownConversation);
    assert_eq!(leads("matrix:nonsense").await, Place::Nowhere);

    // A notification that is clicked goes the same way; the last one counts.
    let place = MessagePlace { room_id: direct.clone(), event_id: Some("$abc".into()) };
    weiss.core.place_open(None).await.expect("opening the list");
    weiss.core.place_open(Some(place)).await.expect("opening a message");
    let Destination { id, place } = destination(weiss).await;
    assert_eq!(place, conversation(&direct, Some("$abc")));
    // Whoever arrives late at a place that nobody wants any more takes nothing away.
    weiss.core.destination_reached(DestinationRef { id: id.wrapping_sub(1) }).await.expect("arriving");
    assert_eq!(destination(weiss).await.id, id);
    weiss.core.destination_reached(DestinationRef { id }).await.expect("arriving");
    let mut places = Subscriptions::destination(&weiss.core, ()).await.expect("the destination");
    assert_eq!(places.next().await, Some(None));
}

async fn destination(doctor: &Doctor) -> Destination {
    let places = Subscriptions::destination(&doctor.core, ()).await.expect("the destination");
    wait(places, Option::is_some).await.expect("waited for it")
}

/// How many conversations there are.
async fn conversations(doctor: &Doctor) -> usize {
    let mut list = Subscriptions::conversations(&doctor.core, ()).await.expect("the conversations");
    let mut rows: Vec<Conversation> = Vec::new();
    if let Some(update) = list.next().await {
        update.apply(&mut rows);
    }
    rows.len()
}
