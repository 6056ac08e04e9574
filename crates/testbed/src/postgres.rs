//! A PostgreSQL of its own: one cluster for the tests of a program, a database for each, a socket in its folder and no
//! port.

use anyhow::{Context as _, bail, ensure};
use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Environment variable with the folder of `initdb` and `postgres`, where it is neither in the path nor Debian's.
pub const POSTGRES_BIN: &str = "CONSILIUM_POSTGRES_BIN";

/// Longest wait for it to answer; a loaded machine takes a while.
const PATIENCE: Duration = Duration::from_secs(60);

/// `initdb` and `postgres` refuse to be root, so root's tests run them as the user that the package makes.
const UNPRIVILEGED: &str = "postgres";

/// Starts and stops the server as it is told, and takes the folder away when nobody is left to tell it anything, which is
/// so however this process ends. Stopped as a crash would stop it: every session is lost at once.
const LAUNCHER: &str = r#"
trap '' INT TERM HUP
cd "$2"
while read -r word; do
    case $word in
        start)
            "$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c max_connections=300 \
                -c fsync=off -c full_page_writes=off &
            server=$! ;;
        stop)
            kill -QUIT "$server"
            wait "$server"
            : > stopped ;;
    esac
done
kill -QUIT "$server"
wait "$server"
cd /
rm -rf "$2"
"#;

#[derive(Debug)]
pub struct Postgres {
    folder: PathBuf,
    launcher: Mutex<Child>,
}

/// The cluster that the tests of this process share; it ends with the process.
static SHARED: Mutex<Option<Arc<Postgres>>> = Mutex::new(None);

impl Postgres {
    /// The cluster that the tests of this process share. Blocks.
    pub fn shared() -> anyhow::Result<Arc<Self>> {
        // A test that failed in here leaves nothing behind that the next could not do without.
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if shared.is_none() {
            *shared = Some(Arc::new(Self::start()?));
        }
        shared.clone().context("there is none")
    }

    /// A cluster that nobody else has. Blocks.
    pub fn start() -> anyhow::Result<Self> {
        let programs = programs()?;
        let folder = tempfile::Builder::new().prefix("consilium-postgres-").tempdir()?;
        let unprivileged = give_away(folder.path())?;
        let command = |program: &Path| match unprivileged {
            false => Command::new(program),
            true => {
                let mut command = Command::new("setpriv");
                let user = [format!("--reuid={UNPRIVILEGED}"), format!("--regid={UNPRIVILEGED}")];
                command.args(user).args(["--init-groups", "--"]).arg(program);
                command
            }
        };
        // Its own order of texts is another than that of their bytes, so that who relies on one of them notices.
        let made = command(&programs.join("initdb"))
            .args(["--username=consilium", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"])
            .args(["--locale-provider=icu", "--icu-locale=zh"])
            .arg("-D")
            .arg(folder.path().join("data"))
            .current_dir(folder.path())
            .output()
            .context("cannot run initdb")?;
        ensure!(made.status.success(), "initdb failed: {}", String::from_utf8_lossy(&made.stderr));
        let log = std::fs::File::create(folder.path().join("log"))?;
        let launcher = command(Path::new("sh"))
            .args(["-c", LAUNCHER, "sh"])
            .arg(&programs)
            .arg(folder.path())
            .stdin(Stdio::piped())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("cannot start PostgreSQL")?;
        // From here on the launcher removes it.
        let postgres = Self { folder: folder.keep(), launcher: Mutex::new(launcher) };
        postgres.start_again()?;
        Ok(postgres)
    }

    /// Makes a database and returns its URL. Blocks.
    pub fn database(&self) -> anyhow::Result<String> {
        let name = format!("d{}", uuid::Uuid::new_v4().simple());
        PgConnection::establish(&self.url("postgres"))?.batch_execute(&format!("CREATE DATABASE {name}"))?;
        Ok(self.url(&name))
    }

    /// Ends it with every session, as a crash would.
    pub fn stop(&self) -> anyhow::Result<()> {
        self.tell("stop")?;
        // It refuses newcomers before the sessions that there are have ended: only its own end says that they have.
        let stopped = self.folder.join("stopped");
        self.wait_until(|| stopped.exists())?;
        Ok(std::fs::remove_file(stopped)?)
    }

    /// Starts it after [`Self::stop`], with the data it had.
    pub fn start_again(&self) -> anyhow::Result<()> {
        self.tell("start")?;
        self.wait_until(|| PgConnection::establish(&self.url("postgres")).is_ok())
    }

    fn url(&self, database: &str) -> String {
        format!("postgresql://consilium@/{database}?host={}", self.folder.display())
    }

    fn tell(&self, word: &str) -> anyhow::Result<()> {
        let mut launcher = self.launcher.lock().unwrap_or_else(PoisonError::into_inner);
        let stdin = launcher.stdin.as_mut().context("nobody listens")?;
        writeln!(stdin, "{word}").context("PostgreSQL's launcher has ended")
    }

    fn wait_until(&self, so: impl Fn() -> bool) -> anyhow::Result<()> {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            if so() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        bail!("PostgreSQL does not do what it is told: {log}")
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let launcher = self.launcher.get_mut().unwrap_or_else(PoisonError::into_inner);
        drop(launcher.stdin.take());
        // Nothing is left to be done should it not have been running.
        let _ = launcher.wait();
    }
}

/// The folder of `initdb` and `postgres`.
fn programs() -> anyhow::Result<PathBuf> {
    let here = |folder: &PathBuf| folder.join("initdb").is_file() && folder.join("postgres").is_file();
    if let Some(folder) = std::env::var_os(POSTGRES_BIN).map(PathBuf::from) {
        ensure!(here(&folder), "{POSTGRES_BIN} names a folder without initdb and postgres");
        return Ok(folder);
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    // Debian keeps each version in a folder of its own.
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<_> = versions.map(|version| version.path()).collect();
    versions.sort_by_key(|folder| folder.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok()));
    let debian = versions.into_iter().rev().map(|version| version.join("bin"));
    std::env::split_paths(&path).chain(debian).find(here).with_context(|| {
        format!(
            "there is no PostgreSQL server: install it (on Debian `apt install postgresql`, which `cargo xtask test` \
             does), or set {POSTGRES_BIN} to the folder of its programs"
        )
    })
}

/// Gives root's folder to the user who may run the server; false if that is who runs this.
#[cfg(unix)]
fn give_away(folder: &Path) -> anyhow::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    if std::fs::metadata(folder)?.uid() != 0 {
        return Ok(false);
    }
    let owner = Command::new("chown").arg(format!("{UNPRIVILEGED}:{UNPRIVILEGED}")).arg(folder).output()?;
    ensure!(owner.status.success(), "there is no user {UNPRIVILEGED} for PostgreSQL to run as, and root it refuses");
    Ok(true)
}

#[cfg(not(unix))]
fn give_away(_folder: &Path) -> anyhow::Result<bool> {
    Ok(false)
}
