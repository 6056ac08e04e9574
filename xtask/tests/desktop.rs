//! A private session keeps secrets, and leaves nothing running.
#![cfg(target_os = "linux")]

use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};
use xtask::desktop::{PrivateSession, on_virtual_display};
use xtask::process::interrupt::Interrupt;
use xtask::process::{Guarded, guard_with};

/// Runs a shell script in a session of its own over `home`, and gives what it printed.
fn in_session(script: &str, home: &Path) -> Result<String> {
    guard_with(Path::new(env!("CARGO_BIN_EXE_xtask")));
    let session = PrivateSession::new()?;
    let mut command = Command::new("sh");
    command.args(["-c", script]);
    let log = home.join("log");
    std::fs::write(&log, "")?;
    let command = on_virtual_display(&session.wrap(&command, home)?);
    let status = Guarded::spawn("a session", &command, Some(&log))?.wait(&Interrupt::default())?;
    let said = std::fs::read_to_string(&log)?;
    ensure!(status.success(), "{status}: {said}");
    Ok(said)
}

#[test]
fn a_secret_is_found_again_in_the_next_session() -> Result<()> {
    let home = tempfile::tempdir()?;
    in_session("printf hush | secret-tool store --label=test service consilium-test", home.path())?;
    let found = in_session("secret-tool lookup service consilium-test; echo; echo display $DISPLAY", home.path())?;
    ensure!(found.contains("hush"), "{found}");
    ensure!(found.contains("display :"), "{found}");
    // Another home is another keyring.
    let other = tempfile::tempdir()?;
    let found = in_session("secret-tool lookup service consilium-test || echo nothing", other.path())?;
    ensure!(found.contains("nothing"), "{found}");
    Ok(())
}
