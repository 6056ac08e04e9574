//! Settings, from options or the environment.

use crate::database::Location;
use anyhow::Context as _;
use clap::Args;
use clap::builder::{OsStringValueParser, TypedValueParser as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use url::Url;
use zeroize::Zeroizing;

/// What every command needs.
#[derive(Clone, Args)]
pub struct Settings {
    /// Path of a SQLite file, or URL of a PostgreSQL database: postgresql://USER:PASSWORD@HOST/NAME?sslmode=verify-full
    #[arg(
        long,
        env = "CONSILIUM_REGISTRY_DATABASE",
        global = true,
        default_value = "registry.sqlite",
        hide_env_values = true,
        value_parser = OsStringValueParser::new().map(Location::from)
    )]
    pub database: Location,
    /// Address to listen on
    #[arg(long, env = "CONSILIUM_REGISTRY_LISTEN", global = true, default_value = "127.0.0.1:0")]
    pub listen: SocketAddr,
    /// Base URL by which clients reach the registry [default: the address it listens on]
    #[arg(long, env = "CONSILIUM_REGISTRY_PUBLIC_URL", global = true)]
    pub public_url: Option<Url>,
    /// Name of the service as people know it
    #[arg(long, env = "CONSILIUM_REGISTRY_NAME", global = true, default_value = "Consilium")]
    pub name: String,
    /// Base URL of the homeserver
    #[arg(long, env = "CONSILIUM_REGISTRY_HOMESERVER", global = true, default_value = "http://127.0.0.1:8008")]
    pub homeserver: Url,
    /// Matrix server name of the homeserver
    #[arg(long, env = "CONSILIUM_REGISTRY_SERVER_NAME", global = true, default_value = "localhost")]
    pub server_name: String,
    /// Access token of an administrator of the homeserver
    #[arg(long, env = "CONSILIUM_REGISTRY_HOMESERVER_ADMIN_TOKEN", global = true, hide_env_values = true)]
    pub homeserver_admin_token: Option<String>,
    /// File with that token
    #[arg(long, env = "CONSILIUM_REGISTRY_HOMESERVER_ADMIN_TOKEN_FILE", global = true)]
    pub homeserver_admin_token_file: Option<PathBuf>,
    /// File with 32 bytes in hex, made if missing; keys derive from it
    #[arg(long, env = "CONSILIUM_REGISTRY_SECRET_FILE", global = true, default_value = "registry.secret")]
    pub secret_file: PathBuf,
    /// Mail server: host:port without encryption, or a URL smtp:// or smtps://
    #[arg(
        long,
        env = "CONSILIUM_REGISTRY_SMTP",
        global = true,
        default_value = "127.0.0.1:25",
        hide_env_values = true
    )]
    pub smtp: String,
    /// Sender of the mails
    #[arg(long, env = "CONSILIUM_REGISTRY_MAIL_FROM", global = true, default_value = "Consilium <noreply@localhost>")]
    pub mail_from: String,
    /// Folder of the encrypted evidence
    #[arg(long, env = "CONSILIUM_REGISTRY_EVIDENCE_DIR", global = true, default_value = "evidence")]
    pub evidence_dir: PathBuf,
    /// Folder of the published directory; every process that serves the registry needs it
    #[arg(long, env = "CONSILIUM_REGISTRY_PUBLISHED_DIR", global = true, default_value = "published")]
    pub published_dir: PathBuf,
    /// Seconds between publications, if something changed
    #[arg(long, env = "CONSILIUM_REGISTRY_PUBLISH_SECONDS", global = true, default_value_t = 30,
          value_parser = clap::value_parser!(u16).range(1..=3600))]
    pub publish_seconds: u16,
    /// Minutes within which a new account must be bound
    #[arg(long, env = "CONSILIUM_REGISTRY_BIND_MINUTES", global = true, default_value_t = 5,
          value_parser = clap::value_parser!(u16).range(1..=1440))]
    pub bind_minutes: u16,
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings")
            .field("database", &self.database)
            .field("listen", &self.listen)
            .field("homeserver", &self.homeserver.as_str())
            .field("server_name", &self.server_name)
            .finish_non_exhaustive()
    }
}

impl Settings {
    /// The administrator's token, from the setting or its file.
    pub fn admin_token(&self) -> anyhow::Result<Zeroizing<String>> {
        if let Some(token) = &self.homeserver_admin_token {
            return Ok(Zeroizing::new(token.clone()));
        }
        let path = self.homeserver_admin_token_file.as_ref().context(
            "the homeserver's administrator token is missing: \
             set CONSILIUM_REGISTRY_HOMESERVER_ADMIN_TOKEN or CONSILIUM_REGISTRY_HOMESERVER_ADMIN_TOKEN_FILE",
        )?;
        let text = std::fs::read_to_string(path).context("cannot read the file of the administrator token")?;
        Ok(Zeroizing::new(text.trim().to_owned()))
    }
}
