//! A registry without homeserver, mail and HTTP, for what an operator does by command.

use crate::clock::TurnableClock;
use crate::postgres::Postgres;
use crate::testbed::{Backend, location, settings};
use consilium_registry::{Random, Registry, Settings};
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

#[derive(Debug)]
pub struct Offline {
    pub clock: TurnableClock,
    pub registry: Registry,
    settings: Settings,
    /// Runs as long as the registry.
    _postgres: Option<Arc<Postgres>>,
    folder: TempDir,
}

impl Offline {
    /// Blocks.
    pub fn start_on(backend: Backend) -> anyhow::Result<Self> {
        let postgres = match backend {
            Backend::Sqlite => None,
            Backend::Postgres => Some(Postgres::shared()?),
        };
        let folder = tempfile::Builder::new().prefix("consilium-registry-").tempdir()?;
        let settings = settings(folder.path(), location(folder.path(), postgres.as_deref())?)?;
        let clock = TurnableClock::default();
        let registry = Registry::open_with(&settings, Arc::new(clock.clone()), Random::system())?;
        Ok(Self { clock, registry, settings, _postgres: postgres, folder })
    }

    /// Opens it anew, as the next command does. Blocks.
    pub fn open_again(&mut self) -> anyhow::Result<()> {
        self.registry = Registry::open_with(&self.settings, Arc::new(self.clock.clone()), Random::system())?;
        Ok(())
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}
