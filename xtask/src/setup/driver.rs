//! tauri-driver, which speaks WebDriver for the real window.

use anyhow::Result;

use super::stamp::Stamp;
use super::step;
use crate::process::run;
use crate::repo::Repo;

const VERSION: &str = "2.1.0";

/// Builds the driver when there are window tests for it.
pub fn ensure(repo: &Repo) -> Result<()> {
    if !repo.join("tests/window").is_dir() {
        return Ok(());
    }
    let stamp = Stamp::new(repo, "tauri-driver", &[VERSION.as_bytes()]);
    let root = repo.tools().join("cargo");
    if stamp.is_current() && root.join("bin/tauri-driver").exists() {
        return Ok(());
    }
    stamp.clear()?;
    step(&format!("building tauri-driver {VERSION}"), || {
        let mut install =
            repo.cargo(&["install", "tauri-driver", "--version", VERSION, "--locked", "--quiet", "--root"]);
        // Its dependencies are its own: kept out of the workspace's target folder, whose lock a build may hold.
        install.arg(&root).env("CARGO_TARGET_DIR", repo.tools().join("cargo/target"));
        run(install.stdout(std::io::stderr()))
    })?;
    stamp.set()
}
