//! Running a measuring program and reading what it says.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::figures::{High, Spread};
use crate::process::Guarded;
use crate::process::interrupt::Interrupt;
use crate::repo::Repo;
use crate::servers::tail;
use crate::test::{Place, environment, in_place};

/// What a program that keeps its own samples says of them, in milliseconds.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Times {
    pub p50: f64,
    pub p99: f64,
    pub samples: usize,
}

impl From<Times> for Spread {
    fn from(times: Times) -> Self {
        Self { median: times.p50, high: Some(High { rank: "p99", value: times.p99 }), samples: times.samples }
    }
}

/// Runs the program to its end and gives the JSON it printed.
pub fn run(repo: &Repo, name: &str, command: Command, place: Place, interrupt: &Interrupt) -> Result<Value> {
    eprintln!("bench: measuring {name} …");
    let log = log(repo, name)?;
    let placed = in_place(&environment(repo, command), place)?;
    let status = Guarded::spawn(name, &placed.command, Some(&log))?.wait(interrupt)?;
    if !status.success() {
        bail!("{name} ended with {status}. The end of {}:\n{}", log.display(), tail(&log, 40));
    }
    let said = fs::read_to_string(&log).with_context(|| format!("reading {}", log.display()))?;
    answer(&said).with_context(|| format!("{name} said no figures; its log is {}", log.display()))
}

fn log(repo: &Repo, name: &str) -> Result<PathBuf> {
    let logs = repo.tools().join("logs");
    fs::create_dir_all(&logs)?;
    let log = logs.join(format!("bench-{name}.log"));
    fs::write(&log, "").with_context(|| format!("emptying {}", log.display()))?;
    Ok(log)
}

/// The first JSON object that begins at the beginning of a line: warnings of other parts may stand around it.
fn answer(said: &str) -> Option<Value> {
    let begins = said.match_indices('{').map(|(at, _)| at).filter(|at| *at == 0 || said[..*at].ends_with('\n'));
    begins
        .filter_map(|at| serde_json::Deserializer::from_str(&said[at..]).into_iter::<Value>().next()?.ok())
        .find(Value::is_object)
}

/// An answer in the shape that its program gives.
pub fn read<T: DeserializeOwned>(answer: &Value) -> Result<T> {
    T::deserialize(answer).context("the figures have another shape")
}

#[cfg(test)]
mod tests {
    use super::answer;
    use serde_json::json;

    #[test]
    fn finds_the_figures_among_other_lines() {
        let said = "warning: {this} is no figure\n{broken\n{\n  \"a\": [1,\n 2]\n}\nended\n";
        assert_eq!(answer(said), Some(json!({"a": [1, 2]})));
        assert_eq!(answer("{\"a\":1}\n{\"b\":2}\n"), Some(json!({"a": 1})));
        assert_eq!(answer("no figures {\"a\":1}\n"), None);
    }
}
