//! What a desktop session offers and a bare machine does not: a message bus with an unlocked keyring, and a display.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::process::{inherit, on_path, output};

/// Whether windows can be shown here.
pub fn has_display() -> bool {
    if cfg!(any(target_os = "macos", windows)) {
        return true;
    }
    ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// Whether this session's bus has a Secret Service, running or startable.
pub fn has_secret_service() -> bool {
    if !cfg!(target_os = "linux") {
        return true;
    }
    if std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_none() || !on_path("dbus-send") {
        return false;
    }
    let listed = |method: &str| {
        output(Command::new("dbus-send").args([
            "--session",
            "--print-reply",
            "--dest=org.freedesktop.DBus",
            "/org/freedesktop/DBus",
            &format!("org.freedesktop.DBus.{method}"),
        ]))
        .is_ok_and(|names| names.contains("\"org.freedesktop.secrets\""))
    };
    listed("ListNames") || listed("ListActivatableNames")
}

/// A private message bus with an unlocked gnome-keyring, for as long as the wrapped command runs.
#[derive(Debug)]
pub struct PrivateSession {
    /// Sockets live here: their paths must be short, and the folder closed to others.
    runtime: TempDir,
}

impl PrivateSession {
    pub fn new() -> Result<Self> {
        let runtime = tempfile::Builder::new().prefix("consilium-").tempdir().context("making a runtime folder")?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(runtime.path(), fs::Permissions::from_mode(0o700))?;
        }
        Ok(Self { runtime })
    }

    /// `command` inside the session. The keyring and all else that programs keep go below `home`.
    pub fn wrap(&self, command: &Command, home: &Path) -> Result<Command> {
        // The first line of standard input is the keyring's password: an empty one, for secrets of invented people.
        let script = "printf '\\n' | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec \"$@\"";
        let mut wrapped = Command::new("dbus-run-session");
        wrapped.args(["--", "sh", "-c", script, "sh"]).arg(command.get_program()).args(command.get_args());
        self.settle(&mut wrapped, command, home)?;
        Ok(wrapped)
    }

    /// Environment and folder of `inner` for `outer`, with this session's own folders.
    fn settle(&self, outer: &mut Command, inner: &Command, home: &Path) -> Result<()> {
        for (variable, folder) in [
            ("XDG_DATA_HOME", "data"),
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_CACHE_HOME", "cache"),
            ("XDG_STATE_HOME", "state"),
        ] {
            let folder = home.join(folder);
            fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
            outer.env(variable, folder);
        }
        outer.env("XDG_RUNTIME_DIR", self.runtime.path());
        outer.env_remove("DBUS_SESSION_BUS_ADDRESS").env_remove("GNOME_KEYRING_CONTROL");
        inherit(outer, inner);
        Ok(())
    }
}

/// `command` on a display of its own.
pub fn on_virtual_display(command: &Command) -> Command {
    let mut wrapped = Command::new("xvfb-run");
    wrapped.args(["-a", "-s", "-screen 0 1440x900x24"]).arg(command.get_program()).args(command.get_args());
    inherit(&mut wrapped, command);
    // A Wayland session outside must not draw the window there.
    wrapped.env_remove("WAYLAND_DISPLAY").env("GDK_BACKEND", "x11");
    wrapped
}
