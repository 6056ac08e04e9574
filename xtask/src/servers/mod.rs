//! The servers of demo and tests: homeserver, registry and a mailbox, all on loopback.

pub mod admin;
pub mod config;
pub mod http;
pub mod mail;
pub mod registry;
pub mod synapse;

use std::io::Write;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use rand::TryRngCore;
use rand::rngs::OsRng;

use crate::process::Guarded;
use crate::process::interrupt::Interrupt;

/// A loopback port that is free now.
pub fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("looking for a free port")?;
    Ok(listener.local_addr()?.port())
}

/// Whether nothing listens on this loopback port.
pub fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// 32 bytes of the operating system's randomness.
pub fn random_bytes() -> Result<[u8; 32]> {
    let mut bytes = [0; 32];
    OsRng.try_fill_bytes(&mut bytes).map_err(|error| anyhow!("the operating system gives no randomness: {error}"))?;
    Ok(bytes)
}

/// [`random_bytes`] as 64 hexadecimal digits.
pub fn random_secret() -> Result<String> {
    Ok(hex::encode(random_bytes()?))
}

/// Writes a file that only its owner can read.
pub fn write_private(path: &Path, contents: &[u8]) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).with_context(|| format!("writing {}", path.display()))?;
    file.write_all(contents).with_context(|| format!("writing {}", path.display()))
}

/// Waits until `url` answers 200, and fails early with the end of its log when the server has ended.
pub fn wait_until_ready(server: &mut Guarded, url: &str, log: &Path, interrupt: &Interrupt) -> Result<()> {
    let patience = Duration::from_secs(90);
    let deadline = Instant::now() + patience;
    while Instant::now() < deadline {
        interrupt.check()?;
        if let Some(status) = server.exited()? {
            bail!("{} ended ({status}). The end of {}:\n{}", server.name(), log.display(), tail(log, 30));
        }
        if http::answers(url) {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(60));
    }
    bail!(
        "{} did not answer within {} s. The end of {}:\n{}",
        server.name(),
        patience.as_secs(),
        log.display(),
        tail(log, 30)
    )
}

/// The last `lines` lines of a text file, or why there are none.
pub fn tail(path: &Path, lines: usize) -> String {
    match std::fs::read(path) {
        Ok(bytes) => {
            let text = String::from_utf8_lossy(&bytes);
            let all: Vec<&str> = text.lines().collect();
            all[all.len().saturating_sub(lines)..].join("\n")
        }
        Err(error) => format!("(no log: {error})"),
    }
}
