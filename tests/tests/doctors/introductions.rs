//! Three doctors over a real Synapse and a real registry: introductions, groups in common, cards as QR codes.

use crate::ward::{Entries, LIN, WEISS, joined};
use consilium_api::account::Link;
use consilium_api::business_card::{BusinessCard, PastedText, QrCode, Recognition, UploadRef};
use consilium_api::chat::Delivery;
use consilium_api::commands::PractitionerRef;
use consilium_api::directory::{ContactKind, ExportVCards};
use consilium_api::entry::{OwnContactKind, OwnEntry, SaveEntry};
use consilium_api::introduction::{Introduce, Letter, SharedGroup};
use consilium_api::registry::Visibility;
use consilium_api::{Commands, ErrorCode, Media};
use consilium_testbed::{Doctor as Entry, Testbed, VERIFIER_PASSWORD};
use consilium_tests::Doctor;
use serde_json::{Value, json};
use std::time::Duration;

struct Ward {
    testbed: Testbed,
    lin: Entry,
    weiss: Entry,
    zhou: Entry,
}

async fn ward() -> Ward {
    let (testbed, Entries { zhou, lin, weiss }) = joined().await;
    Ward { testbed, lin, weiss, zhou }
}

impl Ward {
    async fn signs_in(&self, name: &str, user: &str, password: &str) -> Doctor {
        Doctor::signed_in(name, &self.testbed.registry_url(), user, password).await
    }

    async fn lin(&self) -> Doctor {
        self.signs_in("lin", "lin.jianing@jzfy.example", LIN).await
    }

    /// Something that an account does with another client.
    async fn elsewhere(&self, who: &Entry, path: &str, body: Value) -> Value {
        let url = self.testbed.synapse.base_url.join(&format!("_matrix/client/v3/{path}")).expect("an address");
        let request = reqwest::Client::new().post(url).bearer_auth(&who.account.access_token).json(&body);
        request.send().await.expect("an answer").error_for_status().expect("a good one").json().await.expect("JSON")
    }

    fn letters(&self, to_weiss: &str, to_zhou: &str) -> Introduce {
        let letter = |to: &Entry, text: &str| Letter { practitioner_id: to.practitioner_id.clone(), text: text.into() };
        Introduce { first: letter(&self.weiss, to_weiss), second: letter(&self.zhou, to_zhou) }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_colleagues_are_introduced_each_by_a_letter_of_their_own() {
    let ward = ward().await;
    let (lin, weiss, zhou) = tokio::join!(
        ward.lin(),
        ward.signs_in("weiss", "weiss@minjiang.example", WEISS),
        ward.signs_in("zhou", "zhou.min@jzfy.example", VERIFIER_PASSWORD),
    );
    let to_weiss = "May I introduce Zhou Min, who runs our general practice?";
    let to_zhou = "向您介绍 Hannah Weiss，闽江国际医院神经内科。";
    let rooms = lin.core.colleagues_introduce(ward.letters(to_weiss, to_zhou)).await.expect("introducing");
    assert_ne!(rooms.first, rooms.second);

    let at_weiss = weiss.accepts_invitation_of("林嘉宁").await;
    let at_zhou = zhou.accepts_invitation_of("林嘉宁").await;
    assert_eq!((&at_weiss, &at_zhou), (&rooms.first.room_id, &rooms.second.room_id));
    let (at_weiss, at_zhou) = tokio::join!(weiss.opens(&at_weiss), zhou.opens(&at_zhou));
    assert_eq!(at_weiss.sees_text(to_weiss).await.from, "林嘉宁");
    assert_eq!(at_zhou.sees_text(to_zhou).await.from, "林嘉宁");
    assert_eq!(at_weiss.texts(), [to_weiss], "and nobody reads the other's");
    assert_eq!(at_zhou.texts(), [to_zhou]);

    // Again, and without a network: the conversations are there, so the letters wait for it.
    let mut testbed = ward.testbed;
    testbed.synapse.kill();
    lin.sees_link(Link::Offline).await;
    let ward = Ward { testbed, ..ward };
    lin.core.colleagues_introduce(ward.letters("one more word", "还有一句")).await.expect("introducing offline");
    lin.opens(&rooms.first.room_id).await.sees_delivery("one more word", Delivery::Queued).await;
    lin.opens(&rooms.second.room_id).await.sees_delivery("还有一句", Delivery::Queued).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_written_to_if_an_introduction_cannot_be_made() {
    let ward = ward().await;
    let lin = ward.lin().await;
    let code = async |input: Introduce| lin.core.colleagues_introduce(input).await.unwrap_err().code;
    assert_eq!(code(ward.letters("hello", "  ")).await, ErrorCode::InvalidInput, "an empty letter");
    let Introduce { first, .. } = ward.letters("hello", "hello");
    assert_eq!(
        code(Introduce { first: first.clone(), second: first.clone() }).await,
        ErrorCode::InvalidInput,
        "one twice"
    );
    let own = Letter { practitioner_id: ward.lin.practitioner_id.clone(), text: "hello".into() };
    assert_eq!(code(Introduce { first: first.clone(), second: own }).await, ErrorCode::InvalidInput, "oneself");
    let stranger = Letter { practitioner_id: "nobody".into(), text: "hello".into() };
    assert_eq!(code(Introduce { first, second: stranger }).await, ErrorCode::NotFound);
    lin.sees_queued(0).await;
    let joined = reqwest::Client::new()
        .get(ward.testbed.synapse.base_url.join("_matrix/client/v3/joined_rooms").expect("an address"))
        .bearer_auth(&ward.lin.account.access_token);
    let joined: Value = joined.send().await.expect("an answer").json().await.expect("JSON");
    assert_eq!(joined["joined_rooms"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_in_common_are_those_both_are_in_now() {
    let ward = ward().await;
    let lin = ward.lin().await;
    let invite = [&ward.weiss.account.user_id, &ward.zhou.account.user_id];
    let group = ward.elsewhere(&ward.lin, "createRoom", json!({"name": "复杂冠脉讨论组", "invite": invite})).await;
    let room = group["room_id"].as_str().expect("a room").to_owned();
    ward.elsewhere(&ward.zhou, &format!("join/{room}"), json!({})).await;

    let shared = |with: &Entry| PractitionerRef { practitioner_id: with.practitioner_id.clone() };
    let with_zhou =
        until(async || lin.core.groups_shared(shared(&ward.zhou)).await.expect("groups"), |groups| groups.len() == 1)
            .await;
    assert_eq!((with_zhou[0].name.as_str(), with_zhou[0].room_id.as_str()), ("复杂冠脉讨论组", room.as_str()));
    assert_eq!(with_zhou[0].members, 2);
    let faces: Vec<_> = with_zhou[0].faces.iter().map(|face| face.name.han.as_str()).collect();
    assert_eq!(faces, ["周敏", "林嘉宁"]);
    assert_eq!(
        lin.core.groups_shared(shared(&ward.weiss)).await.expect("groups"),
        [],
        "who is only invited is not in it"
    );

    ward.elsewhere(&ward.zhou, &format!("rooms/{room}/leave"), json!({})).await;
    until(async || lin.core.groups_shared(shared(&ward.zhou)).await.expect("groups"), |groups| groups.is_empty()).await;
}

async fn until(ask: impl AsyncFn() -> Vec<SharedGroup>, wanted: impl Fn(&[SharedGroup]) -> bool) -> Vec<SharedGroup> {
    for _ in 0..120 {
        let answer = ask().await;
        if wanted(&answer) {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    panic!("waited in vain for the groups");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_goes_from_one_screen_to_the_other_as_a_code() {
    let ward = ward().await;
    let (lin, weiss) = tokio::join!(ward.lin(), ward.signs_in("weiss", "weiss@minjiang.example", WEISS));
    let card = own_card(&weiss, |card| card.vcard.contains("TEL")).await;
    assert_eq!(
        (card.file_name.as_str(), card.practitioner_id.as_str()),
        ("Hannah Weiss", ward.weiss.practitioner_id.as_str())
    );
    for line in ["FN:Hannah Weiss\r\n", "TITLE:Associate Chief Physician\r\n", "TEL:+86 599 555 0148\r\n"] {
        assert!(card.vcard.contains(line), "{line}");
    }
    let weiss_herself = Recognition::Colleague { practitioner_id: ward.weiss.practitioner_id.clone() };
    let upload_id = lin.core.upload(png(&card.qr)).expect("an upload");
    assert_eq!(lin.core.colleague_recognize_picture(UploadRef { upload_id }).await.expect("reading"), weiss_herself);

    let paste = async |text: &str| lin.core.colleague_recognize_text(PastedText { text: text.to_owned() }).await;
    let user_id = &ward.weiss.account.user_id;
    for text in [&card.vcard, user_id, &format!("https://matrix.to/#/{user_id}")] {
        assert_eq!(paste(text).await.expect("reading"), weiss_herself);
    }
    let eve = Recognition::Unlisted { name: "Hannah Weiss".into(), user_id: "@eve:elsewhere.example".into() };
    let forged = "BEGIN:VCARD\nFN:Hannah Weiss\nIMPP:matrix:u/eve:elsewhere.example\nEND:VCARD";
    assert_eq!(paste(forged).await.expect("reading"), eve, "a name makes nobody a colleague");
    assert_eq!(paste("good morning").await.expect("reading"), Recognition::Nobody);
    assert_eq!(paste(&"x".repeat(300_000)).await.unwrap_err().code, ErrorCode::TooLarge);

    let upload_id = lin.core.upload(png(&QrCode { rows: vec!["0".repeat(21); 21] })).expect("an upload");
    assert_eq!(
        lin.core.colleague_recognize_picture(UploadRef { upload_id }).await.expect("reading"),
        Recognition::NoCode
    );
    let upload_id = lin.core.upload(b"%PDF-1.7".to_vec()).expect("an upload");
    let refused = lin.core.colleague_recognize_picture(UploadRef { upload_id }).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::UnsupportedMedia);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_colleagues_do_not_all_see_is_not_in_the_code() {
    let ward = ward().await;
    let weiss = ward.signs_in("weiss", "weiss@minjiang.example", WEISS).await;
    own_card(&weiss, |card| card.vcard.contains("TEL") && card.vcard.contains("EMAIL")).await;
    let OwnEntry { mut content, versions, .. } = weiss.core.entry(()).await.expect("her entry");
    for contact in content.contacts.iter_mut().filter(|contact| contact.kind == OwnContactKind::WorkPhone) {
        contact.visibility = Visibility::Organization;
    }
    weiss.core.entry_save(SaveEntry { content, versions }).await.expect("saving it");
    // What is withdrawn is on no card from here on, whenever the directory is fetched.
    let card = weiss.core.directory_own_card(()).await.expect("her card");
    assert!(card.vcard.contains("EMAIL") && !card.vcard.contains("TEL"), "{}", card.vcard);
    assert!(card.contacts.iter().all(|contact| contact.kind == ContactKind::Email));
    let practitioner_ids = vec![card.practitioner_id.clone()];
    let file = weiss.core.directory_vcards(ExportVCards { practitioner_ids }).await.expect("a file").text;
    assert!(file.contains("EMAIL") && !file.contains("TEL"), "{file}");
    let seen = weiss.core.directory_colleague(PractitionerRef { practitioner_id: card.practitioner_id }).await;
    assert!(seen.expect("her card").contacts.iter().any(|c| c.kind == ContactKind::Phone), "she sees it herself");
}

/// The doctor's card, once it is as wanted: contacts come after the directory.
async fn own_card(doctor: &Doctor, wanted: impl Fn(&BusinessCard) -> bool) -> BusinessCard {
    for _ in 0..120 {
        let card = doctor.core.directory_own_card(()).await.expect("their own card");
        if wanted(&card) {
            return card;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    panic!("waited in vain for the card");
}

/// The code as a grey picture, five pixels a module, with the margin it needs.
fn png(code: &QrCode) -> Vec<u8> {
    let side = (code.rows.len() + 8) * 5;
    let module = |pixel: usize| (pixel / 5).checked_sub(4);
    let shade = |at: usize| {
        let (x, y) = (module(at % side), module(at / side));
        let dark = y.and_then(|y| code.rows.get(y)).zip(x).and_then(|(row, x)| row.as_bytes().get(x));
        if dark == Some(&b'1') { 0 } else { 255 }
    };
    let pixels: Vec<u8> = (0..side * side).map(shade).collect();
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, side as u32, side as u32);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header().expect("a header").write_image_data(&pixels).expect("an image");
    file
}
