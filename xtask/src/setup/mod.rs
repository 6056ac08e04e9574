//! Everything a fresh machine lacks, installed once. Each step leaves a stamp with the hash of what it was made from, so
//! that a second run only reads a few small files.

mod driver;
mod node;
mod npm;
mod python;
mod stamp;
mod system;

use std::time::Instant;

use anyhow::Result;

use crate::repo::Repo;

pub use npm::build_ui;

/// What the machine is wanted for; decides how much is installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Servers and the interface in a browser.
    HeadlessDemo,
    /// Servers and the desktop window.
    WindowDemo,
    /// All of it, with browsers and drivers.
    Tests,
}

/// Brings the machine and this checkout into the state that `purpose` needs.
pub fn run(repo: &Repo, purpose: Purpose) -> Result<()> {
    std::fs::create_dir_all(repo.tools())?;
    system::ensure(purpose)?;
    python::ensure(repo)?;
    node::ensure(repo)?;
    npm::ensure(repo)?;
    if purpose == Purpose::Tests {
        python::ensure_fhir_clients(repo)?;
        driver::ensure(repo)?;
    }
    Ok(())
}

/// Says what takes long before it does, and how long it took after; on stderr, because stdout belongs to results.
fn step<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("setup: {what} …");
    let begin = Instant::now();
    let done = work()?;
    eprintln!("setup: {what}: done in {:.0} s", begin.elapsed().as_secs_f64());
    Ok(done)
}
