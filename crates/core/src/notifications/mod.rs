//! What is told while the doctor looks elsewhere. The core decides, with the account's push rules; a host shows it.
//!
//! Nothing is told of what came before the first sync has run to its end, but once that something did; nothing that was
//! told or came earlier, also after a restart; nothing of the conversation that is before the doctor.

mod answering;
mod gaps;
mod judging;
mod quiet;
mod standing;
mod unread;
mod watching;

pub(crate) use answering::answer;
pub(crate) use quiet::{DAY, end_of};
pub(crate) use unread::totals as unread;
pub(crate) use watching::watch;

use consilium_api::notifications::NotificationUpdate;
use consilium_api::settings::Settings;
use futures::Stream;
use matrix_sdk::ruma::{OwnedRoomId, RoomId};
use standing::Standing;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{broadcast, watch};

/// Updates that may wait for a slow host; one that misses some is told all that stands.
const BUFFER: usize = 64;

/// What is told, and what decides it; one for the life of the core.
#[derive(Debug)]
pub(crate) struct Notifier {
    settings: watch::Receiver<Settings>,
    standing: Mutex<Standing>,
    updates: broadcast::Sender<NotificationUpdate>,
    /// The conversation that is before the doctor.
    attention: watch::Sender<Option<OwnedRoomId>>,
}

impl Notifier {
    pub(crate) fn new(settings: watch::Receiver<Settings>) -> Self {
        Self {
            settings,
            standing: Mutex::default(),
            updates: broadcast::Sender::new(BUFFER),
            attention: watch::Sender::new(None),
        }
    }

    fn standing(&self) -> MutexGuard<'_, Standing> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes what stands and tells the hosts, in one order for all of them.
    fn change(&self, change: impl FnOnce(&mut Standing) -> Option<NotificationUpdate>) {
        let mut standing = self.standing();
        if let Some(update) = change(&mut standing) {
            // Nobody may be listening.
            let _ = self.updates.send(update);
        }
    }

    /// Says whether the window has the keyboard, and which conversation is open in it.
    pub(crate) fn attend(&self, in_front: bool, room: Option<OwnedRoomId>) {
        if let Some(room) = &room {
            self.read(room);
        }
        if in_front {
            self.change(Standing::looked);
        }
        self.attention.send_if_modified(|before| std::mem::replace(before, room.clone()) != room);
    }

    pub(crate) fn attention(&self) -> watch::Receiver<Option<OwnedRoomId>> {
        self.attention.subscribe()
    }

    fn is_before_the_doctor(&self, room: &RoomId) -> bool {
        self.attention.borrow().as_deref() == Some(room)
    }

    /// The conversation was read.
    pub(crate) fn read(&self, room: &RoomId) {
        self.change(|standing| standing.read(room));
    }

    /// Nobody is signed in any more.
    pub(crate) fn end(&self) {
        self.attention.send_replace(None);
        self.change(|standing| {
            standing.clear();
            Some(NotificationUpdate::Reset { notifications: Vec::new() })
        });
    }

    /// All that stands, then what changes.
    pub(crate) fn follow(self: &Arc<Self>) -> impl Stream<Item = NotificationUpdate> + Send + use<> {
        let notifier = self.clone();
        futures::stream::unfold((notifier, None), |(notifier, receiver)| async move {
            let received = match receiver {
                Some(mut receiver) => match broadcast::Receiver::recv(&mut receiver).await {
                    Ok(update) => Some((update, receiver)),
                    Err(broadcast::error::RecvError::Lagged(_)) => None,
                    Err(broadcast::error::RecvError::Closed) => return None,
                },
                None => None,
            };
            let (update, receiver) = received.unwrap_or_else(|| notifier.whole());
            Some((update, (notifier, Some(receiver))))
        })
    }

    fn whole(&self) -> (NotificationUpdate, broadcast::Receiver<NotificationUpdate>) {
        let standing = self.standing();
        (NotificationUpdate::Reset { notifications: standing.all() }, self.updates.subscribe())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::StreamExt;
    use matrix_sdk::ruma::room_id;

    #[tokio::test]
    async fn whoever_looks_is_told_no_more() {
        let settings = watch::Sender::new(Settings::default());
        let notifier = Arc::new(Notifier::new(settings.subscribe()));
        let (room, other) = (room_id!("!a:example.org"), room_id!("!b:example.org"));
        notifier.change(|standing| Some(standing.invite(room, None)));
        notifier.change(|standing| Some(standing.add_several(["!x".to_owned(), "!y".to_owned()])));
        let mut updates = Box::pin(notifier.follow());
        match updates.next().await {
            Some(NotificationUpdate::Reset { notifications }) => assert_eq!(notifications.len(), 2),
            other => panic!("{other:?}"),
        }
        notifier.attend(false, None);
        notifier.attend(true, Some(other.to_owned()));
        let withdrawn = |key: &str| Some(NotificationUpdate::Withdraw { key: key.to_owned() });
        assert_eq!(updates.next().await, withdrawn(standing::SEVERAL));
        assert!(notifier.is_before_the_doctor(other) && !notifier.is_before_the_doctor(room));
        notifier.attend(true, Some(room.to_owned()));
        assert_eq!(updates.next().await, withdrawn(room.as_str()));
        notifier.end();
        assert_eq!(updates.next().await, Some(NotificationUpdate::Reset { notifications: vec![] }));
        assert!(!notifier.is_before_the_doctor(room));
    }
}
