//! A Synapse of its own: SQLite, loopback, no federation, registration by token alone, no rate limits.

use crate::nursery::Process;
use crate::{checkout, free_port};
use anyhow::{Context as _, bail, ensure};
use hmac::{Hmac, Mac as _};
use reqwest::StatusCode;
use serde_json::{Value, json};
use sha1::Sha1;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use url::Url;

/// Environment variable with the path of a Python that has Synapse.
pub const SYNAPSE_PYTHON: &str = "CONSILIUM_SYNAPSE_PYTHON";

/// Longest wait for it to answer; a loaded machine takes a while.
const PATIENCE: Duration = Duration::from_secs(60);

/// Reads and changes the database of a stopped or running Synapse, for faults that no interface makes.
const SQL: &str = "\
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], timeout=30)
connection.execute(sys.argv[2])
connection.commit()
";

#[derive(Debug)]
pub struct Synapse {
    pub base_url: Url,
    pub server_name: String,
    /// Matrix id of the administrator.
    pub admin: String,
    pub admin_token: String,
    python: PathBuf,
    // Before its folder: it ends before that goes.
    process: Option<Process>,
    folder: TempDir,
    http: reqwest::Client,
}

/// An account that is signed in.
#[derive(Clone, Debug)]
pub struct Account {
    pub user_id: String,
    pub access_token: String,
    pub device_id: String,
}

const SHARED_SECRET: &str = "testbed";
/// As `docs/operating.md` has it.
const PASSWORD_RESET: &str = "Consilium 会诊：重设密码 · Reset your password";

fn config(folder: &std::path::Path, port: u16, server_name: &str, smtp: SocketAddr) -> Value {
    let open = json!({"per_second": 100_000, "burst_count": 100_000});
    json!({
        "server_name": server_name,
        "public_baseurl": format!("http://127.0.0.1:{port}/"),
        "listeners": [{
            "port": port, "type": "http", "bind_addresses": ["127.0.0.1"],
            "resources": [{"names": ["client", "openid"], "compress": false}]
        }],
        "database": {"name": "sqlite3", "args": {"database": folder.join("homeserver.db")}},
        "media_store_path": folder.join("media"),
        "log_config": folder.join("log.yaml"),
        "signing_key_path": folder.join("signing.key"),
        "macaroon_secret_key": "testbed macaroons",
        "form_secret": "testbed forms",
        "registration_shared_secret": SHARED_SECRET,
        "enable_registration": true,
        "registration_requires_token": true,
        "enable_set_displayname": false,
        "allow_per_room_profiles": false,
        "bcrypt_rounds": 4,
        "report_stats": false,
        "trusted_key_servers": [],
        "suppress_key_server_warning": true,
        "user_directory": {"enabled": false},
        "presence": {"enabled": false},
        "stats": {"enabled": false},
        "email": {
            "smtp_host": smtp.ip().to_string(), "smtp_port": smtp.port(), "enable_tls": false,
            "notif_from": "Consilium <noreply@jiangzhou.example>",
            "subjects": {"password_reset": PASSWORD_RESET},
        },
        "templates": {"custom_template_directory": checkout().join("deploy/synapse/templates")},
        // Whether an address belongs to an account is nobody's business.
        "request_token_inhibit_3pid_errors": true,
        "rc_message": open, "rc_registration": open, "rc_registration_token_validity": open,
        "rc_login": {"address": open, "account": open, "failed_attempts": open},
        "rc_joins": {"local": open, "remote": open}, "rc_joins_per_room": open,
        "rc_invites": {"per_room": open, "per_user": open, "per_issuer": open},
        "rc_3pid_validation": open, "rc_media_create": open, "rc_room_creation": open,
    })
}

const LOG_CONFIG: &str = "version: 1\nformatters: {plain: {format: '%(asctime)s %(levelname)s %(name)s %(message)s'}}\n\
     handlers: {console: {class: logging.StreamHandler, formatter: plain}}\nroot: {level: WARNING, handlers: [console]}\n";

impl Synapse {
    /// Starts one in a temporary folder on a free port and makes an administrator. Its mails go to `smtp`.
    pub async fn start(smtp: SocketAddr) -> anyhow::Result<Self> {
        let python = std::env::var_os(SYNAPSE_PYTHON).map(PathBuf::from).filter(|p| p.exists());
        let python = python.with_context(|| {
            format!(
                "set {SYNAPSE_PYTHON} to a Python that has Synapse (`cargo xtask test` does), or make one: \
                     python3 -m venv V && V/bin/pip install matrix-synapse, then {SYNAPSE_PYTHON}=V/bin/python"
            )
        })?;
        let folder = tempfile::Builder::new().prefix("consilium-synapse-").tempdir()?;
        let port = free_port()?;
        let server_name = "jiangzhou.example".to_owned();
        let config = serde_json::to_string(&config(folder.path(), port, &server_name, smtp))?;
        // JSON is YAML.
        std::fs::write(folder.path().join("homeserver.yaml"), config)?;
        std::fs::write(folder.path().join("log.yaml"), LOG_CONFIG)?;
        std::fs::write(
            folder.path().join("signing.key"),
            "ed25519 a_test MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY\n",
        )?;
        let mut synapse = Self {
            base_url: format!("http://127.0.0.1:{port}/").parse()?,
            admin: format!("@admin:{server_name}"),
            admin_token: String::new(),
            server_name,
            python,
            folder,
            process: None,
            http: reqwest::Client::new(),
        };
        synapse.start_again().await?;
        synapse.admin_token = synapse.register_by_secret("admin", "admin", true).await?.access_token;
        Ok(synapse)
    }

    /// Takes files of at most so many bytes from its next start on.
    pub fn limit_uploads(&self, bytes: u64) -> anyhow::Result<()> {
        let path = self.folder.path().join("homeserver.yaml");
        let mut config: Value = serde_json::from_slice(&std::fs::read(&path)?)?;
        config["max_upload_size"] = bytes.into();
        Ok(std::fs::write(&path, serde_json::to_vec(&config)?)?)
    }

    /// Whether these bytes stand in any file that somebody uploaded.
    pub fn uploads_hold(&self, bytes: &[u8]) -> anyhow::Result<bool> {
        let mut folders = vec![self.folder.path().join("media")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder)? {
                let path = entry?.path();
                if path.is_dir() {
                    folders.push(path);
                } else if std::fs::read(path)?.windows(bytes.len()).any(|piece| piece == bytes) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// The Python that runs it.
    pub fn python(&self) -> &std::path::Path {
        &self.python
    }

    /// Starts it after [`Self::kill`], with the data and the port it had.
    pub async fn start_again(&mut self) -> anyhow::Result<()> {
        ensure!(self.process.is_none(), "Synapse is running");
        let (python, config) = (self.python.clone(), self.folder.path().join("homeserver.yaml"));
        self.process = Some(tokio::task::spawn_blocking(move || Process::start(&python, &config)).await??);
        let began = Instant::now();
        let versions = self.base_url.join("_matrix/client/versions")?;
        while began.elapsed() < PATIENCE {
            if self.http.get(versions.clone()).send().await.is_ok_and(|r| r.status().is_success()) {
                return Ok(());
            }
            if !self.process.as_ref().is_some_and(Process::is_running) {
                bail!("Synapse ended: {}", self.log());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        bail!("Synapse does not answer: {}", self.log())
    }

    /// SIGKILL, as a crash would end it.
    pub fn kill(&mut self) {
        self.process = None;
    }

    /// From the next start on, somebody may send so many messages a second, and so many at once. The log tells of each
    /// request then.
    pub fn set_message_rate(&self, per_second: f64, burst_count: u32) -> anyhow::Result<()> {
        let path = self.folder.path().join("homeserver.yaml");
        let mut config: Value = serde_json::from_slice(&std::fs::read(&path)?)?;
        config["rc_message"] = json!({"per_second": per_second, "burst_count": burst_count});
        std::fs::write(&path, config.to_string())?;
        let log = format!("{LOG_CONFIG}loggers: {{synapse.access: {{level: INFO}}}}\n");
        Ok(std::fs::write(self.folder.path().join("log.yaml"), log)?)
    }

    /// Stops it without ending it, as a network that goes silent: connections stay and nothing answers.
    pub fn freeze(&self) -> anyhow::Result<()> {
        self.signal("STOP")
    }

    /// Lets a frozen one go on.
    pub fn thaw(&self) -> anyhow::Result<()> {
        self.signal("CONT")
    }

    fn signal(&self, signal: &str) -> anyhow::Result<()> {
        self.process.as_ref().context("Synapse is not running")?.signal(signal)
    }

    fn log_path(&self) -> PathBuf {
        self.folder.path().join("homeserver.log")
    }

    /// What it wrote.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    /// Makes an account without a registration token, as only its administrator can.
    pub async fn register_by_secret(&self, localpart: &str, password: &str, admin: bool) -> anyhow::Result<Account> {
        let url = self.base_url.join("_synapse/admin/v1/register")?;
        let nonce: Value = self.http.get(url.clone()).send().await?.error_for_status()?.json().await?;
        let nonce = nonce["nonce"].as_str().context("no nonce")?;
        let mut mac = Hmac::<Sha1>::new_from_slice(SHARED_SECRET.as_bytes())?;
        mac.update([nonce, localpart, password, if admin { "admin" } else { "notadmin" }].join("\0").as_bytes());
        let body = json!({
            "nonce": nonce, "username": localpart, "password": password, "admin": admin,
            "mac": hex::encode(mac.finalize().into_bytes()),
        });
        let answer: Value = self.http.post(url).json(&body).send().await?.error_for_status()?.json().await?;
        account(&answer)
    }

    /// Registers with a registration token, as a client does.
    pub async fn register(&self, localpart: &str, password: &str, token: &str) -> anyhow::Result<Account> {
        let url = self.base_url.join("_matrix/client/v3/register")?;
        let mut body = json!({"username": localpart, "password": password});
        let mut stage = "m.login.registration_token";
        for _ in 0..4 {
            let response = self.http.post(url.clone()).json(&body).send().await?;
            let status = response.status();
            let answer: Value = response.json().await?;
            if status.is_success() {
                return account(&answer);
            }
            let session = answer["session"].as_str();
            let (StatusCode::UNAUTHORIZED, Some(session), true) = (status, session, answer["errcode"].is_null()) else {
                bail!("registration refused: {status} {answer}");
            };
            if answer["completed"].as_array().is_some_and(|done| done.iter().any(|s| s == stage)) {
                stage = "m.login.dummy";
            }
            body["auth"] = json!({"type": stage, "token": token, "session": session});
        }
        bail!("registration asks for more and more")
    }

    /// Signs in with a password.
    pub async fn login(&self, user: &str, password: &str) -> anyhow::Result<Account> {
        let identifier = match user.starts_with('@') || !user.contains('@') {
            true => json!({"type": "m.id.user", "user": user}),
            false => json!({"type": "m.id.thirdparty", "medium": "email", "address": user}),
        };
        let body = json!({"type": "m.login.password", "identifier": identifier, "password": password});
        let response = self.http.post(self.base_url.join("_matrix/client/v3/login")?).json(&body).send().await?;
        let status = response.status();
        let answer: Value = response.json().await?;
        ensure!(status.is_success(), "sign-in refused: {status} {answer}");
        account(&answer)
    }

    /// A fresh OpenID token of an account, as its client asks for it.
    pub async fn openid_token(&self, account: &Account) -> anyhow::Result<consilium_registry_api::OpenIdToken> {
        let path = format!("_matrix/client/v3/user/{}/openid/request_token", account.user_id);
        let request = self.http.post(self.base_url.join(&path)?).bearer_auth(&account.access_token).json(&json!({}));
        Ok(request.send().await?.error_for_status()?.json().await?)
    }

    /// A call of the admin API; `path` follows `_synapse/admin/`.
    pub async fn admin(&self, method: reqwest::Method, path: &str, body: Option<Value>) -> anyhow::Result<Value> {
        let mut request = self.http.request(method, self.base_url.join(&format!("_synapse/admin/{path}"))?);
        if let Some(body) = body {
            request = request.json(&body);
        }
        Ok(request.bearer_auth(&self.admin_token).send().await?.error_for_status()?.json().await?)
    }

    /// What the admin API tells of an account.
    pub async fn user(&self, user_id: &str) -> anyhow::Result<Value> {
        self.admin(reqwest::Method::GET, &format!("v2/users/{user_id}"), None).await
    }

    /// Whether the account is locked.
    pub async fn is_locked(&self, user_id: &str) -> anyhow::Result<bool> {
        Ok(self.user(user_id).await?["locked"] == true)
    }

    pub async fn set_locked(&self, user_id: &str, locked: bool) -> anyhow::Result<()> {
        self.admin(reqwest::Method::PUT, &format!("v2/users/{user_id}"), Some(json!({"locked": locked})))
            .await
            .map(drop)
    }

    /// Whether this text stands anywhere in the files of the database, as whoever has them would read it.
    pub fn database_holds(&self, text: &str) -> anyhow::Result<bool> {
        for name in ["homeserver.db", "homeserver.db-wal"] {
            let path = self.folder.path().join(name);
            if path.exists() && std::fs::read(&path)?.windows(text.len()).any(|bytes| bytes == text.as_bytes()) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Lets every OpenID token expire, which would take an hour.
    pub fn expire_openid_tokens(&self) -> anyhow::Result<()> {
        let status = Command::new(&self.python)
            .args(["-c", SQL])
            .arg(self.folder.path().join("homeserver.db"))
            .arg("UPDATE open_id_tokens SET ts_valid_until_ms = 1")
            .status()?;
        ensure!(status.success(), "the database cannot be changed");
        Ok(())
    }
}

fn account(answer: &Value) -> anyhow::Result<Account> {
    let text = |key: &str| answer[key].as_str().map(str::to_owned).with_context(|| format!("no {key} in the answer"));
    Ok(Account { user_id: text("user_id")?, access_token: text("access_token")?, device_id: text("device_id")? })
}
