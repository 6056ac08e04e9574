//! Where things are in this repository and what its tools are called.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::process::output;

/// The checkout this command works on.
#[derive(Debug, Clone)]
pub struct Repo {
    root: PathBuf,
}

impl Repo {
    /// The checkout that cargo runs this program for; started by hand, the one it was built from.
    pub fn locate() -> Result<Self> {
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let manifest = Path::new(&manifest);
        let root = manifest.parent().context("xtask has no parent folder")?;
        Ok(Self { root: root.to_owned() })
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn join(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// What setup installs for this checkout alone; ignored by git.
    pub fn tools(&self) -> PathBuf {
        self.join(".tools")
    }

    /// The Python environment that Synapse and, where needed, Node.js live in.
    pub fn venv(&self) -> PathBuf {
        self.tools().join("python")
    }

    /// The interpreter of [`Repo::venv`].
    pub fn python(&self) -> PathBuf {
        if cfg!(windows) { self.venv().join("Scripts/python.exe") } else { self.venv().join("bin/python") }
    }

    /// The folder with this checkout's own `node`, `npm` and `npx`; it exists only if the system's are too old.
    pub fn node_bin(&self) -> PathBuf {
        self.tools().join("node/bin")
    }

    /// A command that runs at the root and finds the repository's own tools first.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).env("PATH", self.search_path());
        // Set for this program by `cargo run`. A cargo below, also one that a test started, would take them for a change
        // of the environment and build ring anew, and matrix-sdk with it.
        for (key, _) in std::env::vars_os() {
            let name = key.to_string_lossy();
            if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") || name == "CARGO_PRIMARY_PACKAGE"
            {
                command.env_remove(&key);
            }
        }
        command
    }

    /// `npm --prefix PACKAGE ARGS…`; the root package where `package` is empty.
    pub fn npm(&self, package: &str, args: &[&str]) -> Command {
        let own = self.node_bin().join("npm");
        let mut command = if own.exists() { self.command(own) } else { self.command("npm") };
        command.args(args).current_dir(self.join(package));
        command
            .env("npm_config_fund", "false")
            .env("npm_config_audit", "false")
            .env("npm_config_update_notifier", "false");
        command
    }

    pub fn cargo(&self, args: &[&str]) -> Command {
        let mut command = self.command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(args);
        command
    }

    /// Where cargo puts what it builds in the development profile.
    pub fn debug_dir(&self) -> Result<PathBuf> {
        #[derive(Deserialize)]
        struct Metadata {
            target_directory: PathBuf,
        }
        let json = output(&mut self.cargo(&["metadata", "--no-deps", "--format-version", "1", "--offline"]))
            .or_else(|_| output(&mut self.cargo(&["metadata", "--no-deps", "--format-version", "1"])))?;
        let metadata: Metadata = serde_json::from_str(&json).context("reading cargo metadata")?;
        Ok(metadata.target_directory.join("debug"))
    }

    /// The built program of this name.
    pub fn program(&self, name: &str) -> Result<PathBuf> {
        Ok(self.debug_dir()?.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
    }

    fn search_path(&self) -> OsString {
        let mut dirs = vec![self.node_bin(), self.tools().join("cargo/bin")];
        if let Some(path) = std::env::var_os("PATH") {
            dirs.extend(std::env::split_paths(&path));
        }
        std::env::join_paths(dirs).unwrap_or_else(|_| std::env::var_os("PATH").unwrap_or_default())
    }
}
