//! The one window.

use crate::desk::Desk;
use crate::links::{Way, open_outside, way};
use crate::subscriptions::Subscriptions;
use consilium_api::settings::WindowSettings;
use consilium_host::PRODUCT;
use std::path::Path;
use std::time::Duration;
use tauri::webview::{NewWindowResponse, PageLoadEvent};
use tauri::{AppHandle, Manager, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent};

const LABEL: &str = "main";
/// Logical pixels; the layout has one pane below.
const MINIMUM: (f64, f64) = (720.0, 520.0);
const USUAL: (f64, f64) = (1280.0, 820.0);
/// A page that has not shown itself by then is shown as it is.
const PATIENCE: Duration = Duration::from_secs(3);

/// `languages` are the BCP 47 tags of the system's, the preferred first.
pub fn open(app: &AppHandle, dir: &Path, languages: &[String]) -> tauri::Result<()> {
    let home = home(app)?;
    let (inside, new) = (home.clone(), home);
    let builder = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::default())
        .title(PRODUCT)
        .inner_size(USUAL.0, USUAL.1)
        .min_inner_size(MINIMUM.0, MINIMUM.1)
        .center()
        // Shown once there is something to see.
        .visible(false)
        // Without this a file dropped on the page does not reach it.
        .disable_drag_drop_handler()
        .general_autofill_enabled(false)
        .devtools(cfg!(debug_assertions))
        .data_directory(dir.join("webview"))
        // WebKitGTK knows no language whose locale was not generated on the machine, and the tray speaks it.
        .initialization_script(format!("window.systemLanguages = {}", serde_json::json!(languages)))
        // The web engine keeps nothing on disk. An automated test cannot attach to such a window.
        .incognito(!automated())
        .on_navigation(move |url| go(url, &inside))
        .on_new_window(move |url, _| {
            if way(&url, &new) == Way::Outside {
                open_outside(&url);
            }
            NewWindowResponse::Deny
        })
        .on_download(|_, _| false)
        .on_page_load(|window, load| match load.event() {
            // A reload leaves the old page's listeners behind.
            PageLoadEvent::Started => window.state::<Subscriptions>().end_all(),
            PageLoadEvent::Finished => show(window.app_handle()),
        });
    let window = builder.build()?;
    let closing = window.clone();
    window.on_window_event(move |event| {
        if let WindowEvent::CloseRequested { api, .. } = event
            && desk(closing.app_handle()).is_some_and(|desk| desk.closes_to_tray())
        {
            api.prevent_close();
            let _ = closing.hide();
        }
    });
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(PATIENCE).await;
        show(&app);
    });
    Ok(())
}

/// Brings the window before the doctor.
pub fn focus(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(LABEL) {
        let _ = window.unminimize();
        let _ = window.show();
        let _ = window.set_focus();
    }
}

/// Shows the window where it was hidden, because there is no tray any more to show it from.
pub fn show_hidden(app: &AppHandle) {
    if app.get_webview_window(LABEL).is_some_and(|window| !window.is_visible().unwrap_or(true)) {
        focus(app);
    }
}

/// Puts what was chosen and what is unread on the window.
pub fn adapt(app: &AppHandle, chosen: &WindowSettings, unread: u32) {
    let Some(window) = app.get_webview_window(LABEL) else { return };
    let _ = window.set_zoom(f64::from(chosen.zoom) / 100.0);
    let title = if unread > 0 { format!("({unread}) {PRODUCT}") } else { PRODUCT.to_owned() };
    let _ = window.set_title(&title);
    // Where launchers have badges; elsewhere the title says it.
    let _ = window.set_badge_count((unread > 0).then_some(i64::from(unread)));
    spell_check(&window, chosen.spell_check);
}

/// WebKitGTK checks nothing unless it is told to, and in which languages; it takes those that there are dictionaries of.
#[cfg(target_os = "linux")]
fn spell_check(window: &WebviewWindow, on: bool) {
    use webkit2gtk::{WebContextExt, WebViewExt};
    let _ = window.with_webview(move |view| {
        if let Some(context) = view.inner().context() {
            let system = std::env::var("LANG").unwrap_or_default();
            let system = system.split('.').next().unwrap_or_default();
            context.set_spell_checking_languages(&[system, "en_US"]);
            context.set_spell_checking_enabled(on);
        }
    });
}

/// The attribute of the field is enough.
#[cfg(not(target_os = "linux"))]
fn spell_check(_window: &WebviewWindow, _on: bool) {}

fn desk(app: &AppHandle) -> Option<Desk> {
    app.try_state::<Option<Desk>>().and_then(|desk| desk.inner().clone())
}

fn show(app: &AppHandle) {
    if desk(app).is_some_and(|desk| desk.holds_back()) {
        return;
    }
    if let Some(window) = app.get_webview_window(LABEL)
        && !window.is_visible().unwrap_or(true)
    {
        let _ = window.show();
        let _ = window.set_focus();
    }
}

fn go(url: &Url, home: &Url) -> bool {
    match way(url, home) {
        Way::Inside => true,
        Way::Outside => {
            open_outside(url);
            false
        }
        Way::Refused => {
            tracing::warn!(scheme = url.scheme(), "a way out of the window was refused");
            false
        }
    }
}

/// The address the application is loaded from.
fn home(app: &AppHandle) -> tauri::Result<Url> {
    let own = if cfg!(windows) { "http://tauri.localhost/" } else { "tauri://localhost/" };
    match &app.config().build.dev_url {
        Some(dev) if tauri::is_dev() => Ok(dev.clone()),
        _ => Url::parse(own).map_err(tauri::Error::InvalidUrl),
    }
}

/// Whether a WebDriver started the program; the same question that Tauri asks.
fn automated() -> bool {
    std::env::var("TAURI_WEBVIEW_AUTOMATION").is_ok_and(|value| value == "true")
}
