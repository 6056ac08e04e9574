//! A client core in a process of its own: one that can be killed, or has an environment of its own.

use serde_json::{Value, json};
use std::fmt::Debug;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

const PATIENCE: Duration = Duration::from_secs(60);

/// The program `doctor`, driven through its input and output.
pub struct Process {
    child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

impl Debug for Process {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Process").field("id", &self.child.id()).finish_non_exhaustive()
    }
}

impl Process {
    /// `program` is the path of `doctor`, which only tests are told (`CARGO_BIN_EXE_doctor`). The data folder also
    /// names the keyring entries.
    pub fn start(program: &Path, folder: &Path, server: &str, environment: &[(&str, &str)]) -> Self {
        let mut child = Command::new(program)
            .arg(folder)
            .arg(format!("cn.consilium.test.{}", folder.display()))
            .arg(server)
            .envs(environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the client starts");
        let input = child.stdin.take().expect("its input");
        let output = BufReader::new(child.stdout.take().expect("its output")).lines();
        Self { child, input, output }
    }

    /// The next line with one of these keys, and its value.
    async fn line(&mut self, keys: &[&str]) -> (String, Value) {
        let wanted = async {
            loop {
                let line = self.output.next_line().await.expect("reading").expect("the client runs");
                let value: Value = serde_json::from_str(&line).expect("a line of JSON");
                if let Some(key) = keys.iter().find(|key| value.get(**key).is_some()) {
                    return ((*key).to_owned(), value[*key].clone());
                }
                assert!(value.get("error").is_none(), "refused: {value}");
            }
        };
        tokio::time::timeout(PATIENCE, wanted).await.unwrap_or_else(|_| panic!("none of {keys:?} came"))
    }

    async fn write(&mut self, request: Value) {
        self.input.write_all(format!("{request}\n").as_bytes()).await.expect("writing");
    }

    /// Calls a command that succeeds.
    pub async fn call(&mut self, command: &str, input: Value) -> Value {
        let answer = self.attempt(command, input).await;
        assert!(answer["error"].is_null(), "{command} was refused: {answer}");
        answer["ok"].clone()
    }

    /// Calls a command that may be refused; `{"ok"}` or `{"error"}`.
    pub async fn attempt(&mut self, command: &str, input: Value) -> Value {
        self.write(json!({ "command": command, "input": input })).await;
        let (key, value) = self.line(&["ok", "error"]).await;
        json!({ key: value })
    }

    /// Hands the core a file; answers the upload's id.
    pub async fn upload(&mut self, file: &Path) -> Value {
        self.write(json!({ "upload": file })).await;
        self.line(&["ok"]).await.1
    }

    /// Calls a command that is refused; its error.
    pub async fn refused(&mut self, command: &str, input: Value) -> Value {
        let answer = self.attempt(command, input).await;
        assert!(answer["error"].is_object(), "{command} succeeded");
        answer["error"].clone()
    }

    /// Watches a subscription until an event satisfies the condition.
    pub async fn sees(&mut self, subscription: &str, input: Value, condition: impl Fn(&Value) -> bool) -> Value {
        self.write(json!({ "subscribe": subscription, "input": input })).await;
        // What comes before is of the subscription before.
        self.line(&["ok"]).await;
        let mut last = Value::Null;
        let seen = async {
            loop {
                last = self.line(&["event"]).await.1;
                if condition(&last) {
                    return;
                }
            }
        };
        if tokio::time::timeout(PATIENCE - Duration::from_secs(1), seen).await.is_err() {
            panic!("waited in vain for {subscription}; it was last {last}");
        }
        last
    }

    /// Process id.
    pub fn id(&self) -> u32 {
        self.child.id().expect("the client runs")
    }

    /// SIGKILL.
    pub async fn kill(mut self) {
        self.child.kill().await.expect("SIGKILL");
    }
}
