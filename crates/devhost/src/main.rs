//! `consilium-devhost`: one profile's core and user interface on a loopback port.

// The SDK's futures nest deeper than the default allows.
#![recursion_limit = "256"]

use anyhow::{Context, Result, bail};
use clap::Parser;
use consilium_core::{Core, Profile};
use consilium_devhost::DevHost;
use consilium_host::{Arguments, Instance, Password, Place, log_to, on_panic, sign_in_once};
use std::io::{BufRead, Write};
use std::path::PathBuf;
use tokio::sync::oneshot;

/// Serves the user interface and the core of one profile to a browser on this machine. Prints one line
/// `{"url":"http://127.0.0.1:PORT/#token=…"}` when it is ready, and stays until SIGINT or SIGTERM.
#[derive(Debug, Parser)]
#[command(version)]
struct Options {
    #[command(flatten)]
    profile: Arguments,

    /// Folder of the built user interface.
    #[arg(long)]
    ui: PathBuf,

    /// Port on 127.0.0.1; a free one for 0.
    #[arg(long, default_value_t = 0)]
    port: u16,

    /// Ends when standard input is closed, which also happens when the starting process dies.
    #[arg(long)]
    exit_with_parent: bool,
}

fn main() -> Result<()> {
    let options = Options::parse();
    tracing::subscriber::set_global_default(log_to(std::io::stderr)).context("a log is set up already")?;
    on_panic();
    let (password, parent_gone) = read_input(&options)?;
    consilium_host::runtime()?.block_on(run(options, password, parent_gone))
}

/// The password, if there is one to come, and then the end of standard input, if it matters. Read by a thread of its
/// own, because a read of standard input cannot be cancelled and would keep the process.
fn read_input(options: &Options) -> Result<(Option<Password>, Option<oneshot::Receiver<()>>)> {
    let mut input = std::io::BufReader::new(std::io::stdin());
    let password = options
        .profile
        .sign_in_user
        .is_some()
        .then(|| Password::read(&mut input))
        .transpose()
        .context("reading the password")?;
    if !options.exit_with_parent {
        return Ok((password, None));
    }
    let (gone, parent_gone) = oneshot::channel();
    std::thread::Builder::new().name("parent".into()).spawn(move || {
        while let Ok(read) = input.fill_buf() {
            let length = read.len();
            if length == 0 {
                break;
            }
            input.consume(length);
        }
        let _ = gone.send(());
    })?;
    Ok((password, Some(parent_gone)))
}

async fn run(options: Options, password: Option<Password>, parent_gone: Option<oneshot::Receiver<()>>) -> Result<()> {
    let asked_to_end = end(parent_gone)?;
    tokio::pin!(asked_to_end);
    if !options.ui.join("index.html").is_file() {
        bail!("{} holds no built user interface", options.ui.display());
    }
    let place = Place::settle(&options.profile)?;
    let _instance = Instance::take(&place)?;
    let host = DevHost::bind(options.port).await.context("the port cannot be bound")?;
    let core = Core::open(Profile {
        name: place.profile.clone(),
        data_dir: place.core_dir(),
        keyring_service: place.keyring_service.clone(),
        default_server: options.profile.default_server.clone(),
    })
    .await?;

    let outcome = async {
        if let (Some(user), Some(password)) = (&options.profile.sign_in_user, password) {
            tokio::select! {
                signed_in = sign_in_once(&core, &options.profile.default_server, user, password) => {
                    signed_in.context("the doctor could not be signed in")?;
                }
                () = &mut asked_to_end => return Ok(()),
            }
        }
        say(&serde_json::json!({ "url": host.url() }).to_string())?;
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn({
            let core = core.clone();
            async move {
                let stopped = async {
                    let _ = stopped.await;
                };
                host.serve(core, &options.ui, stopped).await
            }
        });
        asked_to_end.await;
        let _ = stop.send(());
        serving.await.context("the host failed")?.context("the host failed")
    }
    .await;
    core.shutdown().await;
    outcome
}

/// Completes when somebody wants this process to end.
fn end(parent_gone: Option<oneshot::Receiver<()>>) -> Result<impl Future<Output = ()> + Send + 'static> {
    #[cfg(unix)]
    let mut terminated = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    Ok(async move {
        let parent_gone = async {
            match parent_gone {
                Some(gone) => {
                    let _ = gone.await;
                }
                None => std::future::pending().await,
            }
        };
        #[cfg(unix)]
        let terminated = terminated.recv();
        #[cfg(not(unix))]
        let terminated = std::future::pending::<()>();
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminated => {}
            () = parent_gone => {}
        }
    })
}

/// One line for whoever started this.
fn say(line: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()?;
    Ok(())
}
