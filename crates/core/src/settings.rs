//! The profile's choices, in a plain file: needed before any key is.

use crate::sealed::write_whole;
use consilium_api::settings::Settings;
use consilium_api::{Error, ErrorCode, Result};
use std::path::PathBuf;
use tokio::sync::watch;

#[derive(Debug)]
pub(crate) struct SettingsFile {
    path: PathBuf,
    current: watch::Sender<Settings>,
}

impl SettingsFile {
    /// Reads the file; what is missing or illegible takes its default.
    pub(crate) fn open(path: PathBuf) -> Self {
        let stored = std::fs::read(&path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        Self { path, current: watch::Sender::new(stored.unwrap_or_default()) }
    }

    pub(crate) fn subscribe(&self) -> watch::Receiver<Settings> {
        self.current.subscribe()
    }

    pub(crate) fn save(&self, settings: Settings) -> Result<()> {
        let bytes = serde_json::to_vec_pretty(&settings)
            .map_err(|_| Error::new(ErrorCode::Internal, "settings could not be serialized"))?;
        write_whole(&self.path, &bytes)?;
        self.current.send_replace(settings);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use consilium_api::settings::{Language, Theme};

    #[test]
    fn choices_survive_a_restart_and_a_damaged_file_gives_defaults() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.json");
        let chosen = Settings { language: Language::Chinese, theme: Theme::Dark };
        SettingsFile::open(path.clone()).save(chosen.clone()).unwrap();
        assert_eq!(*SettingsFile::open(path.clone()).subscribe().borrow(), chosen);

        std::fs::write(&path, "{").unwrap();
        assert_eq!(*SettingsFile::open(path).subscribe().borrow(), Settings::default());
    }
}
