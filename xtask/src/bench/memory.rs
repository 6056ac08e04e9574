//! Memory of a process and all it started, as proportional set size: shared pages count by their share, so that the sum
//! over processes is what they take together (Linux, `Documentation/filesystems/proc.rst`, smaps_rollup).

use std::collections::HashMap;
use std::fs;

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Process {
    pub name: String,
    /// In units of 1,024 bytes, as the kernel gives it.
    pub pss_kib: u64,
}

/// The process `root` and its descendants, root first. One that ended while they were read is left out.
pub fn of_tree(root: u32) -> Result<Vec<Process>> {
    let mut parents = Vec::new();
    for entry in fs::read_dir("/proc").context("reading /proc")? {
        let Some(pid) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        if let Some(parent) = fs::read_to_string(format!("/proc/{pid}/stat")).ok().as_deref().and_then(parent) {
            parents.push((pid, parent));
        }
    }
    let mut processes = Vec::new();
    for pid in tree(root, &parents) {
        let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok();
        if let Some(pss_kib) = rollup.as_deref().and_then(pss_kib) {
            processes.push(Process { name: name(pid), pss_kib });
        }
    }
    ensure!(!processes.is_empty(), "there is no process {root} whose memory can be read");
    Ok(processes)
}

/// The program's file name: the kernel's own name for a process has 15 characters.
fn name(pid: u32) -> String {
    fs::read_link(format!("/proc/{pid}/exe"))
        .ok()
        .and_then(|path| Some(path.file_name()?.to_string_lossy().trim_end_matches(" (deleted)").to_owned()))
        .unwrap_or_else(|| "unknown".to_owned())
}

/// The fourth field of `/proc/PID/stat`. The second is a name in parentheses that may hold anything.
fn parent(stat: &str) -> Option<u32> {
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

fn pss_kib(rollup: &str) -> Option<u64> {
    let rest = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    rest.trim().strip_suffix("kB")?.trim().parse().ok()
}

/// `root` and its descendants among these `(process, parent)`.
fn tree(root: u32, parents: &[(u32, u32)]) -> Vec<u32> {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    for (pid, parent) in parents.iter().filter(|(pid, _)| *pid != root) {
        children.entry(*parent).or_default().push(*pid);
    }
    let mut all = vec![root];
    let mut at = 0;
    while let Some(pid) = all.get(at) {
        // Removed, so that a number given out again while /proc was read makes no circle.
        all.extend(children.remove(pid).unwrap_or_default());
        at += 1;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROLLUP: &str = "\
55d0c0a00000-7ffd1b1f2000 ---p 00000000 00:00 0                          [rollup]
Rss:              123456 kB
Pss:               65432 kB
Pss_Dirty:         32100 kB
Pss_Anon:          30000 kB
SwapPss:               7 kB
";

    #[test]
    fn reads_the_sum_and_not_one_of_its_parts() {
        assert_eq!(pss_kib(ROLLUP), Some(65432));
        // A process that is ending has no memory.
        assert_eq!(pss_kib(""), None);
    }

    #[test]
    fn a_process_may_be_called_anything() {
        assert_eq!(parent("4711 (consilium) S 42 4711 4711 0"), Some(42));
        assert_eq!(parent("4711 (a) R 1 (b) c) S 42 4711"), Some(42));
        assert_eq!(parent(""), None);
    }

    #[test]
    fn a_tree_holds_grandchildren_and_no_neighbours() {
        let mut found = tree(10, &[(1, 0), (10, 1), (11, 10), (12, 11), (20, 1), (21, 20), (13, 10)]);
        found.sort_unstable();
        assert_eq!(found, [10, 11, 12, 13]);
        assert_eq!(tree(5, &[(6, 5), (5, 6)]), [5, 6]);
    }

    #[test]
    fn this_very_process_takes_memory() -> Result<()> {
        let mut child = std::process::Command::new("sleep").arg("30").spawn()?;
        let processes = of_tree(std::process::id());
        child.kill()?;
        child.wait()?;
        let processes = processes?;
        assert!(processes[0].pss_kib > 0);
        assert!(processes.iter().any(|process| process.name.contains("sleep") || process.name.contains("coreutils")));
        Ok(())
    }
}
