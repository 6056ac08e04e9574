//! Starting with the desktop's session.

use crate::Place;
use anyhow::{Context, Result};
use std::ffi::OsString;
use std::path::Path;

/// The argument that says that the session started the program, not a person.
pub const AT_LOGIN: &str = "--at-login";

/// Whether this profile is started with the session, and how to change that.
#[derive(Debug)]
pub struct AtLogin {
    entry: entry::Entry,
}

impl AtLogin {
    /// None if the system offers no such thing, or does not say which program this is.
    pub fn of(place: &Place, data_dir: Option<&Path>) -> Option<Self> {
        let program = std::env::current_exe().ok()?;
        let mut arguments = vec![OsString::from(AT_LOGIN)];
        if !place.profile.is_empty() {
            arguments.extend(["--profile".into(), place.profile.clone().into()]);
        }
        if data_dir.is_some() {
            arguments.extend(["--data-dir".into(), place.dir.clone().into()]);
        }
        let entry = entry::Entry::new(&place.instance_id, &program, &arguments)?;
        Some(Self { entry })
    }

    pub fn is_on(&self) -> bool {
        self.entry.exists()
    }

    pub fn set(&self, on: bool) -> Result<()> {
        if on { self.entry.write() } else { self.entry.remove() }.context("starting with the session was not changed")
    }
}

/// A file of the Desktop Application Autostart Specification.
#[cfg(not(any(target_os = "macos", windows)))]
mod entry {
    use anyhow::Result;
    use std::ffi::OsString;
    use std::path::{Path, PathBuf};

    #[derive(Debug)]
    pub(super) struct Entry {
        path: PathBuf,
        text: String,
    }

    impl Entry {
        pub(super) fn new(id: &str, program: &Path, arguments: &[OsString]) -> Option<Self> {
            Some(Self::within(&dirs::config_dir()?, id, program, arguments))
        }

        pub(super) fn within(config: &Path, id: &str, program: &Path, arguments: &[OsString]) -> Self {
            let words = std::iter::once(program.as_os_str()).chain(arguments.iter().map(OsString::as_os_str));
            let command: Vec<String> = words.map(|word| quoted(&word.to_string_lossy())).collect();
            let text = format!(
                "[Desktop Entry]\nType=Application\nName=Consilium\nName[zh_CN]=会诊\nExec={}\nTerminal=false\n\
                 X-GNOME-Autostart-enabled=true\n",
                command.join(" ")
            );
            Self { path: config.join("autostart").join(format!("{id}.desktop")), text }
        }

        pub(super) fn exists(&self) -> bool {
            self.path.is_file()
        }

        pub(super) fn write(&self) -> Result<()> {
            if let Some(folder) = self.path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            Ok(std::fs::write(&self.path, &self.text)?)
        }

        pub(super) fn remove(&self) -> Result<()> {
            match std::fs::remove_file(&self.path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
                _ => Ok(()),
            }
        }
    }

    /// An argument of `Exec` (Desktop Entry Specification, the Exec key): quoted, with what is special in quotes escaped,
    /// percent doubled; and all of it once more as a string, in which a backslash is special too.
    fn quoted(word: &str) -> String {
        let mut quoted = String::from("\"");
        for c in word.chars() {
            match c {
                '"' | '`' | '$' | '\\' => quoted.extend(['\\', c]),
                '%' => quoted.push_str("%%"),
                c => quoted.push(c),
            }
        }
        quoted.push('"');
        quoted.replace('\\', "\\\\").replace('\n', "\\n")
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn an_entry_is_written_whole_and_removed() {
            let config = tempfile::tempdir().unwrap();
            let arguments = ["--at-login".into(), "--data-dir".into(), "/home/a b/100% $x\\".into()];
            let entry =
                Entry::within(config.path(), "cn.consilium.desktop.p1", Path::new("/opt/会诊/consilium"), &arguments);
            assert!(!entry.exists());
            entry.remove().unwrap();
            entry.write().unwrap();
            assert!(entry.exists());
            let text =
                std::fs::read_to_string(config.path().join("autostart/cn.consilium.desktop.p1.desktop")).unwrap();
            let exec = text.lines().find_map(|line| line.strip_prefix("Exec=")).unwrap();
            let expected = r#""/opt/会诊/consilium" "--at-login" "--data-dir" "/home/a b/100%% \\$x\\\\""#;
            assert_eq!(exec, expected);
            entry.remove().unwrap();
            assert!(!entry.exists());
        }
    }
}

#[cfg(any(target_os = "macos", windows))]
mod entry {
    use anyhow::Result;
    use auto_launch::{AutoLaunch, AutoLaunchBuilder};
    use std::ffi::OsString;
    use std::path::Path;

    #[derive(Debug)]
    pub(super) struct Entry(AutoLaunch);

    impl Entry {
        pub(super) fn new(id: &str, program: &Path, arguments: &[OsString]) -> Option<Self> {
            let arguments: Vec<String> = arguments.iter().map(|word| word.to_string_lossy().into_owned()).collect();
            let mut builder = AutoLaunchBuilder::new();
            builder.set_app_name(id).set_app_path(&program.to_string_lossy()).set_args(&arguments);
            builder.build().ok().map(Self)
        }

        pub(super) fn exists(&self) -> bool {
            self.0.is_enabled().unwrap_or_default()
        }

        pub(super) fn write(&self) -> Result<()> {
            Ok(self.0.enable()?)
        }

        pub(super) fn remove(&self) -> Result<()> {
            Ok(self.0.disable()?)
        }
    }
}
