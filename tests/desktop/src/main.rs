//! What a desktop does for a program, on the session bus that the environment names: it shows notifications, and items in
//! a tray. Tells on standard output, a line of JSON each: `{"ready"}`, `{"shown":{"id","title","body"}}`, `{"closed":ID}`,
//! `{"item":NAME}`, `{"menu":[LABEL]}`. Takes lines on standard input: `tray` puts one up, `no tray` takes it away; `click ID`,
//! `menu`, `choose LABEL`.

#![allow(clippy::print_stdout, reason = "a test program speaks on standard output")]

use anyhow::{Context, Result, bail};
use serde_json::{Value as Json, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::{AsyncBufReadExt, BufReader};
use zbus::Connection;
use zbus::message::Header;
use zbus::object_server::SignalEmitter;
use zbus::zvariant::{OwnedValue, Structure, Value};

const NOTIFICATIONS: &str = "/org/freedesktop/Notifications";
const WATCHER: &str = "/StatusNotifierWatcher";
const WATCHER_NAME: &str = "org.kde.StatusNotifierWatcher";

fn tell(what: Json) {
    println!("{what}");
}

struct Notifications {
    last: u32,
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Notifications {
    #[allow(clippy::too_many_arguments, reason = "the specification's")]
    fn notify(
        &mut self,
        _app_name: &str,
        replaces_id: u32,
        _app_icon: &str,
        summary: &str,
        body: &str,
        _actions: Vec<String>,
        _hints: HashMap<&str, Value<'_>>,
        _expire_timeout: i32,
    ) -> u32 {
        let id = if replaces_id > 0 { replaces_id } else { self.last + 1 };
        self.last = self.last.max(id);
        tell(json!({ "shown": { "id": id, "title": summary, "body": body } }));
        id
    }

    async fn close_notification(&self, id: u32, #[zbus(signal_emitter)] emitter: SignalEmitter<'_>) {
        tell(json!({ "closed": id }));
        let _ = Self::notification_closed(&emitter, id, 3).await;
    }

    fn get_capabilities(&self) -> Vec<&str> {
        vec!["actions", "body", "body-markup"]
    }

    #[zbus(signal)]
    async fn action_invoked(emitter: &SignalEmitter<'_>, id: u32, action_key: &str) -> zbus::Result<()>;
    #[zbus(signal)]
    async fn notification_closed(emitter: &SignalEmitter<'_>, id: u32, reason: u32) -> zbus::Result<()>;
}

/// Where an item of the tray is: its connection and its path.
type Item = Arc<Mutex<Option<(String, String)>>>;

struct Watcher {
    item: Item,
}

#[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, service: &str, #[zbus(header)] header: Header<'_>) {
        let sender = header.sender().map(ToString::to_string).unwrap_or_default();
        // A path on the caller's connection, or the name of a connection.
        let place = if service.starts_with('/') {
            (sender, service.to_owned())
        } else {
            (service.to_owned(), "/StatusNotifierItem".to_owned())
        };
        tell(json!({ "item": place.1 }));
        *self.item.lock().unwrap_or_else(PoisonError::into_inner) = Some(place);
    }

    fn register_status_notifier_host(&self, _service: &str) {}

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        Vec::new()
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }
}

/// The lines of the item's menu: number and label.
async fn menu(connection: &Connection, item: &Item) -> Result<(String, String, Vec<(i32, String)>)> {
    let place = item.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let (service, path) = place.context("nothing is in the tray")?;
    let get = ("org.kde.StatusNotifierItem", "Menu");
    let properties = Some("org.freedesktop.DBus.Properties");
    let answer = connection.call_method(Some(service.as_str()), path.as_str(), properties, "Get", &get).await?;
    let menu: OwnedValue = answer.body().deserialize()?;
    let menu = zbus::zvariant::OwnedObjectPath::try_from(menu)?.to_string();
    let layout = (0_i32, -1_i32, Vec::<String>::new());
    let dbusmenu = Some("com.canonical.dbusmenu");
    let answer = connection.call_method(Some(service.as_str()), menu.as_str(), dbusmenu, "GetLayout", &layout).await?;
    type Node = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);
    let (_, (_, _, children)): (u32, Node) = answer.body().deserialize()?;
    let mut lines = Vec::new();
    for child in children {
        let child = Structure::try_from(child)?;
        let [Value::I32(id), Value::Dict(properties), ..] = child.fields() else { continue };
        if let Ok(Some(label)) = properties.get::<_, String>(&"label") {
            lines.push((*id, label.replace('_', "")));
        }
    }
    Ok((service, menu, lines))
}

async fn choose(connection: &Connection, item: &Item, label: &str) -> Result<()> {
    let (service, path, lines) = menu(connection, item).await?;
    let Some((id, _)) = lines.iter().find(|(_, line)| line == label) else { bail!("not in the menu: {lines:?}") };
    let event = (*id, "clicked", Value::from(0_i32), 0_u32);
    let dbusmenu = Some("com.canonical.dbusmenu");
    connection.call_method(Some(service.as_str()), path.as_str(), dbusmenu, "Event", &event).await?;
    Ok(())
}

#[tokio::main]
async fn main() -> Result<()> {
    let item = Item::default();
    let connection = zbus::connection::Builder::session()?
        .serve_at(NOTIFICATIONS, Notifications { last: 0 })?
        .serve_at(WATCHER, Watcher { item: item.clone() })?
        .name("org.freedesktop.Notifications")?
        .build()
        .await?;
    let emitter = SignalEmitter::new(&connection, NOTIFICATIONS)?;
    tell(json!({ "ready": true }));
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        let (word, rest) = line.split_once(' ').unwrap_or((&line, ""));
        match (word, rest) {
            ("tray", _) => connection.request_name(WATCHER_NAME).await?,
            ("no", _) => drop(connection.release_name(WATCHER_NAME).await?),
            ("click", id) => Notifications::action_invoked(&emitter, id.parse()?, "default").await?,
            ("menu", _) => {
                let (_, _, lines) = menu(&connection, &item).await?;
                let labels: Vec<String> = lines.into_iter().map(|(_, label)| label).collect();
                tell(json!({ "menu": labels }));
            }
            ("choose", label) => choose(&connection, &item, label).await?,
            _ => bail!("not understood: {line}"),
        }
    }
    Ok(())
}
