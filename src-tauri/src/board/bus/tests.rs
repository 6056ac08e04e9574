//! Over a message bus of its own, with a server that does what the specification says.

use super::super::Board;
use super::*;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use zbus::object_server::SignalEmitter;

/// A bus without anything on it.
struct Bus {
    process: Child,
    address: String,
}

impl Bus {
    fn start() -> Self {
        let mut process = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--print-address=1"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("a bus starts");
        let mut address = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Self { process, address: address.trim().to_owned() }
    }

    async fn connect(&self) -> Connection {
        zbus::connection::Builder::address(self.address.as_str()).unwrap().build().await.unwrap()
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Seen {
    id: u32,
    title: String,
    body: String,
    actions: Vec<String>,
    sound: bool,
}

#[derive(Clone, Debug, Default)]
struct Server {
    abilities: Vec<&'static str>,
    standing: Arc<Mutex<Vec<Seen>>>,
    last: Arc<Mutex<u32>>,
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Server {
    #[allow(clippy::too_many_arguments, reason = "the specification's")]
    fn notify(
        &self,
        _app_name: &str,
        replaces_id: u32,
        _app_icon: &str,
        summary: &str,
        body: &str,
        actions: Vec<String>,
        hints: HashMap<&str, Value<'_>>,
        _expire_timeout: i32,
    ) -> u32 {
        let mut standing = self.standing.lock().unwrap();
        let mut last = self.last.lock().unwrap();
        let id = if replaces_id > 0 { replaces_id } else { *last + 1 };
        *last = id.max(*last);
        let (title, body, sound) = (summary.to_owned(), body.to_owned(), !hints.contains_key("suppress-sound"));
        standing.retain(|each| each.id != id);
        standing.push(Seen { id, title, body, actions, sound });
        id
    }

    async fn close_notification(&self, id: u32, #[zbus(signal_emitter)] emitter: SignalEmitter<'_>) {
        self.standing.lock().unwrap().retain(|each| each.id != id);
        Self::notification_closed(&emitter, id, 3).await.unwrap();
    }

    fn get_capabilities(&self) -> Vec<&str> {
        self.abilities.clone()
    }

    #[zbus(signal)]
    async fn action_invoked(emitter: &SignalEmitter<'_>, id: u32, action_key: &str) -> zbus::Result<()>;
    #[zbus(signal)]
    async fn notification_closed(emitter: &SignalEmitter<'_>, id: u32, reason: u32) -> zbus::Result<()>;
    #[zbus(signal)]
    async fn notification_replied(emitter: &SignalEmitter<'_>, id: u32, text: &str) -> zbus::Result<()>;
}

const PATH: &str = "/org/freedesktop/Notifications";

/// A server on the bus, for as long as its connection.
async fn serve(bus: &Bus, server: &Server) -> (Connection, SignalEmitter<'static>) {
    let connection = zbus::connection::Builder::address(bus.address.as_str()).unwrap();
    let connection = connection.serve_at(PATH, server.clone()).unwrap();
    let connection = connection.name("org.freedesktop.Notifications").unwrap().build().await.unwrap();
    let emitter = SignalEmitter::new(&connection, PATH).unwrap().into_owned();
    (connection, emitter)
}

fn notice(key: &str, title: &str, body: &str) -> Notice {
    Notice {
        key: key.to_owned(),
        title: title.to_owned(),
        body: body.to_owned(),
        quietly: false,
        open: "Open".to_owned(),
        reply: Some("Reply".to_owned()),
    }
}

async fn sees(server: &Server, condition: impl Fn(&[Seen]) -> bool) -> Vec<Seen> {
    for _ in 0..500 {
        let standing = server.standing.lock().unwrap().clone();
        if condition(&standing) {
            return standing;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("waited in vain; {:?} stand", server.standing.lock().unwrap());
}

async fn offers(board: &Board, wanted: Offer) {
    let mut offer = board.offer.clone();
    let waited = tokio::time::timeout(Duration::from_secs(10), offer.wait_for(|offer| *offer == wanted)).await;
    assert!(waited.is_ok(), "{wanted:?} is not offered");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_for_each_conversation_and_a_click_says_which() {
    let bus = Bus::start();
    let server = Server { abilities: vec!["actions", "body", "body-markup"], ..Server::default() };
    let (_connection, emitter) = serve(&bus, &server).await;
    let (sender, mut acts) = mpsc::unbounded_channel();
    let board = Board::start(Some(bus.connect().await), sender);
    offers(&board, Offer { notifications: true, reply: false }).await;

    board.show(notice("!a", "林嘉宁", "<b>5 > 3</b> & more"));
    let [first] = sees(&server, |standing| standing.len() == 1).await.try_into().unwrap();
    assert_eq!((first.title.as_str(), first.body.as_str()), ("林嘉宁", "&lt;b&gt;5 &gt; 3&lt;/b&gt; &amp; more"));
    assert_eq!(
        (first.actions.join(" "), first.sound),
        ("default Open".to_owned(), true),
        "no reply where there is none"
    );
    board.show(Notice { quietly: true, ..notice("!a", "林嘉宁", "two") });
    let [second] = sees(&server, |standing| standing.iter().any(|each| each.body == "two")).await.try_into().unwrap();
    assert_eq!((second.id, second.sound), (first.id, false), "it takes the place of the first");
    board.show(notice("!b", "Weiss", "hello"));
    let standing = sees(&server, |standing| standing.len() == 2).await;

    // Of somebody else's, and with another button, nothing.
    Server::action_invoked(&emitter, 77, DEFAULT).await.unwrap();
    Server::action_invoked(&emitter, first.id, "settings").await.unwrap();
    let weiss = standing.iter().find(|each| each.title == "Weiss").unwrap();
    Server::action_invoked(&emitter, weiss.id, DEFAULT).await.unwrap();
    assert_eq!(acts.recv().await, Some(Act::Opened { key: "!b".to_owned() }));
    sees(&server, |standing| standing.len() == 1).await;
    board.withdraw("!a");
    sees(&server, |standing| standing.is_empty()).await;

    // One that was dismissed is not replaced but shown anew.
    board.show(notice("!a", "林嘉宁", "three"));
    let [third] = sees(&server, |standing| standing.len() == 1).await.try_into().unwrap();
    server.standing.lock().unwrap().clear();
    Server::notification_closed(&emitter, third.id, 2).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    board.show(notice("!a", "林嘉宁", "four"));
    let [fourth] = sees(&server, |standing| standing.len() == 1).await.try_into().unwrap();
    assert_ne!(third.id, fourth.id);
    assert!(acts.try_recv().is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_goes_to_the_conversation() {
    let bus = Bus::start();
    let server = Server { abilities: vec!["actions", "body", REPLY], ..Server::default() };
    let (_connection, emitter) = serve(&bus, &server).await;
    let (sender, mut acts) = mpsc::unbounded_channel();
    let board = Board::start(Some(bus.connect().await), sender);
    offers(&board, Offer { notifications: true, reply: true }).await;
    board.show(notice("!a", "林嘉宁", "1 < 2"));
    let [shown] = sees(&server, |standing| standing.len() == 1).await.try_into().unwrap();
    assert_eq!((shown.actions.join(" ").as_str(), shown.body.as_str()), ("default Open inline-reply Reply", "1 < 2"));
    Server::notification_replied(&emitter, shown.id, "马上到").await.unwrap();
    assert_eq!(acts.recv().await, Some(Act::Replied { key: "!a".to_owned(), text: "马上到".to_owned() }));
    sees(&server, |standing| standing.is_empty()).await;
    board.show(Notice { reply: None, ..notice("several", "Consilium", "x") });
    let [shown] = sees(&server, |standing| standing.len() == 1).await.try_into().unwrap();
    assert_eq!(shown.actions, ["default", "Open"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_server_nothing_breaks_and_one_may_come() {
    let (sender, _acts) = mpsc::unbounded_channel();
    let board = Board::start(None, sender.clone());
    board.show(notice("!a", "x", "y"));
    assert_eq!(board.offer(), Offer::default());

    let bus = Bus::start();
    let board = Board::start(Some(bus.connect().await), sender);
    board.show(notice("!a", "lost", "y"));
    // What nobody shows when it is to be shown, nobody shows later.
    tokio::time::sleep(Duration::from_millis(500)).await;
    offers(&board, Offer::default()).await;
    let server = Server { abilities: vec!["body"], ..Server::default() };
    let (connection, _) = serve(&bus, &server).await;
    offers(&board, Offer { notifications: true, reply: false }).await;
    board.show(notice("!a", "林嘉宁", "y"));
    let [shown] = sees(&server, |standing| standing.len() == 1).await.try_into().unwrap();
    assert_eq!((shown.title.as_str(), shown.actions.len()), ("林嘉宁", 0), "a server without buttons gets none");
    drop(connection);
    offers(&board, Offer::default()).await;
}
