//! Child processes that do not outlive the command that started them, however it ends.
//!
//! Every long-lived child is started by a guard: this same program, run as `xtask guard`, which holds the reading end of
//! a pipe whose writing end only its parent has. The pipe closes when the parent ends, on `SIGKILL` too, and the guard
//! then takes its whole family down. (`PR_SET_PDEATHSIG` would need `unsafe` code between fork and exec, and would not
//! reach grandchildren.)

pub mod guard;
pub mod interrupt;

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How long a child may take to end after it was asked to, before it is killed.
pub const GRACE: Duration = Duration::from_secs(8);

/// Environment variable with the path of a built xtask, for test programs that use this library.
pub const XTASK: &str = "CONSILIUM_XTASK";

static GUARD: OnceLock<PathBuf> = OnceLock::new();

/// Says that this very program answers to `guard`. On Linux it is named through `/proc`, which still works after the file
/// itself was replaced by a rebuild.
pub fn guard_myself() -> Result<()> {
    let path = if cfg!(target_os = "linux") {
        PathBuf::from("/proc/self/exe")
    } else {
        std::env::current_exe().context("finding this program's own file")?
    };
    GUARD.get_or_init(|| path);
    Ok(())
}

/// Says which program answers to `guard`.
pub fn guard_with(xtask: &Path) {
    GUARD.get_or_init(|| xtask.to_owned());
}

fn guard_program() -> Result<PathBuf> {
    GUARD
        .get()
        .cloned()
        .or_else(|| std::env::var_os(XTASK).map(PathBuf::from))
        .with_context(|| format!("{XTASK} does not name a built xtask; `cargo xtask test` sets it"))
}

/// A running child with its guard. Dropping it ends it.
#[derive(Debug)]
pub struct Guarded {
    name: String,
    guard: Child,
    /// Closing this is what tells the guard to end.
    lifeline: Option<ChildStdin>,
}

impl Guarded {
    /// Starts `command` (program, arguments, environment and folder are taken over; its standard streams are not) with
    /// both output streams going to `log`, or to this program's own where there is none.
    pub fn spawn(name: &str, command: &Command, log: Option<&Path>) -> Result<Self> {
        Self::start(name, command, log, None)
    }

    /// The same with `line`, which may be a secret, as the first line of the child's standard input; the input then stays
    /// open for as long as the child may live.
    pub fn spawn_with_input(name: &str, command: &Command, log: Option<&Path>, line: &str) -> Result<Self> {
        Self::start(name, command, log, Some(line))
    }

    fn start(name: &str, command: &Command, log: Option<&Path>, line: Option<&str>) -> Result<Self> {
        let mut guard = Command::new(guard_program()?);
        guard.arg("guard");
        if line.is_some() {
            guard.arg("--forward");
        }
        guard.arg("--").arg(command.get_program()).args(command.get_args());
        inherit(&mut guard, command);
        if let Some(log) = log {
            let file = File::options()
                .create(true)
                .append(true)
                .open(log)
                .with_context(|| format!("opening {}", log.display()))?;
            guard.stdout(file.try_clone()?).stderr(file);
        }
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut guard, 0);
        let mut guard = guard.stdin(Stdio::piped()).spawn().with_context(|| format!("starting {name}"))?;
        let mut lifeline = guard.stdin.take();
        if let (Some(line), Some(input)) = (line, &mut lifeline) {
            writeln!(input, "{line}").with_context(|| format!("speaking to {name}"))?;
        }
        Ok(Self { name: name.to_owned(), guard, lifeline })
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// The status with which the child ended, or `None` while it runs.
    pub fn exited(&mut self) -> Result<Option<ExitStatus>> {
        self.guard.try_wait().with_context(|| format!("looking after {}", self.name))
    }

    /// Waits for the child to end by itself; ends it when `interrupted` says so.
    pub fn wait(mut self, interrupted: &interrupt::Interrupt) -> Result<ExitStatus> {
        loop {
            if let Some(status) = self.exited()? {
                return Ok(status);
            }
            interrupted.check()?;
            std::thread::sleep(Duration::from_millis(40));
        }
    }

    /// Asks the child and its descendants to end, and waits until they have.
    pub fn stop(&mut self) {
        self.ask_to_stop();
        let deadline = Instant::now() + GRACE + Duration::from_secs(4);
        while Instant::now() < deadline {
            match self.guard.try_wait() {
                Ok(None) => std::thread::sleep(Duration::from_millis(20)),
                Ok(Some(_)) | Err(_) => return,
            }
        }
        self.guard.kill().ok();
        self.guard.wait().ok();
    }

    /// The first half of [`Guarded::stop`], for ending several children at the same time.
    pub fn ask_to_stop(&mut self) {
        drop(self.lifeline.take());
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A second command that does the same: program, arguments, environment, folder.
pub fn copy(command: &Command) -> Command {
    let mut copy = Command::new(command.get_program());
    copy.args(command.get_args());
    inherit(&mut copy, command);
    copy
}

/// Gives `outer`, which wraps `inner`, its environment and folder.
pub fn inherit(outer: &mut Command, inner: &Command) {
    for (key, value) in inner.get_envs() {
        match value {
            Some(value) => outer.env(key, value),
            None => outer.env_remove(key),
        };
    }
    if let Some(dir) = inner.get_current_dir() {
        outer.current_dir(dir);
    }
}

/// Runs a short command that shares this terminal, so that Ctrl-C reaches it, and fails unless it succeeds.
pub fn run(command: &mut Command) -> Result<()> {
    let shown = shown(command);
    let status = command.status().with_context(|| format!("cannot run `{shown}`"))?;
    if !status.success() {
        bail!("`{shown}` failed ({status})");
    }
    Ok(())
}

/// Runs a short command and gives its standard output; its error output is part of the failure.
pub fn output(command: &mut Command) -> Result<String> {
    let shown = shown(command);
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot run `{shown}`"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("`{shown}` failed ({}): {}", output.status, said.trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The command as a person would type it. Environment variables, where secrets are handed over, are left out.
fn shown(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|arg| arg.to_string_lossy().into_owned()));
    words.join(" ")
}

/// Whether `program` can be found on the search path.
pub fn on_path(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|dir| dir.join(program).is_file()))
}
