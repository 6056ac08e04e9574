//! The profile's choices, in a plain file: needed before any key is.

use crate::notifications::DAY;
use crate::sealed::write_whole;
use consilium_api::settings::{Settings, ZOOM};
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

    /// Changes what is chosen now.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Settings)) -> Result<()> {
        let mut settings = self.current.borrow().clone();
        change(&mut settings);
        self.save(settings)
    }

    pub(crate) fn save(&self, mut settings: Settings) -> Result<()> {
        settings.window.zoom = settings.window.zoom.clamp(*ZOOM.start(), *ZOOM.end());
        let hours = &mut settings.notifications.quiet_hours;
        (hours.from, hours.to) = (hours.from % DAY, hours.to % DAY);
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
        let chosen = Settings { language: Language::Chinese, theme: Theme::Dark, ..Settings::default() };
        SettingsFile::open(path.clone()).save(chosen.clone()).unwrap();
        assert_eq!(*SettingsFile::open(path.clone()).subscribe().borrow(), chosen);

        // One of before there was all of it.
        std::fs::write(&path, r#"{"theme":"dark","window":{"zoom":120}}"#).unwrap();
        let earlier = SettingsFile::open(path.clone()).subscribe().borrow().clone();
        assert_eq!((earlier.theme, earlier.window.zoom, earlier.notifications.on), (Theme::Dark, 120, true));

        std::fs::write(&path, "{").unwrap();
        assert_eq!(*SettingsFile::open(path).subscribe().borrow(), Settings::default());
    }

    #[test]
    fn only_what_can_be_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let settings = SettingsFile::open(folder.path().join("settings.json"));
        settings
            .change(|settings| {
                settings.window.zoom = 9_000;
                settings.notifications.quiet_hours.from = 1_500;
            })
            .unwrap();
        let kept = settings.subscribe().borrow().clone();
        assert_eq!((kept.window.zoom, kept.notifications.quiet_hours.from), (200, 60));
    }
}
