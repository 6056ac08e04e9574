//! A doctor with a whole client core: a data folder, a keyring namespace, and what they see on their screens.

use consilium_api::account::{Connection, Link, SessionState, SignIn, SignedOutReason};
use consilium_api::attachments::Attachment;
use consilium_api::chat::{
    Conversation as Row, Delivery, EditMessage, Membership, Mention, MessageBody, MessageRef, Party, Person, Preview,
    React, ReactionWord, ReadCount, RoomRef, SendText, StartConversation, TimelineContent, TimelineItem,
    TimelineUpdate,
};
use consilium_api::directory::{ColleagueRow, DirectoryPhase, DirectoryQuery, DirectoryStatus};
use consilium_api::polls::Poll;
use consilium_api::rich_text::Block;
use consilium_api::security::{DeviceVerification, Security};
use consilium_api::threads::ThreadRef;
use consilium_api::{Commands, Error, ListUpdate, Subscriptions};
use consilium_core::{Core, Profile};
use futures::StreamExt;
use futures::stream::BoxStream;
use std::fmt::Debug;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Longest a story waits for anything, in seconds: a loaded machine is slow, a broken product never arrives.
const PATIENCE: Duration = Duration::from_secs(60);

/// A doctor at a computer.
pub struct Doctor {
    pub core: Core,
    profile: Profile,
    folder: Arc<TempDir>,
}

impl Debug for Doctor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Doctor").field("profile", &self.profile.name).finish_non_exhaustive()
    }
}

/// A doctor whose program does not run.
#[derive(Debug)]
pub struct Away {
    profile: Profile,
    folder: Arc<TempDir>,
}

impl Away {
    /// Starts the program on the same computer.
    pub async fn comes_back(self) -> Doctor {
        let core = Core::open(self.profile.clone()).await.expect("the core opens");
        Doctor { core, profile: self.profile, folder: self.folder }
    }
}

impl Doctor {
    /// At a new computer whose window shows this server's address.
    pub async fn at_new_computer(name: &str, server: &str) -> Self {
        let folder = Arc::new(tempfile::tempdir().expect("a temporary folder"));
        let profile = Profile {
            name: name.to_owned(),
            data_dir: folder.path().to_owned(),
            keyring_service: format!("cn.consilium.test.{}.{name}", folder.path().display()),
            default_server: server.to_owned(),
        };
        let core = Core::open(profile.clone()).await.expect("the core opens");
        Self { core, profile, folder }
    }

    /// Signed in at a new computer, the directory loaded.
    pub async fn signed_in(name: &str, server: &str, user: &str, password: &str) -> Self {
        let doctor = Self::at_new_computer(name, server).await;
        doctor.sees_signed_out(None).await;
        doctor.sign_in(user, password).await.expect("signing in");
        doctor.sees_signed_in().await;
        doctor.sees_whole_directory().await;
        doctor
    }

    pub fn data_dir(&self) -> &Path {
        self.folder.path()
    }

    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Closes the program and starts it again on the same computer.
    pub async fn restart(self) -> Self {
        self.restart_after(async {}).await
    }

    /// The same, with something that happens while it is closed.
    pub async fn restart_after(self, meanwhile: impl Future<Output = ()>) -> Self {
        let away = self.leaves().await;
        meanwhile.await;
        away.comes_back().await
    }

    /// Closes the program.
    pub async fn leaves(self) -> Away {
        let Self { core, profile, folder } = self;
        core.shutdown().await;
        Away { profile, folder }
    }

    pub async fn sign_in(&self, user: &str, password: &str) -> Result<(), Error> {
        let input = SignIn {
            server: self.profile.default_server.clone(),
            user: user.to_owned(),
            password: password.to_owned(),
            discard: false,
        };
        self.core.sign_in(input).await
    }

    pub async fn session(&self) -> BoxStream<'static, SessionState> {
        Subscriptions::session(&self.core, ()).await.expect("the session")
    }

    pub async fn sees_signed_in(&self) -> consilium_api::account::Account {
        let state = wait(self.session().await, |state| matches!(state, SessionState::SignedIn { .. })).await;
        match state {
            SessionState::SignedIn { account } => account,
            _ => unreachable!("waited for it"),
        }
    }

    pub async fn sees_signed_out(&self, why: Option<SignedOutReason>) {
        let is = |state: &SessionState| matches!(state, SessionState::SignedOut { reason, .. } if *reason == why);
        wait(self.session().await, is).await;
    }

    pub async fn sees_link(&self, link: Link) -> Connection {
        let connection = Subscriptions::connection(&self.core, ()).await.expect("the connection");
        wait(connection, |connection| connection.link == link).await
    }

    pub async fn sees_queued(&self, count: u32) {
        let connection = Subscriptions::connection(&self.core, ()).await.expect("the connection");
        wait(connection, |connection| connection.queued == count).await;
    }

    /// Waits until Settings › Security shows this.
    pub async fn sees_security(&self, condition: impl Fn(&Security) -> bool) -> Security {
        let security = Subscriptions::security(&self.core, ()).await.expect("the security");
        wait(security, condition).await
    }

    /// Waits until a verification of an own device is so.
    pub async fn sees_verification(&self, condition: impl Fn(&DeviceVerification) -> bool) -> DeviceVerification {
        let security = self.sees_security(|security| security.verification.as_ref().is_some_and(&condition)).await;
        security.verification.expect("waited for it")
    }

    pub async fn sees_whole_directory(&self) -> DirectoryStatus {
        let status = Subscriptions::directory_status(&self.core, ()).await.expect("the status");
        wait(status, |status| status.phase == DirectoryPhase::Complete).await
    }

    /// The first colleagues found.
    pub async fn finds(&self, text: &str) -> Vec<ColleagueRow> {
        let query = DirectoryQuery { text: text.to_owned(), limit: 50, ..Default::default() };
        self.core.directory_search(query).await.expect("searching").rows
    }

    /// Those who are found, once anybody is: who has just joined is published in a moment.
    pub async fn sees_colleague(&self, text: &str) -> Vec<ColleagueRow> {
        let search = async {
            loop {
                let found = self.finds(text).await;
                if !found.is_empty() {
                    return found;
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        tokio::time::timeout(PATIENCE, search).await.expect("somebody is found in time")
    }

    /// The conversation with the one colleague that this text finds.
    pub async fn starts_conversation_with(&self, text: &str) -> String {
        let found = self.finds(text).await;
        assert_eq!(found.len(), 1, "one colleague is called {text}");
        let start = StartConversation { practitioner_id: found[0].id.clone() };
        self.core.conversation_start(start).await.expect("starting a conversation").room_id
    }

    /// The row of the conversation with the colleague of this Han name, once it is there.
    pub async fn sees_conversation(&self, condition: impl Fn(&Row) -> bool) -> Row {
        let mut list = Vec::new();
        let updates = Subscriptions::conversations(&self.core, ()).await.expect("the conversations");
        let lists = updates.map(move |update: ListUpdate<Row>| {
            update.apply(&mut list);
            list.clone()
        });
        let list = wait(lists.boxed(), |list: &Vec<Row>| list.iter().any(&condition)).await;
        list.into_iter().find(|row| condition(row)).expect("waited for it")
    }

    /// The row of the group with this name, once it is so.
    pub async fn sees_group(&self, name: &str, condition: impl Fn(&Row) -> bool) -> Row {
        let is = |row: &Row| matches!(&row.party, Party::Group { name: own, .. } if own == name) && condition(row);
        self.sees_conversation(is).await
    }

    /// Accepts the invitation to the group with this name.
    pub async fn joins_group(&self, name: &str) -> String {
        let row = self.sees_group(name, |row| row.membership == Membership::Invited).await;
        self.core.conversation_accept(RoomRef { room_id: row.room_id.clone() }).await.expect("accepting");
        row.room_id
    }

    /// Accepts the invitation of the colleague with this Han name.
    pub async fn accepts_invitation_of(&self, han: &str) -> String {
        let is_theirs = |row: &Row| row.colleague().is_some_and(|person| person.name.han == han);
        let row = self.sees_conversation(is_theirs).await;
        self.core.conversation_accept(RoomRef { room_id: row.room_id.clone() }).await.expect("accepting");
        row.room_id
    }

    pub async fn opens(&self, room_id: &str) -> Conversation {
        Conversation::open(&self.core, room_id).await
    }

    /// Opens the thread that begins with a message.
    pub async fn opens_thread(&self, room_id: &str, root: &Shown) -> Conversation {
        Conversation::open_thread(&self.core, &thread_of(room_id, root)).await
    }

    /// Has looked at the thread that begins with a message.
    pub async fn reads_thread(&self, room_id: &str, root: &Shown) {
        self.core.thread_mark_read(thread_of(room_id, root)).await.expect("reading a thread");
    }

    pub async fn writes(&self, room_id: &str, text: &str) {
        self.core.message_send(message(room_id, text)).await.expect("writing a message");
    }

    /// Writes into the thread that begins with a message, as an answer to another one there if it is one.
    pub async fn writes_in_thread(&self, room_id: &str, root: &Shown, to: Option<&Shown>, text: &str) {
        let event = |message: &Shown| message.event_id.clone().expect("the homeserver has it");
        let message = SendText { reply_to: to.map(event), thread: Some(event(root)), ..message(room_id, text) };
        self.core.message_send(message).await.expect("writing into a thread");
    }

    /// Writes a text that names somebody: their account and how they stand in it.
    pub async fn writes_naming(&self, room_id: &str, text: &str, mentions: &[(&str, &str)]) {
        let named = |(id, text): &(&str, &str)| Mention { id: (*id).to_owned(), text: (*text).to_owned() };
        let mentions = mentions.iter().map(named).collect();
        let message = SendText { mentions, ..message(room_id, text) };
        self.core.message_send(message).await.expect("writing a message");
    }

    pub async fn answers(&self, room_id: &str, to: &Shown, text: &str) {
        let reply_to = Some(to.event_id.clone().expect("the homeserver has it"));
        let message = SendText { reply_to, ..message(room_id, text) };
        self.core.message_send(message).await.expect("answering a message");
    }

    pub async fn edits(&self, room_id: &str, message: &Shown, text: &str) -> Result<(), Error> {
        let MessageRef { room_id, item_id } = message.reference(room_id);
        self.core.message_edit(EditMessage { room_id, item_id, text: text.to_owned(), mentions: vec![] }).await
    }

    pub async fn recalls(&self, room_id: &str, message: &Shown) -> Result<(), Error> {
        self.core.message_recall(message.reference(room_id)).await
    }

    /// Reacts with the word, or takes it back.
    pub async fn reacts(&self, room_id: &str, message: &Shown, word: ReactionWord) {
        let MessageRef { room_id, item_id } = message.reference(room_id);
        self.core.message_react(React { room_id, item_id, word }).await.expect("reacting");
    }
}

fn thread_of(room_id: &str, root: &Shown) -> ThreadRef {
    ThreadRef { room_id: room_id.to_owned(), root: root.event_id.clone().expect("the homeserver has it") }
}

fn message(room_id: &str, text: &str) -> SendText {
    SendText { room_id: room_id.to_owned(), text: text.to_owned(), mentions: vec![], reply_to: None, thread: None }
}

/// An open conversation: what its screen shows at every moment.
pub struct Conversation {
    items: watch::Receiver<Vec<TimelineItem>>,
    task: JoinHandle<()>,
}

impl Debug for Conversation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Conversation").finish_non_exhaustive()
    }
}

impl Drop for Conversation {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A message as the screen shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    pub item_id: String,
    pub event_id: Option<String>,
    pub from: String,
    pub own: bool,
    pub text: String,
    pub formatted: Option<Vec<Block>>,
    pub edited: bool,
    /// What is sent with it.
    pub file: Option<Attachment>,
    pub poll: Option<Poll>,
    pub delivery: Option<Delivery>,
    /// How an edit or a recall stands that is not out.
    pub change: Option<Delivery>,
    pub readers: Option<ReadCount>,
    /// Who is quoted with what; empty while that is not known.
    pub quoted: Option<(String, String)>,
    /// What others sent, how many, and whether the own one is among them.
    pub reactions: Vec<(String, u32, bool)>,
    pub mentions_me: bool,
    /// Of a card: whose messages, and what they say.
    pub card: Vec<(String, String)>,
    /// Of the thread that begins with it: replies, those not looked at, who wrote the last one, and what.
    pub thread: Option<(u32, u32, String, String)>,
}

impl Shown {
    pub fn reference(&self, room_id: &str) -> MessageRef {
        let item_id = self.event_id.as_ref().unwrap_or(&self.item_id).clone();
        MessageRef { room_id: room_id.to_owned(), item_id }
    }
}

impl Conversation {
    async fn open(core: &Core, room_id: &str) -> Self {
        let room = RoomRef { room_id: room_id.to_owned() };
        Self::follow(Subscriptions::timeline(core, room).await.expect("the timeline opens"))
    }

    async fn open_thread(core: &Core, thread: &ThreadRef) -> Self {
        Self::follow(Subscriptions::thread(core, thread.clone()).await.expect("the thread opens"))
    }

    fn follow(mut updates: BoxStream<'static, TimelineUpdate>) -> Self {
        let (sender, items) = watch::channel(Vec::new());
        let task = tokio::spawn(async move {
            while let Some(update) = updates.next().await {
                if let TimelineUpdate::Items { update } = update {
                    sender.send_modify(|items| update.apply(items));
                }
            }
        });
        Self { items, task }
    }

    /// All messages now on the screen, oldest first.
    pub fn messages(&self) -> Vec<Shown> {
        messages(&self.items.borrow())
    }

    /// All texts now on the screen, oldest first.
    pub fn texts(&self) -> Vec<String> {
        self.messages().into_iter().map(|message| message.text).collect()
    }

    /// Waits for a line about who came or went: what happened, to whom, by whom.
    pub async fn sees_line(&self, wanted: &str) {
        let mut items = self.items.clone();
        let waited = items.wait_for(|items| items.iter().any(|item| line(item).is_some_and(|line| line == wanted)));
        if tokio::time::timeout(PATIENCE, waited).await.is_err() {
            panic!(
                "never saw {wanted}; the screen shows {:?}",
                self.items.borrow().iter().filter_map(line).collect::<Vec<_>>()
            );
        }
    }

    /// Waits until the screen satisfies the condition.
    pub async fn sees(&self, what: &str, condition: impl Fn(&[Shown]) -> bool) -> Vec<Shown> {
        let mut items = self.items.clone();
        let waited = items.wait_for(|items| condition(&messages(items)));
        match tokio::time::timeout(PATIENCE, waited).await {
            Ok(items) => messages(&items.expect("the conversation stays open")),
            Err(_) => panic!("never saw {what}; the screen shows {:#?}", self.messages()),
        }
    }

    /// Waits until these are all the texts on the screen, oldest first: a key may come after the message it opens.
    pub async fn sees_texts(&self, expected: &[impl AsRef<str>]) {
        let is_so =
            |messages: &[Shown]| messages.iter().map(|m| m.text.as_str()).eq(expected.iter().map(AsRef::as_ref));
        self.sees("exactly these texts", is_so).await;
    }

    /// Waits for a message with this text.
    pub async fn sees_text(&self, text: &str) -> Shown {
        let all = self.sees(text, |messages| messages.iter().any(|message| message.text == text)).await;
        all.into_iter().find(|message| message.text == text).expect("waited for it")
    }

    /// Waits until the message with this text is so.
    pub async fn sees_message(&self, text: &str, condition: impl Fn(&Shown) -> bool) -> Shown {
        let is = |message: &Shown| message.text == text && condition(message);
        let all = self.sees(text, |messages| messages.iter().any(is)).await;
        all.into_iter().find(|message| is(message)).expect("waited for it")
    }

    /// Waits until the own message with this text is delivered so.
    pub async fn sees_delivery(&self, text: &str, delivery: Delivery) -> Shown {
        self.sees_message(text, |message| message.delivery.as_ref() == Some(&delivery)).await
    }
}

fn messages(items: &[TimelineItem]) -> Vec<Shown> {
    items.iter().filter_map(shown).collect()
}

fn name(person: &Person) -> String {
    if person.name.han.is_empty() { person.name.latin.clone() } else { person.name.han.clone() }
}

fn line(item: &TimelineItem) -> Option<String> {
    match &item.content {
        TimelineContent::MembershipChange { person, change, by: Some(by), .. } => {
            Some(format!("{change:?} {} by {}", name(person), name(by)))
        }
        TimelineContent::MembershipChange { person, change, by: None, .. } => {
            Some(format!("{change:?} {}", name(person)))
        }
        TimelineContent::Renamed { by, name: new, .. } => Some(format!("{} calls it {new}", name(by))),
        _ => None,
    }
}

fn shown(item: &TimelineItem) -> Option<Shown> {
    let TimelineContent::Message {
        event_id,
        sender,
        own,
        at: _,
        body,
        delivery,
        change,
        readers,
        reply,
        reactions,
        mentions_me,
        thread,
    } = &item.content
    else {
        return None;
    };
    let (mut text, mut formatted, mut edited) = match body {
        MessageBody::Forwarded { text, .. } => (text.as_str(), None, false),
        MessageBody::Text { text, formatted, edited } => (text.as_str(), formatted.clone(), *edited),
        MessageBody::Image { file } | MessageBody::File { file, .. } => (file.name.as_str(), None, false),
        MessageBody::Poll { poll } => (poll.question.as_str(), None, poll.edited),
        MessageBody::Undecryptable { before_this_device: true } => ("(before this device)", None, false),
        MessageBody::Undecryptable { before_this_device: false } => ("(undecryptable)", None, false),
        MessageBody::Unsupported => ("(unsupported)", None, false),
        MessageBody::Unencrypted => ("(unencrypted)", None, false),
        MessageBody::Recalled => ("(recalled)", None, false),
    };
    let file = match body {
        MessageBody::Image { file } | MessageBody::File { file, .. } => Some(file.clone()),
        _ => None,
    };
    if let Some(caption) = file.as_ref().and_then(|file| file.caption.as_ref()) {
        (text, formatted, edited) = (&caption.text, caption.formatted.clone(), caption.edited);
    }
    let poll = match body {
        MessageBody::Poll { poll } => Some(poll.clone()),
        _ => None,
    };
    let card = match body {
        MessageBody::Forwarded { messages, .. } => {
            messages.iter().map(|said| (said.name.han.clone(), said.text.clone())).collect()
        }
        _ => Vec::new(),
    };
    let said = |preview: &Preview| match preview {
        Preview::Text { body } => body.clone(),
        Preview::Recalled => "(recalled)".to_owned(),
        Preview::Image { caption } => format!("(image) {caption}"),
        Preview::File { name } => format!("(file) {name}"),
        Preview::Poll { question } => format!("(poll) {question}"),
        other => format!("{other:?}"),
    };
    let quoted = reply.as_ref().map(|reply| match &reply.quoted {
        Some(quoted) => (name(&quoted.sender), said(&quoted.preview)),
        None => Default::default(),
    });
    let thread = thread.as_ref().map(|t| (t.replies, t.unread, name(&t.sender), said(&t.preview)));
    Some(Shown {
        item_id: item.id.clone(),
        event_id: event_id.clone(),
        from: name(sender),
        own: *own,
        text: text.to_owned(),
        formatted,
        edited,
        file: file.clone(),
        poll,
        delivery: delivery.clone(),
        change: change.clone(),
        readers: *readers,
        quoted,
        reactions: reactions.iter().map(|each| (each.key.clone(), each.count, each.own)).collect(),
        mentions_me: *mentions_me,
        card,
        thread,
    })
}

/// Waits for the first state that satisfies the condition.
pub async fn wait<T: Debug>(mut states: BoxStream<'static, T>, condition: impl Fn(&T) -> bool) -> T {
    let mut last = None;
    let waited = tokio::time::timeout(PATIENCE, async {
        while let Some(state) = states.next().await {
            if condition(&state) {
                return Some(state);
            }
            last = Some(state);
        }
        None
    })
    .await;
    match waited {
        Ok(Some(state)) => state,
        Ok(None) => panic!("the states ended; the last was {last:#?}"),
        Err(_) => panic!("waited in vain; the last state was {last:#?}"),
    }
}
