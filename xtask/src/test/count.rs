//! How many tests ran, read from what the runners print last.

use std::fmt;
use std::ops::AddAssign;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    pub passed: u64,
    pub failed: u64,
}

impl Count {
    /// For a run that stopped: a stage that failed without a failed test, as a build does, counts as one.
    pub fn or_one_failed(self) -> Self {
        Self { failed: self.failed.max(1), ..self }
    }
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// The sum over the closing lines of cargo test, vitest and node's own runner.
pub fn of(log: &str) -> Count {
    let mut count = Count::default();
    for line in log.lines() {
        let line = line.trim();
        if let Some(result) = line.strip_prefix("test result: ") {
            // test result: ok. 3 passed; 0 failed; 0 ignored; …
            count += labelled(result);
        } else if let Some(result) = line.strip_prefix("Tests ") {
            // Tests  1 failed | 12 passed (13)
            count += labelled(result);
        } else if let Some((word, number)) =
            line.strip_prefix("# ").or_else(|| line.strip_prefix("ℹ ")).and_then(|rest| rest.split_once(' '))
            && let Ok(number) = number.parse::<u64>()
        {
            // # pass 12
            match word {
                "pass" => count.passed += number,
                "fail" => count.failed += number,
                _ => {}
            }
        }
    }
    count
}

/// Numbers that stand before `passed` and `failed`.
fn labelled(text: &str) -> Count {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let before = |label: &str| {
        words.windows(2).filter(|pair| pair[1] == label).filter_map(|pair| pair[0].parse::<u64>().ok()).sum()
    };
    Count { passed: before("passed"), failed: before("failed") }
}

#[cfg(test)]
mod tests {
    use super::{Count, of};

    #[test]
    fn sums_the_closing_lines_of_cargo() {
        let log = "running 3 tests\ntest a ... ok\n\n\
                   test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.02s\n\
                   test result: FAILED. 4 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.02s\n";
        assert_eq!(of(log), Count { passed: 7, failed: 2 });
    }

    #[test]
    fn reads_vitest() {
        let log =
            " Test Files  1 failed | 3 passed (4)\n      Tests  1 failed | 12 passed (13)\n   Start at  03:02:02\n";
        assert_eq!(of(log), Count { passed: 12, failed: 1 });
        assert_eq!(of("      Tests  40 passed (40)\n"), Count { passed: 40, failed: 0 });
    }

    #[test]
    fn reads_nodes_runner() {
        assert_eq!(of("# tests 5\n# pass 4\n# fail 1\n# skipped 0\n"), Count { passed: 4, failed: 1 });
        assert_eq!(of("ℹ pass 4\nℹ fail 0\n"), Count { passed: 4, failed: 0 });
    }

    #[test]
    fn a_test_whose_name_speaks_of_passing_does_not_count() {
        assert_eq!(of("test 3 passed patients are listed ... ok\n"), Count::default());
    }
}
