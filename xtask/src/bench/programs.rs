//! The programs that are measured, built in the profile asked for.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use serde::Deserialize;

use crate::repo::Repo;

/// Cargo's profile of the measured programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Profile {
    /// For trying whether a figure is there
    Dev,
    /// As released, without the link-time optimisation that takes each program many minutes
    Bench,
    /// As released
    Release,
}

impl Profile {
    pub fn name(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Bench => "bench",
            Self::Release => "release",
        }
    }
}

/// What is built for every bench: one selection of packages and features, so that the dependencies are built once.
const SELECTION: &[&str] = &[
    "--workspace",
    "--bin",
    "consilium",
    "--bin",
    "bench_chat",
    "--bench",
    "directory",
    "--bench",
    "messages",
    "--bench",
    "registry",
    "--features",
    "tauri/custom-protocol",
];

/// The programs that are measured, with the built interface inside the window.
pub struct Programs {
    messages: String,
}

impl Programs {
    pub fn build(repo: &Repo, profile: Profile) -> Result<Self> {
        crate::setup::build_ui(repo)?;
        eprintln!("bench: building in profile {} …", profile.name());
        let mut cargo = repo.cargo(&["build", "--quiet", "--message-format", "json-render-diagnostics"]);
        cargo.args(["--profile", profile.name()]).args(SELECTION);
        let output = cargo.stderr(Stdio::inherit()).output().context("cannot run cargo")?;
        if !output.status.success() {
            bail!("what is measured could not be built ({})", output.status);
        }
        Ok(Self { messages: String::from_utf8_lossy(&output.stdout).into_owned() })
    }

    pub fn path(&self, target: &str) -> Result<PathBuf> {
        executable(&self.messages, target).with_context(|| format!("cargo built no program called {target}"))
    }
}

/// The path of the program `target` in cargo's messages.
fn executable(messages: &str, target: &str) -> Option<PathBuf> {
    #[derive(Deserialize)]
    struct Artifact {
        target: Target,
        executable: Option<PathBuf>,
    }
    #[derive(Deserialize)]
    struct Target {
        name: String,
    }
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Artifact>(line).ok())
        .find(|artifact| artifact.target.name == target && artifact.executable.is_some())?
        .executable
}

/// The folder of a program.
pub fn folder(program: &Path) -> Result<&Path> {
    program.parent().with_context(|| format!("{} is in no folder", program.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_program_among_cargos_messages() {
        let messages = r#"{"reason":"compiler-artifact","target":{"kind":["lib"],"name":"directory"},"executable":null}
{"reason":"build-script-executed","package_id":"x"}
{"reason":"compiler-artifact","target":{"kind":["bench"],"name":"directory"},"executable":"/t/directory-0a"}
{"reason":"compiler-artifact","target":{"kind":["bin"],"name":"bench_chat"},"executable":"/t/bench_chat"}
{"reason":"build-finished","success":true}
"#;
        assert_eq!(executable(messages, "directory"), Some("/t/directory-0a".into()));
        assert_eq!(executable(messages, "bench_chat"), Some("/t/bench_chat".into()));
        assert_eq!(executable(messages, "consilium"), None);
    }
}
