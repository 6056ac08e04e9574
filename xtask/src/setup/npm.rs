//! The packages of the interface and of the tests, and the built interface.

use std::path::PathBuf;

use anyhow::Result;

use super::stamp::{Stamp, tree};
use super::step;
use crate::process::{output, run};
use crate::repo::Repo;

/// Folders that may hold a package: the Tauri command line, the interface, and the tests that speak JavaScript.
const PACKAGES: &[&str] = &["", "ui", "tests/e2e", "tests/window", "tests/interop"];

/// `npm ci` wherever there is a lock file that was not installed yet.
pub fn ensure(repo: &Repo) -> Result<()> {
    let mut node = None;
    for package in PACKAGES {
        let lock = repo.join(package).join("package-lock.json");
        if !lock.exists() {
            continue;
        }
        let node = match &node {
            Some(version) => version,
            None => node.insert(output(repo.command("node").arg("--version"))?),
        };
        let name = format!("npm-{}", if package.is_empty() { "root".to_owned() } else { package.replace('/', "-") });
        let stamp = Stamp::new(repo, &name, &[&std::fs::read(&lock)?, node.as_bytes()]);
        if stamp.is_current() && repo.join(package).join("node_modules").is_dir() {
            continue;
        }
        stamp.clear()?;
        step(&format!("npm ci in {}", if package.is_empty() { "the root folder" } else { package }), || {
            run(repo.npm(package, &["ci", "--no-fund", "--no-audit", "--loglevel=error"]).stdout(std::io::stderr()))
        })?;
        stamp.set()?;
    }
    Ok(())
}

/// Builds `ui/dist` unless it is already made from exactly these sources.
pub fn build_ui(repo: &Repo) -> Result<()> {
    let ui = repo.join("ui");
    let sources = tree(std::slice::from_ref(&ui), &["node_modules", "dist", "coverage", ".vite"])?;
    let stamp = Stamp::new(repo, "ui-dist", &[&sources]);
    let built: PathBuf = ui.join("dist/index.html");
    if stamp.is_current() && built.exists() {
        return Ok(());
    }
    stamp.clear()?;
    step("building the interface", || run(repo.npm("ui", &["run", "--silent", "build"]).stdout(std::io::stderr())))?;
    stamp.set()
}
