//! Everything a doctor does, over matrix-sdk and encrypted SQLite; knows no window.

// The SDK's futures nest deeper than the default allows.
#![recursion_limit = "256"]

mod account;
mod cards;
mod chat;
mod commands;
mod contacts;
pub mod database;
pub mod directory;
mod driven;
mod entry;
mod images;
mod keyring;
mod links;
mod notifications;
mod password;
mod password_reset;
mod profile;
mod registration;
mod registry;
mod sealed;
pub mod search;
mod settings;
mod subscriptions;
mod uploads;

pub use profile::Profile;

use account::Lifecycle;
use consilium_api::Result;
use links::Destinations;
use notifications::Notifier;
use password_reset::PasswordResets;
use registration::Registrations;
use settings::SettingsFile;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use uploads::Uploads;

/// One doctor's client. Clones are handles to the same one.
#[derive(Clone)]
pub struct Core {
    inner: Arc<Inner>,
}

struct Inner {
    lifecycle: Arc<Lifecycle>,
    registrations: Arc<Registrations>,
    password_resets: PasswordResets,
    settings: SettingsFile,
    destinations: Destinations,
    uploads: Uploads,
    review_changed: commands::ReviewChanged,
    stop: CancellationToken,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.stop.cancel();
        self.lifecycle.abandon();
    }
}

impl std::fmt::Debug for Core {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Core").field("profile", &self.inner.lifecycle.profile.name).finish_non_exhaustive()
    }
}

impl Core {
    /// Opens a profile and goes on where it was left. Returns at once; what becomes of it arrives through the
    /// `session` and `registration` subscriptions.
    pub async fn open(profile: Profile) -> Result<Self> {
        let settings = SettingsFile::open(profile.settings_path());
        let notifier = Arc::new(Notifier::new(settings.subscribe()));
        let lifecycle = Lifecycle::new(profile, notifier)?;
        let registrations = Registrations::new(lifecycle.clone());
        let stop = CancellationToken::new();
        let run = {
            let (lifecycle, registrations) = (lifecycle.clone(), registrations.clone());
            async move {
                // Known before the session is, so that an applicant's window opens on the application.
                if let Err(error) = registrations.load().await {
                    tracing::warn!(code = ?error.code, "the application could not be read yet");
                }
                lifecycle.open().await;
                tokio::join!(lifecycle.follow_account(), registrations.run());
            }
        };
        tokio::spawn(stop.clone().run_until_cancelled_owned(run));
        let inner = Inner {
            password_resets: PasswordResets::new(lifecycle.http.clone()),
            lifecycle,
            registrations,
            settings,
            destinations: Destinations::default(),
            uploads: Uploads::default(),
            review_changed: commands::ReviewChanged::new(8),
            stop,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Stops for the end of the process; everything stays for the next start.
    pub async fn shutdown(&self) {
        self.inner.stop.cancel();
        self.inner.lifecycle.shut_down().await;
    }
}
