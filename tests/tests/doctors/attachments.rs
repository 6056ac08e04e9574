//! Images and files between two doctors: with a network and without, through kills and cuts, within the homeserver's limit.

use crate::ward::{Entries, LIN, WEISS, Ward, joined, ward, ward_of};
use consilium_api::account::Link;
use consilium_api::chat::{Delivery, Preview};
use consilium_api::search::{MessageHits, MessageKind, MessageQuery};
use consilium_api::{Commands, ErrorCode};
use consilium_testbed::Testbed;
use consilium_tests::doctor::Shown;
use consilium_tests::{Doctor, Process};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;

const SECRET: &str = "Wang Wei, ward 12, 31.2304N";

/// An angiogram of 64 by 32 pixels; as its machine writes it, it says whose it is.
fn angiogram(with_text: bool) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, 64, 32);
    encoder.set_color(png::ColorType::Grayscale);
    if with_text {
        encoder.add_text_chunk("Comment".to_owned(), SECRET.to_owned()).expect("a text");
    }
    let pixels: Vec<u8> = (0..64 * 32).map(|n: u32| (n * n % 251) as u8).collect();
    encoder.write_header().expect("a header").write_image_data(&pixels).expect("pixels");
    file
}

/// Bytes that look like nothing and do not repeat.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    std::iter::repeat_with(&mut next).flatten().take(length).collect()
}

async fn finds(doctor: &Doctor, text: &str, kinds: &[MessageKind]) -> MessageHits {
    let query = MessageQuery {
        text: text.to_owned(),
        room_id: None,
        sender: None,
        kinds: kinds.to_vec(),
        since: None,
        until: None,
        cursor: None,
        limit: 10,
    };
    doctor.core.messages_find(query).await.expect("a search")
}

/// Searches until so many are found.
async fn finds_so_many(doctor: &Doctor, text: &str, kinds: &[MessageKind], count: usize) {
    let search = async {
        while finds(doctor, text, kinds).await.hits.len() != count {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), search)
        .await
        .unwrap_or_else(|_| panic!("{text} is not found {count} times"));
}

fn is_file(message: &Shown) -> bool {
    message.file.is_some()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thread_takes_images_and_files() {
    let Ward { mut testbed, lin, weiss, room, .. } = ward().await;
    let (at_lin, at_weiss) = tokio::join!(lin.opens(&room), weiss.opens(&room));
    lin.writes(&room, "Which view?").await;
    let asked = at_weiss.sees_text("Which view?").await;
    let root = at_lin.sees_message("Which view?", |message| message.event_id.is_some()).await;
    let (lins, weisss) = tokio::join!(lin.opens_thread(&room, &root), weiss.opens_thread(&room, &asked));
    let (image, report) = (angiogram(false), noise(200_000));
    weiss.sends_in_thread(&room, &asked, ("angio.png", "image/png", &image), None).await;
    let shown = lins.sees_message("angio.png", |message| message.file.is_some()).await;
    assert_eq!(shown.quoted, None, "it follows, it answers nothing");
    assert!(lin.reads_file(&room, &shown).await.expect("reading").bytes == image);
    let says = |message: &Shown, replies, what: &str| {
        message.thread.as_ref().is_some_and(|thread| (thread.0, thread.3.as_str()) == (replies, what))
    };
    at_lin.sees_message("Which view?", |message| says(message, 1, "(image) ")).await;
    assert_eq!((at_lin.texts().len(), at_weiss.texts().len()), (1, 1), "it stands in the thread alone");

    // Without a network, as an answer; after a restart it is still there.
    drop((at_lin, lins));
    testbed.synapse.kill();
    lin.sees_link(Link::Offline).await;
    lin.sends_in_thread(&room, &root, ("report.pdf", "application/pdf", &report), Some(&shown)).await;
    let lin = lin.restart().await;
    lin.sees_signed_in().await;
    let at_lin = lin.opens(&room).await;
    let root = at_lin.sees_message("Which view?", |message| says(message, 2, "(file) report.pdf")).await;
    let lins = lin.opens_thread(&room, &root).await;
    let answers = |message: &Shown| message.quoted.as_ref().is_some_and(|quoted| quoted.1 == "(image) ");
    lins.sees_message("report.pdf", |message| answers(message) && message.delivery == Some(Delivery::Queued)).await;

    testbed.synapse.start_again().await.expect("the homeserver comes back");
    let arrived = weisss.sees_message("report.pdf", answers).await;
    assert!(weiss.reads_file(&room, &arrived).await.expect("reading").bytes == report);
    assert_eq!(weisss.texts(), ["Which view?", "angio.png", "report.pdf"]);
    assert_eq!((at_lin.texts(), at_weiss.texts()), (vec!["Which view?".to_owned()], vec!["Which view?".to_owned()]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_and_a_file_go_both_ways_and_a_recall_takes_them_away() {
    let Ward { testbed, lin, weiss, room, .. } = ward().await;
    let (at_lin, at_weiss) = tokio::join!(lin.opens(&room), weiss.opens(&room));
    let (original, bare) = (angiogram(true), angiogram(false));
    assert!(original.windows(SECRET.len()).any(|piece| piece == SECRET.as_bytes()), "there is something to take off");

    let sent = ("造影.png", "image/png", original.as_slice());
    lin.sends(&room, sent, "before **PCI**", None).await.expect("sending");
    let own = at_lin.sees_message("before **PCI**", |message| message.event_id.is_some()).await;
    let arrived = at_weiss.sees_text("before **PCI**").await;
    assert!(arrived.formatted.is_some(), "a caption has formatting");
    let file = arrived.file.clone().expect("an image");
    assert_eq!((file.name.as_str(), file.width, file.height), ("造影.png", Some(64), Some(32)));
    assert_eq!((file.size, file.media_type.as_str()), (Some(bare.len() as u64), "image/png"));
    let read = weiss.reads_file(&room, &arrived).await.expect("reading");
    assert_eq!((read.content_type.as_str(), read.bytes == bare), ("image/png", true));
    assert!(lin.reads_file(&room, &own).await.expect("reading one's own").bytes == bare);
    assert!(!testbed.synapse.uploads_hold(&bare[..32]).unwrap(), "the homeserver has it encrypted alone");
    assert!(!testbed.synapse.database_holds("造影").unwrap());
    let row = weiss.sees_conversation(|row| row.last.is_some()).await;
    assert_eq!(row.last.unwrap().preview, Preview::Image { caption: "before **PCI**".to_owned() });

    let pathway = noise(300_000);
    weiss.sends(&room, ("转运流程 v3.pdf", "application/pdf", &pathway), "", Some(&arrived)).await.expect("answering");
    let answer = at_lin.sees_message("转运流程 v3.pdf", is_file).await;
    assert_eq!(answer.quoted, Some(("林嘉宁".to_owned(), "(image) before **PCI**".to_owned())));
    let read = lin.reads_file(&room, &answer).await.expect("reading");
    assert_eq!((read.content_type.as_str(), read.bytes == pathway), ("application/octet-stream", true));
    let row = lin.sees_conversation(|row| row.last.as_ref().is_some_and(|last| !last.own)).await;
    assert_eq!(row.last.unwrap().preview, Preview::File { name: "转运流程 v3.pdf".to_owned() });
    finds_so_many(&lin, "转运流程", &[MessageKind::File], 1).await;
    finds_so_many(&weiss, "造影", &[MessageKind::Image], 1).await;
    assert_eq!(finds(&weiss, "造影", &[MessageKind::File]).await.hits.len(), 0);

    lin.recalls(&room, &own).await.expect("recalling");
    at_weiss.sees("the recall", |messages| messages[0].text == "(recalled)").await;
    assert_eq!(weiss.reads_file(&room, &arrived).await.unwrap_err().code, ErrorCode::NotFound);
    assert_eq!(lin.reads_file(&room, &own).await.unwrap_err().code, ErrorCode::NotFound);
    finds_so_many(&weiss, "造影", &[], 0).await;
    at_lin
        .sees("its answer", |messages| {
            messages.iter().any(|m| m.quoted == Some(("林嘉宁".into(), "(recalled)".into())))
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_smaller_image_goes_with_an_image_as_bare_and_as_encrypted_as_it() {
    let Ward { testbed, lin, weiss, room, .. } = ward().await;
    let (at_lin, at_weiss) = tokio::join!(lin.opens(&room), weiss.opens(&room));
    let (original, bare) = (angiogram(true), angiogram(false));
    lin.sends_with_thumbnail(&room, "angio.png", &original, &original).await;
    let own = at_lin.sees_message("angio.png", |message| message.event_id.is_some()).await;
    let arrived = at_weiss.sees_message("angio.png", is_file).await;
    assert!(arrived.file.as_ref().is_some_and(|file| file.thumbnail));
    for (doctor, message) in [(&weiss, &arrived), (&lin, &own)] {
        let read = doctor.reads_thumbnail(&room, message).await.expect("reading");
        assert_eq!((read.content_type.as_str(), read.bytes == bare), ("image/png", true));
    }
    assert!(!testbed.synapse.uploads_hold(&bare[..32]).unwrap(), "the homeserver has it encrypted alone");

    lin.sends_with_thumbnail(&room, "next.png", &original, &noise(2_000)).await;
    let next = at_weiss.sees_message("next.png", is_file).await;
    assert!(next.file.as_ref().is_some_and(|file| !file.thumbnail), "what is no image does not go out");
    assert_eq!(weiss.reads_thumbnail(&room, &next).await.unwrap_err().code, ErrorCode::NotFound);

    lin.recalls(&room, &own).await.expect("recalling");
    at_weiss.sees("the recall", |messages| messages[0].text == "(recalled)").await;
    assert_eq!(weiss.reads_thumbnail(&room, &arrived).await.unwrap_err().code, ErrorCode::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_attached_offline_is_seen_at_once_and_goes_out_after_a_kill() {
    let (mut testbed, Entries { weiss: other, .. }) = joined().await;
    let server = testbed.registry_url();
    let folder = tempfile::tempdir().expect("a folder");
    let client = || Process::start(Path::new(env!("CARGO_BIN_EXE_doctor")), folder.path(), &server, &[]);
    let mut lin = client();
    lin.sees("session", Value::Null, |state| state["state"] == "signed_out").await;
    lin.call("sign_in", json!({ "server": server, "user": "lin.jianing", "password": LIN })).await;
    lin.sees("directory_status", Value::Null, |status| status["phase"] == "complete").await;
    let weiss = Doctor::signed_in("weiss", &server, "weiss@minjiang.example", WEISS).await;
    let room = lin.call("conversation_start", json!({ "practitioner_id": other.practitioner_id })).await;
    let room = room["room_id"].as_str().expect("a room").to_owned();
    weiss.accepts_invitation_of("林嘉宁").await;
    let at_weiss = weiss.opens(&room).await;
    lin.call("message_send", json!({ "room_id": room, "text": "before", "mentions": [] })).await;
    at_weiss.sees_text("before").await;

    testbed.synapse.kill();
    lin.sees("connection", Value::Null, |connection| connection["link"] == "offline").await;
    let (image, report) = (angiogram(false), noise(2_000_000));
    for (name, kind, bytes) in [("angio.png", "image/png", &image), ("report.pdf", "application/pdf", &report)] {
        let path = folder.path().join("to-be-sent");
        std::fs::write(&path, bytes).expect("a file");
        let upload = lin.upload(&path).await;
        std::fs::remove_file(&path).expect("removing it");
        let input = json!({ "room_id": room, "upload_id": upload, "name": name, "media_type": kind, "caption": "", "mentions": [] });
        lin.call("attachment_send", input).await;
    }
    lin.call("message_send", json!({ "room_id": room, "text": "after", "mentions": [] })).await;
    lin.sees("connection", Value::Null, |connection| connection["queued"] == 3).await;
    let is_queued = |update: &Value| {
        let items = update["update"]["items"].as_array();
        let file = items.into_iter().flatten().find(|item| item["content"]["body"]["file"]["name"] == "report.pdf");
        file.is_some_and(|item| item["content"]["delivery"]["state"] == "queued")
    };
    lin.sees("timeline", json!({ "room_id": room }), is_queued).await;
    lin.kill().await;

    testbed.synapse.start_again().await.expect("the homeserver comes back");
    let mut lin = client();
    lin.sees("session", Value::Null, |state| state["state"] == "signed_in").await;
    at_weiss.sees_text("after").await;
    lin.sees("connection", Value::Null, |connection| connection["queued"] == 0).await;
    assert_eq!(at_weiss.texts(), ["before", "angio.png", "report.pdf", "after"], "each once, in their order");
    let messages = at_weiss.messages();
    assert!(weiss.reads_file(&room, &messages[1]).await.expect("reading").bytes == image);
    assert!(weiss.reads_file(&room, &messages[2]).await.expect("reading").bytes == report);
    // Nothing of it lies about in the clear on the machine of its sender.
    for entry in std::fs::read_dir(folder.path()).expect("a folder").flatten().filter(|entry| entry.path().is_file()) {
        let bytes = std::fs::read(entry.path()).unwrap_or_default();
        assert!(!bytes.windows(64).any(|piece| piece == &report[..64]), "{:?}", entry.path());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_is_cut_off_halfway_is_made_again() {
    let Ward { mut testbed, lin, weiss, room, .. } = ward().await;
    let (at_lin, at_weiss) = tokio::join!(lin.opens(&room), weiss.opens(&room));
    // More than the system holds for a server that does not read.
    let film = noise(12_000_000);
    testbed.synapse.freeze().expect("it freezes");
    lin.sends(&room, ("echo.mp4", "video/mp4", &film), "", None).await.expect("queueing");
    let progress = |message: &Shown| message.file.as_ref().and_then(|file| file.uploaded);
    let begun = at_lin.sees_message("echo.mp4", |message| progress(message).is_some_and(|percent| percent > 0)).await;
    assert!(progress(&begun).unwrap() < 100, "not all of it is out: {begun:?}");
    assert_eq!(begun.delivery, Some(Delivery::Queued));
    testbed.synapse.thaw().expect("it thaws");
    testbed.synapse.kill();
    lin.sees_link(Link::Offline).await;
    assert_eq!(at_lin.messages()[0].delivery, Some(Delivery::Queued), "nothing that needs the doctor");

    testbed.synapse.start_again().await.expect("the homeserver comes back");
    let arrived = at_weiss.sees_message("echo.mp4", is_file).await;
    assert!(weiss.reads_file(&room, &arrived).await.expect("reading").bytes == film);
    let sent = at_lin.sees_message("echo.mp4", |message| message.event_id.is_some()).await;
    assert_eq!(progress(&sent), None);
    assert_eq!(at_weiss.messages().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_sent_is_refused_before_anything_is_sent() {
    const LIMIT: u64 = 1_000_000;
    let mut testbed = Testbed::start().await.expect("the servers start");
    testbed.synapse.kill();
    testbed.synapse.limit_uploads(LIMIT).expect("another limit");
    testbed.synapse.start_again().await.expect("the homeserver comes back");
    let Ward { mut testbed, lin, weiss, room, .. } = ward_of(testbed).await;
    let limit = async |doctor: &Doctor| doctor.core.attachment_limit(()).await.expect("a limit").bytes;
    let known = async {
        while limit(&lin).await != LIMIT {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), known).await.expect("the homeserver's limit is known");

    let at_lin = lin.opens(&room).await;
    let refused = async |doctor: &Doctor, name: &str, bytes: &[u8]| {
        doctor.sends(&room, (name, "", bytes), "its caption", None).await.unwrap_err().code
    };
    let large = noise(LIMIT as usize + 1);
    assert_eq!(refused(&lin, "large.bin", &large).await, ErrorCode::TooLarge);
    assert_eq!(refused(&lin, "empty.txt", b"").await, ErrorCode::InvalidInput);
    assert_eq!(refused(&lin, "IMG_2041.HEIC", b"\0\0\0\x18ftypheic").await, ErrorCode::UnsupportedMedia);
    assert_eq!(refused(&lin, "scan.png", b"%PDF-1.7").await, ErrorCode::UnsupportedMedia);
    lin.sends(&room, ("whole.bin", "", &large[1..]), "", None).await.expect("just as large as it may be");
    at_lin.sees_delivery("whole.bin", Delivery::Sent).await;
    assert_eq!(at_lin.texts(), ["whole.bin"], "nothing else was queued");

    testbed.synapse.kill();
    let lin = lin.restart().await;
    lin.sees_signed_in().await;
    lin.sees_link(Link::Offline).await;
    assert_eq!(limit(&lin).await, LIMIT, "it is known offline");
    assert_eq!(refused(&lin, "large.bin", &large).await, ErrorCode::TooLarge);
    drop(weiss);
}
