//! The homeserver.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::config::SynapseConfig;
use super::{random_secret, wait_until_ready, write_private};
use crate::process::interrupt::Interrupt;
use crate::process::{Guarded, output};
use crate::repo::Repo;

/// Environment variable with an interpreter that has `matrix-synapse`, for tests; `cargo xtask test` sets it.
pub const PYTHON: &str = "CONSILIUM_SYNAPSE_PYTHON";

/// A running homeserver.
#[derive(Debug)]
pub struct Synapse {
    process: Guarded,
    base_url: String,
    shared_secret: String,
}

/// Where and how to run it.
#[derive(Debug, Clone)]
pub struct Settings<'a> {
    /// Interpreter of an environment that has `matrix-synapse`.
    pub python: &'a Path,
    pub server_name: &'a str,
    /// Folder of all its data; made if missing.
    pub data: &'a Path,
    pub port: u16,
    pub smtp_port: u16,
    pub log: &'a Path,
}

impl Synapse {
    /// Writes the settings afresh (ports may have changed; secrets and keys are kept), starts the server and waits until
    /// it answers.
    pub fn start(settings: &Settings<'_>, interrupt: &Interrupt) -> Result<Self> {
        let data = settings.data;
        fs::create_dir_all(data).with_context(|| format!("making {}", data.display()))?;
        let data = fs::canonicalize(data)?;
        let shared_secret = kept_secret(&data.join("registration_shared_secret"))?;
        let macaroon_secret = kept_secret(&data.join("macaroon_secret"))?;
        let config = SynapseConfig {
            server_name: settings.server_name,
            data: &data,
            templates: &Repo::locate()?.join("deploy/synapse/templates"),
            port: settings.port,
            smtp_port: settings.smtp_port,
            registration_shared_secret: &shared_secret,
            macaroon_secret_key: &macaroon_secret,
        };
        let config_file = data.join("homeserver.yaml");
        write_private(&config_file, &serde_json::to_vec_pretty(&config.render())?)?;
        write_private(&data.join("log.yaml"), &serde_json::to_vec_pretty(&config.render_log())?)?;
        if !data.join("signing.key").exists() {
            output(synapse(settings.python, &config_file, &data).arg("--generate-keys"))?;
        }

        let mut process =
            Guarded::spawn("Synapse", &synapse(settings.python, &config_file, &data), Some(settings.log))?;
        let base_url = format!("http://127.0.0.1:{}", settings.port);
        wait_until_ready(&mut process, &format!("{base_url}/_matrix/client/versions"), settings.log, interrupt)?;
        Ok(Self { process, base_url, shared_secret })
    }

    /// Base URL of the client-server API.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The secret that lets accounts be made without a token; for [`super::admin`] alone.
    pub(super) fn shared_secret(&self) -> &str {
        &self.shared_secret
    }

    pub fn process(&mut self) -> &mut Guarded {
        &mut self.process
    }
}

fn synapse(python: &Path, config: &PathBuf, data: &Path) -> Command {
    let mut command = Command::new(python);
    command.args(["-m", "synapse.app.homeserver", "--config-path"]).arg(config).current_dir(data);
    // Neither the caller's Python settings nor byte-code files in the environment belong to the server.
    command.env_remove("PYTHONPATH").env_remove("PYTHONHOME");
    command
}

/// The secret in `path`, made at the first call.
fn kept_secret(path: &Path) -> Result<String> {
    match fs::read_to_string(path) {
        Ok(secret) if !secret.is_empty() => Ok(secret),
        _ => {
            let secret = random_secret()?;
            write_private(path, secret.as_bytes())?;
            Ok(secret)
        }
    }
}
