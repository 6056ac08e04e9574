//! Programs that end without a farewell: the client's by SIGKILL, the homeserver's by SIGKILL.

#![recursion_limit = "256"]
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a story ends where it breaks")]

use consilium_api::chat::Delivery;
use consilium_testbed::{Testbed, lin_jianing, weiss};
use consilium_tests::Doctor;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

const LIN: &str = "a long password of lin";
const WEISS: &str = "a long password of weiss";
const PATIENCE: Duration = Duration::from_secs(60);

/// A client in a process of its own.
struct Process {
    child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

impl Process {
    fn start(folder: &Path, server: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_doctor"))
            .arg(folder)
            .arg(format!("cn.consilium.test.{}", folder.display()))
            .arg(server)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the client starts");
        let input = child.stdin.take().expect("its input");
        let output = BufReader::new(child.stdout.take().expect("its output")).lines();
        Self { child, input, output }
    }

    async fn line(&mut self, key: &str) -> Value {
        let wanted = async {
            loop {
                let line = self.output.next_line().await.expect("reading").expect("the client runs");
                let value: Value = serde_json::from_str(&line).expect("a line of JSON");
                assert!(value.get("error").is_none(), "refused: {value}");
                if let Some(value) = value.get(key) {
                    return value.clone();
                }
            }
        };
        tokio::time::timeout(PATIENCE, wanted).await.unwrap_or_else(|_| panic!("no {key} came"))
    }

    async fn write(&mut self, request: Value) {
        self.input.write_all(format!("{request}\n").as_bytes()).await.expect("writing");
    }

    async fn call(&mut self, command: &str, input: Value) -> Value {
        self.write(json!({ "command": command, "input": input })).await;
        self.line("ok").await
    }

    /// Watches a subscription until an event satisfies the condition.
    async fn sees(&mut self, subscription: &str, input: Value, condition: impl Fn(&Value) -> bool) -> Value {
        self.write(json!({ "subscribe": subscription, "input": input })).await;
        loop {
            let event = self.line("event").await;
            if condition(&event) {
                return event;
            }
        }
    }

    async fn sign_in(&mut self, server: &str) {
        self.sees("session", Value::Null, |state| state["state"] == "signed_out").await;
        self.call("sign_in", json!({ "server": server, "user": "lin.jianing", "password": LIN })).await;
        self.sees("session", Value::Null, |state| state["state"] == "signed_in").await;
    }

    async fn kill(mut self) {
        self.child.kill().await.expect("SIGKILL");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn three_queued_messages_of_a_killed_client_arrive_once() {
    let mut testbed = Testbed::start().await.expect("the servers start");
    let verifier = testbed.verifier().await.expect("a verifier");
    testbed.doctor(&verifier, lin_jianing(), LIN).await.expect("Lin joins");
    let other = testbed.doctor(&verifier, weiss(), WEISS).await.expect("Weiss joins");
    let server = testbed.registry_url();

    let folder = tempfile::tempdir().expect("a folder");
    let mut lin = Process::start(folder.path(), &server);
    lin.sign_in(&server).await;
    lin.sees("directory_status", Value::Null, |status| status["phase"] == "complete").await;
    let weiss = Doctor::signed_in("weiss", &server, "weiss@minjiang.example", WEISS).await;
    let room = lin.call("conversation_start", json!({ "practitioner_id": other.practitioner_id })).await;
    let room = room["room_id"].as_str().expect("a room").to_owned();
    weiss.accepts_invitation_of("林嘉宁").await;
    let at_weiss = weiss.opens(&room).await;
    lin.call("message_send", json!({ "room_id": room, "text": "before" })).await;
    at_weiss.sees_text("before").await;

    testbed.synapse.kill();
    lin.sees("connection", Value::Null, |connection| connection["link"] == "offline").await;
    for text in ["one", "two", "three"] {
        lin.call("message_send", json!({ "room_id": room, "text": text })).await;
    }
    lin.sees("connection", Value::Null, |connection| connection["queued"] == 3).await;
    lin.kill().await;

    testbed.synapse.start_again().await.expect("the homeserver comes back");
    let mut lin = Process::start(folder.path(), &server);
    lin.sees("session", Value::Null, |state| state["state"] == "signed_in").await;
    at_weiss.sees_text("three").await;
    lin.sees("connection", Value::Null, |connection| connection["queued"] == 0).await;
    // A second copy would have come with the first; what comes after shows that nothing is under way.
    lin.call("message_send", json!({ "room_id": room, "text": "after" })).await;
    at_weiss.sees_text("after").await;
    assert_eq!(at_weiss.texts(), ["before", "one", "two", "three", "after"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_homeserver_killed_during_a_conversation_loses_and_doubles_nothing() {
    let mut testbed = Testbed::start().await.expect("the servers start");
    let verifier = testbed.verifier().await.expect("a verifier");
    testbed.doctor(&verifier, lin_jianing(), LIN).await.expect("Lin joins");
    testbed.doctor(&verifier, weiss(), WEISS).await.expect("Weiss joins");
    let server = testbed.registry_url();
    let lin = Doctor::signed_in("lin", &server, "lin.jianing", LIN).await;
    let weiss = Doctor::signed_in("weiss", &server, "weiss@minjiang.example", WEISS).await;
    let room = lin.starts_conversation_with("hannah").await;
    weiss.accepts_invitation_of("林嘉宁").await;
    let (at_lin, at_weiss) = (lin.opens(&room).await, weiss.opens(&room).await);
    lin.writes(&room, "first").await;
    at_weiss.sees_text("first").await;

    let mut expected = vec!["first".to_owned()];
    for round in 0..3 {
        // Killed while messages are on their way.
        for n in 0..4 {
            let mut text = String::new();
            write!(text, "round {round}, message {n}").expect("writing to a string");
            lin.writes(&room, &text).await;
            expected.push(text);
        }
        testbed.synapse.kill();
        tokio::time::sleep(Duration::from_millis(500)).await;
        testbed.synapse.start_again().await.expect("the homeserver comes back");
        at_weiss.sees_text(expected.last().expect("a text")).await;
    }
    assert_eq!(at_weiss.texts(), expected);
    for text in &expected {
        at_lin
            .sees(text, |messages| {
                messages.iter().any(|m| m.text == *text && matches!(m.delivery, Some(Delivery::Sent | Delivery::Read)))
            })
            .await;
    }
    assert_eq!(at_lin.texts(), expected);
}

/// So many that the first fetch takes several pages.
const COLLEAGUES: usize = 3_000;

/// A hospital with its doctors, as `consilium-registry import` reads them.
fn hospital(folder: &Path) -> std::path::PathBuf {
    let mut lines = String::new();
    let hospital = json!({ "resourceType": "Organization", "id": "binhai", "active": true, "name": "滨海市中心医院" });
    writeln!(lines, "{hospital}").expect("writing to a string");
    for n in 0..COLLEAGUES {
        let representation = "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation";
        let practitioner = json!({
            "resourceType": "Practitioner", "id": format!("p{n}"), "active": true,
            "name": [{ "text": format!("Doctor {n}"), "extension": [{ "url": representation, "valueCode": "ABC" }] }],
        });
        let role = json!({
            "resourceType": "PractitionerRole", "id": format!("r{n}"), "active": true,
            "practitioner": { "reference": format!("Practitioner/p{n}") },
            "organization": { "reference": "Organization/binhai" },
        });
        writeln!(lines, "{practitioner}\n{role}").expect("writing to a string");
    }
    let file = folder.join("hospital.ndjson");
    std::fs::write(&file, lines).expect("writing the file");
    file
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_that_was_half_fetched_is_never_shown_as_whole() {
    let mut testbed = Testbed::start().await.expect("the servers start");
    let verifier = testbed.verifier().await.expect("a verifier");
    testbed.doctor(&verifier, lin_jianing(), LIN).await.expect("Lin joins");
    let folder = tempfile::tempdir().expect("a folder");
    let (registry, file) = (testbed.registry().expect("a registry").clone(), hospital(folder.path()));
    let imported = tokio::task::spawn_blocking(move || consilium_registry::import(&registry, &[file]));
    imported.await.expect("the import ends").expect("importing");
    let server = testbed.registry_url();

    let computer = tempfile::tempdir().expect("a folder");
    let mut lin = Process::start(computer.path(), &server);
    lin.sign_in(&server).await;
    let begun = |status: &Value| status["phase"] == "loading" && status["loaded"].as_u64() > Some(0);
    lin.sees("directory_status", Value::Null, begun).await;
    lin.kill().await;

    // It starts without a network, and says that what it has is not the whole.
    testbed.synapse.kill();
    testbed.stop_registry().await;
    let mut lin = Process::start(computer.path(), &server);
    lin.sees("session", Value::Null, |state| state["state"] == "signed_in").await;
    let status = lin.sees("directory_status", Value::Null, |_| true).await;
    assert_eq!(status["phase"], "loading");

    testbed.synapse.start_again().await.expect("the homeserver comes back");
    testbed.start_registry().await.expect("the registry comes back");
    let whole = lin.sees("directory_status", Value::Null, |status| status["phase"] == "complete").await;
    assert_eq!(whole["colleagues"].as_u64(), Some(COLLEAGUES as u64 + 2), "all of them, Lin and the verifier too");
}
