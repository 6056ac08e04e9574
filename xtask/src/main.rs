//! `cargo xtask COMMAND`.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::demo;
use xtask::repo::Repo;

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about = "The repository's own commands")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the product with its servers and invented people
    Demo(demo::Options),
    /// Run a program that ends when standard input closes.
    #[command(hide = true)]
    Guard {
        #[arg(last = true, required = true)]
        program: Vec<OsString>,
    },
}

fn in_repo(work: impl FnOnce(&Repo) -> anyhow::Result<()>) -> anyhow::Result<ExitCode> {
    work(&Repo::locate()?).map(|()| ExitCode::SUCCESS)
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Demo(options) => in_repo(|repo| demo::demo(repo, &options)),
        Command::Guard { program } => xtask::process::guard::run(&program),
    };
    done.unwrap_or_else(|error: anyhow::Error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}
