//! What the shell does around the window: notifications, tray, badge, zoom.

use crate::board::{Act, Board, Notice};
use crate::bridge::Served;
use crate::tray::{self, Choice, Shown, Tray};
use crate::window;
use consilium_api::notifications::{
    AnswerNotification, LinkAddress, MessagePlace, Notification, NotificationKind, NotificationUpdate, SetSilence,
    Silence, UnreadTotal,
};
use consilium_api::settings::Settings;
use consilium_api::{Commands, Error, ErrorCode, Result, Subscriptions};
use consilium_core::Core;
use consilium_host::{AtLogin, Words};
use futures::StreamExt;
use serde::Serialize;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tauri::{AppHandle, Manager, State};
use tokio::sync::{mpsc, watch};

/// How long a program that is to start in the tray waits for one: at the start of a session the panel comes when it comes.
const FOR_A_TRAY: Duration = Duration::from_secs(15);
/// Key of the notification about the tray.
const STILL_THERE: &str = "still-there";

/// What the desktop offers, for the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct DesktopOffer {
    notifications: bool,
    reply: bool,
    tray: bool,
    /// Whether it is started with the session; none if the system offers no such thing.
    start_at_login: Option<bool>,
}

/// Clones are handles to the same.
#[derive(Clone)]
pub struct Desk(Arc<Inner>);

struct Inner {
    app: AppHandle,
    board: Board,
    /// The icon is up.
    in_tray: watch::Sender<bool>,
    settings: watch::Sender<Settings>,
    system_language: String,
    at_login: Option<AtLogin>,
    /// The window stays hidden until a tray can show it, or none came.
    holds_back: AtomicBool,
    /// It was said in this run that closing leaves the program in the tray.
    told_of_tray: AtomicBool,
    places: Mutex<HashMap<String, Option<MessagePlace>>>,
}

/// How the program was started.
#[derive(Debug)]
pub struct Begin {
    pub at_login: Option<AtLogin>,
    /// With the desktop's session; then the window may be wanted in the tray.
    pub with_session: bool,
}

impl Desk {
    /// Starts all of it over a core; needs a runtime.
    pub async fn start(app: &AppHandle, core: &Core, begin: Begin) -> Result<Self> {
        #[cfg(target_os = "linux")]
        let session = zbus::Connection::session().await.ok();
        #[cfg(not(target_os = "linux"))]
        let session = ();
        let mut settings = Subscriptions::settings(core, ()).await?;
        let first = settings.next().await.unwrap_or_default();
        let (acts, acted) = mpsc::unbounded_channel();
        #[allow(clippy::clone_on_copy, reason = "a connection on Linux")]
        let board = Board::start(session.clone(), acts);
        let hidden = begin.with_session && first.window.start_hidden;
        let desk = Self(Arc::new(Inner {
            app: app.clone(),
            board,
            in_tray: watch::Sender::new(false),
            settings: watch::Sender::new(first),
            system_language: core.app_info(()).await?.system_language,
            at_login: begin.at_login,
            holds_back: AtomicBool::new(hidden),
            told_of_tray: AtomicBool::new(false),
            places: Mutex::default(),
        }));
        let (present, presence) = watch::channel(false);
        tokio::spawn(tray::follow(session, present));
        tokio::spawn(desk.clone().keep_tray(core.clone(), presence));
        tokio::spawn(desk.clone().show_notifications(core.clone()));
        tokio::spawn(desk.clone().take_acts(core.clone(), acted));
        tokio::spawn(desk.clone().wait_for_tray());
        let follow = desk.clone();
        tokio::spawn(async move {
            while let Some(settings) = settings.next().await {
                follow.0.settings.send_replace(settings);
            }
        });
        Ok(desk)
    }

    fn words(&self) -> Words {
        Words::of(&self.0.settings.borrow(), &self.0.system_language)
    }

    /// Whether the window is not to be shown yet.
    pub fn holds_back(&self) -> bool {
        self.0.holds_back.load(Ordering::Acquire)
    }

    /// The window is asked to close. Answers whether the program goes on in the tray.
    pub fn closes_to_tray(&self) -> bool {
        let goes_on = *self.0.in_tray.borrow() && self.0.settings.borrow().window.close_to_tray;
        if goes_on && !self.0.told_of_tray.swap(true, Ordering::AcqRel) {
            let words = self.words();
            let said = words.still_there();
            let (title, body, open) = (said.title, said.body, words.open());
            self.places().insert(STILL_THERE.to_owned(), None);
            self.0.board.show(Notice { key: STILL_THERE.to_owned(), title, body, quietly: true, open, reply: None });
        }
        goes_on
    }

    fn places(&self) -> std::sync::MutexGuard<'_, HashMap<String, Option<MessagePlace>>> {
        self.0.places.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn offer(&self) -> DesktopOffer {
        let shown = self.0.board.offer();
        DesktopOffer {
            notifications: shown.notifications,
            reply: shown.reply,
            tray: *self.0.in_tray.borrow(),
            start_at_login: self.0.at_login.as_ref().map(AtLogin::is_on),
        }
    }

    /// Shows the window if no tray came to show it from.
    async fn wait_for_tray(self) {
        if !self.holds_back() {
            return;
        }
        let mut in_tray = self.0.in_tray.subscribe();
        let came = tokio::time::timeout(FOR_A_TRAY, in_tray.wait_for(|is_up| *is_up)).await;
        self.0.holds_back.store(false, Ordering::Release);
        if came.is_err() {
            window::focus(&self.0.app);
        }
    }

    /// The icon as long as there is a place for it, and the badge.
    async fn keep_tray(self, core: Core, mut presence: watch::Receiver<bool>) {
        let Ok(mut totals) = Subscriptions::unread(&core, ()).await else { return };
        let mut settings = self.0.settings.subscribe();
        let mut tray: Option<Tray> = None;
        let mut unread = 0;
        let mut adapted = None;
        let mut possible = true;
        loop {
            let wanted = *presence.borrow_and_update();
            if wanted && tray.is_none() && possible {
                let (app, chosen) = (self.0.app.clone(), core.clone());
                let made = tokio::task::spawn_blocking({
                    let app = app.clone();
                    move || Tray::put_up(&app.clone(), move |choice| choose(&app, &chosen, choice))
                });
                tray = made.await.ok().flatten();
                // Without its library there is none in this run.
                possible = tray.is_some();
            } else if !wanted && let Some(gone) = tray.take() {
                gone.take_down(&self.0.app);
                // What cannot be found any more is shown.
                window::show_hidden(&self.0.app);
            }
            self.0.in_tray.send_replace(tray.is_some());
            let chosen = settings.borrow_and_update().clone();
            let now = Some((chosen.window.clone(), unread));
            if adapted != now {
                window::adapt(&self.0.app, &chosen.window, unread);
                adapted = now;
            }
            if let Some(tray) = &mut tray {
                let silent = is_silent(&chosen);
                tray.show(Shown { words: self.words(), unread, silent });
            }
            tokio::select! {
                total = totals.next() => match total {
                    Some(UnreadTotal { count }) => unread = count,
                    None => return,
                },
                changed = presence.changed() => if changed.is_err() {
                    // Nobody watches any more: nothing is certain.
                    return;
                },
                changed = settings.changed() => if changed.is_err() { return },
                // A silence ends by the clock.
                () = tokio::time::sleep(Duration::from_secs(60)) => {}
            }
        }
    }

    async fn show_notifications(self, core: Core) {
        let Ok(mut updates) = Subscriptions::notifications(&core, ()).await else { return };
        while let Some(update) = updates.next().await {
            match update {
                NotificationUpdate::Reset { notifications } => {
                    let keys: Vec<String> = std::mem::take(&mut *self.places()).into_keys().collect();
                    for key in keys.iter().filter(|key| notifications.iter().all(|each| each.key != **key)) {
                        self.0.board.withdraw(key);
                    }
                    for notification in notifications {
                        self.show(notification, true);
                    }
                }
                NotificationUpdate::Show { notification, quietly } => self.show(notification, quietly),
                NotificationUpdate::Withdraw { key } => {
                    self.places().remove(&key);
                    self.0.board.withdraw(&key);
                }
            }
        }
    }

    fn show(&self, notification: Notification, quietly: bool) {
        let words = self.words();
        let said = words.notification(&notification);
        let answerable =
            matches!(notification.about, NotificationKind::Messages { .. }) && notification.place.is_some();
        self.places().insert(notification.key.clone(), notification.place);
        self.0.board.show(Notice {
            key: notification.key,
            title: said.title,
            body: said.body,
            quietly,
            open: words.open(),
            reply: answerable.then(|| words.reply()),
        });
    }

    /// Sends what was written in a notification. What could not be queued stands in the field of the conversation, which comes
    /// to the front: nobody is to take it for sent.
    async fn answer(&self, core: &Core, place: MessagePlace, text: String) -> Result<()> {
        let answer = AnswerNotification { room_id: place.room_id.clone(), text };
        let answered = core.notification_answer(answer).await;
        if answered.is_err() {
            window::focus(&self.0.app);
            core.place_open(Some(place)).await?;
        }
        answered
    }

    async fn take_acts(self, core: Core, mut acts: mpsc::UnboundedReceiver<Act>) {
        while let Some(act) = acts.recv().await {
            let done = match act {
                Act::Opened { key } => {
                    let place = self.places().remove(&key);
                    window::focus(&self.0.app);
                    match place {
                        Some(place) if key != STILL_THERE => core.place_open(place).await,
                        _ => Ok(()),
                    }
                }
                Act::Replied { key, text } => {
                    let place = self.places().remove(&key).flatten();
                    match place {
                        Some(place) => self.answer(&core, place, text).await,
                        None => Ok(()),
                    }
                }
            };
            if let Err(error) = done {
                tracing::warn!(code = ?error.code, "what was done with a notification failed");
            }
        }
    }
}

fn is_silent(settings: &Settings) -> bool {
    let until = settings.notifications.silent_until.as_deref();
    until
        .and_then(|until| chrono::DateTime::parse_from_rfc3339(until).ok())
        .is_some_and(|until| until > chrono::Utc::now())
}

fn choose(app: &AppHandle, core: &Core, choice: Choice) {
    let silence = match choice {
        Choice::Open => return window::focus(app),
        Choice::Quit => return app.exit(0),
        Choice::SilentForAnHour => Silence::Hour,
        Choice::SilentUntilMorning => Silence::Morning,
        Choice::SilentNoLonger => Silence::Over,
    };
    let core = core.clone();
    tauri::async_runtime::spawn(async move {
        if let Err(error) = core.silence_set(SetSilence { silence }).await {
            tracing::warn!(code = ?error.code, "the silence was not kept");
        }
    });
}

/// Goes where a link leads, as soon as the window can.
pub fn open_link(app: &AppHandle, address: String) {
    window::focus(app);
    // Without a core the window says why.
    let Some(core) = app.try_state::<Served>().and_then(|served| served.core().cloned().ok()) else { return };
    tauri::async_runtime::spawn(async move {
        if let Err(error) = core.link_open(LinkAddress { address }).await {
            tracing::warn!(code = ?error.code, "a link was not opened");
        }
    });
}

#[tauri::command]
pub fn desktop_offer(desk: State<'_, Option<Desk>>) -> Result<DesktopOffer> {
    desk.as_ref().map(Desk::offer).ok_or_else(|| Error::new(ErrorCode::Internal, "the core did not open"))
}

/// Starts the program with the session, or no longer.
#[tauri::command]
pub fn start_at_login(desk: State<'_, Option<Desk>>, on: bool) -> Result<DesktopOffer> {
    let none = || Error::new(ErrorCode::Internal, "the system offers no such thing");
    let desk = desk.as_ref().ok_or_else(none)?;
    desk.0.at_login.as_ref().ok_or_else(none)?.set(on).map_err(|error| {
        tracing::warn!("starting with the session was not changed");
        Error::new(ErrorCode::Internal, error.to_string())
    })?;
    Ok(desk.offer())
}
