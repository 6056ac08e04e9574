//! What a guard starts does not outlive the one who asked for it.
#![cfg(target_os = "linux")]

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// A guard over a shell script that writes the process ids of its family into `pids`.
fn guard(script: &str, pids: &Path) -> Result<Child> {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["guard", "--", "sh", "-c", script, "sh"])
        .arg(pids)
        .stdin(Stdio::piped())
        .spawn()
        .context("starting the guard")
}

fn wait_for(what: &str, mut done: impl FnMut() -> bool) -> Result<()> {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !done() {
        anyhow::ensure!(Instant::now() < deadline, "{what} did not happen");
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

fn runs(pid: &str) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat"))
        .is_ok_and(|stat| !stat.rsplit_once(')').is_some_and(|(_, rest)| rest.trim_start().starts_with('Z')))
}

/// Starts the script, waits until `count` process ids are written, lets go, and expects all of them to end.
fn ends_all(script: &str, count: usize, let_go: impl FnOnce(Child) -> Result<()>) -> Result<()> {
    let dir = tempfile::tempdir()?;
    let file = dir.path().join("pids");
    let child = guard(script, &file)?;
    let read = || -> Vec<String> {
        fs::read_to_string(&file).unwrap_or_default().split_whitespace().map(str::to_owned).collect()
    };
    wait_for("the family", || read().len() == count)?;
    let pids = read();
    assert!(pids.iter().all(|pid| runs(pid)), "{pids:?}");
    let_go(child)?;
    wait_for("their end", || !pids.iter().any(|pid| runs(pid)))
}

const FAMILY: &str = r#"echo $$ >> "$1"; sleep 600 & echo $! >> "$1"; wait"#;
/// A grandchild that left the process group and whose parent has ended, as a daemon does.
const DAEMON: &str = r#"echo $$ >> "$1"; (setsid sh -c 'echo $$ >> "$0"; exec sleep 600' "$1" &); sleep 600"#;
/// Deaf to a polite request.
const STUBBORN: &str = r#"trap '' TERM; echo $$ >> "$1"; while :; do sleep 1; done"#;

fn close(mut child: Child) -> Result<()> {
    drop(child.stdin.take());
    child.wait().map(drop).context("waiting for the guard")
}

#[test]
fn a_closed_pipe_ends_the_family() -> Result<()> {
    ends_all(FAMILY, 2, close)
}

#[test]
fn daemons_are_found() -> Result<()> {
    ends_all(DAEMON, 2, close)
}

#[test]
fn the_deaf_are_killed() -> Result<()> {
    ends_all(STUBBORN, 1, close)
}

#[test]
fn the_status_of_the_program_is_handed_on() -> Result<()> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["guard", "--", "sh", "-c", "exit 7"])
        .stdin(Stdio::piped())
        .spawn()?;
    let _open = child.stdin.take();
    assert_eq!(child.wait()?.code(), Some(7));
    Ok(())
}
