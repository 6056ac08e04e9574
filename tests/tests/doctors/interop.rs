//! Encrypted messages with a client that is not ours: matrix-js-sdk in Node, with its own crypto.

use crate::ward::{Entries, LIN, joined};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use consilium_api::chat::ReactionWord;
use consilium_api::groups::{CreateGroup, GroupHistory};
use consilium_api::polls::{CreatePoll, VotePoll};
use consilium_api::{Commands, ErrorCode};
use consilium_testbed::Testbed;
use consilium_tests::Doctor;
use consilium_tests::doctor::Shown;
use serde_json::{Value, json};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

/// The other client.
struct Colleague {
    _process: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
    /// Of its session, for what no client would send.
    token: String,
}

impl Colleague {
    fn start(testbed: &Testbed, account: &consilium_testbed::Account) -> Self {
        let folder = consilium_testbed::checkout().join("tests/interop");
        assert!(folder.join("node_modules").exists(), "run `npm ci` in tests/interop (`cargo xtask test` does)");
        let mut process = Command::new("node")
            .arg("colleague.mjs")
            .current_dir(folder)
            .env("HOMESERVER", testbed.synapse.base_url.as_str().trim_end_matches('/'))
            .env("USER_ID", &account.user_id)
            .env("ACCESS_TOKEN", &account.access_token)
            .env("DEVICE_ID", &account.device_id)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("node 22 or newer on the path (`cargo xtask test` puts it there)");
        let input = process.stdin.take().expect("its input");
        let output = BufReader::new(process.stdout.take().expect("its output")).lines();
        Self { _process: process, input, output, token: account.access_token.clone() }
    }

    /// The next line with this key.
    async fn says(&mut self, key: &str) -> Value {
        let line = async {
            while let Some(line) = self.output.next_line().await.expect("reading its output") {
                let value: Value = serde_json::from_str(&line).expect("a line of JSON");
                if let Some(value) = value.get(key) {
                    return value.clone();
                }
            }
            panic!("the other client ended before it said {key}");
        };
        tokio::time::timeout(Duration::from_secs(60), line).await.unwrap_or_else(|_| panic!("it never said {key}"))
    }

    async fn hears(&mut self, line: &Value) {
        self.input.write_all(format!("{line}\n").as_bytes()).await.expect("writing to it");
    }

    /// Sends an event; answers its id.
    async fn sends(&mut self, room: &str, kind: &str, content: Value) -> String {
        self.attempts(room, kind, content).await.expect("an event id")
    }

    /// Sends an event that its client or the homeserver may refuse.
    async fn attempts(&mut self, room: &str, kind: &str, content: Value) -> Option<String> {
        self.hears(&json!({ "send": { "room": room, "type": kind, "content": content } })).await;
        self.says("sent").await.as_str().map(str::to_owned)
    }

    async fn writes(&mut self, room: &str, text: &str) -> String {
        self.sends(room, "m.room.message", json!({ "msgtype": "m.text", "body": text })).await
    }

    async fn redacts(&mut self, room: &str, event: &str) {
        self.hears(&json!({ "redact": { "room": room, "event": event } })).await;
        self.says("sent").await;
    }
}

/// Lin, a colleague with the other client, and the room both are in.
async fn ward() -> (Testbed, Doctor, Colleague, String) {
    let (testbed, Entries { weiss, .. }) = joined().await;
    let mut other = Colleague::start(&testbed, &weiss.account);
    other.says("ready").await;
    let lin = Doctor::signed_in("lin", &testbed.registry_url(), "lin.jianing", LIN).await;
    let room = lin.starts_conversation_with("hannah").await;
    assert_eq!(other.says("joined").await, room.as_str());
    (testbed, lin, other, room)
}

#[tokio::test(flavor = "multi_thread")]
async fn encrypted_messages_pass_in_both_directions() {
    let (_servers, lin, mut other, room) = ward().await;
    let at_lin = lin.opens(&room).await;
    lin.writes(&room, "室间隔近心尖段中断约 12 mm。").await;
    let received = other.says("received").await;
    assert_eq!(received["content"]["body"], "室间隔近心尖段中断约 12 mm。");
    assert_eq!(received["encrypted"], true);

    other.writes(&room, "Too early and too soft for a device.").await;
    let arrived = at_lin.sees_text("Too early and too soft for a device.").await;
    assert_eq!(arrived.from, "Hannah Weiss");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lin_does_with_messages_means_the_same_to_the_other_client() {
    let (_servers, lin, mut other, room) = ward().await;
    let at_lin = lin.opens(&room).await;
    lin.writes(&room, "Close it **now**?").await;
    let question = other.says("received").await;
    assert_eq!(question["content"]["formatted_body"], "Close it <strong>now</strong>?");
    let question = question["event"].as_str().expect("an id");
    let statement = other.writes(&room, "Too early.").await;

    let at = at_lin.sees_text("Too early.").await;
    lin.answers(&room, &at, "Agreed.").await;
    let answer = other.says("received").await;
    assert_eq!(answer["content"]["m.relates_to"]["m.in_reply_to"]["event_id"], statement.as_str());
    assert_eq!(answer["encrypted"], true);

    lin.reacts(&room, &at, ReactionWord::Agree).await;
    let reaction = other.says("received").await;
    let expected = json!({ "rel_type": "m.annotation", "event_id": statement, "key": "Agree" });
    assert_eq!((&reaction["type"], &reaction["content"]["m.relates_to"]), (&json!("m.reaction"), &expected));

    let is_out = |message: &Shown| message.event_id.as_deref() == Some(question);
    let own = at_lin.sees_message("Close it **now**?", is_out).await;
    lin.edits(&room, &own, "Close it at 48 h?").await.expect("editing");
    let edit = other.says("received").await;
    assert_eq!(edit["content"]["m.relates_to"]["event_id"], question);
    assert_eq!(edit["content"]["m.new_content"]["body"], "Close it at 48 h?");

    let own = at_lin.sees_message("Close it at 48 h?", |message| message.change.is_none()).await;
    lin.recalls(&room, &own).await.expect("recalling");
    assert_eq!(other.says("redacted").await, question);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_other_client_does_with_messages_means_the_same_to_lin() {
    let (_servers, lin, mut other, room) = ward().await;
    let at_lin = lin.opens(&room).await;
    lin.writes(&room, "Close it now?").await;
    let question = other.says("received").await["event"].as_str().expect("an id").to_owned();

    let reply = json!({ "m.in_reply_to": { "event_id": question } });
    let content = json!({ "msgtype": "m.text", "body": "Then wait.", "m.relates_to": reply });
    let replied = other.sends(&room, "m.room.message", content).await;
    let quoted = Some(("林嘉宁".to_owned(), "Close it now?".to_owned()));
    at_lin.sees_message("Then wait.", |message| message.quoted == quoted).await;

    let annotation =
        |key: &str| json!({ "m.relates_to": { "rel_type": "m.annotation", "event_id": question, "key": key } });
    other.sends(&room, "m.reaction", annotation("👍")).await;
    let noted = other.sends(&room, "m.reaction", annotation("Noted")).await;
    let both = [("Noted".to_owned(), 1, false), ("👍".to_owned(), 1, false)];
    at_lin.sees_message("Close it now?", |message| message.reactions == both).await;
    other.redacts(&room, &noted).await;
    at_lin.sees_message("Close it now?", |message| message.reactions == both[1..]).await;

    let edit = json!({
        "msgtype": "m.text", "body": "* Wait a day.", "m.new_content": { "msgtype": "m.text", "body": "Wait a day." },
        "m.relates_to": { "rel_type": "m.replace", "event_id": replied },
    });
    other.sends(&room, "m.room.message", edit).await;
    assert!(at_lin.sees_text("Wait a day.").await.edited);
    other.redacts(&room, &replied).await;
    at_lin.sees_text("(recalled)").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn images_pass_in_both_directions() {
    let (_servers, lin, mut other, room) = ward().await;
    let at_lin = lin.opens(&room).await;
    let mut image = Vec::new();
    let encoder = png::Encoder::new(&mut image, 4, 2);
    encoder.write_header().expect("a header").write_image_data(&[1, 2, 3, 4, 5, 6, 7, 8]).expect("pixels");

    lin.sends(&room, ("造影.png", "image/png", &image), "before PCI", None).await.expect("sending");
    let received = other.says("received").await;
    let content = &received["content"];
    assert_eq!(
        (&content["msgtype"], &content["body"], &content["filename"]),
        (&json!("m.image"), &json!("before PCI"), &json!("造影.png"))
    );
    assert_eq!(content["info"], json!({ "mimetype": "image/png", "w": 4, "h": 2, "size": image.len() }));
    assert_eq!((&received["encrypted"], &content["url"]), (&json!(true), &Value::Null));
    other.hears(&json!({ "fetch": content["file"] })).await;
    let fetched = STANDARD.decode(other.says("fetched").await.as_str().expect("bytes")).expect("base64");
    assert!(fetched == image);

    let bytes = STANDARD.encode(&image);
    other.hears(&json!({ "image": { "room": room, "name": "echo.png", "type": "image/png", "bytes": bytes } })).await;
    assert!(other.says("sent").await.is_string());
    let arrived = at_lin.sees_text("echo.png").await;
    assert_eq!(arrived.file.as_ref().map(|file| file.size), Some(Some(image.len() as u64)));
    let read = lin.reads_file(&room, &arrived).await.expect("reading");
    assert_eq!((read.content_type.as_str(), read.bytes == image), ("image/png", true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thread_is_one_in_both_clients() {
    let (_servers, lin, mut other, room) = ward().await;
    let at_lin = lin.opens(&room).await;
    lin.writes(&room, "Close it now?").await;
    let question = other.says("received").await["event"].as_str().expect("an id").to_owned();
    let root = at_lin.sees_message("Close it now?", |message| message.event_id.is_some()).await;
    let in_thread = lin.opens_thread(&room, &root).await;

    let relation = |answered: &str, falls_back: bool| json!({ "rel_type": "m.thread", "event_id": question, "is_falling_back": falls_back, "m.in_reply_to": { "event_id": answered } });
    let content = |text: &str, relation: Value| json!({ "msgtype": "m.text", "body": text, "m.relates_to": relation });
    let first = other.sends(&room, "m.room.message", content("After 48 h.", relation(&question, true))).await;
    other.sends(&room, "m.room.message", content("If the edges hold.", relation(&first, false))).await;
    let answer = in_thread.sees_text("If the edges hold.").await;
    assert_eq!(answer.quoted, Some(("Hannah Weiss".to_owned(), "After 48 h.".to_owned())));
    at_lin.sees_message("Close it now?", |message| message.thread.as_ref().is_some_and(|thread| thread.0 == 2)).await;
    assert_eq!(at_lin.texts(), ["Close it now?"]);

    lin.writes_in_thread(&room, &root, None, "Agreed").await;
    let agreed = other.says("received").await;
    assert_eq!(agreed["content"]["m.relates_to"], relation(&answer.event_id.expect("an event"), true));
    assert_eq!(agreed["encrypted"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poll_is_one_in_both_clients_and_counts_what_may_count() {
    let (testbed, lin, mut other, _) = ward().await;
    // In a conversation of two either may end it.
    let practitioner_ids = vec![lin.finds("hannah").await[0].id.clone()];
    let history = GroupHistory::FromInvitation;
    let group = CreateGroup { practitioner_ids, name: "Nights".into(), topic: String::new(), history };
    let room = lin.core.group_create(group).await.expect("making a group").room_id;
    assert_eq!(other.says("joined").await, room.as_str());
    let at_lin = lin.opens(&room).await;
    let (start, response, end) =
        ("org.matrix.msc3381.poll.start", "org.matrix.msc3381.poll.response", "org.matrix.msc3381.poll.end");
    let question = "Who takes the night of the 3rd?";
    let answers = vec!["Lin".to_owned(), "Weiss".to_owned()];
    let poll = CreatePoll { room_id: room.clone(), question: question.into(), answers, several: false, thread: None };
    lin.core.poll_create(poll).await.expect("asking");
    let asked = other.says("received").await;
    assert_eq!((&asked["type"], &asked["encrypted"]), (&json!(start), &json!(true)));
    assert_eq!(asked["content"]["org.matrix.msc1767.text"], "Who takes the night of the 3rd?\n1. Lin\n2. Weiss");
    assert_eq!(asked["content"][start]["kind"], "org.matrix.msc3381.poll.disclosed");
    let event = asked["event"].as_str().expect("an id").to_owned();
    let about = json!({ "rel_type": "m.reference", "event_id": event });
    let vote = |answer: &str| json!({ response: { "answers": [answer] }, "m.relates_to": about });
    let counts = |message: &Shown, counted: [u32; 2]| {
        message.poll.as_ref().is_some_and(|poll| poll.answers.iter().map(|answer| answer.votes).eq(counted))
    };
    other.sends(&room, response, vote("1")).await;
    at_lin.sees_message(question, |message| counts(message, [1, 0])).await;

    // Somebody else ends it, and the homeserver forges a vote: neither counts, and what comes later does.
    let over = json!({ end: {}, "org.matrix.msc1767.text": "over", "m.relates_to": about });
    other.sends(&room, end, over).await;
    let path = format!("_matrix/client/v3/rooms/{room}/send/{response}/forged");
    let url = testbed.synapse.base_url.join(&path).expect("an address");
    let request = reqwest::Client::new().put(url).bearer_auth(&other.token).json(&vote("2"));
    request.send().await.expect("an answer").error_for_status().expect("a good one");
    other.writes(&room, "after both").await;
    at_lin.sees_text("after both").await;
    let standing = at_lin.sees_message(question, |message| counts(message, [1, 0])).await;
    assert!(standing.poll.as_ref().is_some_and(|poll| !poll.ended && poll.may_end));
    let choose =
        VotePoll { room_id: room.clone(), item_id: standing.reference(&room).item_id, answers: vec!["2".into()] };
    lin.core.poll_vote(choose).await.expect("voting");
    at_lin.sees_message(question, |message| counts(message, [1, 1])).await;
    let chosen = other.says("received").await;
    assert_eq!((&chosen["type"], &chosen["content"][response]["answers"]), (&json!(response), &json!(["2"])));
    lin.core.poll_end(standing.reference(&room)).await.expect("ending it");
    let ended = other.says("received").await;
    assert_eq!((&ended["type"], &ended["content"]["m.relates_to"]), (&json!(end), &about));
    assert_eq!(ended["content"]["org.matrix.msc1767.text"], "Who takes the night of the 3rd?\nLin: 1\nWeiss: 1");
    // The SDK takes no second end; a conversation that is opened anew has it.
    drop(at_lin);
    let at_lin = lin.opens(&room).await;
    at_lin.sees_message(question, |message| message.poll.as_ref().is_some_and(|poll| poll.ended)).await;

    // A poll of the other client whose votes nobody sees before it has ended.
    let answer = |id: &str, text: &str| json!({ "id": id, "org.matrix.msc1767.text": text });
    let theirs = json!({ start: { "question": { "org.matrix.msc1767.text": "Tea?" }, "kind": "org.matrix.msc3381.poll.undisclosed",
        "max_selections": 1, "answers": [answer("t", "yes"), answer("f", "no")] }, "org.matrix.msc1767.text": "Tea?" });
    let event = other.sends(&room, start, theirs).await;
    let shown = at_lin.sees_text("Tea?").await;
    let choose = VotePoll { room_id: room.clone(), item_id: shown.reference(&room).item_id, answers: vec!["t".into()] };
    lin.core.poll_vote(choose).await.expect("voting");
    let hidden = at_lin.sees_message("Tea?", |m| m.poll.as_ref().is_some_and(|poll| poll.answers[0].own)).await;
    assert!(counts(&hidden, [0, 0]) && hidden.poll.is_some_and(|poll| poll.voters == 0 && !poll.disclosed));
    other.says("received").await;
    let over = json!({ end: {}, "org.matrix.msc1767.text": "over", "m.relates_to": { "rel_type": "m.reference", "event_id": event } });
    other.sends(&room, end, over).await;
    at_lin.sees_message("Tea?", |message| counts(message, [1, 0])).await;
}

/// On the runtime of the hosts: what the SDK does with nested HTML needs their stacks.
#[test]
fn nothing_that_another_client_sends_changes_what_lin_wrote_or_does_harm() {
    let runtime = consilium_host::runtime().expect("a runtime");
    runtime.block_on(async { tokio::spawn(hostile_events()).await }).expect("the story ends well");
}

async fn hostile_events() {
    let (_servers, lin, mut other, room) = ward().await;
    let at_lin = lin.opens(&room).await;
    lin.writes(&room, "APTT 56 s").await;
    let event = other.says("received").await["event"].as_str().expect("an id").to_owned();
    let html = |body: &str, html: &str| json!({ "msgtype": "m.text", "body": body, "format": "org.matrix.custom.html", "formatted_body": html });
    let related = |body: &str, relation: Value| json!({ "msgtype": "m.text", "body": body, "m.relates_to": relation });
    for content in [
        json!({ "msgtype": "m.text", "body": "* APTT 96 s", "m.new_content": { "msgtype": "m.text", "body": "APTT 96 s" },
                "m.relates_to": { "rel_type": "m.replace", "event_id": event } }),
        json!({ "msgtype": "m.text", "body": 12 }),
        json!({ "msgtype": ["m.text"], "body": {} }),
        json!({ "msgtype": "m.text" }),
        json!({}),
        json!({ "msgtype": "m.text", "body": "a", "formatted_body": { "b": 1 }, "format": 7 }),
        related("b", json!({ "m.in_reply_to": { "event_id": 5 } })),
        related("c", json!({ "m.in_reply_to": { "event_id": "$nothing" } })),
        related("d", json!({ "rel_type": "m.replace", "event_id": "$nothing" })),
        json!({ "msgtype": "m.text", "body": "e", "m.mentions": "everybody" }),
        html(&"x".repeat(40_000), ""),
        html("plain", &"<b>".repeat(12_000)),
        html("f", "<script>alert(1)</script><img src=\"https://evil.example/x\"><a href=\"javascript:alert(1)\">f</a>"),
        json!({ "msgtype": "m.file", "body": "\u{202E}gpj.exe", "url": 1 }),
        json!({ "msgtype": "m.file", "body": "x".repeat(40_000), "url": "mxc://jiangzhou.example/nothing" }),
        json!({ "msgtype": "m.image", "body": "g", "url": "mxc://jiangzhou.example/nothing", "info": { "w": -1, "h": 2 } }),
        json!({ "msgtype": "m.image", "body": "\u{202E}gpj.h", "url": "mxc://jiangzhou.example/nothing",
                "info": { "w": 9_007_199_254_740_991_u64, "h": 1, "size": 0, "mimetype": "text/html" } }),
    ] {
        other.attempts(&room, "m.room.message", content).await;
    }
    for key in [json!("<b>x</b>\u{202E}"), json!("y".repeat(400)), json!(7), json!(null)] {
        let relation = json!({ "rel_type": "m.annotation", "event_id": event, "key": key });
        other.attempts(&room, "m.reaction", json!({ "m.relates_to": relation })).await;
    }
    other.writes(&room, "report\u{202E}gpj.exe").await;
    at_lin.sees_text("reportgpj.exe").await;
    let own = at_lin.sees_message("APTT 56 s", |message| message.reactions.len() == 2).await;
    assert!(!own.edited, "an edit by somebody else is none");
    let keys: Vec<_> = own.reactions.iter().map(|(key, ..)| key.chars().count()).collect();
    assert_eq!((own.reactions[0].0.as_str(), keys), ("<b>x</b>", vec![8, 32]));
    assert_eq!(at_lin.sees_text("f").await.formatted, None, "nothing of it is worth a style");
    assert_eq!(at_lin.sees_text("c").await.quoted, Some(Default::default()), "an answer to nothing");
    assert!(at_lin.messages().iter().all(|message| message.text != "APTT 96 s"));
    let image = at_lin.sees_text("gpj.h").await;
    assert_eq!(image.file.as_ref().map(|file| (file.width, file.height)), Some((None, None)));
    // The homeserver could have put there what it likes.
    assert_eq!(lin.reads_file(&room, &image).await.unwrap_err().code, ErrorCode::NotFound);
    let longest = at_lin.messages().iter().filter_map(|message| message.file.clone()).map(|file| file.name.len()).max();
    assert_eq!(longest, Some(200));
}
