//! What all calls share.

use crate::accounts::session::Rechecks;
use crate::accounts::sweep;
use crate::applications::wait::Watchers;
use crate::clock::{Clock, Millis, Random, SystemClock};
use crate::database::Database;
use crate::directory::organizations::OrganizationSearch;
use crate::directory::search::index;
use crate::homeserver::Homeserver;
use crate::limits::Limits;
use crate::mail::Mailer;
use crate::problem::Problem;
use crate::publication::Publisher;
use crate::secrets::{Secrets, Use};
use crate::settings::Settings;
use anyhow::Context as _;
use std::path::PathBuf;
use std::sync::Arc;

/// The registry with everything it works with.
pub struct Registry {
    pub(crate) database: Database,
    pub(crate) homeserver: Homeserver,
    pub(crate) mailer: Mailer,
    pub(crate) secrets: Secrets,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Random,
    pub(crate) limits: Limits,
    pub(crate) watchers: Watchers,
    pub(crate) rechecks: Rechecks,
    pub(crate) organizations: OrganizationSearch,
    pub(crate) evidence_dir: PathBuf,
    pub(crate) publisher: Publisher,
    pub(crate) name: String,
    /// Base URL without a slash at its end.
    pub(crate) public_url: String,
    pub(crate) bind_within: Millis,
}

impl std::fmt::Debug for Registry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Registry({})", self.public_url)
    }
}

impl Registry {
    /// Opens the registry with the machine's clock and randomness.
    pub fn open(settings: &Settings) -> anyhow::Result<Self> {
        Self::open_with(settings, Arc::new(SystemClock), Random::system())
    }

    pub fn open_with(settings: &Settings, clock: Arc<dyn Clock>, random: Random) -> anyhow::Result<Self> {
        let homeserver =
            Homeserver::new(settings.homeserver.clone(), settings.server_name.clone(), settings.admin_token()?)?;
        std::fs::create_dir_all(&settings.evidence_dir).context("cannot make the folder of the evidence")?;
        let public_url = match &settings.public_url {
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
            None => format!("http://{}", settings.listen),
        };
        let secrets = Secrets::load(&settings.secret_file, &random)?;
        let database = Database::open(&settings.database, &hex::encode(secrets.digest(Use::Mark, &[])))?;
        index::ensure(&database)?;
        Ok(Self {
            database,
            homeserver,
            mailer: Mailer::new(&settings.smtp, &settings.mail_from, &settings.name)?,
            secrets,
            clock,
            random,
            limits: Limits::default(),
            watchers: Watchers::default(),
            rechecks: Rechecks::default(),
            organizations: OrganizationSearch::default(),
            evidence_dir: settings.evidence_dir.clone(),
            publisher: Publisher::new(settings),
            name: settings.name.clone(),
            public_url,
            bind_within: i64::from(settings.bind_minutes) * 60_000,
        })
    }

    /// One sweep over all accounts, as it happens every minute: locks what nobody bound, destroys evidence that is due.
    pub async fn sweep(self: &Arc<Self>) -> Result<(), Problem> {
        sweep::run(self).await
    }

    pub(crate) fn now(&self) -> Millis {
        self.clock.now().timestamp_millis()
    }
}
