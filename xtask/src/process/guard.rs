//! The guard itself: one process beside each long-lived child.

use std::ffi::OsString;
use std::io::{Read, Write};
use std::process::{Command, ExitCode, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::GRACE;

/// Runs `program` until it ends or standard input closes, and leaves nothing of its family behind. With `forward`, what
/// comes on standard input goes to the program.
pub fn run(program: &[OsString], forward: bool) -> Result<ExitCode> {
    let (name, args) = program.split_first().context("no program named")?;
    family::adopt_orphans();
    let mut command = Command::new(name);
    command.args(args).stdin(if forward { Stdio::piped() } else { Stdio::null() });
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn().with_context(|| format!("cannot run {}", name.to_string_lossy()))?;

    let (send, parent_gone) = mpsc::channel();
    let mut input = child.stdin.take();
    std::thread::spawn(move || {
        let mut buffer = [0_u8; 1024];
        while let Ok(length @ 1..) = std::io::stdin().read(&mut buffer) {
            if let Some(input) = &mut input {
                // A program that no longer reads has what it wanted.
                input.write_all(&buffer[..length]).ok();
            }
        }
        send.send(()).ok();
    });
    loop {
        if let Some(status) = child.try_wait()? {
            family::end(child.id(), Duration::ZERO);
            return Ok(code_of(status));
        }
        if parent_gone.recv_timeout(Duration::from_millis(50)).is_ok() {
            break;
        }
    }

    family::ask(child.id());
    let deadline = Instant::now() + GRACE;
    while child.try_wait()?.is_none() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(20));
    }
    if child.try_wait()?.is_none() {
        child.kill().ok();
        child.wait().ok();
    }
    family::end(child.id(), Duration::from_millis(500));
    Ok(ExitCode::SUCCESS)
}

fn code_of(status: ExitStatus) -> ExitCode {
    // A child ended by a signal has no code; any failure will do.
    status.code().map_or(ExitCode::FAILURE, |code| ExitCode::from(u8::try_from(code).unwrap_or(1)))
}

#[cfg(unix)]
mod family {
    use std::time::{Duration, Instant};

    use rustix::process::{Pid, Signal, kill_process, kill_process_group};

    /// Descendants whose own parent ended become children of this process (Linux), so that daemons which left the
    /// process group are still found.
    pub fn adopt_orphans() {
        #[cfg(target_os = "linux")]
        rustix::process::set_child_subreaper(Some(rustix::process::getpid())).ok();
    }

    fn pid(raw: u32) -> Option<Pid> {
        i32::try_from(raw).ok().and_then(Pid::from_raw)
    }

    /// Asks the child's process group and every other descendant to end.
    pub fn ask(child: u32) {
        signal(child, Signal::TERM);
    }

    /// Ends what is left of the family, whose first member has ended: politely for as long as `patience` lasts, then at
    /// once.
    pub fn end(child: u32, patience: Duration) {
        let deadline = Instant::now() + patience.max(Duration::from_millis(200));
        let last = deadline + Duration::from_secs(1);
        let mut asked = false;
        while !descendants().is_empty() && Instant::now() < last {
            if Instant::now() >= deadline {
                signal(child, Signal::KILL);
            } else if !asked {
                signal(child, Signal::TERM);
                asked = true;
            }
            reap();
            std::thread::sleep(Duration::from_millis(10));
        }
        reap();
    }

    /// Takes notice of every adopted child that has ended, so that none stays behind as a zombie where the first process
    /// of a container does not do it.
    fn reap() {
        while let Ok(Some(_)) = rustix::process::wait(rustix::process::WaitOptions::NOHANG) {}
    }

    fn signal(child: u32, signal: Signal) {
        if let Some(group) = pid(child) {
            kill_process_group(group, signal).ok();
        }
        for descendant in descendants() {
            if let Some(descendant) = pid(descendant) {
                kill_process(descendant, signal).ok();
            }
        }
    }

    /// Process ids of all living descendants of this process; empty where there is no `/proc`.
    fn descendants() -> Vec<u32> {
        let mut all = Vec::new();
        let parents: Vec<(u32, u32)> = std::fs::read_dir("/proc")
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
            .filter_map(|pid| Some((pid, living_parent(pid)?)))
            .collect();
        let mut fringe = vec![std::process::id()];
        while let Some(parent) = fringe.pop() {
            for (pid, of) in &parents {
                if *of == parent {
                    all.push(*pid);
                    fringe.push(*pid);
                }
            }
        }
        all
    }

    /// The parent of a process that is not a zombie, from `/proc/PID/stat`: `pid (name) state ppid …`, where the name may
    /// hold blanks and brackets.
    fn living_parent(pid: u32) -> Option<u32> {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let mut rest = stat.rsplit_once(')')?.1.split_ascii_whitespace();
        let state = rest.next()?;
        if state == "Z" || state == "X" {
            return None;
        }
        rest.next()?.parse().ok()
    }
}

#[cfg(not(unix))]
mod family {
    pub fn adopt_orphans() {}
    /// Windows has no polite request for a console-less child: the caller kills it after the grace period.
    pub fn ask(_child: u32) {}
    pub fn end(_child: u32, _patience: std::time::Duration) {}
}
