//! `cargo xtask bench`: what the product costs in time and memory, beside what the same machine needed in the same run
//! for less. Nothing here passes or fails; `docs/PERFORMANCE.md` tells how to read it.

mod chat;
mod directory;
mod figures;
mod machine;
mod measured;
mod memory;
mod programs;
mod registry;
mod search;
mod table;
mod window;

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use serde::Serialize;
use serde_json::{Map, Value};

use self::figures::Figure;
use self::machine::Circumstances;
use self::programs::{Profile, Programs};
use crate::process::interrupt::Interrupt;
use crate::repo::Repo;
use crate::setup::{self, Purpose};
use crate::test::Place;

#[derive(Debug, Clone, Args)]
pub struct Options {
    /// Measure this alone; may be given several times
    #[arg(long, value_name = "NAME")]
    only: Vec<Bench>,
    /// Cargo's profile of the measured programs
    #[arg(long, value_enum, default_value_t = Profile::Bench)]
    profile: Profile,
    /// Print one JSON document instead of the table
    #[arg(long)]
    json: bool,
    /// How many colleagues the imported and searched directories have
    #[arg(long, value_name = "N", default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(100..))]
    size: u32,
    /// Searches that have to find somebody, as JSON Lines `{"q": text, "must": [practitioner ids]}`
    #[arg(long, value_name = "FILE")]
    queries: Option<PathBuf>,
    /// How many messages are searched
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1_000..))]
    found: u32,
    /// How many messages are sent
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    messages: u32,
    /// How often the window is started
    #[arg(long, value_name = "N", default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..))]
    starts: u32,
    /// Print the memory of this process and its descendants; for the window's bench
    #[arg(long, value_name = "PID", hide = true)]
    memory_of: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Bench {
    /// From the window's start to what a doctor can use
    Start,
    /// Searching the colleagues on the machine
    Directory,
    /// Searching the messages on the machine
    Search,
    /// From writing a message to the other doctor's screen
    Chat,
    /// Memory of all the window's processes
    Memory,
    /// Importing a directory into the registry, and searching it there
    Registry,
}

impl Bench {
    fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Directory => "directory",
            Self::Search => "search",
            Self::Chat => "chat",
            Self::Memory => "memory",
            Self::Registry => "registry",
        }
    }

    /// Its program, what that takes, and where it runs.
    fn command(self, repo: &Repo, options: &Options, programs: &Programs) -> Result<(Command, Place)> {
        let program = |target| programs.path(target).map(|path| repo.command(path));
        match self {
            Self::Directory => {
                let mut command = program("directory")?;
                command.args(["--size", &options.size.to_string()]);
                if let Some(file) = &options.queries {
                    // The program may run in another folder.
                    let file = file.canonicalize().with_context(|| format!("looking for {}", file.display()))?;
                    command.arg("--queries").arg(file);
                }
                Ok((command, Place::Plain))
            }
            Self::Search => {
                let mut command = program("messages")?;
                command.args(["--size", &options.found.to_string()]);
                Ok((command, Place::Plain))
            }
            Self::Chat => {
                let mut command = program("bench_chat")?;
                command.arg(options.messages.to_string());
                Ok((command, Place::Desktop))
            }
            Self::Registry => {
                let mut command = program("registry")?;
                command.args(registry::population(repo, options.size)?);
                Ok((command, Place::Plain))
            }
            Self::Start | Self::Memory => {
                let window = programs.path("consilium")?;
                let mut command = repo.command("node");
                command.args(["tests/window/bench.ts", self.name()]);
                if self == Self::Start {
                    command.arg(options.starts.to_string());
                }
                command.env("CONSILIUM_PROGRAMS", programs::folder(&window)?);
                Ok((command, Place::Desktop))
            }
        }
    }

    fn figures(self, answer: &Value) -> Result<Vec<Figure>> {
        match self {
            Self::Start => window::start(answer),
            Self::Directory => directory::figures(answer),
            Self::Search => search::figures(answer),
            Self::Chat => chat::figures(answer),
            Self::Memory => window::memory(answer),
            Self::Registry => registry::figures(answer),
        }
    }
}

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Document {
    #[serde(flatten)]
    circumstances: Circumstances,
    figures: Vec<Figure>,
    /// What the measuring programs said, by bench: every sample where there are samples.
    answers: Map<String, Value>,
}

pub fn bench(repo: &Repo, options: &Options) -> Result<()> {
    if let Some(pid) = options.memory_of {
        println!("{}", serde_json::to_string(&memory::of_tree(pid)?)?);
        return Ok(());
    }
    setup::run(repo, Purpose::Tests)?;
    let interrupt = Interrupt::listen()?;
    let chosen: Vec<Bench> = Bench::value_variants()
        .iter()
        .copied()
        .filter(|bench| options.only.is_empty() || options.only.contains(bench))
        .collect();
    // All that has to be built first: the load that a build leaves would be in the figures.
    let programs = Programs::build(repo, options.profile)?;
    let commands = chosen.iter().map(|bench| bench.command(repo, options, &programs)).collect::<Result<Vec<_>>>()?;
    let circumstances = Circumstances::begin(repo, options.profile.name())?;
    let (mut figures, mut answers) = (Vec::new(), Map::new());
    for (bench, (command, place)) in chosen.into_iter().zip(commands) {
        let answer = measured::run(repo, bench.name(), command, place, &interrupt)?;
        figures.extend(bench.figures(&answer)?);
        answers.insert(bench.name().to_owned(), answer);
    }
    let circumstances = circumstances.end()?;
    if options.json {
        let document = Document { circumstances, figures, answers };
        println!("{}", serde_json::to_string_pretty(&document)?);
    } else {
        print!("{}", table::table(&circumstances, &figures));
    }
    Ok(())
}
