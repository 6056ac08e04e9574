//! The interface of the demo: desktop windows, or the development host for a browser. One profile a doctor.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::state::{Account, DemoDir};
use crate::desktop::{PrivateSession, has_secret_service};
use crate::process::interrupt::Interrupt;
use crate::process::{Guarded, copy};
use crate::servers::tail;

/// Whose interface to start.
#[derive(Debug, Clone)]
pub struct Profile<'a> {
    /// Names the data folder, the keyring namespace and the instance.
    pub name: String,
    /// The doctor who is signed in at the first start; nobody otherwise.
    pub account: Option<&'a Account>,
}

impl<'a> Profile<'a> {
    pub fn signed_out() -> Self {
        Self { name: "demo".to_owned(), account: None }
    }

    pub fn of(account: &'a Account) -> Self {
        let local = account.user_id.trim_start_matches('@').split(':').next().unwrap_or_default();
        Self { name: format!("demo-{local}"), account: Some(account) }
    }

    /// Adds what both kinds of host understand.
    fn settle(&self, command: &mut Command, data: &Path, server: &str) {
        command.args(["--profile", &self.name, "--default-server", server, "--data-dir"]).arg(data);
        if let Some(account) = self.account {
            // The password follows on standard input, which nobody else can read.
            command.args(["--sign-in-user", &account.user_id]);
        }
    }
}

/// A running host with the session that holds its secrets.
#[derive(Debug)]
pub struct Host {
    pub process: Guarded,
    pub log: PathBuf,
    /// `None` where the desktop's own session serves.
    _session: Option<PrivateSession>,
}

fn start(demo: &DemoDir, profile: &Profile<'_>, server: &str, command: &mut Command, private: bool) -> Result<Host> {
    // The key to a profile's files is in the keyring: each keyring has profiles of its own.
    let keyring = if private { "profiles" } else { "profiles-of-desktop" };
    let home = demo.folder(keyring)?.join(&profile.name);
    profile.settle(command, &home.join("consilium"), server);
    std::fs::create_dir_all(&home).with_context(|| format!("making {}", home.display()))?;
    let log = demo.log(&profile.name)?;
    std::fs::write(&log, "").with_context(|| format!("emptying {}", log.display()))?;
    let session = private.then(PrivateSession::new).transpose()?;
    let name = format!("the interface of {}", profile.name);
    let wrapped = match &session {
        Some(session) => session.wrap(command, &home)?,
        None => copy(command),
    };
    let process = match profile.account {
        Some(account) => Guarded::spawn_with_input(&name, &wrapped, Some(&log), &account.password)?,
        None => Guarded::spawn(&name, &wrapped, Some(&log))?,
    };
    Ok(Host { process, log, _session: session })
}

/// Opens a desktop window.
pub fn open_window(demo: &DemoDir, program: &Path, profile: &Profile<'_>, server: &str) -> Result<Host> {
    start(demo, profile, server, &mut Command::new(program), !has_secret_service())
}

/// Serves the interface on a loopback port, and gives the address to open.
pub fn serve(
    demo: &DemoDir,
    program: &Path,
    ui: &Path,
    profile: &Profile<'_>,
    server: &str,
    port: u16,
    interrupt: &Interrupt,
) -> Result<(Host, String)> {
    let mut command = Command::new(program);
    command.args(["--port", &port.to_string()]).arg("--ui").arg(ui);
    let mut host = start(demo, profile, server, &mut command, cfg!(target_os = "linux"))?;
    let patience = Duration::from_secs(60);
    let deadline = Instant::now() + patience;
    while Instant::now() < deadline {
        interrupt.check()?;
        if let Some(status) = host.process.exited()? {
            bail!("{} ended ({status}):\n{}", host.process.name(), tail(&host.log, 30));
        }
        let said = std::fs::read_to_string(&host.log).unwrap_or_default();
        if let Some(url) = address(&said) {
            return Ok((host, url));
        }
        std::thread::sleep(Duration::from_millis(40));
    }
    bail!("{} did not say its address within {} s:\n{}", host.process.name(), patience.as_secs(), tail(&host.log, 30))
}

/// The address, with the token that opens it, that the host prints as `{"url":…}` when it is ready.
fn address(said: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Ready {
        url: String,
    }
    said.lines().find_map(|line| serde_json::from_str::<Ready>(line).ok()).map(|ready| ready.url)
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn finds_the_address_among_other_lines() {
        assert_eq!(address("INFO opening\n{\"url\":\"http://127.0"), None);
        let said = "INFO opening\n{\"url\":\"http://127.0.0.1:5173/#token=x\"}\nINFO open\n";
        assert_eq!(address(said).as_deref(), Some("http://127.0.0.1:5173/#token=x"));
    }
}
