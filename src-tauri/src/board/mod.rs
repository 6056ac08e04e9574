//! The system's own notifications: one for each key, which a later one replaces.

#[cfg(target_os = "linux")]
mod bus;
#[cfg(not(target_os = "linux"))]
mod other;

#[cfg(target_os = "linux")]
use bus as system;
#[cfg(not(target_os = "linux"))]
use other as system;

use tokio::sync::{mpsc, watch};

/// A notification in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub key: String,
    pub title: String,
    pub body: String,
    /// It replaces one, and is no news.
    pub quietly: bool,
    /// What the buttons say.
    pub open: String,
    /// None where nothing can be answered.
    pub reply: Option<String>,
}

/// What the person did with a notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    Opened { key: String },
    Replied { key: String, text: String },
}

enum Order {
    Show(Notice),
    Withdraw(String),
}

/// What the system offers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    pub notifications: bool,
    /// An answer can be written in the notification.
    pub reply: bool,
}

/// Clones are handles to the same.
#[derive(Clone)]
pub struct Board {
    orders: mpsc::UnboundedSender<Order>,
    offer: watch::Receiver<Offer>,
}

impl Board {
    /// Starts showing; needs a runtime. What is done with notifications comes through `acts`.
    pub fn start(session: system::Session, acts: mpsc::UnboundedSender<Act>) -> Self {
        let (orders, ordered) = mpsc::unbounded_channel();
        let (offered, offer) = watch::channel(Offer::default());
        tokio::spawn(system::run(session, ordered, offered, acts));
        Self { orders, offer }
    }

    pub fn offer(&self) -> Offer {
        *self.offer.borrow()
    }

    pub fn show(&self, notice: Notice) {
        // What nobody can show any more is not shown.
        let _ = self.orders.send(Order::Show(notice));
    }

    pub fn withdraw(&self, key: &str) {
        let _ = self.orders.send(Order::Withdraw(key.to_owned()));
    }
}
