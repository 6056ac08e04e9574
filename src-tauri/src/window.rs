//! The one window.

use crate::links::{Way, open_outside, way};
use crate::subscriptions::Subscriptions;
use std::path::Path;
use std::time::Duration;
use tauri::webview::{NewWindowResponse, PageLoadEvent};
use tauri::{AppHandle, Manager, Url, WebviewUrl, WebviewWindowBuilder};

const LABEL: &str = "main";
const TITLE: &str = "Consilium 会诊";
/// Logical pixels; the layout has one pane below.
const MINIMUM: (f64, f64) = (720.0, 520.0);
const USUAL: (f64, f64) = (1280.0, 820.0);
/// A page that has not shown itself by then is shown as it is.
const PATIENCE: Duration = Duration::from_secs(3);

pub fn open(app: &AppHandle, dir: &Path) -> tauri::Result<()> {
    let home = home(app)?;
    let (inside, new) = (home.clone(), home);
    let builder = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::default())
        .title(TITLE)
        .inner_size(USUAL.0, USUAL.1)
        .min_inner_size(MINIMUM.0, MINIMUM.1)
        .center()
        // Shown once there is something to see.
        .visible(false)
        // Without this a file dropped on the page does not reach it.
        .disable_drag_drop_handler()
        .zoom_hotkeys_enabled(true)
        .general_autofill_enabled(false)
        .devtools(cfg!(debug_assertions))
        .data_directory(dir.join("webview"))
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
    builder.build()?;
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(PATIENCE).await;
        show(&app);
    });
    Ok(())
}

/// Brings the window before the doctor who started the program a second time.
pub fn focus(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(LABEL) {
        let _ = window.unminimize();
        let _ = window.show();
        let _ = window.set_focus();
    }
}

fn show(app: &AppHandle) {
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
