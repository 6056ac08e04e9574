//! The interface of the demo: desktop windows, or the development host for a browser. One profile a doctor.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::state::{Account, DemoDir};
use crate::desktop::{PrivateSession, has_secret_service};
use crate::process::Guarded;
use crate::process::interrupt::Interrupt;
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
        command.env("CONSILIUM_PROFILE", &self.name).env("CONSILIUM_DATA_DIR", data).env("CONSILIUM_SERVER", server);
        if let Some(account) = self.account {
            // In the environment, not on the command line, which every user of the machine can read.
            command
                .env("CONSILIUM_SIGN_IN_USER", &account.user_id)
                .env("CONSILIUM_SIGN_IN_PASSWORD", &account.password);
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
    let home = demo.folder("profiles")?.join(&profile.name);
    profile.settle(command, &home.join("consilium"), server);
    std::fs::create_dir_all(&home).with_context(|| format!("making {}", home.display()))?;
    let log = demo.log(&profile.name)?;
    std::fs::write(&log, "").with_context(|| format!("emptying {}", log.display()))?;
    let session = private.then(PrivateSession::new).transpose()?;
    let name = format!("the interface of {}", profile.name);
    let process = match &session {
        Some(session) => Guarded::spawn(&name, &session.wrap(command, &home)?, Some(&log))?,
        None => Guarded::spawn(&name, command, Some(&log))?,
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
    command.arg("--listen").arg(format!("127.0.0.1:{port}")).arg("--ui").arg(ui);
    let mut host = start(demo, profile, server, &mut command, cfg!(target_os = "linux"))?;
    let patience = Duration::from_secs(60);
    let deadline = Instant::now() + patience;
    while Instant::now() < deadline {
        interrupt.check()?;
        if let Some(status) = host.process.exited()? {
            bail!("{} ended ({status}):\n{}", host.process.name(), tail(&host.log, 30));
        }
        // It prints its address, with the token that opens it, once it listens.
        let said = std::fs::read_to_string(&host.log).unwrap_or_default();
        if let Some(url) = address(&said, port) {
            return Ok((host, url));
        }
        std::thread::sleep(Duration::from_millis(40));
    }
    bail!("{} did not say its address within {} s:\n{}", host.process.name(), patience.as_secs(), tail(&host.log, 30))
}

/// The address on this port that stands in a finished line of `said`.
fn address(said: &str, port: u16) -> Option<String> {
    let start = format!("http://127.0.0.1:{port}");
    said.split_inclusive('\n')
        .filter(|line| line.ends_with('\n'))
        .flat_map(str::split_whitespace)
        .find(|word| word.starts_with(&start))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn takes_the_address_from_a_finished_line() {
        assert_eq!(address("open http://127.0.0.1:5173/#to", 5173), None);
        assert_eq!(
            address("open http://127.0.0.1:5173/#token\n", 5173).as_deref(),
            Some("http://127.0.0.1:5173/#token")
        );
        assert_eq!(address("open http://127.0.0.1:51730/\n", 5174), None);
    }
}
