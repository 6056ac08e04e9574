//! Where and under what a run took place: figures without it cannot be compared.

use std::fmt;
use std::fs;

use anyhow::{Context, Result};
use serde::Serialize;

use crate::process::output;
use crate::repo::Repo;

/// One-minute load averages stand beside the figures, because another program's work is in them too.
#[derive(Debug, Clone, Serialize)]
pub struct Circumstances {
    /// Cargo's profile of the measured programs: `dev` or `release`.
    pub profile: &'static str,
    pub commit: String,
    /// Whether the checkout differs from the commit.
    pub modified: bool,
    pub processor: String,
    /// Logical ones that this process may use.
    pub cores: usize,
    /// 1,000,000,000 bytes.
    pub memory_gb: f64,
    pub load_before: f64,
    pub load_after: f64,
}

impl Circumstances {
    /// Before the first bench; [`Circumstances::end`] completes them.
    pub fn begin(repo: &Repo, profile: &'static str) -> Result<Self> {
        let git = |args: &[&str]| output(repo.command("git").args(args));
        let load = load()?;
        Ok(Self {
            profile,
            // An unpacked archive has no history.
            commit: git(&["rev-parse", "--short", "HEAD"]).map_or("unknown".to_owned(), |hash| hash.trim().to_owned()),
            modified: git(&["status", "--porcelain", "--untracked-files=no"]).is_ok_and(|said| !said.trim().is_empty()),
            processor: processor(&read("/proc/cpuinfo")?).unwrap_or("an unnamed processor").to_owned(),
            cores: std::thread::available_parallelism().context("counting the cores")?.get(),
            memory_gb: memory_gb(&read("/proc/meminfo")?).context("/proc/meminfo names no MemTotal")?,
            load_before: load,
            load_after: load,
        })
    }

    pub fn end(self) -> Result<Self> {
        Ok(Self { load_after: load()?, ..self })
    }
}

impl fmt::Display for Circumstances {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { profile, commit, processor, cores, memory_gb, load_before, load_after, .. } = self;
        let modified = if self.modified { " with changes" } else { "" };
        write!(
            f,
            "profile {profile}, commit {commit}{modified}, {cores} cores of {processor}, {memory_gb:.0} GB, \
             load {load_before:.2} before and {load_after:.2} after"
        )
    }
}

fn read(path: &str) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("reading {path}"))
}

fn load() -> Result<f64> {
    let text = read("/proc/loadavg")?;
    text.split(' ').next().and_then(|first| first.parse().ok()).context("/proc/loadavg has another shape")
}

/// The value of `model name`, which not every architecture has.
fn processor(cpuinfo: &str) -> Option<&str> {
    let line = cpuinfo.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim())
}

/// `MemTotal`, which the kernel counts in units of 1,024 bytes.
fn memory_gb(meminfo: &str) -> Option<f64> {
    let rest = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kibibytes: f64 = rest.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some((kibibytes * 1024.0 / 1e8).round() / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_kernel_tells() {
        let cpuinfo = "processor\t: 0\nmodel name\t: Some CPU @ 2.50GHz\nflags\t: fpu\n\nprocessor\t: 1\n";
        assert_eq!(processor(cpuinfo), Some("Some CPU @ 2.50GHz"));
        assert_eq!(processor("processor\t: 0\nBogoMIPS\t: 50.00\n"), None);
        assert_eq!(memory_gb("MemTotal:       24705024 kB\nMemFree:  1 kB\n"), Some(25.3));
        assert_eq!(memory_gb("MemFree:  1 kB\n"), None);
    }
}
