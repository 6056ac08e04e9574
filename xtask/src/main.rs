//! `cargo xtask COMMAND`.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::process::guard_myself;
use xtask::repo::Repo;
use xtask::setup::Purpose;
use xtask::{bench, bindings, demo, setup, test};

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
    /// Install what the machine lacks and run all tests
    Test(test::Options),
    /// Measure the product beside what the same machine can do at best
    Bench(bench::Options),
    /// Write the interface's TypeScript types from crates/api
    Bindings(bindings::Options),
    /// Take the pictures of the README from the running product
    Screenshots,
    /// Install what demo and tests need, and nothing else
    Setup,
    /// Run a program that ends when standard input closes.
    #[command(hide = true)]
    Guard {
        /// Hand standard input on to the program.
        #[arg(long)]
        forward: bool,
        #[arg(last = true, required = true)]
        program: Vec<OsString>,
    },
}

fn in_repo(work: impl FnOnce(&Repo) -> anyhow::Result<()>) -> anyhow::Result<ExitCode> {
    guard_myself()?;
    work(&Repo::locate()?).map(|()| ExitCode::SUCCESS)
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Demo(options) => in_repo(|repo| demo::demo(repo, &options)),
        Command::Test(options) => in_repo(|repo| test::test(repo, &options)),
        Command::Bench(options) => in_repo(|repo| bench::bench(repo, &options)),
        Command::Bindings(options) => in_repo(|repo| bindings::bindings(repo, &options)),
        Command::Screenshots => in_repo(test::screenshots),
        Command::Setup => in_repo(|repo| setup::run(repo, Purpose::Tests)),
        Command::Guard { program, forward } => xtask::process::guard::run(&program, forward),
    };
    done.unwrap_or_else(|error: anyhow::Error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}
