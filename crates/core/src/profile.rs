//! Where one doctor's data live on this machine.

use std::path::PathBuf;

/// One profile: a data folder, a keyring namespace, one running instance.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Empty for the usual one.
    pub name: String,
    /// Belongs to the core alone.
    pub data_dir: PathBuf,
    /// Service name of this profile's keyring entries.
    pub keyring_service: String,
    /// Server address to fill in when nobody has signed in yet.
    pub default_server: String,
}

impl Profile {
    /// Everything of the signed-in account: the SDK's stores, the directory, the contacts, the index of messages.
    pub(crate) fn account_dir(&self) -> PathBuf {
        self.data_dir.join("account")
    }

    /// The SDK's stores.
    pub(crate) fn store_dir(&self) -> PathBuf {
        self.account_dir().join("store")
    }

    /// The encrypted directory.
    pub(crate) fn directory_path(&self) -> PathBuf {
        self.account_dir().join("directory.db")
    }

    /// The encrypted contacts: favourites, notes, saved searches.
    pub(crate) fn contacts_path(&self) -> PathBuf {
        self.account_dir().join("contacts.db")
    }

    /// The encrypted index of messages.
    pub(crate) fn search_path(&self) -> PathBuf {
        self.account_dir().join("search.db")
    }

    /// The sealed application of somebody who has no account yet.
    pub(crate) fn application_path(&self) -> PathBuf {
        self.data_dir.join("application.sealed")
    }

    pub(crate) fn settings_path(&self) -> PathBuf {
        self.data_dir.join("settings.json")
    }
}
