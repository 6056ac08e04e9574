//! The icon in the tray.

mod picture;
#[cfg(target_os = "linux")]
mod presence;

use consilium_host::{PRODUCT, Words};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use tauri::image::Image;
use tauri::menu::{Menu, MenuEvent, MenuItem, PredefinedMenuItem};
use tauri::tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Wry};

#[cfg(target_os = "linux")]
pub use presence::follow;

/// Everywhere else the system has a place for it.
#[cfg(not(target_os = "linux"))]
pub async fn follow(_session: (), present: tokio::sync::watch::Sender<bool>) {
    present.send_replace(true);
    present.closed().await;
}

const ID: &str = "consilium";

/// What is chosen in its menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    Open,
    SilentForAnHour,
    SilentUntilMorning,
    SilentNoLonger,
    Quit,
}

impl Choice {
    const ALL: [Self; 5] =
        [Self::Open, Self::SilentForAnHour, Self::SilentUntilMorning, Self::SilentNoLonger, Self::Quit];

    fn id(self) -> &'static str {
        match self {
            Self::Open => "tray-open",
            Self::SilentForAnHour => "tray-silent-hour",
            Self::SilentUntilMorning => "tray-silent-morning",
            Self::SilentNoLonger => "tray-silent-over",
            Self::Quit => "tray-quit",
        }
    }

    fn words(self, words: Words) -> String {
        match self {
            Self::Open => words.open(),
            Self::SilentForAnHour => words.silent_for_an_hour(),
            Self::SilentUntilMorning => words.silent_until_morning(),
            Self::SilentNoLonger => words.silent_no_longer(),
            Self::Quit => words.quit(),
        }
    }
}

/// What it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    pub words: Words,
    pub unread: u32,
    pub silent: bool,
}

/// The icon with its menu.
pub struct Tray {
    icon: TrayIcon,
    unread: MenuItem<Wry>,
    items: Vec<(Choice, MenuItem<Wry>)>,
    plain: Image<'static>,
    marked: Image<'static>,
    shown: Option<Shown>,
}

impl Tray {
    /// Puts the icon up. None where that cannot be: on Linux it needs a library that may not be installed.
    pub fn put_up(app: &AppHandle, on_choice: impl Fn(Choice) + Send + Sync + 'static) -> Option<Self> {
        let (sender, made) = mpsc::channel();
        let within = app.clone();
        // Icons and menus belong to the thread of the window.
        app.run_on_main_thread(move || {
            // Loading the library is a panic where it is missing.
            let made = catch_unwind(AssertUnwindSafe(|| Self::make(&within, on_choice)));
            let _ = sender.send(made.ok().and_then(Result::ok));
        })
        .ok()?;
        made.recv().ok().flatten()
    }

    fn make(app: &AppHandle, on_choice: impl Fn(Choice) + Send + Sync + 'static) -> tauri::Result<Self> {
        let words = Words::English;
        let unread = MenuItem::new(app, words.unread(0), false, None::<&str>)?;
        let menu = Menu::new(app)?;
        let mut items = Vec::new();
        for choice in Choice::ALL {
            let item = MenuItem::with_id(app, choice.id(), choice.words(words), true, None::<&str>)?;
            menu.append(&item)?;
            match choice {
                Choice::Open => {
                    menu.append(&unread)?;
                    menu.append(&PredefinedMenuItem::separator(app)?)?;
                }
                Choice::SilentNoLonger => menu.append(&PredefinedMenuItem::separator(app)?)?,
                _ => {}
            }
            items.push((choice, item));
        }
        let plain = app.default_window_icon().map(|icon| icon.clone().to_owned());
        let plain = plain.unwrap_or_else(|| Image::new_owned(Vec::new(), 0, 0));
        let marked = picture::marked(plain.rgba(), plain.width());
        let marked = Image::new_owned(marked, plain.width(), plain.height());
        let on_click = app.clone();
        let icon = TrayIconBuilder::with_id(ID)
            .icon(plain.clone())
            .tooltip(PRODUCT)
            .menu(&menu)
            .show_menu_on_left_click(cfg!(target_os = "macos"))
            .on_menu_event(move |_, event: MenuEvent| {
                if let Some(choice) = Choice::ALL.into_iter().find(|choice| event.id().0 == choice.id()) {
                    on_choice(choice);
                }
            })
            // Linux tells of no clicks: its menu has the entry.
            .on_tray_icon_event(move |_, event| {
                if let TrayIconEvent::Click { button: MouseButton::Left, button_state: MouseButtonState::Up, .. } =
                    event
                    && !cfg!(target_os = "macos")
                {
                    crate::window::focus(&on_click);
                }
            })
            .build(app)?;
        Ok(Self { icon, unread, items, plain, marked, shown: None })
    }

    pub fn show(&mut self, shown: Shown) {
        if self.shown == Some(shown) {
            return;
        }
        if self.try_show(shown).is_err() {
            tracing::warn!("the tray did not take what it is to show");
        }
        self.shown = Some(shown);
    }

    fn try_show(&self, shown: Shown) -> tauri::Result<()> {
        let Shown { words, unread, silent } = shown;
        self.unread.set_text(words.unread(unread))?;
        for (choice, item) in &self.items {
            item.set_text(choice.words(words))?;
        }
        for (choice, item) in &self.items {
            if *choice == Choice::SilentNoLonger {
                item.set_enabled(silent)?;
            }
        }
        let was_marked = self.shown.is_some_and(|before| before.unread > 0);
        if was_marked != (unread > 0) {
            let icon = if unread > 0 { &self.marked } else { &self.plain };
            self.icon.set_icon(Some(icon.clone()))?;
        }
        self.icon.set_tooltip(Some(format!("{PRODUCT} · {}", words.unread(unread))))
    }

    /// Takes the icon down.
    pub fn take_down(self, app: &AppHandle) {
        let within = app.clone();
        // The last handle is dropped where it was made.
        let _ = app.run_on_main_thread(move || {
            drop(within.remove_tray_by_id(ID));
            drop(self);
        });
    }
}
