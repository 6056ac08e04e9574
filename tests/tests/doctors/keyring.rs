//! The operating system's keyring, missing at first and locked later: said, and gone on without a restart.

use crate::ward::LIN;
use consilium_testbed::{Testbed, lin_jianing};
use consilium_tests::Process;
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const UNLOCKS: &str = "the desktop's own password";

/// A message bus and a keyring in a folder of their own, started when the story says so.
struct Desktop {
    folder: TempDir,
    bus: Option<Child>,
    keyring: Option<Child>,
}

impl Drop for Desktop {
    fn drop(&mut self) {
        for child in [&mut self.keyring, &mut self.bus].into_iter().flatten() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Desktop {
    fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("cb-").tempdir().expect("a folder");
        Self { folder, bus: None, keyring: None }
    }

    fn address(&self) -> String {
        format!("unix:path={}", self.folder.path().join("bus").display())
    }

    fn environment(&self) -> Vec<(&'static str, String)> {
        let folder = |name: &str| self.folder.path().join(name).display().to_string();
        vec![
            ("DBUS_SESSION_BUS_ADDRESS", self.address()),
            ("XDG_RUNTIME_DIR", folder("")),
            ("XDG_DATA_HOME", folder("data")),
        ]
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .envs(self.environment())
            .env_remove("GNOME_KEYRING_CONTROL")
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    fn starts_bus(&mut self) {
        // One that starts no service by itself, as the desktop's would start a keyring.
        let settings = self.folder.path().join("bus.conf");
        let rules = r#"<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>"#;
        let text = format!(
            "<busconfig><type>session</type><listen>{}</listen><auth>EXTERNAL</auth>\
             <policy context=\"default\">{rules}</policy></busconfig>",
            self.address()
        );
        std::fs::write(&settings, text).expect("writing the bus's settings");
        let bus = self.command("dbus-daemon").arg("--nofork").arg("--config-file").arg(&settings).spawn();
        self.bus = Some(bus.expect("a message bus starts"));
        until("the bus", || self.folder.path().join("bus").exists());
    }

    /// Starts the keyring, unlocked, in place of one that runs.
    fn starts_keyring(&mut self) {
        if let Some(mut earlier) = self.keyring.take() {
            earlier.kill().expect("SIGKILL");
            earlier.wait().expect("its end");
        }
        let mut keyring = self.command("gnome-keyring-daemon");
        keyring.args(["--foreground", "--unlock", "--components=secrets"]).stdin(Stdio::piped());
        let mut keyring = keyring.spawn().expect("a keyring starts");
        keyring.stdin.take().expect("its input").write_all(UNLOCKS.as_bytes()).expect("the password");
        self.keyring = Some(keyring);
        until("the keyring", || self.asks("ReadAlias", &["string:default"]).contains("/collection/login"));
    }

    fn locks_keyring(&self) {
        self.asks("Lock", &["array:objpath:/org/freedesktop/secrets/collection/login"]);
    }

    /// Calls the Secret Service and returns what it says.
    fn asks(&self, method: &str, arguments: &[&str]) -> String {
        let mut call = self.command("dbus-send");
        call.args(["--session", "--print-reply", "--dest=org.freedesktop.secrets", "/org/freedesktop/secrets"]);
        call.arg(format!("org.freedesktop.Secret.Service.{method}")).args(arguments);
        let output = call.stdout(Stdio::piped()).output().expect("dbus-send runs");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

fn until(what: &str, condition: impl Fn() -> bool) {
    let began = Instant::now();
    while !condition() {
        assert!(began.elapsed() < Duration::from_secs(30), "{what} did not come");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn client(desktop: &Desktop, folder: &Path, server: &str) -> Process {
    let environment = desktop.environment();
    let environment: Vec<(&str, &str)> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Process::start(Path::new(env!("CARGO_BIN_EXE_doctor")), folder, server, &environment)
}

async fn sees_unavailable(lin: &mut Process, code: &str) {
    lin.sees("session", Value::Null, |state| state["state"] == "unavailable" && state["error"]["code"] == code).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keyring_that_comes_later_is_found_without_a_restart() {
    let testbed = Testbed::start().await.expect("the servers start");
    let verifier = testbed.verifier().await.expect("a verifier");
    testbed.doctor(&verifier, lin_jianing(), LIN).await.expect("Lin joins");
    let server = testbed.registry_url();
    let computer = tempfile::tempdir().expect("a folder");
    let mut desktop = Desktop::new();

    let mut lin = client(&desktop, computer.path(), &server);
    sees_unavailable(&mut lin, "keyring_missing").await;
    let credentials = json!({ "server": server, "user": "lin.jianing", "password": LIN });
    let refused = lin.refused("sign_in", credentials.clone()).await;
    assert_eq!(refused["code"], "keyring_missing");
    assert!(!computer.path().join("account").exists(), "nothing is kept without a keyring");

    desktop.starts_bus();
    desktop.starts_keyring();
    lin.call("session_retry", Value::Null).await;
    lin.sees("session", Value::Null, |state| state["state"] == "signed_out").await;
    lin.call("sign_in", credentials.clone()).await;
    lin.sees("session", Value::Null, |state| state["state"] == "signed_in").await;

    // The keyring is started anew under the running program: its next look finds the new one.
    desktop.starts_keyring();
    lin.call("sign_out", Value::Null).await;
    lin.call("sign_in", credentials).await;
    lin.sees("session", Value::Null, |state| state["state"] == "signed_in").await;
    lin.kill().await;

    // Locked, with nobody there to ask: nothing is thrown away, and once it is unlocked the session goes on.
    desktop.locks_keyring();
    let mut lin = client(&desktop, computer.path(), &server);
    sees_unavailable(&mut lin, "keyring_locked").await;
    desktop.starts_keyring();
    lin.call("session_retry", Value::Null).await;
    lin.sees("session", Value::Null, |state| state["state"] == "signed_in").await;
}
