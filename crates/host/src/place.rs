//! Which profile a host serves, and the folder and names that belong to it alone.

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// Identifier of the product; as in tauri.conf.json.
pub const IDENTIFIER: &str = "cn.consilium.desktop";

/// What the command line or the environment says about the profile. The same for every host.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Arguments {
    /// Profile to open: lower-case letters, digits, `.`, `_` and `-`. Without it, the usual one.
    #[arg(long, env = "CONSILIUM_PROFILE", default_value = "", hide_default_value = true)]
    pub profile: String,

    /// Folder of the profile's data, instead of one below the system's folder for application data.
    #[arg(long, env = "CONSILIUM_DATA_DIR")]
    pub data_dir: Option<PathBuf>,

    /// Server address to fill in when nobody has signed in yet.
    #[arg(long, env = "CONSILIUM_DEFAULT_SERVER", default_value = "", hide_default_value = true)]
    pub default_server: String,

    /// Signs this user in at the default server if the profile is signed out. The first line of standard input is the
    /// password: a command line and an environment can be read by other programs.
    #[arg(long, value_name = "USER", requires = "default_server")]
    pub sign_in_user: Option<String>,
}

/// A profile's folder and names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Empty for the usual profile.
    pub profile: String,
    /// The profile's folder, absolute; made, and closed to other users of the machine.
    pub dir: PathBuf,
    /// Service name of the profile's keyring entries: `cn.consilium.desktop[.dev][.profile]`.
    pub keyring_service: String,
    /// Identifies the running instance to the desktop: one for each profile folder, and a valid D-Bus name.
    pub instance_id: String,
}

impl Place {
    /// Where the profile of these arguments is; makes its folder.
    pub fn settle(arguments: &Arguments) -> Result<Self> {
        let profile = arguments.profile.as_str();
        ensure!(
            is_profile_name(profile),
            "a profile's name has lower-case letters, digits, '.', '_' and '-', at most 64, and begins with a letter or digit"
        );
        let product = if cfg!(debug_assertions) { format!("{IDENTIFIER}.dev") } else { IDENTIFIER.to_owned() };
        let dir = match &arguments.data_dir {
            Some(dir) => dir.clone(),
            None => {
                let base =
                    dirs::data_local_dir().context("the system names no folder for application data")?.join(&product);
                if profile.is_empty() { base.join("main") } else { base.join("profiles").join(profile) }
            }
        };
        make_private(&dir).context("the profile's folder cannot be made")?;
        let dir = dir.canonicalize().context("the profile's folder cannot be read")?;
        let instance_id =
            if profile.is_empty() && arguments.data_dir.is_none() { product.clone() } else { distinct(&product, &dir) };
        let keyring_service = if profile.is_empty() { product } else { format!("{product}.{profile}") };
        Ok(Self { profile: profile.to_owned(), dir, keyring_service, instance_id })
    }

    /// The core's own folder.
    pub fn core_dir(&self) -> PathBuf {
        self.dir.join("core")
    }

    pub fn log_dir(&self) -> PathBuf {
        self.dir.join("logs")
    }
}

/// Two folders of one profile name are two instances; one folder by two paths is one.
fn distinct(product: &str, dir: &Path) -> String {
    let digest = Sha256::digest(dir.as_os_str().as_encoded_bytes());
    // An element of a D-Bus name does not begin with a digit.
    format!("{product}.p{}", hex::encode(&digest[..8]))
}

fn is_profile_name(name: &str) -> bool {
    name.len() <= 64
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'-'))
        && !name.starts_with(['.', '_', '-'])
        // Windows drops a dot at the end of a folder's name, so that two profiles would share it.
        && !name.ends_with('.')
}

fn make_private(dir: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(dir)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(profile: &str, dir: &Path) -> Arguments {
        Arguments { profile: profile.into(), data_dir: Some(dir.to_owned()), ..Default::default() }
    }

    #[test]
    fn a_profile_cannot_name_a_folder_elsewhere() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["..", ".", "a/b", "a\\b", "/etc", "A", "林", "a b", "-x", "x.", &"x".repeat(65)] {
            assert!(Place::settle(&arguments(name, dir.path())).is_err(), "{name:?}");
        }
        for name in ["", "demo-lin.jianing", "2", "a_b"] {
            assert!(Place::settle(&arguments(name, dir.path())).is_ok(), "{name:?}");
        }
    }

    #[test]
    fn profiles_share_neither_keyring_nor_instance() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let lin = Place::settle(&arguments("lin", one.path())).unwrap();
        let chen = Place::settle(&arguments("chen", two.path())).unwrap();
        assert_ne!(lin.keyring_service, chen.keyring_service);
        assert_ne!(lin.instance_id, chen.instance_id);
        let product = if cfg!(debug_assertions) { "cn.consilium.desktop.dev" } else { "cn.consilium.desktop" };
        assert_eq!(lin.keyring_service, format!("{product}.lin"));
        assert_eq!(Place::settle(&arguments("", one.path())).unwrap().keyring_service, product);
    }

    #[test]
    fn one_folder_by_two_paths_is_one_instance() {
        let dir = tempfile::tempdir().unwrap();
        let direct = Place::settle(&arguments("lin", dir.path())).unwrap();
        let indirect = Place::settle(&arguments("lin", &dir.path().join("x").join(".."))).unwrap_or_else(|_| {
            std::fs::create_dir(dir.path().join("x")).unwrap();
            Place::settle(&arguments("lin", &dir.path().join("x").join(".."))).unwrap()
        });
        assert_eq!(direct.instance_id, indirect.instance_id);
    }

    #[cfg(unix)]
    #[test]
    fn the_folder_is_closed_to_others() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let place = Place::settle(&arguments("lin", &dir.path().join("new"))).unwrap();
        assert_eq!(place.dir.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    }
}
