//! Measures how long a message takes from one doctor's core to another's screen, over a real Synapse, beside what bare
//! HTTP needs for an equally large event on the same server. The two take turns, so that what else the machine does
//! falls on both. Takes the number of messages; prints one line of JSON, times in milliseconds.

#![recursion_limit = "256"]
#![allow(clippy::print_stdout, clippy::expect_used, reason = "a bench ends where it breaks")]

use consilium_testbed::{Account, Testbed, lin_jianing, weiss};
use consilium_tests::Doctor;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

const LIN: &str = "a long password of lin";
const WEISS: &str = "a long password of weiss";

/// Messages before the first that counts: the first ones make sessions and caches.
const WARM_UP: usize = 10;
/// Between two messages, so that whoever receives is waiting again.
const PAUSE: Duration = Duration::from_millis(100);
/// Longest wait for an event over bare HTTP.
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::main]
async fn main() {
    let messages: usize = std::env::args().nth(1).and_then(|text| text.parse().ok()).expect("the number of messages");
    let testbed = Testbed::start().await.expect("the servers start");
    let verifier = testbed.verifier().await.expect("a verifier");
    testbed.doctor(&verifier, lin_jianing(), LIN).await.expect("Lin joins");
    testbed.doctor(&verifier, weiss(), WEISS).await.expect("Weiss joins");
    let registry = testbed.registry_url();
    let (lin, weiss) = tokio::join!(
        Doctor::signed_in("lin", &registry, "lin.jianing@jzfy.example", LIN),
        Doctor::signed_in("weiss", &registry, "weiss@minjiang.example", WEISS),
    );
    let room = lin.starts_conversation_with("hannah").await;
    weiss.accepts_invitation_of("林嘉宁").await;
    let (at_lin, at_weiss) = (lin.opens(&room).await, weiss.opens(&room).await);
    let words =
        |nth: usize| format!("{nth}：APTT 56 秒，肝素先维持这个速度，两小时后复查。Lactate 2.1, repeat at 14:00.");
    lin.writes(&room, &words(0)).await;
    at_weiss.sees_text(&words(0)).await;
    let content = encrypted_event(&testbed, &room).await;
    let mut bare = Bare::set_up(&testbed).await;

    let (mut shown, mut echo, mut floor, mut put) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for nth in 1..=WARM_UP + messages {
        let text = words(nth);
        tokio::time::sleep(PAUSE).await;
        let begin = Instant::now();
        let sees = async |conversation: &consilium_tests::Conversation| {
            conversation.sees_text(&text).await;
            begin.elapsed()
        };
        let ((), at_own, at_other) = tokio::join!(lin.writes(&room, &text), sees(&at_lin), sees(&at_weiss));
        tokio::time::sleep(PAUSE).await;
        let (accepted, arrived) = bare.send(nth, &content).await;
        if nth > WARM_UP {
            for (times, time) in
                [(&mut shown, at_other), (&mut echo, at_own), (&mut floor, arrived), (&mut put, accepted)]
            {
                times.push((time.as_secs_f64() * 1e6).round() / 1e3);
            }
        }
    }
    let answer = json!({
        "release": !cfg!(debug_assertions),
        "warm_up": WARM_UP,
        "event_bytes": content.to_string().len(),
        "shown_ms": shown,
        "echo_ms": echo,
        "floor_ms": floor,
        "put_ms": put,
    });
    println!("{answer}");
    tokio::join!(lin.core.shutdown(), weiss.core.shutdown());
}

/// Content of the latest encrypted event of the room, as the server has it.
async fn encrypted_event(testbed: &Testbed, room: &str) -> Value {
    let path = format!("v1/rooms/{room}/messages?dir=b&limit=50");
    let mut answer = testbed.synapse.admin(Method::GET, &path, None).await.expect("the room's events");
    let events = answer["chunk"].as_array_mut().expect("a list of events");
    let event = events.iter_mut().find(|event| event["type"] == "m.room.encrypted").expect("an encrypted event");
    event["content"].take()
}

/// Two accounts that speak HTTP and nothing else: one sends, the other waits in a sliding sync.
struct Bare {
    sender: Caller,
    room: String,
    arrived: mpsc::UnboundedReceiver<(String, Instant)>,
}

#[derive(Clone)]
struct Caller {
    http: reqwest::Client,
    account: Account,
    base: String,
}

impl Caller {
    fn request(&self, method: Method, path: &str, body: &Value) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base)).bearer_auth(&self.account.access_token).json(body)
    }

    async fn call(&self, method: Method, path: &str, body: &Value) -> Value {
        let response = self.request(method, path, body).send().await.expect("the homeserver answers");
        response.error_for_status().expect("the homeserver agrees").json().await.expect("an answer in JSON")
    }
}

impl Bare {
    async fn set_up(testbed: &Testbed) -> Self {
        let caller = async |name| {
            // The registry locks accounts that are nobody's, but not administrators.
            let account = testbed.synapse.register_by_secret(name, "bare http", true).await.expect("an account");
            Caller { http: reqwest::Client::new(), account, base: testbed.synapse.base_url.to_string() }
        };
        let (sender, receiver) = (caller("bare-sender").await, caller("bare-receiver").await);
        let encryption = json!({"type": "m.room.encryption", "content": {"algorithm": "m.megolm.v1.aes-sha2"}});
        let body = json!({
            "preset": "private_chat", "is_direct": true, "invite": [receiver.account.user_id],
            "initial_state": [encryption],
        });
        let created = sender.call(Method::POST, "_matrix/client/v3/createRoom", &body).await;
        let room = created["room_id"].as_str().expect("a room").to_owned();
        receiver.call(Method::POST, &format!("_matrix/client/v3/rooms/{room}/join"), &json!({})).await;
        let (told, arrived) = mpsc::unbounded_channel();
        tokio::spawn(follow(receiver, room.clone(), told));
        Self { sender, room, arrived }
    }

    /// How long until the server accepted an event of this content, and until it had reached the other account.
    async fn send(&mut self, nth: usize, content: &Value) -> (Duration, Duration) {
        let path = format!("_matrix/client/v3/rooms/{}/send/m.room.encrypted/{nth}", self.room);
        let begin = Instant::now();
        let sent = self.sender.call(Method::PUT, &path, content).await;
        let accepted = begin.elapsed();
        let id = sent["event_id"].as_str().expect("an event id");
        let reached = async {
            loop {
                let (event, at) = self.arrived.recv().await.expect("the other account follows");
                if event == id {
                    return at;
                }
            }
        };
        let at = tokio::time::timeout(PATIENCE, reached).await.expect("the event arrives");
        (accepted, at.duration_since(begin))
    }
}

/// Tells every event of the room and when it came.
async fn follow(caller: Caller, room: String, told: mpsc::UnboundedSender<(String, Instant)>) {
    let body = json!({"lists": {"all": {"ranges": [[0, 19]], "timeline_limit": 20, "required_state": []}}});
    let mut position = String::new();
    loop {
        let path = "_matrix/client/unstable/org.matrix.simplified_msc3575/sync";
        let mut request = caller.request(Method::POST, path, &body).query(&[("timeout", "30000")]);
        if !position.is_empty() {
            request = request.query(&[("pos", &position)]);
        }
        let response = request.send().await.and_then(reqwest::Response::error_for_status).expect("a sync");
        let answer: Value = response.json().await.expect("a sync in JSON");
        let now = Instant::now();
        for event in answer["rooms"][&room]["timeline"].as_array().into_iter().flatten() {
            let id = event["event_id"].as_str().unwrap_or_default().to_owned();
            if told.send((id, now)).is_err() {
                return;
            }
        }
        position = answer["pos"].as_str().expect("a position").to_owned();
    }
}
