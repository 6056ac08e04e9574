//! Encrypted messages with a client that is not ours: matrix-js-sdk in Node, with its own crypto.

#![recursion_limit = "256"]
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a story ends where it breaks")]

use consilium_testbed::{Testbed, lin_jianing, weiss};
use consilium_tests::Doctor;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

const LIN: &str = "a long password of lin";
const WEISS: &str = "a long password of weiss";

/// The other client.
struct Colleague {
    _process: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

impl Colleague {
    fn start(testbed: &Testbed, account: &consilium_testbed::Account) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("interop");
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
        Self { _process: process, input, output }
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

    async fn writes(&mut self, room: &str, text: &str) {
        let line = json!({ "send": { "room": room, "text": text } });
        self.input.write_all(format!("{line}\n").as_bytes()).await.expect("writing to it");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn encrypted_messages_pass_in_both_directions() {
    let testbed = Testbed::start().await.expect("the servers start");
    let verifier = testbed.verifier().await.expect("a verifier");
    testbed.doctor(&verifier, lin_jianing(), LIN).await.expect("Lin joins");
    let weiss = testbed.doctor(&verifier, weiss(), WEISS).await.expect("Weiss joins");

    let mut other = Colleague::start(&testbed, &weiss.account);
    other.says("ready").await;
    let lin = Doctor::signed_in("lin", &testbed.registry_url(), "lin.jianing", LIN).await;
    let room = lin.starts_conversation_with("hannah").await;
    assert_eq!(other.says("joined").await, room.as_str());

    let at_lin = lin.opens(&room).await;
    lin.writes(&room, "室间隔近心尖段中断约 12 mm。").await;
    let received = other.says("received").await;
    assert_eq!(received["text"], "室间隔近心尖段中断约 12 mm。");
    assert_eq!(received["encrypted"], true);

    other.writes(&room, "Too early and too soft for a device.").await;
    let arrived = at_lin.sees_text("Too early and too soft for a device.").await;
    assert_eq!(arrived.from, "Hannah Weiss");
}
