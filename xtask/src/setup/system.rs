//! System packages.

use std::process::Command;

use anyhow::{Result, bail};

use super::{Purpose, step};
use crate::process::{on_path, output, run};

/// Rust's linker, SQLCipher's OpenSSL, Synapse's Python, a Secret Service, and glyphs for Chinese.
const BASE: &[&str] = &[
    "build-essential",
    "pkg-config",
    "libssl-dev",
    "python3",
    "python3-venv",
    "dbus",
    "gnome-keyring",
    "fonts-noto-cjk",
];
/// What the window is built on.
const WINDOW: &[&str] = &[
    "libwebkit2gtk-4.1-dev",
    "libgtk-3-dev",
    "librsvg2-dev",
    "libayatana-appindicator3-dev",
    "libxdo-dev",
    "dbus-x11",
    "file",
];
/// A display, browsers and what drives them, and a server for the registry's other database.
const TESTS: &[&str] = &["webkit2gtk-driver", "xvfb", "xauth", "libsecret-tools", "chromium", "postgresql"];

fn packages(purpose: Purpose) -> Vec<&'static str> {
    match purpose {
        Purpose::HeadlessDemo => BASE.to_vec(),
        Purpose::WindowDemo => [BASE, WINDOW].concat(),
        Purpose::Tests => [BASE, WINDOW, TESTS].concat(),
    }
}

/// Installs the missing packages through apt, or says exactly what to install by hand.
pub fn ensure(purpose: Purpose) -> Result<()> {
    if cfg!(target_os = "macos") {
        return ensure_macos(purpose);
    }
    if cfg!(windows) {
        bail!("{}", WINDOWS);
    }
    let wanted = packages(purpose);
    if !on_path("dpkg-query") || !on_path("apt-get") {
        return ensure_elsewhere(purpose);
    }
    let missing = missing_of(&wanted, &installed()?);
    if missing.is_empty() {
        return Ok(());
    }
    let by_hand = format!("sudo apt-get update && sudo apt-get install {}", missing.join(" "));
    let Some(prefix) = privilege() else {
        bail!(
            "these system packages are missing, and there is neither root nor sudo to install them with. Run:\n  {by_hand}"
        );
    };
    step(&format!("installing {} system packages: {}", missing.len(), missing.join(" ")), || {
        // An old package list is refreshed only when it has to be, and a refused refresh may still leave a usable one.
        // A fresh machine may be installing its updates at this moment: wait for it.
        let patience = ["-o", "DPkg::Lock::Timeout=600"];
        let install =
            || run(apt(&prefix, &["install", "-y", "-q", "--no-install-recommends"]).args(patience).args(&missing));
        run(&mut apt(&prefix, &["update", "-q"])).or_else(|error| {
            eprintln!("setup: {error:#}; going on with the package list there is");
            anyhow::Ok(())
        })?;
        install()
    })
    .map_err(|error| error.context(format!("apt refused. Install by hand, then run this again:\n  {by_hand}")))
}

fn apt(prefix: &[&str], args: &[&str]) -> Command {
    let mut words = prefix.iter().copied().chain(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    let mut command = Command::new(words.next().unwrap_or("apt-get"));
    // Results go to standard output; what apt has to tell does not.
    command.args(words).args(args).stdout(std::io::stderr());
    command
}

/// What has to stand before a command that changes the system: nothing for root, sudo where it answers.
fn privilege() -> Option<Vec<&'static str>> {
    let root = output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    if root {
        return Some(vec![]);
    }
    if !on_path("sudo") {
        return None;
    }
    use std::io::IsTerminal;
    // Without a terminal nobody can type a password, and sudo would wait for ever.
    let unasked = output(Command::new("sudo").args(["-n", "true"])).is_ok();
    (unasked || std::io::stdin().is_terminal()).then(|| vec!["sudo"])
}

fn installed() -> Result<String> {
    output(Command::new("dpkg-query").args(["-W", "-f=${db:Status-Status} ${Package}\n"]))
}

/// Those of `wanted` that dpkg's list, lines of `status package`, does not name as installed.
fn missing_of<'a>(wanted: &[&'a str], installed: &str) -> Vec<&'a str> {
    let present: std::collections::HashSet<&str> =
        installed.lines().filter_map(|line| line.strip_prefix("installed ")).collect();
    wanted.iter().copied().filter(|name| !present.contains(name)).collect()
}

/// Other Linux distributions: their packages have other names, so the programs themselves are looked for.
fn ensure_elsewhere(purpose: Purpose) -> Result<()> {
    let mut programs = vec!["cc", "pkg-config", "python3", "dbus-run-session", "gnome-keyring-daemon"];
    if purpose == Purpose::Tests {
        programs.extend(["WebKitWebDriver", "xvfb-run", "chromium", "initdb"]);
    }
    let missing: Vec<_> = programs.into_iter().filter(|program| !on_path(program)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    bail!(
        "this machine has no apt. Install what provides {} (on Debian the packages are: {}), then run this again",
        missing.join(", "),
        packages(purpose).join(" ")
    )
}

fn ensure_macos(purpose: Purpose) -> Result<()> {
    if purpose == Purpose::Tests {
        bail!(
            "`cargo xtask test` needs Linux: its window tests run under Xvfb and its keyring tests against gnome-keyring. \
             On macOS run `cargo test --workspace` and `npm --prefix ui test`"
        );
    }
    let mut missing = Vec::new();
    if output(Command::new("xcode-select").arg("-p")).is_err() {
        missing.push("xcode-select --install");
    }
    if !on_path("python3") {
        missing.push("brew install python@3.12");
    }
    if !on_path("openssl") {
        missing.push("brew install openssl@3 pkg-config");
    }
    if missing.is_empty() {
        return Ok(());
    }
    bail!("run these first, then this again:\n  {}", missing.join("\n  "))
}

const WINDOWS: &str = "the demo's homeserver, Synapse, does not run on Windows. Install WSL 2 with Debian \
(`wsl --install -d Debian`), install Rust in it, and run this command there: its window appears on the Windows desktop. \
To build the app itself for Windows, install the Visual Studio Build Tools (C++ desktop workload), the WebView2 runtime, \
Node.js 22 or newer and Rust, then run `npm ci`, `npm ci --prefix ui` and `npx tauri build`";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_installed_packages_count() {
        let dpkg = "installed dbus\nconfig-files xvfb\nnot-installed chromium\ninstalled dbus-x11\n";
        assert_eq!(missing_of(&["dbus", "xvfb", "chromium", "xauth"], dpkg), ["xvfb", "chromium", "xauth"]);
    }
}
