//! Groups of doctors over a real Synapse: made, talked in, joined late, run by their admins, left, put in order.

use crate::ward::{Entries, LIN, WEISS, joined};
use consilium_api::account::Link;
use consilium_api::chat::{
    Conversation, Draft, Membership, Mention, MuteConversation, Party, PlaceConversation, Placement, Preview,
    ReadCount, ReportInvitation, ReportReason, RoomRef, SaveDraft, SendText,
};
use consilium_api::groups::{
    AppointAdmin, ChangeGroup, CreateGroup, FindMembers, GroupDetails, GroupHistory, GroupRole, HandOverGroup,
    InviteToGroup, LeaveGroup, MemberRef,
};
use consilium_api::registry::ApplicationForm;
use consilium_api::search::MessageQuery;
use consilium_api::{Commands, ErrorCode};
use consilium_testbed::{Doctor as Entry, Testbed, VERIFIER_PASSWORD, lin_jianing};
use consilium_tests::Doctor;
use serde_json::Value;
use std::time::Duration;

const CHEN: &str = "a long password of chen";
const FORUM: &str = "复杂冠脉讨论组";

fn leave(room: &str, keep: bool) -> LeaveGroup {
    LeaveGroup { room_id: room.to_owned(), keep }
}

struct Ward {
    testbed: Testbed,
    lin_entry: Entry,
    weiss_entry: Entry,
    zhou_entry: Entry,
    lin: Doctor,
    weiss: Doctor,
    zhou: Doctor,
}

async fn ward() -> Ward {
    let (testbed, Entries { zhou: zhou_entry, lin: lin_entry, weiss: weiss_entry }) = joined().await;
    let server = testbed.registry_url();
    let (lin, weiss, zhou) = tokio::join!(
        Doctor::signed_in("lin", &server, "lin.jianing@jzfy.example", LIN),
        Doctor::signed_in("weiss", &server, "weiss@minjiang.example", WEISS),
        Doctor::signed_in("zhou", &server, "zhou.min@jzfy.example", VERIFIER_PASSWORD),
    );
    Ward { testbed, lin_entry, weiss_entry, zhou_entry, lin, weiss, zhou }
}

impl Ward {
    /// A group of the three that Lin makes.
    async fn forum(&self, history: GroupHistory) -> String {
        let room = self.lin_makes(history).await;
        assert_eq!(self.weiss.joins_group(FORUM).await, room);
        assert_eq!(self.zhou.joins_group(FORUM).await, room);
        room
    }

    async fn lin_makes(&self, history: GroupHistory) -> String {
        let practitioner_ids = vec![self.weiss_entry.practitioner_id.clone(), self.zhou_entry.practitioner_id.clone()];
        let group = CreateGroup { practitioner_ids, name: FORUM.into(), topic: "Left main and CTO".into(), history };
        let made = self.lin.core.group_create(group).await.expect("making a group");
        assert_eq!(made.left_out, []);
        made.room_id
    }

    /// A fourth doctor, who is listed from now on.
    async fn chen(&self) -> (Entry, Doctor) {
        let form = ApplicationForm {
            han_name: "陈思远".into(),
            latin_name: "Chen Siyuan".into(),
            licence_number: "990420000075532".into(),
            work_email: "chen.siyuan@jzfy.example".into(),
            ..lin_jianing()
        };
        let entry = self.testbed.doctor(&self.zhou_entry, form, CHEN).await.expect("Chen joins");
        let server = self.testbed.registry_url();
        let chen = Doctor::signed_in("chen", &server, "chen.siyuan@jzfy.example", CHEN).await;
        self.lin.core.directory_refresh(()).await.expect("fetching");
        self.lin.sees_colleague("chensiyuan").await;
        (entry, chen)
    }

    /// A state event of a room, as the homeserver has it.
    async fn state(&self, room: &str, kind: &str) -> Value {
        let url = self.testbed.synapse.base_url.join(&format!("_matrix/client/v3/rooms/{room}/state/{kind}/"));
        let request = reqwest::Client::new().get(url.expect("an address"));
        let answer = request.bearer_auth(&self.lin_entry.account.access_token).send().await.expect("an answer");
        answer.json().await.expect("JSON")
    }
}

fn reference(room: &str) -> RoomRef {
    RoomRef { room_id: room.to_owned() }
}

#[tokio::test(flavor = "multi_thread")]
async fn three_doctors_talk_in_a_group() {
    let ward = ward().await;
    let (lin, weiss, zhou) = (&ward.lin, &ward.weiss, &ward.zhou);
    let room = ward.lin_makes(GroupHistory::FromInvitation).await;
    for (kind, key, value) in [
        ("m.room.encryption", "algorithm", "m.megolm.v1.aes-sha2"),
        ("m.room.join_rules", "join_rule", "invite"),
        ("m.room.history_visibility", "history_visibility", "invited"),
        ("m.room.guest_access", "guest_access", "forbidden"),
    ] {
        assert_eq!(ward.state(&room, kind).await[key], value, "{kind}");
    }

    // The invitation says who invites, where they are and that they are verified.
    let invitation = weiss.sees_group(FORUM, |_| true).await;
    let Party::Group { invited_by: Some(by), .. } = invitation.party else { panic!("{invitation:?}") };
    assert_eq!((by.name.han.as_str(), by.verified, by.hospital.zh.as_str()), ("林嘉宁", true, "江州大学附属第一医院"));
    weiss.joins_group(FORUM).await;
    // Zhou tells the administrators, who read by whom and why.
    zhou.sees_group(FORUM, |_| true).await;
    let report = |text: &str| ReportInvitation {
        room_id: room.clone(),
        reason: ReportReason::Advertising,
        text: text.to_owned(),
    };
    let too_long = zhou.core.invitation_report(report(&"字".repeat(501))).await.expect_err("too long");
    assert_eq!(too_long.code, ErrorCode::TooLarge);
    zhou.core.invitation_report(report("Sells stents.")).await.expect("a report");
    let reports = ward.testbed.synapse.admin(reqwest::Method::GET, "v1/user_reports", None).await.expect("reports");
    let [only] = reports["user_reports"].as_array().expect("a list").as_slice() else { panic!("{reports}") };
    assert_eq!(only["target_user_id"], lin.sees_signed_in().await.user_id);
    let reason = only["reason"].as_str().expect("a reason");
    assert!(reason.contains("advertising") && reason.contains(&room) && reason.contains("Sells stents."), "{reason}");
    let twice = zhou.core.invitation_report(report("")).await.expect_err("it was declined");
    assert_eq!(twice.code, ErrorCode::NotFound);
    let (at_lin, at_weiss) = tokio::join!(lin.opens(&room), weiss.opens(&room));
    at_lin.sees_line("Joined Hannah Weiss").await;
    at_lin.sees_line("Declined 周敏").await;

    // Asked again, Zhou comes.
    let invite =
        InviteToGroup { room_id: room.clone(), practitioner_ids: vec![ward.zhou_entry.practitioner_id.clone()] };
    assert_eq!(lin.core.group_invite(invite).await.expect("inviting"), []);
    zhou.joins_group(FORUM).await;
    at_weiss.sees_line("Invited 周敏 by 林嘉宁").await;
    let at_zhou = zhou.opens(&room).await;

    lin.writes(&room, "APTT 56 秒").await;
    assert_eq!(at_zhou.sees_text("APTT 56 秒").await.from, "林嘉宁");
    at_weiss.sees_text("APTT 56 秒").await;
    let row = weiss.sees_group(FORUM, |row| row.unread == 1).await;
    let last = row.last.expect("a message");
    assert_eq!(last.sender.map(|name| name.han).as_deref(), Some("林嘉宁"));
    assert_eq!(last.preview, Preview::Text { body: "APTT 56 秒".into() });
    let Party::Group { members, faces, .. } = &row.party else { panic!("{:?}", row.party) };
    assert_eq!(*members, 3);
    let names: Vec<_> = faces.iter().map(|face| face.name.latin.as_str()).collect();
    assert_eq!(names.first(), Some(&"Lin Jianing"), "who made it comes first: {names:?}");
    weiss.core.conversation_mark_read(reference(&room)).await.expect("marking as read");
    let read = Some(ReadCount { by: 1, of: 2 });
    at_lin.sees_message("APTT 56 秒", |message| message.readers == read).await;

    // Whoever is named is told, and the others are not.
    let weiss_id = weiss.sees_signed_in().await.user_id;
    lin.writes_naming(&room, "@Hannah Weiss please look", &[(&weiss_id, "@Hannah Weiss")]).await;
    let named = at_weiss.sees_text("@Hannah Weiss please look").await;
    assert!(named.mentions_me && named.formatted.is_some(), "{named:?}");
    weiss.sees_group(FORUM, |row| row.mentions == 1 && row.unread == 1).await;
    assert!(!at_zhou.sees_text("@Hannah Weiss please look").await.mentions_me);
    // Everybody, by the owner; by a member it is a word.
    lin.writes_naming(&room, "@all: 14:00", &[(&room, "@all")]).await;
    assert!(at_zhou.sees_text("@all: 14:00").await.mentions_me);
    weiss.writes_naming(&room, "@all: 15:00", &[(&room, "@all")]).await;
    assert!(!at_zhou.sees_text("@all: 15:00").await.mentions_me);
    zhou.sees_group(FORUM, |row| row.mentions == 1).await;

    // Who is named in a draft stays so.
    let mentions = vec![Mention { id: weiss_id, text: "@Hannah Weiss".into() }];
    let draft = Draft { text: "@Hannah Weiss and".into(), mentions, target: None, aside: None };
    lin.core
        .draft_save(SaveDraft { room_id: room.clone(), thread: None, draft: draft.clone() })
        .await
        .expect("keeping it");
    lin.sees_group(FORUM, |row| row.draft.as_ref() == Some(&draft)).await;

    // Weiss and Lin in a group are not Weiss and Lin by themselves.
    let direct = lin.starts_conversation_with("hannah").await;
    assert_ne!(direct, room);
    let found = async |text: &str| {
        let find = FindMembers { room_id: room.clone(), text: text.into() };
        let members = lin.core.group_members(find).await.expect("the members");
        members.into_iter().map(|member| (member.person.name.latin, member.role)).collect::<Vec<_>>()
    };
    let (lin_is, weiss_is) =
        (("Lin Jianing".to_owned(), GroupRole::Owner), ("Hannah Weiss".to_owned(), GroupRole::Member));
    assert_eq!(found("").await, [lin_is.clone(), weiss_is.clone(), ("Zhou Min".to_owned(), GroupRole::Member)]);
    assert_eq!((found("嘉").await, found("ljn").await), (vec![lin_is.clone()], vec![lin_is]));
    assert_eq!(found("weis").await, [weiss_is]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_late_reads_what_the_group_wants_them_to() {
    let ward = ward().await;
    let (chen_entry, chen) = ward.chen().await;
    let invite = |room: &str| InviteToGroup {
        room_id: room.to_owned(),
        practitioner_ids: vec![chen_entry.practitioner_id.clone()],
    };

    let room = ward.forum(GroupHistory::FromInvitation).await;
    let at_weiss = ward.weiss.opens(&room).await;
    ward.lin.writes(&room, "before Chen").await;
    at_weiss.sees_text("before Chen").await;
    assert_eq!(ward.lin.core.group_invite(invite(&room)).await.expect("inviting"), []);
    chen.sees_group(FORUM, |_| true).await;
    ward.lin.writes(&room, "since Chen was invited").await;
    at_weiss.sees_text("since Chen was invited").await;
    chen.joins_group(FORUM).await;
    ward.weiss.writes(&room, "welcome").await;
    let at_chen = chen.opens(&room).await;
    at_chen.sees_text("welcome").await;
    chen.core.timeline_load_older(reference(&room)).await.expect("what is older");
    at_chen.sees_text("since Chen was invited").await;
    assert!(
        !at_chen.texts().iter().any(|text| text == "before Chen" || text == "(undecryptable)"),
        "{:?}",
        at_chen.texts()
    );
    chen.core.group_leave(leave(&room, false)).await.expect("leaving");
    drop(at_chen);

    let open = CreateGroup {
        practitioner_ids: vec![ward.weiss_entry.practitioner_id.clone()],
        name: "Case of bed 12".into(),
        topic: String::new(),
        history: GroupHistory::Shared,
    };
    let room = ward.lin.core.group_create(open).await.expect("making a group").room_id;
    ward.weiss.joins_group("Case of bed 12").await;
    let at_weiss = ward.weiss.opens(&room).await;
    ward.lin.writes(&room, "what was asked first").await;
    at_weiss.sees_text("what was asked first").await;
    assert_eq!(ward.lin.core.group_details(reference(&room)).await.expect("details").history, GroupHistory::Shared);
    assert_eq!(ward.lin.core.group_invite(invite(&room)).await.expect("inviting"), []);
    chen.joins_group("Case of bed 12").await;
    let at_chen = chen.opens(&room).await;
    chen.core.timeline_load_older(reference(&room)).await.expect("what is older");
    at_chen.sees_text("what was asked first").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_is_run_by_its_owner_and_admins() {
    let mut ward = ward().await;
    let room = ward.forum(GroupHistory::FromInvitation).await;
    let (lin, weiss, zhou) = (&ward.lin, &ward.weiss, &ward.zhou);
    let (lin_id, weiss_id) = (lin.sees_signed_in().await.user_id, weiss.sees_signed_in().await.user_id);
    let zhou_id = zhou.sees_signed_in().await.user_id;
    let member = |user_id: &str| MemberRef { room_id: room.clone(), user_id: user_id.to_owned() };
    let called = |name: &str| ChangeGroup { room_id: room.clone(), name: name.to_owned(), topic: "CTO".into() };
    let appoint = |user_id: &str, admin| AppointAdmin { room_id: room.clone(), user_id: user_id.to_owned(), admin };
    let hand_over =
        |user_id: &str| HandOverGroup { room_id: room.clone(), user_id: user_id.to_owned(), stay_admin: false };
    let at_zhou = zhou.opens(&room).await;

    // A member writes, and runs nothing.
    let details = weiss.core.group_details(reference(&room)).await.expect("details");
    assert_eq!((details.role, details.may.rename, details.may.invite), (GroupRole::Member, false, false));
    for refused in [
        weiss.core.group_change(called("Weiss's")).await,
        weiss.core.group_remove(member(&zhou_id)).await,
        weiss.core.group_appoint(appoint(&weiss_id, true)).await,
        weiss.core.group_hand_over(hand_over(&weiss_id)).await,
    ] {
        assert_eq!(refused.unwrap_err().code, ErrorCode::NotAllowed);
    }

    // An admin names it, and takes nobody out who is as much.
    lin.core.group_appoint(appoint(&weiss_id, true)).await.expect("appointing");
    sees_role(weiss, &room, GroupRole::Admin).await;
    weiss.core.group_change(called("左主干讨论组")).await.expect("renaming");
    at_zhou.sees_line("Hannah Weiss calls it 左主干讨论组").await;
    zhou.sees_group("左主干讨论组", |_| true).await;
    sees_details(zhou, &room, |details| details.topic == "CTO").await;
    assert_eq!(weiss.core.group_remove(member(&lin_id)).await.unwrap_err().code, ErrorCode::NotAllowed);
    assert_eq!(weiss.core.group_appoint(appoint(&zhou_id, true)).await.unwrap_err().code, ErrorCode::NotAllowed);

    // The owner hands it over before leaving, and owns nothing then.
    assert_eq!(lin.core.group_leave(leave(&room, false)).await.unwrap_err().code, ErrorCode::HandOverFirst);
    lin.core.group_hand_over(hand_over(&weiss_id)).await.expect("handing over");
    sees_role(weiss, &room, GroupRole::Owner).await;
    sees_role(lin, &room, GroupRole::Member).await;
    assert_eq!(lin.core.group_change(called("Lin's")).await.unwrap_err().code, ErrorCode::NotAllowed);
    lin.core.group_leave(leave(&room, false)).await.expect("leaving");
    at_zhou.sees_line("Left 林嘉宁").await;

    // Whoever is taken out has it no longer.
    weiss.core.group_remove(member(&zhou_id)).await.expect("removing");
    at_zhou.sees_line("Removed 周敏 by Hannah Weiss").await;
    weiss.writes(&room, "without Zhou").await;
    let direct = zhou.starts_conversation_with("hannah").await;
    zhou.sees_conversation(|row| row.room_id == direct).await;
    assert_eq!(zhou.core.group_details(reference(&room)).await.map(|details| details.may.invite), Ok(false));
    assert!(weiss.core.group_leave(leave(&room, false)).await.is_ok(), "the last one goes as they like");

    ward.testbed.synapse.kill();
    ward.lin.sees_link(Link::Offline).await;
    let group = CreateGroup {
        practitioner_ids: vec![ward.weiss_entry.practitioner_id.clone()],
        name: "Offline".into(),
        topic: String::new(),
        history: GroupHistory::Shared,
    };
    assert_eq!(ward.lin.core.group_create(group.clone()).await.unwrap_err().code, ErrorCode::Offline);
    for wrong in [
        CreateGroup { name: " ".into(), ..group.clone() },
        CreateGroup { practitioner_ids: vec![], ..group.clone() },
        CreateGroup { practitioner_ids: vec![ward.lin_entry.practitioner_id.clone()], ..group.clone() },
    ] {
        assert_eq!(ward.lin.core.group_create(wrong).await.unwrap_err().code, ErrorCode::InvalidInput);
    }
    let many = (0..51).map(|n| format!("p{n}")).collect();
    let many = CreateGroup { practitioner_ids: many, ..group };
    assert_eq!(ward.lin.core.group_create(many).await.unwrap_err().code, ErrorCode::TooLarge);
}

async fn sees_role(doctor: &Doctor, room: &str, role: GroupRole) {
    sees_details(doctor, room, |details| details.role == role).await;
}

async fn sees_details(doctor: &Doctor, room: &str, wanted: impl Fn(&GroupDetails) -> bool) {
    for _ in 0..240 {
        if wanted(&doctor.core.group_details(reference(room)).await.expect("details")) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(250)).await;
    }
    panic!("waited in vain for the group to be so");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_put_in_order() {
    let ward = ward().await;
    let room = ward.forum(GroupHistory::FromInvitation).await;
    let Ward { mut testbed, lin, weiss, .. } = ward;
    let place = |placement| PlaceConversation { room_id: room.clone(), placement };
    let at = |placement: Placement| move |row: &consilium_api::chat::Conversation| row.placement == placement;
    let at_weiss = weiss.opens(&room).await;
    lin.writes(&room, "first").await;
    at_weiss.sees_text("first").await;

    weiss.core.conversation_place(place(Placement::Pinned)).await.expect("pinning");
    weiss.sees_group(FORUM, at(Placement::Pinned)).await;
    weiss.core.conversation_place(place(Placement::LowPriority)).await.expect("putting it last");
    weiss.sees_group(FORUM, at(Placement::LowPriority)).await;
    weiss.core.conversation_place(place(Placement::Normal)).await.expect("putting it back");
    weiss.sees_group(FORUM, at(Placement::Normal)).await;

    // Archived until somebody writes; muted as well, it stays away.
    weiss.core.conversation_place(place(Placement::Archived)).await.expect("archiving");
    weiss.sees_group(FORUM, at(Placement::Archived)).await;
    lin.writes(&room, "second").await;
    weiss.sees_group(FORUM, at(Placement::Normal)).await;
    weiss.core.conversation_mute(MuteConversation { room_id: room.clone(), muted: true }).await.expect("muting");
    weiss.sees_group(FORUM, |row| row.muted).await;
    weiss.core.conversation_place(place(Placement::Archived)).await.expect("archiving");
    weiss.sees_group(FORUM, at(Placement::Archived)).await;
    let weiss_id = weiss.sees_signed_in().await.user_id;
    lin.writes_naming(&room, "@Hannah third", &[(&weiss_id, "@Hannah")]).await;
    let row = weiss.sees_group(FORUM, |row| row.mentions == 1).await;
    assert_eq!((row.placement, row.muted), (Placement::Archived, true), "muted, and still told who names her");
    drop(at_weiss);
    let weiss = weiss.restart().await;
    weiss.sees_signed_in().await;
    weiss.sees_group(FORUM, at(Placement::Archived)).await;

    weiss.core.conversation_mark_read(reference(&room)).await.expect("marking as read");
    weiss.sees_group(FORUM, |row| row.unread == 0 && row.mentions == 0).await;
    weiss.core.conversation_mark_unread(reference(&room)).await.expect("marking as unread");
    weiss.sees_group(FORUM, |row| row.marked_unread).await;
    weiss.core.conversation_mark_read(reference(&room)).await.expect("marking as read");
    weiss.sees_group(FORUM, |row| !row.marked_unread).await;
    weiss.core.conversation_mute(MuteConversation { room_id: room.clone(), muted: false }).await.expect("unmuting");
    let row = weiss.sees_group(FORUM, |row| !row.muted).await;
    assert_eq!(row.placement, Placement::Normal, "somebody has written since");

    // All of it needs the homeserver, and says so at once.
    testbed.synapse.kill();
    weiss.sees_link(Link::Offline).await;
    for refused in [
        weiss.core.conversation_place(place(Placement::Pinned)).await,
        weiss.core.conversation_mute(MuteConversation { room_id: room.clone(), muted: true }).await,
        weiss.core.conversation_mark_unread(reference(&room)).await,
        weiss.core.group_leave(leave(&room, false)).await,
    ] {
        assert_eq!(refused.unwrap_err().code, ErrorCode::Offline);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_in_a_group_can_be_kept_when_one_leaves() {
    let mut ward = ward().await;
    let room = ward.forum(GroupHistory::FromInvitation).await;
    let (weiss, lin) = (&ward.weiss, &ward.lin);
    let (at_lin, at_weiss) = (lin.opens(&room).await, weiss.opens(&room).await);
    lin.writes(&room, "VA-ECMO if lactate climbs").await;
    at_weiss.sees_text("VA-ECMO if lactate climbs").await;
    finds(weiss, "lactate", 1).await;
    weiss.core.group_leave(leave(&room, true)).await.expect("leaving");
    at_lin.sees_line("Left Hannah Weiss").await;
    drop(at_weiss);
    let is_kept = |row: &Conversation| row.membership == Membership::Left && row.placement == Placement::Archived;
    weiss.sees_group(FORUM, |row| is_kept(row) && row.unread == 0).await;
    lin.writes(&room, "not for Weiss").await;
    at_lin.sees_text("not for Weiss").await;

    // It is read and found without a network, and nothing is written there.
    ward.testbed.synapse.kill();
    let weiss = ward.weiss.restart().await;
    weiss.sees_signed_in().await;
    weiss.sees_link(Link::Offline).await;
    weiss.sees_group(FORUM, is_kept).await;
    let at_weiss = weiss.opens(&room).await;
    at_weiss.sees_text("VA-ECMO if lactate climbs").await;
    finds(&weiss, "lactate", 1).await;
    assert!(!at_weiss.texts().iter().any(|text| text == "not for Weiss"));
    let message =
        SendText { room_id: room.clone(), text: "still here?".into(), mentions: vec![], reply_to: None, thread: None };
    assert_eq!(weiss.core.message_send(message).await.unwrap_err().code, ErrorCode::NotFound);
    assert_eq!(weiss.core.group_forget(reference(&room)).await.unwrap_err().code, ErrorCode::Offline);
    drop(at_weiss);

    ward.testbed.synapse.start_again().await.expect("the homeserver is back");
    weiss.sees_link(Link::Online).await;
    weiss.core.group_forget(reference(&room)).await.expect("deleting it");
    finds(&weiss, "lactate", 0).await;
    let direct = weiss.starts_conversation_with("林嘉宁").await;
    weiss.sees_conversation(|row| row.room_id == direct).await;
    assert_eq!(weiss.core.group_details(reference(&room)).await.unwrap_err().code, ErrorCode::NotFound);
}

/// Waits until a search finds so many messages.
async fn finds(doctor: &Doctor, text: &str, wanted: usize) {
    let query = || MessageQuery {
        text: text.to_owned(),
        room_id: None,
        sender: None,
        kinds: vec![],
        since: None,
        until: None,
        cursor: None,
        limit: 10,
    };
    let waiting = async {
        while doctor.core.messages_find(query()).await.expect("the search").hits.len() != wanted {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), waiting).await.unwrap_or_else(|_| panic!("never found {wanted}"));
}
