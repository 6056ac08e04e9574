//! `cargo xtask bindings`: the interface's TypeScript types, printed by crates/api.

use std::fs;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::process::output;
use crate::repo::Repo;

/// The generated file.
const FILE: &str = "ui/src/bindings/index.ts";

#[derive(Debug, Clone, Args)]
pub struct Options {
    /// Write nothing; fail when the file is not what would be written
    #[arg(long)]
    pub check: bool,
}

pub fn bindings(repo: &Repo, options: &Options) -> Result<()> {
    let fresh = output(&mut repo.cargo(&["run", "--quiet", "--package", "consilium-api", "--bin", "bindings"]))?;
    let file = repo.join(FILE);
    if !options.check {
        return fs::write(&file, fresh).with_context(|| format!("writing {FILE}"));
    }
    let current = fs::read_to_string(&file).with_context(|| format!("reading {FILE}"))?;
    match first_difference(&current, &fresh) {
        None => {
            eprintln!("{FILE} is what crates/api says");
            Ok(())
        }
        Some((line, ours, theirs)) => bail!(
            "{FILE} is not what crates/api says; run `cargo xtask bindings`.\n  line {line}: {ours}\n  should be: {theirs}"
        ),
    }
}

/// Number and contents of the first line that differs.
fn first_difference<'a>(current: &'a str, fresh: &'a str) -> Option<(usize, &'a str, &'a str)> {
    if current == fresh {
        return None;
    }
    let (mut ours, mut theirs) = (current.lines(), fresh.lines());
    for line in 1.. {
        match (ours.next(), theirs.next()) {
            (None, None) => return Some((line, "another line end", "the generator's")),
            (one, other) if one != other => {
                return Some((line, one.unwrap_or("(nothing)"), other.unwrap_or("(nothing)")));
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::first_difference;

    #[test]
    fn points_at_the_first_line_that_differs() {
        assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
        assert_eq!(first_difference("a\nb\n", "a\nc\n"), Some((2, "b", "c")));
        assert_eq!(first_difference("a\n", "a\nc\n"), Some((2, "(nothing)", "c")));
        assert!(first_difference("a\r\n", "a\n").is_some());
    }
}
