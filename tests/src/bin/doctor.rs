//! A client core in a process of its own, so that a story can kill it. Takes lines `{"command", "input"}`,
//! `{"subscribe", "input"}` or `{"upload"}` with the path of a file on standard input and answers each with `{"ok"}` or
//! `{"error"}`; events of the latest subscription follow as `{"event"}`.

#![recursion_limit = "256"]
#![allow(clippy::print_stdout, clippy::expect_used, reason = "a test program speaks on standard output")]

use consilium_api::{dispatch, subscribe};
use consilium_core::{Core, Profile};
use futures::StreamExt;
use futures::stream::BoxStream;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut argument = || arguments.next().expect("DATA_DIR KEYRING_SERVICE SERVER");
    let profile = Profile {
        name: "story".to_owned(),
        data_dir: argument().into(),
        keyring_service: argument(),
        default_server: argument(),
    };
    let core = Core::open(profile).await.expect("the core opens");
    let mut events: BoxStream<'static, Value> = futures::stream::pending().boxed();
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    loop {
        tokio::select! {
            line = lines.next_line() => {
                let Ok(Some(line)) = line else { break };
                let request: Value = serde_json::from_str(&line).expect("a line of JSON");
                let input = request["input"].clone();
                let answer = if let Some(path) = request["upload"].as_str() {
                    let bytes = tokio::fs::read(path).await.expect("a file");
                    consilium_api::Media::upload(&core, bytes).map(Value::from)
                } else if let Some(name) = request["subscribe"].as_str() {
                    subscribe(&core, name, input).await.map(|stream| { events = stream; Value::Null })
                } else {
                    dispatch(&core, request["command"].as_str().unwrap_or_default(), input).await
                };
                match answer {
                    Ok(value) => println!("{}", json!({ "ok": value })),
                    Err(error) => println!("{}", json!({ "error": error })),
                }
            }
            event = events.next() => match event {
                Some(event) => println!("{}", json!({ "event": event })),
                None => events = futures::stream::pending().boxed(),
            },
        }
    }
    core.shutdown().await;
}
