//! Homeserver, mail and registry together.

use crate::clock::TurnableClock;
use crate::doctor::{Applicant, Doctor};
use crate::mail::MailSink;
use crate::postgres::Postgres;
use crate::relay::Relay;
use crate::synapse::Synapse;
use anyhow::Context as _;
use consilium_registry::{Appointment, Location, Random, Registry, Serving, Settings, appoint, publish_now, serve};
use consilium_registry_api::{ApplicationForm, OpenIdToken, Session, Workplace};
use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection, RunQueryDsl as _, SqliteConnection};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;
use zeroize::Zeroizing;

/// Password of the verifier that [`Testbed::verifier`] appoints.
pub const VERIFIER_PASSWORD: &str = "the first of all verifiers";

/// In what the registry keeps its data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

#[derive(Debug)]
pub struct Testbed {
    pub synapse: Synapse,
    pub mail: MailSink,
    pub clock: TurnableClock,
    pub settings: Settings,
    serving: Option<Serving>,
    /// The server of the registry's database, if that has one.
    pub postgres: Option<Arc<Postgres>>,
    folder: TempDir,
    http: reqwest::Client,
}

/// What the registry answered.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    /// The body of a success.
    pub fn read<T: DeserializeOwned>(&self) -> anyhow::Result<T> {
        anyhow::ensure!(self.status.is_success(), "refused: {} {}", self.status, self.text);
        serde_json::from_str(&self.text).context("the answer is not understood")
    }

    /// Code of a problem, or issue code of an OperationOutcome.
    pub fn code(&self) -> String {
        let json = self.json();
        let code = json["code"].as_str().or_else(|| json["issue"][0]["code"].as_str());
        code.unwrap_or_default().to_owned()
    }

    async fn of(response: Response) -> anyhow::Result<Self> {
        let (status, headers) = (response.status(), response.headers().clone());
        Ok(Self { status, headers, text: response.text().await? })
    }
}

impl Testbed {
    /// With the registry's data in a file.
    pub async fn start() -> anyhow::Result<Self> {
        Self::start_on(Backend::Sqlite).await
    }

    pub async fn start_on(backend: Backend) -> anyhow::Result<Self> {
        let server = async {
            Ok(match backend {
                Backend::Sqlite => None,
                Backend::Postgres => Some(tokio::task::spawn_blocking(Postgres::shared).await??),
            })
        };
        let mail = MailSink::start().await?;
        let (synapse, postgres) = tokio::try_join!(Synapse::start(mail.address), server)?;
        Self::start_with(synapse, mail, postgres).await
    }

    /// With a network between the homeserver and everybody else that can lose its answers.
    pub async fn start_behind_a_relay() -> anyhow::Result<(Self, Relay)> {
        let mail = MailSink::start().await?;
        let synapse = Synapse::start(mail.address).await?;
        let relay = Relay::start(&synapse.base_url).await?;
        let mut testbed = Self::start_with(synapse, mail, None).await?;
        testbed.stop_registry().await;
        testbed.settings.homeserver = relay.url.clone();
        testbed.start_registry().await?;
        Ok((testbed, relay))
    }

    /// On a PostgreSQL that no other test uses, so that it may be stopped.
    pub async fn start_on_own_postgres() -> anyhow::Result<Self> {
        let server = async { tokio::task::spawn_blocking(Postgres::start).await? };
        let mail = MailSink::start().await?;
        let (synapse, server) = tokio::try_join!(Synapse::start(mail.address), server)?;
        Self::start_with(synapse, mail, Some(Arc::new(server))).await
    }

    async fn start_with(synapse: Synapse, mail: MailSink, postgres: Option<Arc<Postgres>>) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("consilium-registry-").tempdir()?;
        let database = tokio::task::block_in_place(|| location(folder.path(), postgres.as_deref()))?;
        let settings = Settings {
            homeserver: synapse.base_url.clone(),
            server_name: synapse.server_name.clone(),
            homeserver_admin_token: Some(synapse.admin_token.clone()),
            smtp: mail.address.to_string(),
            ..settings(folder.path(), database)?
        };
        let mut testbed = Self {
            synapse,
            mail,
            clock: TurnableClock::default(),
            settings,
            serving: None,
            postgres,
            folder,
            http: reqwest::Client::new(),
        };
        testbed.start_registry().await?;
        Ok(testbed)
    }

    /// Starts the registry, on the address it had if it was stopped.
    pub async fn start_registry(&mut self) -> anyhow::Result<()> {
        let clock = Arc::new(self.clock.clone());
        let serving =
            serve(self.settings.clone(), |settings| Registry::open_with(settings, clock, Random::system())).await?;
        self.settings.listen = serving.address;
        self.serving = Some(serving);
        Ok(())
    }

    /// Starts another process of the same registry, as far as a process can be had within this one: all they share is the
    /// database, the secret file and the folder of the evidence.
    pub async fn beside(&self) -> anyhow::Result<Beside> {
        let settings = Settings { listen: ([127, 0, 0, 1], 0).into(), ..self.settings.clone() };
        let clock = Arc::new(self.clock.clone());
        let serving = serve(settings, |settings| Registry::open_with(settings, clock, Random::system())).await?;
        Ok(Beside { serving, http: self.http.clone() })
    }

    pub async fn stop_registry(&mut self) {
        if let Some(serving) = self.serving.take() {
            serving.stop().await;
        }
    }

    pub fn registry(&self) -> anyhow::Result<&Arc<Registry>> {
        Ok(&self.serving.as_ref().context("the registry is stopped")?.registry)
    }

    pub fn registry_url(&self) -> String {
        format!("http://{}", self.settings.listen)
    }

    /// The Python that runs Synapse.
    pub fn python(&self) -> &Path {
        self.synapse.python()
    }

    /// The registry's database as its setting names it.
    pub fn database(&self) -> OsString {
        match &self.settings.database {
            Location::File(path) => path.into(),
            Location::Postgres(url) => url.into(),
        }
    }

    /// Runs SQL on the registry's database behind its back. Blocks.
    pub fn tamper(&self, sql: &str) -> anyhow::Result<()> {
        let database = self.database();
        let database = database.to_str().context("the path is not UTF-8")?;
        Ok(match &self.settings.database {
            Location::File(_) => file(database)?.batch_execute(sql),
            Location::Postgres(_) => PgConnection::establish(database)?.batch_execute(sql),
        }?)
    }

    /// How many rows a table of the registry's database has. Blocks.
    pub fn count(&self, table: &str) -> anyhow::Result<u64> {
        let database = self.database();
        let database = database.to_str().context("the path is not UTF-8")?;
        let count = diesel::dsl::sql::<diesel::sql_types::BigInt>(&format!("SELECT count(*) FROM {table}"));
        let count: i64 = match &self.settings.database {
            Location::File(_) => count.get_result(&mut file(database)?)?,
            Location::Postgres(_) => count.get_result(&mut PgConnection::establish(database)?)?,
        };
        Ok(count.unsigned_abs())
    }

    /// Where the registry keeps its secret, its evidence and, if that is a file, its database.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A call of the registry, to be filled and given to [`Self::send`].
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.registry_url()))
    }

    pub async fn send(&self, request: RequestBuilder) -> anyhow::Result<Answer> {
        Answer::of(request.send().await?).await
    }

    /// A call with a session or an application's secret, or with an empty one without, and without a body.
    pub async fn call(&self, method: Method, path: &str, bearer: &str) -> anyhow::Result<Answer> {
        let request = self.request(method, path);
        self.send(if bearer.is_empty() { request } else { request.bearer_auth(bearer) }).await
    }

    /// Opens a session of the registry.
    pub async fn open_session(&self, token: &OpenIdToken) -> anyhow::Result<Answer> {
        self.send(self.request(Method::POST, "/v1/session").json(token)).await
    }

    /// Appoints a verifier, as the command line does, and signs in.
    pub async fn verifier(&self) -> anyhow::Result<Doctor> {
        let form = ApplicationForm {
            han_name: "周敏".into(),
            latin_name: "Zhou Min".into(),
            title: "chief".into(),
            licence_number: String::new(),
            work_email: "zhou.min@jzfy.example".into(),
            work_phone: "0591-555-0100".into(),
            workplace: Workplace::Unlisted { name: "江州大学附属第一医院".into(), city: "江州".into() },
            department: "02".into(),
        };
        let password = Zeroizing::new(VERIFIER_PASSWORD.to_owned());
        let appointment = Appointment { form, organization_id: Some("jzfy".into()), password };
        let binding = appoint(self.registry()?, appointment).await?;
        let account = self.synapse.login(&binding.user_id, VERIFIER_PASSWORD).await?;
        Ok(Doctor { account, practitioner_id: binding.practitioner_id, password: VERIFIER_PASSWORD.into() })
    }

    /// A session of the registry for a doctor.
    pub async fn session(&self, doctor: &Doctor) -> anyhow::Result<Session> {
        let token = self.synapse.openid_token(&doctor.account).await?;
        self.open_session(&token).await?.read()
    }

    /// Walks an applicant through everything: application, code, review by this verifier, account, binding, until they are
    /// published.
    pub async fn doctor(&self, verifier: &Doctor, form: ApplicationForm, password: &str) -> anyhow::Result<Doctor> {
        let applicant = Applicant::new(form);
        applicant.apply(self).await?.read::<Value>()?;
        applicant.confirm_email(self).await?;
        applicant.submit(self).await?;
        applicant.approved_by(self, verifier).await?;
        let doctor = applicant.join(self, password).await?;
        publish_now(self.registry()?).await?;
        Ok(doctor)
    }
}

/// Where a new registry keeps its data. Blocks.
pub(crate) fn location(folder: &Path, postgres: Option<&Postgres>) -> anyhow::Result<Location> {
    Ok(match postgres {
        None => Location::File(folder.join("registry.sqlite")),
        Some(server) => Location::Postgres(server.database()?),
    })
}

/// Of a registry whose homeserver and mail server are nowhere.
pub(crate) fn settings(folder: &Path, database: Location) -> anyhow::Result<Settings> {
    Ok(Settings {
        database,
        listen: ([127, 0, 0, 1], 0).into(),
        public_url: None,
        name: "Consilium".into(),
        homeserver: "http://127.0.0.1:9/".parse()?,
        server_name: "jiangzhou.example".into(),
        homeserver_admin_token: Some(String::new()),
        homeserver_admin_token_file: None,
        secret_file: folder.join("secret"),
        smtp: "127.0.0.1:9".into(),
        mail_from: "Consilium <noreply@jiangzhou.example>".into(),
        evidence_dir: folder.join("evidence"),
        published_dir: folder.join("published"),
        publish_seconds: 1,
        bind_minutes: 5,
    })
}

/// Another process of a registry.
#[derive(Debug)]
pub struct Beside {
    serving: Serving,
    http: reqwest::Client,
}

impl Beside {
    pub fn registry(&self) -> &Arc<Registry> {
        &self.serving.registry
    }

    /// A call of this process, to be filled and given to [`Testbed::send`].
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("http://{}{path}", self.serving.address))
    }
}

/// The registry's file. Whoever stopped it may meet the last connection that closes.
fn file(database: &str) -> anyhow::Result<SqliteConnection> {
    let mut connection = SqliteConnection::establish(database)?;
    connection.batch_execute("PRAGMA busy_timeout = 10000")?;
    Ok(connection)
}
