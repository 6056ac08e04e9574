//! SIGINT and SIGTERM as something that the running work looks at, so that it unwinds and its children end in order.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Result, bail};

/// Set once a person or a supervisor has asked this program to end.
#[derive(Debug, Clone, Default)]
pub struct Interrupt {
    asked: Arc<AtomicBool>,
}

impl Interrupt {
    /// Begins to listen. A second request ends the program at once; the guards then see to the children.
    pub fn listen() -> Result<Self> {
        let interrupt = Self::default();
        #[cfg(unix)]
        {
            use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
            let asked = Arc::clone(&interrupt.asked);
            let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP])?;
            std::thread::spawn(move || {
                for _ in signals.forever() {
                    if asked.swap(true, Ordering::SeqCst) {
                        std::process::exit(130);
                    }
                }
            });
        }
        Ok(interrupt)
    }

    pub fn asked(&self) -> bool {
        self.asked.load(Ordering::SeqCst)
    }

    /// Fails when the program was asked to end.
    pub fn check(&self) -> Result<()> {
        if self.asked() {
            bail!("stopped");
        }
        Ok(())
    }
}
