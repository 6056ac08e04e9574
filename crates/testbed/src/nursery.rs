//! One Python for all Synapses of this process; see `nursery.py`.

use anyhow::{Context as _, bail};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

const PROGRAM: &str = include_str!("nursery.py");

#[derive(Debug)]
struct Nursery {
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

static NURSERY: Mutex<Option<Nursery>> = Mutex::new(None);

impl Nursery {
    fn open(python: &Path) -> anyhow::Result<Self> {
        let mut child = Command::new(python)
            .args(["-c", PROGRAM])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start Python")?;
        let (orders, answers) = (child.stdin.take().context("no input")?, child.stdout.take().context("no output")?);
        Ok(Self { child, orders, answers: BufReader::new(answers) })
    }

    fn start(&mut self, config: &Path) -> anyhow::Result<u32> {
        writeln!(self.orders, "{}", config.display())?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer)?;
        answer.trim().parse().with_context(|| format!("Python with Synapse ended: {:?}", self.child.try_wait()))
    }
}

/// A Synapse that runs. It ends when this is dropped, and with this process, however that ends.
#[derive(Debug)]
pub struct Process(u32);

impl Process {
    /// Starts one with this configuration, in whose folder it prints to `homeserver.log`. The first call takes seconds.
    pub fn start(python: &Path, config: &Path) -> anyhow::Result<Self> {
        let mut nursery = NURSERY.lock().unwrap_or_else(PoisonError::into_inner);
        let open = match nursery.take() {
            Some(open) => open,
            None => Nursery::open(python)?,
        };
        // One that failed is not asked again.
        nursery.insert(open).start(config).inspect_err(|_| *nursery = None).map(Self)
    }

    /// Sends a signal, such as `STOP`.
    pub fn signal(&self, signal: &str) -> anyhow::Result<()> {
        if !self.take(signal)? {
            bail!("Synapse could not be signalled");
        }
        Ok(())
    }

    pub fn is_running(&self) -> bool {
        self.take("0").unwrap_or(false)
    }

    fn take(&self, signal: &str) -> anyhow::Result<bool> {
        let status = Command::new("kill")
            .args(["-s", signal, &self.0.to_string()])
            .stderr(Stdio::null())
            .status()
            .context("cannot run kill")?;
        Ok(status.success())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.signal("KILL");
        // Where nobody reaps what the nursery left, a dead one seems to be there for ever.
        for _ in 0..1_000 {
            if !self.is_running() {
                return;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}
