//! The stages, quickest first where order does not matter. Adding one is one line.

use std::process::Command;

use anyhow::Result;

use super::{Place, layers};
use crate::bindings;
use crate::demo;
use crate::repo::Repo;

/// A step of the test run.
#[derive(Debug, Clone, Copy)]
pub struct Stage {
    pub name: &'static str,
    pub about: &'static str,
    /// A path without which there is nothing to run.
    pub needs: Option<&'static str>,
    /// Whether it must have run at least one test.
    pub has_tests: bool,
    pub(super) work: Work,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Work {
    /// Something this program looks at itself; counts as one test.
    Check(fn(&Repo) -> Result<()>),
    Run {
        command: fn(&Repo) -> Command,
        place: Place,
    },
}

const fn check(name: &'static str, about: &'static str, check: fn(&Repo) -> Result<()>) -> Stage {
    Stage { name, about, needs: None, has_tests: false, work: Work::Check(check) }
}

const fn run(name: &'static str, about: &'static str, command: fn(&Repo) -> Command) -> Stage {
    Stage { name, about, needs: None, has_tests: false, work: Work::Run { command, place: Place::Plain } }
}

impl Stage {
    /// Runs only where this path exists.
    const fn needs(self, path: &'static str) -> Self {
        Self { needs: Some(path), ..self }
    }

    /// Must run at least one test.
    const fn tests(self) -> Self {
        Self { has_tests: true, ..self }
    }

    /// Runs on a virtual display with a keyring.
    const fn on_desktop(self) -> Self {
        match self.work {
            Work::Run { command, .. } => Self { work: Work::Run { command, place: Place::Desktop }, ..self },
            Work::Check(_) => self,
        }
    }
}

// All cargo stages select the whole workspace: another selection would have other features, and build matrix-sdk again.
pub const STAGES: &[Stage] = &[
    run("fmt", "Rust formatting", |repo| repo.cargo(&["fmt", "--all", "--check"])),
    check("layers", "dependencies run one way", layers::check),
    run("ui-types", "TypeScript, strict", |repo| repo.npm("ui", &["run", "typecheck"])).needs("ui/package.json"),
    run("ui-lint", "ESLint", |repo| repo.npm("ui", &["run", "lint"])).needs("ui/package.json"),
    run("ui-i18n", "both languages complete", |repo| repo.npm("ui", &["run", "i18n:check"])).needs("ui/package.json"),
    run("ui-tests", "the interface's own tests", |repo| repo.npm("ui", &["test"])).needs("ui/package.json").tests(),
    check("ui-build", "the interface builds", crate::setup::build_ui),
    check("bindings", "TypeScript types are those of crates/api", |repo| {
        bindings::bindings(repo, &bindings::Options { check: true })
    }),
    run("clippy", "Rust lints", |repo| repo.cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])),
    run("rust", "all Rust tests but the integration tests", |repo| rust_tests(repo, &["--lib", "--bins"]))
        .on_desktop()
        .tests(),
    run("integration", "two doctors on a real homeserver, and the other test programs", |repo| {
        let mut cargo = rust_tests(repo, &["--test", "*"]);
        cargo.env("RUST_TEST_THREADS", waiting_tests().to_string());
        cargo
    })
    .on_desktop()
    .tests(),
    run("doc", "examples in the documentation", |repo| rust_tests(repo, &["--doc"])),
    check("programs", "the programs that the next stages start", |repo| demo::build(repo, false)),
    run("e2e", "the product in a browser", |repo| repo.npm("tests/e2e", &["test"]))
        .needs("tests/e2e/package.json")
        .tests(),
    run("window", "the real window", |repo| repo.npm("tests/window", &["test"]))
        .needs("tests/window/package.json")
        .on_desktop()
        .tests(),
];

/// Not a test: the README's pictures, taken from the running product.
pub const PICTURES: Stage =
    run("pictures", "the pictures of the README", |repo| repo.npm("tests/e2e", &["run", "pictures"]));

/// How many tests that mostly wait for servers and for time to pass keep this machine busy.
fn waiting_tests() -> usize {
    2 * std::thread::available_parallelism().map_or(1, usize::from)
}

fn rust_tests(repo: &Repo, which: &[&str]) -> Command {
    let mut cargo = repo.cargo(&["test", "--workspace", "--no-fail-fast"]);
    cargo.args(which);
    cargo
}

#[cfg(test)]
mod tests {
    use super::STAGES;
    use std::collections::HashSet;

    #[test]
    fn names_are_distinct() {
        assert_eq!(STAGES.iter().map(|stage| stage.name).collect::<HashSet<_>>().len(), STAGES.len());
    }
}
