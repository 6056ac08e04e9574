//! The registry service, as a child process and through its command line (`docs/registry-api.md`).

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{wait_until_ready, write_private};
use crate::process::Guarded;
use crate::process::interrupt::Interrupt;

/// Where the registry keeps its data and whom it talks to.
#[derive(Clone)]
pub struct Settings {
    /// The built `consilium-registry`.
    pub program: PathBuf,
    /// Folder of database, keys and evidence; made if missing.
    pub data: PathBuf,
    pub port: u16,
    /// Name of the service as people know it.
    pub name: String,
    pub homeserver: String,
    pub server_name: String,
    /// Access token of an administrator of the homeserver.
    pub homeserver_token: String,
    pub smtp_port: u16,
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings").field("data", &self.data).field("port", &self.port).finish_non_exhaustive()
    }
}

/// Who the first verifier is.
#[derive(Debug, Clone)]
pub struct Verifier<'a> {
    pub han_name: &'a str,
    pub latin_name: &'a str,
    pub title: &'a str,
    pub department: &'a str,
    pub organization_id: &'a str,
    pub organization_name: &'a str,
    pub city: &'a str,
    pub email: &'a str,
    pub phone: &'a str,
}

impl Settings {
    pub fn base_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// A call of the program with its settings in the environment, secrets in files.
    fn command(&self, subcommand: &str) -> Result<Command> {
        std::fs::create_dir_all(&self.data).with_context(|| format!("making {}", self.data.display()))?;
        let token_file = self.data.join("homeserver-token");
        write_private(&token_file, self.homeserver_token.as_bytes())?;
        let mut command = Command::new(&self.program);
        command
            .arg(subcommand)
            .current_dir(&self.data)
            .env("CONSILIUM_REGISTRY_DATABASE", self.data.join("registry.db"))
            .env("CONSILIUM_REGISTRY_LISTEN", format!("127.0.0.1:{}", self.port))
            .env("CONSILIUM_REGISTRY_PUBLIC_URL", self.base_url())
            .env("CONSILIUM_REGISTRY_NAME", &self.name)
            .env("CONSILIUM_REGISTRY_HOMESERVER", &self.homeserver)
            .env("CONSILIUM_REGISTRY_SERVER_NAME", &self.server_name)
            .env("CONSILIUM_REGISTRY_HOMESERVER_ADMIN_TOKEN_FILE", token_file)
            .env("CONSILIUM_REGISTRY_SECRET_FILE", self.data.join("secret"))
            .env("CONSILIUM_REGISTRY_SMTP", format!("127.0.0.1:{}", self.smtp_port))
            .env("CONSILIUM_REGISTRY_MAIL_FROM", format!("Consilium <no-reply@{}>", self.server_name))
            .env("CONSILIUM_REGISTRY_EVIDENCE_DIR", self.data.join("evidence"));
        Ok(command)
    }

    /// Loads FHIR NDJSON files with the verifications they tell of; known ids are updated.
    pub fn import(&self, files: &[PathBuf]) -> Result<Imported> {
        let mut command = self.command("import")?;
        command.arg("--vouch").args(files);
        answer(&mut command, "")
    }

    /// Makes the first verifier with an account of its own.
    pub fn create_verifier(&self, verifier: &Verifier<'_>, password: &str) -> Result<CreatedVerifier> {
        let mut command = self.command("create-verifier")?;
        command
            .args(["--han-name", verifier.han_name, "--latin-name", verifier.latin_name])
            .args(["--title", verifier.title, "--department", verifier.department])
            .args(["--organization-id", verifier.organization_id, "--organization-name", verifier.organization_name])
            .args(["--city", verifier.city, "--email", verifier.email, "--phone", verifier.phone]);
        answer(&mut command, password)
    }
}

/// What `import` read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Imported {
    pub organizations: u64,
    pub practitioners: u64,
    pub roles: u64,
}

#[derive(Debug, Clone, Deserialize)]
pub struct CreatedVerifier {
    pub user_id: String,
    pub practitioner_id: String,
}

/// Runs a subcommand with `input` on its standard input and reads the JSON it prints.
fn answer<T: DeserializeOwned>(command: &mut Command, input: &str) -> Result<T> {
    let subcommand = command.get_args().next().unwrap_or_default().to_string_lossy().into_owned();
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("starting consilium-registry {subcommand}"))?;
    if let Some(mut stdin) = child.stdin.take() {
        // A program that failed early reads nothing; its own words below say more than a broken pipe.
        writeln!(stdin, "{input}").ok();
    }
    let output = child.wait_with_output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("consilium-registry {subcommand} failed ({}): {}", output.status, said.trim());
    }
    serde_json::from_slice(&output.stdout)
        .with_context(|| format!("consilium-registry {subcommand} printed something else than expected"))
}

/// A running registry.
#[derive(Debug)]
pub struct Registry {
    process: Guarded,
    base_url: String,
}

impl Registry {
    /// Starts the service and waits until it and its homeserver answer.
    pub fn start(settings: &Settings, log: &Path, interrupt: &Interrupt) -> Result<Self> {
        let mut process = Guarded::spawn("the registry", &settings.command("serve")?, Some(log))?;
        let base_url = settings.base_url();
        wait_until_ready(&mut process, &format!("{base_url}/healthz"), log, interrupt)?;
        Ok(Self { process, base_url })
    }

    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    pub fn process(&mut self) -> &mut Guarded {
        &mut self.process
    }
}
