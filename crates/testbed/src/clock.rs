//! A clock that runs with the machine's and can be turned on.

use chrono::{DateTime, TimeDelta, Utc};
use consilium_registry::Clock;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

#[derive(Clone, Debug, Default)]
pub struct TurnableClock(Arc<AtomicI64>);

impl TurnableClock {
    /// Turns it on by so much.
    pub fn turn(&self, by: TimeDelta) {
        self.0.fetch_add(by.num_milliseconds(), Ordering::SeqCst);
    }
}

impl Clock for TurnableClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now() + TimeDelta::milliseconds(self.0.load(Ordering::SeqCst))
    }
}
