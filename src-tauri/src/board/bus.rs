//! Over the session bus (Desktop Notifications Specification 1.2). The service may come, go and come back.

use super::{Act, Notice, Offer, Order};
use futures::{Stream, StreamExt};
use std::collections::HashMap;
use tokio::sync::{mpsc, watch};
use zbus::Connection;
use zbus::zvariant::Value;

/// The session bus; none without one.
pub type Session = Option<Connection>;

const NAME: &str = "Consilium";
/// The icon and the desktop entry of the installed package.
const ENTRY: &str = "consilium";
const DEFAULT: &str = "default";
/// As KDE's server has it.
const REPLY: &str = "inline-reply";
/// The server decides when it goes.
const AS_USUAL: i32 = -1;

#[zbus::proxy(
    interface = "org.freedesktop.Notifications",
    default_service = "org.freedesktop.Notifications",
    default_path = "/org/freedesktop/Notifications",
    gen_blocking = false
)]
trait Notifications {
    #[allow(clippy::too_many_arguments, reason = "the specification's")]
    fn notify(
        &self,
        app_name: &str,
        replaces_id: u32,
        app_icon: &str,
        summary: &str,
        body: &str,
        actions: &[&str],
        hints: HashMap<&str, Value<'_>>,
        expire_timeout: i32,
    ) -> zbus::Result<u32>;
    fn close_notification(&self, id: u32) -> zbus::Result<()>;
    fn get_capabilities(&self) -> zbus::Result<Vec<String>>;
    #[zbus(signal)]
    fn action_invoked(&self, id: u32, action_key: &str) -> zbus::Result<()>;
    #[zbus(signal)]
    fn notification_closed(&self, id: u32, reason: u32) -> zbus::Result<()>;
    #[zbus(signal)]
    fn notification_replied(&self, id: u32, text: &str) -> zbus::Result<()>;
}

/// What the server says it can.
#[derive(Clone, Copy, Debug, Default)]
struct Abilities {
    actions: bool,
    markup: bool,
    reply: bool,
}

enum Heard {
    Invoked(u32, String),
    Replied(u32, String),
    Closed(u32),
}

pub(super) async fn run(
    session: Session,
    mut orders: mpsc::UnboundedReceiver<Order>,
    offered: watch::Sender<Offer>,
    acts: mpsc::UnboundedSender<Act>,
) {
    let Some(connection) = session else {
        // Whoever orders finds that nothing is offered.
        while orders.recv().await.is_some() {}
        return;
    };
    if let Err(error) = serve(&connection, &mut orders, &offered, &acts).await {
        tracing::warn!(kind = kind_of(&error), "notifications cannot be shown");
    }
    offered.send_replace(Offer::default());
    while orders.recv().await.is_some() {}
}

async fn serve(
    connection: &Connection,
    orders: &mut mpsc::UnboundedReceiver<Order>,
    offered: &watch::Sender<Offer>,
    acts: &mpsc::UnboundedSender<Act>,
) -> zbus::Result<()> {
    let server = NotificationsProxy::new(connection).await?;
    // Before anything is shown, so that no click is missed.
    let mut heard = heard(&server).await?;
    let mut owners = server.inner().receive_owner_changed().await?;
    let mut shown = Shown { abilities: abilities(&server, offered).await, ids: HashMap::new(), server };
    loop {
        tokio::select! {
            order = orders.recv() => match order {
                Some(Order::Show(notice)) => {
                    if shown.abilities.is_none() {
                        // It may have come without being asked for.
                        shown.abilities = abilities(&shown.server, offered).await;
                    }
                    shown.show(&notice).await;
                }
                Some(Order::Withdraw(key)) => shown.withdraw(&key).await,
                None => return Ok(()),
            },
            what = heard.next() => match what {
                Some(what) => shown.hear(what, acts).await,
                None => return Ok(()),
            },
            owner = owners.next() => match owner {
                // Another server knows nothing of what the one before showed.
                Some(owner) => {
                    shown.ids.clear();
                    shown.abilities = match owner {
                        Some(_) => abilities(&shown.server, offered).await,
                        None => { offered.send_replace(Offer::default()); None }
                    };
                }
                None => return Ok(()),
            },
        }
    }
}

async fn heard(server: &NotificationsProxy<'_>) -> zbus::Result<impl Stream<Item = Heard> + Unpin + use<>> {
    let invoked = server.receive_action_invoked().await?.filter_map(|signal| async move {
        let arguments = signal.args().ok()?;
        Some(Heard::Invoked(arguments.id, arguments.action_key.to_owned()))
    });
    let replied = server.receive_notification_replied().await?.filter_map(|signal| async move {
        let arguments = signal.args().ok()?;
        Some(Heard::Replied(arguments.id, arguments.text.to_owned()))
    });
    let closed = server.receive_notification_closed().await?;
    let closed = closed.filter_map(|signal| async move { Some(Heard::Closed(signal.args().ok()?.id)) });
    Ok(futures::stream::select_all([invoked.boxed(), replied.boxed(), closed.boxed()]))
}

/// What the server can; none without one. Asking starts one where the system has it.
async fn abilities(server: &NotificationsProxy<'_>, offered: &watch::Sender<Offer>) -> Option<Abilities> {
    let abilities = server.get_capabilities().await.ok().map(|all| {
        let can = |what: &str| all.iter().any(|each| each == what);
        Abilities { actions: can("actions"), markup: can("body-markup"), reply: can(REPLY) }
    });
    let reply = abilities.is_some_and(|abilities| abilities.reply);
    offered.send_replace(Offer { notifications: abilities.is_some(), reply });
    abilities
}

struct Shown<'a> {
    server: NotificationsProxy<'a>,
    abilities: Option<Abilities>,
    /// What the server calls those that stand.
    ids: HashMap<String, u32>,
}

impl Shown<'_> {
    async fn show(&mut self, notice: &Notice) {
        let Some(abilities) = self.abilities else { return };
        let Notice { key, title, body, quietly, open, reply } = notice;
        let before = self.ids.get(key).copied().unwrap_or_default();
        let mut actions = Vec::new();
        if abilities.actions {
            actions.extend([DEFAULT, open.as_str()]);
        }
        let mut hints =
            HashMap::from([("desktop-entry", Value::from(ENTRY)), ("category", Value::from("im.received"))]);
        if let Some(reply) = reply.as_deref().filter(|_| abilities.reply) {
            actions.extend([REPLY, reply]);
            hints.insert("x-kde-reply-submit-button-text", Value::from(reply));
        }
        if *quietly {
            hints.insert("suppress-sound", Value::from(true));
        }
        let body = if abilities.markup { escaped(body) } else { body.clone() };
        match self.server.notify(NAME, before, ENTRY, title, &body, &actions, hints, AS_USUAL).await {
            Ok(id) => {
                self.ids.insert(key.clone(), id);
            }
            Err(error) => tracing::warn!(kind = kind_of(&error), "a notification was not shown"),
        }
    }

    async fn withdraw(&mut self, key: &str) {
        if let Some(id) = self.ids.remove(key) {
            // It may have gone by itself.
            let _ = self.server.close_notification(id).await;
        }
    }

    fn key_of(&self, id: u32) -> Option<String> {
        self.ids.iter().find(|(_, known)| **known == id).map(|(key, _)| key.clone())
    }

    async fn hear(&mut self, heard: Heard, acts: &mpsc::UnboundedSender<Act>) {
        // Signals tell of everybody's notifications.
        match heard {
            Heard::Invoked(id, action) if action == DEFAULT => {
                if let Some(key) = self.key_of(id) {
                    self.withdraw(&key).await;
                    let _ = acts.send(Act::Opened { key });
                }
            }
            Heard::Replied(id, text) => {
                if let Some(key) = self.key_of(id) {
                    self.withdraw(&key).await;
                    let _ = acts.send(Act::Replied { key, text });
                }
            }
            Heard::Closed(id) => self.ids.retain(|_, known| *known != id),
            Heard::Invoked(..) => {}
        }
    }
}

/// The body is a little XML where the server takes markup; ours has none.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// What went wrong, without what it was about.
fn kind_of(error: &zbus::Error) -> &'static str {
    match error {
        zbus::Error::MethodError(..) => "refused",
        zbus::Error::InputOutput(_) => "the bus is gone",
        _ => "the bus",
    }
}

#[cfg(test)]
mod tests;
