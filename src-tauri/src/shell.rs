//! Start and end of the program.

use crate::bridge::{self, Served};
use crate::desk::{self, Begin, Desk};
use crate::subscriptions::Subscriptions;
use crate::{log, media, save, window};
use clap::Parser;
use consilium_core::{Core, Profile};
use consilium_host::{Arguments, AtLogin, Instance, Password, Place, Taken, on_panic, sign_in_once};
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::Duration;
use tauri::{App, AppHandle, Manager, RunEvent, async_runtime};
use tauri_plugin_window_state::StateFlags;

/// How long the core may take to write what it has when the program ends.
const LAST_WORDS: Duration = Duration::from_secs(8);

#[derive(Debug, Parser)]
#[command(name = "consilium", version, about = "Case consultation and a colleague directory for verified doctors")]
struct Options {
    #[command(flatten)]
    profile: Arguments,

    /// Started with the desktop's session, not by a person.
    #[arg(long, hide = true)]
    at_login: bool,

    /// A link to open: `consilium:` or `matrix:`.
    #[arg(value_name = "LINK")]
    link: Option<String>,
}

/// Runs the program until its window is closed.
pub fn run() -> ExitCode {
    match start(Options::parse()) {
        Ok(code) => ExitCode::from(u8::try_from(code).unwrap_or(1)),
        Err(error) => {
            tracing::error!("the program could not start");
            eprintln!("consilium: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn start(options: Options) -> anyhow::Result<i32> {
    let password = match options.profile.sign_in_user {
        Some(_) => Some(Password::read(&mut std::io::stdin().lock())?),
        None => None,
    };
    let place = Place::settle(&options.profile)?;
    // Lives as long as the program, so that the last lines are written.
    let _log = log::open(&place.log_dir());
    on_panic();

    // Never taken down: the process ends under it.
    let runtime = Box::leak(Box::new(consilium_host::runtime()?));
    async_runtime::set(runtime.handle().clone());

    let mut context = tauri::generate_context!();
    // Single instance and window state go by the identifier: one for each profile.
    context.config_mut().identifier.clone_from(&place.instance_id);
    let window_state = tauri_plugin_window_state::Builder::new()
        .with_filename(place.dir.join("window.json").to_string_lossy())
        .with_state_flags(StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED)
        .build();

    let app = tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, arguments, _folder| {
            match Options::try_parse_from(arguments).ok().and_then(|options| options.link) {
                Some(link) => desk::open_link(app, link),
                None => window::focus(app),
            }
        }))
        .plugin(window_state)
        .invoke_handler(tauri::generate_handler![
            bridge::rpc,
            bridge::subscribe,
            bridge::unsubscribe,
            bridge::upload,
            save::save_file,
            save::save_media,
            desk::desktop_offer,
            desk::start_at_login
        ])
        .register_asynchronous_uri_scheme_protocol(media::SCHEME, media::answer)
        .setup(move |app| set_up(app, &options, password, &place))
        .build(context)?;
    Ok(app.run_return(|app, event| match event {
        RunEvent::Exit => end(app),
        RunEvent::ExitRequested { .. } => tracing::info!("the program ends"),
        #[cfg(target_os = "macos")]
        RunEvent::Opened { urls } => {
            if let Some(url) = urls.first() {
                desk::open_link(app, url.to_string());
            }
        }
        _ => {}
    }))
}

fn set_up(
    app: &mut App,
    options: &Options,
    password: Option<Password>,
    place: &Place,
) -> Result<(), Box<dyn std::error::Error>> {
    // Another instance of this desktop session has handed over by now. This finds one that cannot be spoken to.
    let instance = match Instance::take(place) {
        Ok(instance) => instance,
        Err(taken @ Taken::InUse) => {
            eprintln!("consilium: {taken}");
            app.handle().cleanup_before_exit();
            std::process::exit(1);
        }
        Err(Taken::Failed(error)) => return Err(error.into()),
    };
    let Options { profile: arguments, at_login: with_session, link } = options;
    let core = async_runtime::block_on(Core::open(Profile {
        name: place.profile.clone(),
        data_dir: place.core_dir(),
        keyring_service: place.keyring_service.clone(),
        default_server: arguments.default_server.clone(),
    }));
    if let Err(error) = &core {
        tracing::error!(code = ?error.code, "the core did not open");
    }
    if let (Ok(core), Some(user), Some(password)) = (&core, arguments.sign_in_user.clone(), password) {
        let (core, server) = (core.clone(), arguments.default_server.clone());
        async_runtime::spawn(async move {
            if let Err(error) = sign_in_once(&core, &server, &user, password).await {
                tracing::warn!(code = ?error.code, "the doctor of the command line was not signed in");
            }
        });
    }
    app.manage(Held { instance: Mutex::new(Some(instance)) });
    app.manage(Subscriptions::default());
    app.manage(Served::new(core.clone()));
    let languages: Vec<String> = sys_locale::get_locales().collect();
    window::open(app.handle(), &place.dir, &languages)?;
    // After the window, which it changes, and before the first page is there to be shown.
    let at_login = AtLogin::of(place, arguments.data_dir.as_deref());
    let desk = core.ok().map(|core| {
        let begin = Begin { at_login, with_session: *with_session, languages };
        async_runtime::block_on(Desk::start(app.handle(), &core, begin))
    });
    let desk = desk.transpose().unwrap_or_else(|error| {
        tracing::error!(code = ?error.code, "the desktop is not served");
        None
    });
    app.manage(desk);
    if let Some(link) = link {
        desk::open_link(app.handle(), link.clone());
    }
    end_when_asked(app.handle().clone());
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "started");
    Ok(())
}

/// Kept for the length of the program.
struct Held {
    instance: Mutex<Option<Instance>>,
}

/// Closes in order when the session manager or a starting script says so; without this the process just dies.
fn end_when_asked(app: AppHandle) {
    #[cfg(unix)]
    async_runtime::spawn(async move {
        use tokio::signal::unix::{SignalKind, signal};
        let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
        else {
            return;
        };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        app.exit(0);
    });
    #[cfg(not(unix))]
    drop(app);
}

fn end(app: &AppHandle) {
    app.state::<Subscriptions>().end_all();
    if let Ok(core) = app.state::<Served>().core() {
        let written = async_runtime::block_on(async { tokio::time::timeout(LAST_WORDS, core.shutdown()).await });
        if written.is_err() {
            tracing::warn!("the core did not stop in time");
        }
    }
    if let Ok(mut held) = app.state::<Held>().instance.lock() {
        *held = None;
    }
}
