//! One process a profile: two on the same databases would lose messages.

use crate::Place;
use std::fs::{File, TryLockError};

/// Holds the profile as long as it lives; the system releases it when the process dies, however it dies.
#[derive(Debug)]
pub struct Instance {
    _lock: File,
}

/// Why the profile could not be taken.
#[derive(Debug)]
pub enum Taken {
    /// Another process has it open.
    InUse,
    Failed(std::io::Error),
}

impl std::fmt::Display for Taken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::InUse => f.write_str("another process has this profile open"),
            Self::Failed(error) => write!(f, "the profile could not be locked: {error}"),
        }
    }
}

impl std::error::Error for Taken {}

impl Instance {
    pub fn take(place: &Place) -> Result<Self, Taken> {
        let path = place.dir.join("instance.lock");
        let lock = File::options().create(true).write(true).truncate(false).open(path).map_err(Taken::Failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(Taken::InUse),
            Err(TryLockError::Error(error)) => Err(Taken::Failed(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Arguments;

    #[test]
    fn a_profile_is_open_once() {
        let dir = tempfile::tempdir().unwrap();
        let place = Place::settle(&Arguments { data_dir: Some(dir.path().into()), ..Default::default() }).unwrap();
        let first = Instance::take(&place).unwrap();
        assert!(matches!(Instance::take(&place), Err(Taken::InUse)));
        drop(first);
        Instance::take(&place).unwrap();
    }
}
