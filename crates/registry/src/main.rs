//! `consilium-registry`: serving, appointing verifiers, importing and exporting a directory. `docs/registry-api.md`.

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};
use consilium_registry::{
    Appointment, Import, Problem, Registry, Settings, appoint, export, pass_on, publish_now, revoke, run_import, serve,
};
use consilium_registry_api::{ApplicationForm, Workplace};
use std::io::{BufRead as _, BufWriter, Write as _};
use std::path::PathBuf;
use std::sync::Arc;
use tracing_subscriber::EnvFilter;
use zeroize::Zeroizing;

/// The registry of Consilium
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves until SIGINT or SIGTERM
    Serve,
    /// Makes a verifier with entry and account; the password is the first line of standard input
    CreateVerifier(CreateVerifier),
    /// Imports hospitals and colleagues: FHIR NDJSON, FHIR Bundles, or sheets in CSV with a mapping; docs/import.md
    Import(ImportArgs),
    /// Writes the directory as FHIR NDJSON packed by gzip, which an import takes
    Export {
        /// File to write, such as directory.ndjson.gz
        file: PathBuf,
        /// With the phone numbers and e-mail addresses that colleagues show to every colleague
        #[arg(long)]
        contacts: bool,
    },
    /// Publishes now what changed, and says nothing
    Publish,
    /// Makes a new key that signs the published directory; the one before names it, and clients follow by themselves
    PassOnDirectoryKey,
    /// Locks an account, ends its sessions and takes its role out of the directory
    Revoke {
        /// Matrix user id
        user_id: String,
    },
}

#[derive(Args)]
struct ImportArgs {
    /// In any order; those packed by gzip are known by their content
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// TOML file that tells which column of a sheet is what
    #[arg(long)]
    mapping: Option<PathBuf>,
    /// Name of where the files come from, the same each time
    #[arg(long)]
    source: Option<String>,
    /// Put before every id of the files, so that the ids of two sources do not meet
    #[arg(long, default_value = "")]
    prefix: String,
    /// Only look, and report
    #[arg(long)]
    dry_run: bool,
    /// Import what is right, though something is wrong
    #[arg(long)]
    skip_errors: bool,
    /// Take out whom the source has no longer: the files are all of it
    #[arg(long, requires = "source")]
    retire_missing: bool,
    /// How many entries may be taken out at once [default: a tenth of the source]
    #[arg(long, value_name = "N", requires = "retire_missing")]
    retire_at_most: Option<u64>,
    /// Keep the verifications that the files tell of, and bind the accounts: you answer for both
    #[arg(long)]
    vouch: bool,
    /// File for the whole report, one JSON object a line
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

#[derive(Args)]
struct CreateVerifier {
    #[arg(long, default_value = "")]
    han_name: String,
    #[arg(long)]
    latin_name: String,
    /// Code of the title: chief, associate_chief, attending or resident
    #[arg(long)]
    title: String,
    /// Code of the department, such as 03.04
    #[arg(long)]
    department: String,
    #[arg(long)]
    organization_name: String,
    #[arg(long)]
    city: String,
    #[arg(long)]
    email: String,
    #[arg(long)]
    phone: String,
    /// FHIR id of the hospital; one that is not known is made with this id
    #[arg(long)]
    organization_id: Option<String>,
}

fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info")))
        .with_writer(std::io::stderr)
        .init();
    let cli = Cli::parse();
    tokio::runtime::Runtime::new()?.block_on(run(cli))
}

async fn run(cli: Cli) -> anyhow::Result<()> {
    let settings = cli.settings;
    match cli.command {
        Command::Serve => {
            let serving = serve(settings, Registry::open).await?;
            writeln!(std::io::stderr(), "listening on {}", serving.address)?;
            asked_to_stop().await?;
            serving.stop().await;
            Ok(())
        }
        Command::CreateVerifier(asked) => {
            let mut password = Zeroizing::new(String::new());
            std::io::stdin().lock().read_line(&mut password).context("cannot read the password")?;
            let password = Zeroizing::new(password.trim_end_matches(['\r', '\n']).to_owned());
            anyhow::ensure!(!password.is_empty(), "the password, the first line of standard input, is empty");
            let registry = Arc::new(Registry::open(&settings)?);
            let appointment = Appointment {
                form: ApplicationForm {
                    han_name: asked.han_name,
                    latin_name: asked.latin_name,
                    title: asked.title,
                    licence_number: String::new(),
                    work_email: asked.email,
                    work_phone: asked.phone,
                    workplace: Workplace::Unlisted { name: asked.organization_name, city: asked.city },
                    department: asked.department,
                },
                organization_id: asked.organization_id,
                password,
            };
            print(&appoint(&registry, appointment).await.map_err(worded)?)
        }
        Command::Import(asked) => import(&Registry::open(&settings)?, asked),
        Command::Export { file, contacts } => print(&export(&Registry::open(&settings)?, &file, contacts)?),
        Command::Publish => publish_now(&Arc::new(Registry::open(&settings)?)).await,
        Command::PassOnDirectoryKey => {
            let registry = Registry::open(&settings)?;
            print(&pass_on(&registry)?.to_string())
        }
        Command::Revoke { user_id } => {
            let registry = Arc::new(Registry::open(&settings)?);
            revoke(&registry, &user_id).await.map_err(worded)
        }
    }
}

/// Imports, tells people on standard error what was found, and programs on standard output how much.
fn import(registry: &Registry, asked: ImportArgs) -> anyhow::Result<()> {
    let import = Import {
        files: asked.files,
        mapping: asked.mapping,
        source: asked.source,
        prefix: asked.prefix,
        dry_run: asked.dry_run,
        skip_errors: asked.skip_errors,
        retire_missing: asked.retire_missing,
        retire_at_most: asked.retire_at_most,
        vouched: asked.vouch,
    };
    // Before the work: a report that cannot be written is better known now.
    let report = match &asked.report {
        Some(path) => Some(std::fs::File::create(path).with_context(|| format!("cannot write {}", path.display()))?),
        None => None,
    };
    let (totals, findings) = run_import(registry, &import)?;
    if let Some(report) = report {
        let mut report = BufWriter::new(report);
        findings.lines(&mut report)?;
        report.flush()?;
    }
    findings.text(&mut std::io::stderr().lock())?;
    print(&totals)?;
    anyhow::ensure!(
        totals.written || totals.dry_run,
        "nothing was imported, because of {} errors; --skip-errors imports the rest",
        totals.errors
    );
    Ok(())
}

fn print(answer: &impl serde::Serialize) -> anyhow::Result<()> {
    Ok(writeln!(std::io::stdout(), "{}", serde_json::to_string(answer)?)?)
}

/// With the fields that are wrong: here the operator is the one who entered them.
fn worded(problem: Problem) -> anyhow::Error {
    let fields: Vec<String> = problem.problems().iter().map(|p| format!("{:?}: {:?}", p.field, p.problem)).collect();
    if fields.is_empty() { problem.into() } else { anyhow::anyhow!("{problem} {}", fields.join(", ")) }
}

#[cfg(unix)]
async fn asked_to_stop() -> std::io::Result<()> {
    let mut term = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = term.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn asked_to_stop() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
