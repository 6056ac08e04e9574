//! What a doctor's system is told to show.

use crate::Doctor;
use consilium_api::notifications::{Notification, NotificationKind, NotificationUpdate};
use consilium_api::settings::{NotificationSettings, Settings};
use consilium_api::{Commands, Subscriptions};
use futures::StreamExt;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Clone, Debug, Default)]
struct Screen {
    standing: BTreeMap<String, Notification>,
    /// All that was ever shown as news.
    shown: Vec<Notification>,
}

/// The notifications of one doctor.
pub struct Notices {
    screen: watch::Receiver<Screen>,
    task: JoinHandle<()>,
}

impl Debug for Notices {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Notices").finish_non_exhaustive()
    }
}

impl Drop for Notices {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Doctor {
    pub async fn notices(&self) -> Notices {
        let mut updates = Subscriptions::notifications(&self.core, ()).await.expect("the notifications");
        let (sender, screen) = watch::channel(Screen::default());
        let task = tokio::spawn(async move {
            while let Some(update) = updates.next().await {
                sender.send_modify(|screen| match update {
                    NotificationUpdate::Reset { notifications } => {
                        screen.standing = notifications.into_iter().map(|each| (each.key.clone(), each)).collect();
                    }
                    NotificationUpdate::Show { notification, quietly } => {
                        screen.standing.insert(notification.key.clone(), notification.clone());
                        if !quietly {
                            screen.shown.push(notification);
                        }
                    }
                    NotificationUpdate::Withdraw { key } => {
                        screen.standing.remove(&key);
                    }
                });
            }
        });
        Notices { screen, task }
    }

    pub async fn chooses(&self, notifications: NotificationSettings) {
        let settings = Settings { notifications, ..Settings::default() };
        self.core.settings_save(settings).await.expect("saving settings");
    }

    pub async fn sees_unread(&self, count: u32) {
        let unread = Subscriptions::unread(&self.core, ()).await.expect("the count");
        crate::doctor::wait(unread, |total| total.count == count).await;
    }
}

impl Notices {
    /// Waits until a notification stands that is so.
    pub async fn sees(&self, what: &str, condition: impl Fn(&Notification) -> bool) -> Notification {
        let mut screen = self.screen.clone();
        let waited = screen.wait_for(|screen| screen.standing.values().any(&condition));
        match tokio::time::timeout(PATIENCE, waited).await {
            Ok(screen) => {
                let screen = screen.expect("it is followed");
                screen.standing.values().find(|each| condition(each)).cloned().expect("waited for it")
            }
            Err(_) => panic!("never saw {what}; {:#?} stand", self.screen.borrow().standing),
        }
    }

    /// Waits until so many messages of a conversation are told.
    pub async fn sees_messages(&self, room: &str, wanted: u32) -> Notification {
        self.sees("the messages", |each| {
            each.key == room && matches!(each.about, NotificationKind::Messages { count, .. } if count == wanted)
        })
        .await
    }

    /// Waits until nothing stands.
    pub async fn sees_nothing(&self) {
        let mut screen = self.screen.clone();
        let waited = screen.wait_for(|screen| screen.standing.is_empty());
        if tokio::time::timeout(PATIENCE, waited).await.is_err() {
            panic!("{:#?} still stand", self.screen.borrow().standing);
        }
    }

    /// How many were shown as news.
    pub fn shown(&self) -> usize {
        self.screen.borrow().shown.len()
    }
}
