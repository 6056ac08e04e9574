//! What the demo remembers between two calls, in `.demo/state.json`.

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use crate::repo::Repo;
use crate::servers::{free_port, is_free, write_private};

/// A demo doctor's account. The password is the demo's own and opens nothing but the demo.
#[derive(Clone, Serialize, Deserialize)]
pub struct Account {
    pub name: String,
    pub latin_name: String,
    pub user_id: String,
    pub password: String,
    /// `verifier` or `physician`.
    pub role: String,
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account").field("user_id", &self.user_id).finish_non_exhaustive()
    }
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    /// Ports by what listens on them. Profiles remember the servers' addresses, so they are kept.
    pub ports: BTreeMap<String, u16>,
    /// Colleagues imported so far.
    pub size: usize,
    /// The doctors with accounts, once all of them have theirs.
    pub accounts: Vec<Account>,
    /// Password of the registry's own account on the homeserver.
    pub service_password: String,
    /// Set last: before that, the data are half made and are made anew.
    pub seeded: bool,
}

/// The demo's folder, held by one process at a time.
#[derive(Debug)]
pub struct DemoDir {
    path: PathBuf,
    _lock: File,
}

impl DemoDir {
    /// Opens `.demo/`, and fails when another demo runs in it.
    pub fn open(repo: &Repo) -> Result<Self> {
        let path = repo.join(".demo");
        fs::create_dir_all(&path).with_context(|| format!("making {}", path.display()))?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o700))?;
        }
        let lock = File::options().create(true).truncate(false).write(true).open(path.join("lock"))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path, _lock: lock }),
            Err(TryLockError::WouldBlock) => bail!(
                "the demo is already running in {}. End it first; for several windows name several doctors at once: \
                 --as \"Lin Jianing\" --as \"Zhang Wei\"",
                path.display()
            ),
            Err(TryLockError::Error(error)) => Err(error).context("locking the demo's folder"),
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A folder inside, made if missing.
    pub fn folder(&self, name: &str) -> Result<PathBuf> {
        let folder = self.path.join(name);
        fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
        Ok(folder)
    }

    /// The log file of one of the parts.
    pub fn log(&self, name: &str) -> Result<PathBuf> {
        Ok(self.folder("logs")?.join(format!("{name}.log")))
    }

    /// Removes everything but the lock.
    pub fn wipe(&self) -> Result<()> {
        for entry in fs::read_dir(&self.path)? {
            let path = entry?.path();
            if path.file_name().is_some_and(|name| name == "lock") {
                continue;
            }
            let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            removed.with_context(|| format!("removing {}", path.display()))?;
        }
        Ok(())
    }

    pub fn load(&self) -> State {
        // A state that cannot be read belongs to data that cannot be used: both are made anew.
        fs::read(self.path.join("state.json"))
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default()
    }

    pub fn save(&self, state: &State) -> Result<()> {
        let file = self.path.join("state.json");
        let fresh = self.path.join("state.json.new");
        write_private(&fresh, &serde_json::to_vec_pretty(state)?)?;
        fs::rename(&fresh, &file).with_context(|| format!("writing {}", file.display()))
    }
}

impl State {
    /// The port for `name`: the one asked for, else the one of last time, else a free one.
    pub fn port(&mut self, name: &str, wanted: Option<u16>) -> Result<u16> {
        let port = match (wanted, self.ports.get(name)) {
            (Some(port), _) if is_free(port) => port,
            (Some(port), _) => bail!("port {port}, asked for {name}, is in use"),
            (None, Some(port)) if is_free(*port) => *port,
            (None, _) => free_port()?,
        };
        self.ports.insert(name.to_owned(), port);
        Ok(port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{Ipv4Addr, TcpListener};

    #[test]
    fn ports_stay_as_long_as_they_are_free() -> Result<()> {
        let mut state = State::default();
        let first = state.port("registry", None)?;
        assert_eq!(state.port("registry", None)?, first);
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, first))?;
        let second = state.port("registry", None)?;
        assert_ne!(second, first);
        assert!(state.port("registry", Some(first)).is_err());
        drop(taken);
        assert_eq!(state.port("registry", Some(first))?, first);
        Ok(())
    }
}
