//! `cargo xtask test`: everything that has to hold, stage by stage.

mod count;
mod layers;
mod stages;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;

use self::count::Count;
use self::stages::{STAGES, Stage, Work};
use crate::desktop::{PrivateSession, on_virtual_display};
use crate::process::Guarded;
use crate::process::interrupt::Interrupt;
use crate::repo::Repo;
use crate::setup::{self, Purpose};

#[derive(Debug, Clone, Args)]
pub struct Options {
    /// Run this stage alone; may be given several times
    #[arg(long, value_name = "STAGE")]
    only: Vec<String>,
    /// Run the stages after one that fails, too
    #[arg(long)]
    keep_going: bool,
    /// Name the stages and what they do
    #[arg(long)]
    list: bool,
}

/// Runs the stages in order and stops at the first that fails, unless told to go on. Ends with a line `N passed, M failed`.
pub fn test(repo: &Repo, options: &Options) -> Result<()> {
    if options.list {
        for stage in STAGES {
            println!("{:<14}{}", stage.name, stage.about);
        }
        return Ok(());
    }
    for name in &options.only {
        if !STAGES.iter().any(|stage| stage.name == name) {
            bail!("there is no stage {name:?}; `cargo xtask test --list` names them");
        }
    }
    setup::run(repo, Purpose::Tests)?;
    let interrupt = Interrupt::listen()?;
    let begin = Instant::now();
    let mut total = Count::default();
    let mut failed = Vec::new();
    for stage in STAGES {
        let chosen = options.only.is_empty() || options.only.iter().any(|name| name == stage.name);
        if !chosen {
            continue;
        }
        if stage.needs.is_some_and(|path| !repo.join(path).exists()) {
            println!("{:<14}not there yet", stage.name);
            continue;
        }
        let outcome = run_stage(repo, stage, &interrupt)?;
        total += outcome.count;
        if let Some(why) = outcome.failure {
            println!("\n{} failed: {why}", stage.name);
            failed.push(stage.name);
            if !options.keep_going {
                break;
            }
        }
    }
    if !failed.is_empty() {
        println!("{}", total.or_one_failed());
        let again: String = failed.iter().map(|name| format!(" --only {name}")).collect();
        bail!("failed: {}; run again with `cargo xtask test{again}`", failed.join(", "));
    }
    println!("\nall stages done in {}", shown(begin.elapsed()));
    println!("{total}");
    Ok(())
}

/// Takes the README's pictures from the running product.
pub fn screenshots(repo: &Repo) -> Result<()> {
    setup::run(repo, Purpose::Tests)?;
    let outcome = run_stage(repo, &stages::PICTURES, &Interrupt::listen()?)?;
    outcome.failure.map_or(Ok(()), |why| bail!("the pictures were not taken: {why}"))
}

struct Outcome {
    count: Count,
    failure: Option<String>,
}

/// Runs one stage, its output going to a log of its own, which is shown when it fails.
fn run_stage(repo: &Repo, stage: &Stage, interrupt: &Interrupt) -> Result<Outcome> {
    let logs = repo.tools().join("logs");
    fs::create_dir_all(&logs)?;
    let log = logs.join(format!("{}.log", stage.name));
    fs::write(&log, "").with_context(|| format!("emptying {}", log.display()))?;
    println!("{:<14}…", stage.name);
    let begin = Instant::now();
    let failure = match stage.work {
        Work::Check(check) => check(repo).err().map(|error| format!("{error:#}")),
        Work::Run { command, place } => {
            let command = in_place(&environment(repo, command(repo)), place)?;
            let status = Guarded::spawn(stage.name, &command.command, Some(&log))?.wait(interrupt)?;
            (!status.success()).then(|| format!("{status}"))
        }
    };
    let said = fs::read_to_string(&log).unwrap_or_else(|_| read_lossy(&log));
    let mut count = count::of(&said);
    if matches!(stage.work, Work::Check(_)) && failure.is_none() {
        count.passed += 1;
    }
    if let Some(why) = failure {
        println!("{said}");
        return Ok(Outcome { count, failure: Some(why) });
    }
    let result = if count == Count::default() { "ok".to_owned() } else { count.to_string() };
    println!("{:<14}{result} in {}", stage.name, shown(begin.elapsed()));
    // A runner that found no test has tested nothing, whatever its exit code says.
    let failure = (stage.has_tests && count.passed == 0).then(|| "no test ran".to_owned());
    Ok(Outcome { count, failure })
}

fn read_lossy(log: &Path) -> String {
    String::from_utf8_lossy(&fs::read(log).unwrap_or_default()).into_owned()
}

/// What every stage finds in its environment.
pub(crate) fn environment(repo: &Repo, mut command: Command) -> Command {
    command
        // Python with Synapse, for tests that start a homeserver.
        .env(crate::servers::synapse::PYTHON, repo.python())
        // For tests that start this program's own commands.
        .env(crate::process::XTASK, std::env::current_exe().unwrap_or_default())
        .env("NO_COLOR", "1")
        .env("CARGO_TERM_COLOR", "never")
        .env("CARGO_TERM_PROGRESS_WHEN", "never");
    // Inside the private session other XDG folders are set; cargo and rustup go on where they were.
    for (variable, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
        if std::env::var_os(variable).is_none()
            && let Some(home) = std::env::home_dir()
        {
            command.env(variable, home.join(folder));
        }
    }
    command
}

/// Where a stage's command runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// As it is.
    Plain,
    /// On a virtual display, with a message bus and an unlocked, empty keyring of its own.
    Desktop,
}

pub(crate) struct Placed {
    pub command: Command,
    /// Removed when the command has ended.
    _session: Option<(PrivateSession, tempfile::TempDir)>,
}

pub(crate) fn in_place(command: &Command, place: Place) -> Result<Placed> {
    match place {
        Place::Plain => Ok(Placed { command: crate::process::copy(command), _session: None }),
        Place::Desktop => {
            let session = PrivateSession::new()?;
            let home = tempfile::Builder::new().prefix("consilium-home-").tempdir()?;
            let command = on_virtual_display(&session.wrap(command, home.path())?);
            Ok(Placed { command, _session: Some((session, home)) })
        }
    }
}

/// `75 s` or `3 min 20 s`.
fn shown(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds < 120 {
        format!("{:.1} s", time.as_secs_f64())
    } else {
        format!("{} min {} s", seconds / 60, seconds % 60)
    }
}
