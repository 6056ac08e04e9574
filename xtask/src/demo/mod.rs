//! `cargo xtask demo`: servers, invented people, and the product in a window or a browser.

mod applications;
mod cast;
mod evidence;
mod hosts;
pub mod people;
mod report;
pub mod seed;
mod state;

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;

use self::hosts::{Host, Profile};
use self::state::{Account, DemoDir, State};
use crate::desktop::has_display;
use crate::process::interrupt::Interrupt;
use crate::process::{Guarded, output, run};
use crate::repo::Repo;
use crate::servers::admin::ensure_admin;
use crate::servers::mail::MailSink;
use crate::servers::registry::{self, Registry};
use crate::servers::synapse::{self, Synapse};
use crate::servers::tail;
use crate::setup::{self, Purpose};

/// Matrix server name of the demo's accounts: `@lin.jianing:demo.consilium.example`.
const SERVER_NAME: &str = "demo.consilium.example";
/// The registry's own account on the homeserver.
const SERVICE_ACCOUNT: &str = "registry";
const SERVICE_DEVICE: &str = "REGISTRY";

#[derive(Debug, Clone, Args)]
pub struct Options {
    /// Throw all demo data away and begin anew
    #[arg(long)]
    reset: bool,
    /// Sign in as this demo doctor, in a window of their own; may be given several times
    #[arg(long = "as", value_name = "NAME")]
    doctors: Vec<String>,
    /// How many colleagues the directory has
    #[arg(long, value_name = "N", default_value_t = 2400)]
    size: usize,
    /// Serve the interface on loopback for a browser, and print one line of JSON
    #[arg(long)]
    headless: bool,
    #[arg(long, value_name = "PORT")]
    homeserver_port: Option<u16>,
    #[arg(long, value_name = "PORT")]
    registry_port: Option<u16>,
    /// Port of the first interface; further ones follow on free ports
    #[arg(long, value_name = "PORT", requires = "headless")]
    ui_port: Option<u16>,
}

/// Everything that runs. Dropped in this order: interfaces first, then what they talk to.
#[derive(Debug)]
struct Running {
    hosts: Vec<(Option<String>, Option<String>, Host)>,
    registry: Registry,
    synapse: Synapse,
    mail: MailSink,
}

pub fn demo(repo: &Repo, options: &Options) -> Result<()> {
    if !options.headless && !has_display() {
        bail!(
            "no display was found (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window can open. \
             Run `cargo xtask demo --headless` to use Consilium in a browser instead"
        );
    }
    // Wrong names are told before anything is installed.
    for name in &options.doctors {
        known(name)?;
    }
    let purpose = if options.headless { Purpose::HeadlessDemo } else { Purpose::WindowDemo };
    setup::run(repo, purpose)?;
    build(repo, options.headless)?;

    let interrupt = Interrupt::listen()?;
    let demo = DemoDir::open(repo)?;
    let outcome = prepare(repo, options, &demo, &interrupt).and_then(|(mut running, state)| {
        report::ready(options.headless, &running, &state)?;
        stay(&mut running, &interrupt)?;
        running.stop();
        Ok(())
    });
    match outcome {
        // Being asked to end is no failure.
        Err(_) if interrupt.asked() => Ok(()),
        other => other,
    }
}

/// The demo doctor meant by `name`.
fn known(name: &str) -> Result<&'static cast::Doctor> {
    cast::doctors().find(|doctor| doctor.answers_to(name)).with_context(|| {
        let names: Vec<_> = cast::doctors().map(|doctor| doctor.latin).collect();
        format!("no demo doctor is called {name:?}; there are: {}", names.join(", "))
    })
}

/// Builds the programs and the interface they show.
pub fn build(repo: &Repo, headless: bool) -> Result<()> {
    setup::build_ui(repo)?;
    let mut args = vec!["build", "--quiet", "--package", "consilium-registry", "--package", "consilium-devhost"];
    // The app belongs to the selection wherever it can be built: without it, shared dependencies would have other features
    // and be built once more, matrix-sdk for minutes.
    if !headless || output(Command::new("pkg-config").args(["--exists", "webkit2gtk-4.1"])).is_ok() {
        // With the feature the window shows the built interface, not the development server's.
        args.extend(["--package", "consilium", "--features", "tauri/custom-protocol"]);
    }
    eprintln!("demo: building (minutes at the first time, seconds afterwards) …");
    run(repo.cargo(&args).stdout(std::io::stderr()))
}

/// Starts the servers, fills them if they are fresh, and starts the interfaces.
fn prepare(repo: &Repo, options: &Options, demo: &DemoDir, interrupt: &Interrupt) -> Result<(Running, State)> {
    let mut state = demo.load();
    if options.reset || !state.seeded {
        demo.wipe()?;
        // Where they listened stays: a window that still has the address then finds the new data.
        state = State { ports: state.ports, ..State::default() };
    }
    let mail = MailSink::start(state.port("mail", None)?, state.port("mail-page", None)?)?;
    let homeserver_port = state.port("homeserver", options.homeserver_port)?;
    let synapse = Synapse::start(
        &synapse::Settings {
            python: &repo.python(),
            server_name: SERVER_NAME,
            data: &demo.path().join("homeserver"),
            port: homeserver_port,
            smtp_port: mail.smtp_port(),
            log: &demo.log("homeserver")?,
        },
        interrupt,
    )?;
    if state.service_password.is_empty() {
        state.service_password = crate::servers::random_secret()?;
        demo.save(&state)?;
    }
    let service = ensure_admin(&synapse, SERVICE_ACCOUNT, &state.service_password, SERVICE_DEVICE)?;
    let settings = registry::Settings {
        program: repo.program("consilium-registry")?,
        data: demo.path().join("registry"),
        port: state.port("registry", options.registry_port)?,
        name: "会诊演示 Consilium Demo".to_owned(),
        homeserver: synapse.base_url().to_owned(),
        server_name: SERVER_NAME.to_owned(),
        homeserver_token: service.access_token,
        smtp_port: mail.smtp_port(),
    };
    if options.size > state.size {
        eprintln!("demo: listing {} colleagues …", options.size);
        seed::import(demo, &settings, options.size)?;
        state.size = options.size;
    } else if options.size < state.size {
        eprintln!("demo: {} colleagues are listed already; --reset begins anew with {}", state.size, options.size);
    }
    let verifier = match state.accounts.first() {
        Some(verifier) => verifier.clone(),
        None => seed::appoint_verifier(&settings)?,
    };
    let registry = Registry::start(&settings, &demo.log("registry")?, interrupt)?;
    if !state.seeded {
        eprintln!("demo: registering and verifying the demo doctors …");
        let parties = applications::Parties {
            registry: registry.base_url(),
            homeserver: synapse.base_url(),
            mail: &mail,
            python: &repo.python(),
            interrupt,
        };
        let physicians = seed::register(parties, &verifier)?;
        state.accounts = std::iter::once(verifier).chain(physicians).collect();
        state.seeded = true;
    }
    let mut running = Running { hosts: Vec::new(), registry, synapse, mail };
    start_hosts(repo, options, demo, &mut state, &mut running, interrupt)?;
    demo.save(&state)?;
    Ok((running, state))
}

fn start_hosts(
    repo: &Repo,
    options: &Options,
    demo: &DemoDir,
    state: &mut State,
    running: &mut Running,
    interrupt: &Interrupt,
) -> Result<()> {
    let accounts = state.accounts.clone();
    let mut profiles = Vec::new();
    for name in &options.doctors {
        let doctor = known(name)?;
        let account = accounts.iter().find(|account| account.latin_name == doctor.latin).context("no such account")?;
        profiles.push((Some(name.clone()), Profile::of(account)));
    }
    if profiles.is_empty() {
        profiles.push((None, Profile::signed_out()));
    }
    let server = running.registry.base_url().to_owned();
    for (index, (name, profile)) in profiles.iter().enumerate() {
        interrupt.check()?;
        let (host, url) = if options.headless {
            let port = state.port(&profile.name, if index == 0 { options.ui_port } else { None })?;
            let program = repo.program("consilium-devhost")?;
            let (host, url) = hosts::serve(demo, &program, &repo.join("ui/dist"), profile, &server, port, interrupt)?;
            (host, Some(url))
        } else {
            (hosts::open_window(demo, &repo.program("consilium")?, profile, &server)?, None)
        };
        running.hosts.push((name.clone(), url, host));
    }
    Ok(())
}

/// Waits for a request to end, or for the last window to close. A server that ends by itself is a failure.
fn stay(running: &mut Running, interrupt: &Interrupt) -> Result<()> {
    while !interrupt.asked() {
        for server in [running.synapse.process(), running.registry.process()] {
            if let Some(status) = server.exited()? {
                bail!("{} ended by itself ({status}); its log is in .demo/logs", server.name());
            }
        }
        let mut open = 0;
        for (_, url, host) in &mut running.hosts {
            match host.process.exited()? {
                None => open += 1,
                Some(status) if !status.success() || url.is_some() => {
                    bail!("{} ended ({status}):\n{}", host.process.name(), tail(&host.log, 20))
                }
                Some(_) => {}
            }
        }
        if open == 0 {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

impl Running {
    /// Ends everything at the same time and waits until it has ended.
    fn stop(&mut self) {
        let begin = Instant::now();
        let mut all: Vec<&mut Guarded> = self.hosts.iter_mut().map(|(_, _, host)| &mut host.process).collect();
        all.push(self.registry.process());
        all.push(self.synapse.process());
        for process in &mut all {
            process.ask_to_stop();
        }
        for process in all {
            process.stop();
        }
        eprintln!("demo: ended in {:.1} s", begin.elapsed().as_secs_f64());
    }
}
