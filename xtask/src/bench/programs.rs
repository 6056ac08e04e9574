//! The programs that are measured, built in the profile asked for.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use serde::Deserialize;

use crate::repo::Repo;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Profile {
    Dev,
    Release,
}

impl Profile {
    pub fn name(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Release => "release",
        }
    }
}

/// Builds the desktop program with the built interface inside, and gives its path.
pub fn window(repo: &Repo, profile: Profile) -> Result<PathBuf> {
    crate::setup::build_ui(repo)?;
    // The packages that the demo selects too: with others, shared dependencies would have other features.
    let mut args: Vec<&str> =
        ["consilium-registry", "consilium-devhost", "consilium"].iter().flat_map(|name| ["--package", name]).collect();
    args.extend(["--bin", "consilium", "--features", "tauri/custom-protocol"]);
    build(repo, profile, &args, "consilium")
}

/// Builds a program or bench of the workspace, in the selection of packages that the tests have.
pub fn measuring(repo: &Repo, profile: Profile, target: &str) -> Result<PathBuf> {
    // Both at every call, because a bench brings development dependencies and with them features.
    build(repo, profile, &["--workspace", "--bin", "bench_chat", "--bench", "directory", "--bench", "registry"], target)
}

fn build(repo: &Repo, profile: Profile, args: &[&str], target: &str) -> Result<PathBuf> {
    eprintln!("bench: building {target} in profile {} …", profile.name());
    let mut cargo = repo.cargo(&["build", "--quiet", "--message-format", "json-render-diagnostics"]);
    cargo.args(args).args((profile == Profile::Release).then_some("--release"));
    let output = cargo.stderr(Stdio::inherit()).output().context("cannot run cargo")?;
    if !output.status.success() {
        bail!("{target} could not be built ({})", output.status);
    }
    executable(&String::from_utf8_lossy(&output.stdout), target)
        .with_context(|| format!("cargo built no program called {target}"))
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
