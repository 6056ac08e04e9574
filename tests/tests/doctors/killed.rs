//! Programs that end without a farewell: the client's by SIGKILL, the homeserver's by SIGKILL.

use crate::ward::{Entries, LIN, WEISS, joined};
use consilium_api::chat::Delivery;
use consilium_testbed::{Testbed, lin_jianing};
use consilium_tests::{Doctor, Process};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

fn client(folder: &Path, server: &str) -> Process {
    Process::start(Path::new(env!("CARGO_BIN_EXE_doctor")), folder, server, &[])
}

async fn sign_in(lin: &mut Process, server: &str) {
    lin.sees("session", Value::Null, |state| state["state"] == "signed_out").await;
    lin.call("sign_in", json!({ "server": server, "user": "lin.jianing", "password": LIN })).await;
    lin.sees("session", Value::Null, |state| state["state"] == "signed_in").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn three_queued_messages_of_a_killed_client_arrive_once() {
    let (mut testbed, Entries { weiss: other, .. }) = joined().await;
    let server = testbed.registry_url();

    let folder = tempfile::tempdir().expect("a folder");
    let mut lin = client(folder.path(), &server);
    sign_in(&mut lin, &server).await;
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
    for text in ["one", "two", "three"] {
        lin.call("message_send", json!({ "room_id": room, "text": text, "mentions": [] })).await;
    }
    lin.sees("connection", Value::Null, |connection| connection["queued"] == 3).await;
    lin.kill().await;

    testbed.synapse.start_again().await.expect("the homeserver comes back");
    let mut lin = client(folder.path(), &server);
    lin.sees("session", Value::Null, |state| state["state"] == "signed_in").await;
    at_weiss.sees_text("three").await;
    lin.sees("connection", Value::Null, |connection| connection["queued"] == 0).await;
    // A second copy would have come with the first; what comes after shows that nothing is under way.
    lin.call("message_send", json!({ "room_id": room, "text": "after", "mentions": [] })).await;
    at_weiss.sees_text("after").await;
    at_weiss.sees_texts(&["before", "one", "two", "three", "after"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_homeserver_killed_during_a_conversation_loses_and_doubles_nothing() {
    let (mut testbed, _) = joined().await;
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
    at_weiss.sees_texts(&expected).await;
    for text in &expected {
        at_lin
            .sees(text, |messages| {
                messages.iter().any(|m| m.text == *text && matches!(m.delivery, Some(Delivery::Sent | Delivery::Read)))
            })
            .await;
    }
    at_lin.sees_texts(&expected).await;
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
    consilium_registry::publish_now(testbed.registry().expect("a registry")).await.expect("publishing");
    let server = testbed.registry_url();

    let computer = tempfile::tempdir().expect("a folder");
    let mut lin = client(computer.path(), &server);
    sign_in(&mut lin, &server).await;
    let begun = |status: &Value| status["phase"] == "loading" && status["loaded"].as_u64() > Some(0);
    lin.sees("directory_status", Value::Null, begun).await;
    lin.kill().await;

    // It starts without a network, and says that what it has is not the whole.
    testbed.synapse.kill();
    testbed.stop_registry().await;
    let mut lin = client(computer.path(), &server);
    lin.sees("session", Value::Null, |state| state["state"] == "signed_in").await;
    let status = lin.sees("directory_status", Value::Null, |_| true).await;
    assert_eq!(status["phase"], "loading");

    testbed.synapse.start_again().await.expect("the homeserver comes back");
    testbed.start_registry().await.expect("the registry comes back");
    let whole = lin.sees("directory_status", Value::Null, |status| status["phase"] == "complete").await;
    assert_eq!(whole["colleagues"].as_u64(), Some(COLLEAGUES as u64 + 2), "all of them, Lin and the verifier too");
}
