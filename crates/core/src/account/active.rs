//! What lives while somebody is signed in: the SDK's client and sync, the directory, the registry's session.

mod direct;
mod drafts;
mod engine;
mod kept;
mod limits;
mod link;
mod newcomers;
mod queue;
mod reads;
mod rows;
mod threads;
mod timelines;

pub(crate) use reads::{Unread, is_passing};
pub(crate) use rows::KnownFaces;

use super::lists::Secrets;
use super::security::Desk;
use super::session::{Ended, Ending, Me, StoredSession, VaultKey};
use crate::chat::{self, Revisions};
use crate::contacts::Contacts;
use crate::database::{Found, Key};
use crate::directory::Directory;
use crate::notifications::{self, Notifier};
use crate::profile::Profile;
use crate::registry::RegistrySession;
use crate::search::{self, MessageIndex};
use consilium_api::account::{Account, Connection, Link, Name, SignedOutReason};
use consilium_api::chat::Draft;
use consilium_api::{Error, ErrorCode, Result};
use futures::{Stream, StreamExt};
use kept::Kept;
use limits::LIMIT;
use matrix_sdk::notification_settings::NotificationSettings;
use matrix_sdk::ruma::{OwnedEventId, OwnedRoomId, OwnedUserId, RoomId};
use matrix_sdk::{Client, SessionChange};
use matrix_sdk_ui::sync_service::SyncService;
use reads::{READS, Read};
use rows::Rows;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex as StdMutex, PoisonError};
use std::time::Duration;
use threads::Threads;
use timelines::Timelines;
use tokio::sync::{Mutex, Notify, OnceCell, broadcast, mpsc, watch};
use tokio_stream::wrappers::WatchStream;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use tokio_util::task::TaskTracker;

/// Key in the SDK's store of what the registry said of this account.
const ME: &[u8] = b"consilium.me";
/// How often the directory asks what changed, while online.
const DIRECTORY_INTERVAL: Duration = Duration::from_secs(300);
/// First and longest pause before trying again.
const RETRY: (Duration, Duration) = (Duration::from_secs(2), Duration::from_secs(60));

pub(crate) struct Active {
    pub client: Client,
    pub sync: SyncService,
    pub directory: Directory,
    pub contacts: Contacts,
    pub search: MessageIndex,
    pub registry: RegistrySession,
    pub account: watch::Sender<Account>,
    pub connection: watch::Sender<Connection>,
    /// Conversations whose row changed for a reason the SDK does not know: a draft.
    pub refresh_conversation: broadcast::Sender<OwnedRoomId>,
    /// Making a conversation: two clicks make one.
    pub starting: Mutex<()>,
    /// Conversations made here and with whom: the sync tells of a room before it tells who is in it.
    begun: StdMutex<BTreeMap<OwnedRoomId, OwnedUserId>>,
    /// The homeserver did not answer the last time it was asked whether it is there.
    silent: watch::Sender<bool>,
    /// Rings when somebody asks to reach the servers now.
    wake: Notify,
    /// What was read, while the homeserver does not know.
    untold_reads: StdMutex<BTreeMap<OwnedRoomId, Read>>,
    /// Storing them: one at a time, so that the last is what stays.
    saving_reads: Mutex<()>,
    /// Telling them, and marking as unread: one undoes the other.
    telling_reads: Mutex<()>,
    /// What is to become of messages that were changed or deleted while they waited.
    pub(crate) revisions: Revisions,
    /// A message whose time came goes into the queue once, or is cancelled.
    pub(crate) handing_over: Mutex<()>,
    /// Groups that were left and are kept.
    kept: Kept,
    /// What came in threads and was not looked at.
    threads: Threads,
    /// Drafts that a full disk did not take, of conversations and of threads in them.
    unsaved_drafts: StdMutex<BTreeMap<(OwnedRoomId, Option<OwnedEventId>), Draft>>,
    /// Rings when there is something to tell.
    reads: Notify,
    /// Conversations in which something waits to be sent.
    queued: StdMutex<BTreeSet<OwnedRoomId>>,
    latest_watched: StdMutex<BTreeSet<OwnedRoomId>>,
    /// What the homeserver takes in one upload, in bytes; 0 if it was never asked.
    upload_limit: AtomicU64,
    /// What the list of conversations shows of each.
    rows: Rows,
    pub notifier: Arc<Notifier>,
    /// The account's push rules; making them reads the store and listens to the sync.
    notifications: OnceCell<NotificationSettings>,
    timelines: Timelines,
    /// Devices, recovery key, verifications.
    pub(super) security: Desk,
    pub(super) secrets: Secrets,
    ending: mpsc::Sender<Ending>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

pub(super) fn lock<T>(mutex: &StdMutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Active {
    /// Over a client that has its session; the sync is for the caller to start. Needs no network.
    pub(crate) async fn start(
        client: Client,
        http: reqwest::Client,
        stored: &StoredSession,
        key: &VaultKey,
        profile: &Profile,
        notifier: Arc<Notifier>,
        ending: mpsc::Sender<Ending>,
    ) -> Result<Arc<Self>> {
        let contacts_key = Key::new(*key.derive("contacts"));
        let (contacts, found) =
            Contacts::open(&profile.contacts_path(), contacts_key, stored.session.meta.device_id.as_str()).await?;
        if found == Found::SetAside {
            tracing::warn!("damaged contacts were set aside; favourites and notes begin anew");
        }
        let directory_key = Key::new(*key.derive("directory"));
        // That a damaged copy was set aside needs no word: the next sync fetches it again.
        let chosen = contacts.scope().await?;
        let (directory, _) = Directory::open(&profile.directory_path(), directory_key, chosen).await?;
        // Nor that of a damaged index: it fills again.
        let (search, _) = MessageIndex::open(&profile.search_path(), Key::new(*key.derive("search"))).await?;
        directory.set_acquaintances(contacts.acquaintances());
        directory.set_viewer(Some(stored.session.meta.user_id.as_str()));
        let sync = SyncService::builder(client.clone())
            .with_offline_mode()
            .build()
            .await
            .map_err(|_| Error::new(ErrorCode::Internal, "the sync could not be built"))?;
        let registry = RegistrySession::new(http, stored.servers.clone(), client.clone())?;
        let me: Me = load(&client, ME).await;
        let untold_reads = load(&client, READS).await;
        let upload_limit = load(&client, LIMIT).await;
        let rows = Rows::load(&client).await;
        let threads = Threads::load(&client).await;
        let kept = Kept::load(&client).await;
        let revisions = Revisions::load(&client).await;
        let account = Account {
            user_id: stored.session.meta.user_id.to_string(),
            device_id: stored.session.meta.device_id.to_string(),
            name: own_name(&directory, &client).await,
            practitioner_id: me.practitioner_id,
            roles: me.roles,
            server: stored.servers.address.clone(),
        };
        let connection = Connection { link: Link::Connecting, queued: 0, last_synced: None, disk_full: false };
        let active = Arc::new(Self {
            client,
            sync,
            directory,
            contacts,
            search,
            registry,
            account: watch::Sender::new(account),
            connection: watch::Sender::new(connection),
            refresh_conversation: broadcast::Sender::new(64),
            starting: Mutex::new(()),
            begun: StdMutex::default(),
            silent: watch::Sender::new(false),
            wake: Notify::new(),
            untold_reads: StdMutex::new(untold_reads),
            saving_reads: Mutex::new(()),
            telling_reads: Mutex::new(()),
            revisions,
            handing_over: Mutex::new(()),
            kept,
            threads,
            unsaved_drafts: StdMutex::default(),
            reads: Notify::new(),
            queued: StdMutex::default(),
            latest_watched: StdMutex::default(),
            upload_limit: AtomicU64::new(upload_limit),
            rows,
            notifier: notifier.clone(),
            notifications: OnceCell::new(),
            timelines: Timelines::default(),
            security: Desk::default(),
            secrets: Secrets { folder: profile.store_dir(), key: key.clone() },
            ending,
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        });
        let queue = active.client.send_queue().subscribe();
        let failures = active.client.task_monitor().subscribe();
        // What was being handed to the queue is looked for there before anything goes out.
        active.client.send_queue().set_enabled(false).await;
        chat::settle_scheduled(&active).await;
        active.client.send_queue().set_enabled(true).await;
        active.spawn(Self::watch_session);
        active.spawn(|active| active.watch_engine(failures));
        active.spawn(Self::watch_link);
        active.spawn(Self::watch_answers);
        active.spawn(Self::watch_queue);
        active.spawn(Self::tell_reads);
        active.spawn(Self::learn_of_backup);
        active.spawn(Self::keep_upload_limit);
        let updates = active.client.subscribe_to_all_room_updates();
        active.spawn(|active| active.watch_rows(updates));
        let updates = active.client.subscribe_to_all_room_updates();
        active.spawn(|active| active.watch_newcomers(updates));
        let updates = active.client.subscribe_to_all_room_updates();
        active.spawn(|active| notifications::watch(notifier, active, updates));
        let updates = active.client.subscribe_to_all_room_updates();
        active.spawn(|active| chat::keep_revisions(active, updates, queue));
        active.spawn(Self::keep_rows);
        active.spawn(Self::keep_directory);
        active.spawn(Self::keep_scope);
        active.spawn(Self::keep_security);
        active.spawn(Self::keep_lists);
        active.spawn(Self::keep_carried);
        active.spawn(chat::keep_scheduled);
        active.spawn(search::fill);
        active.spawn(search::backfill);
        active.spawn(search::keep_names);
        Ok(active)
    }

    pub(super) fn spawn<F: Future<Output = ()> + Send + 'static>(self: &Arc<Self>, task: impl FnOnce(Arc<Self>) -> F) {
        let work = task(self.clone());
        let stop = self.stop.clone();
        self.tasks.spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = work => {}
            }
        });
    }

    /// Stops everything; afterwards the databases can be closed or removed.
    pub(crate) async fn stop(&self) {
        self.stop.cancel();
        // What is queued stays in the store, for the client that opens it next.
        self.client.send_queue().set_enabled(false).await;
        self.sync.stop().await;
        self.settle().await;
        self.tasks.close();
        // A task may be inside a request that takes its time to end.
        let _ = tokio::time::timeout(Duration::from_secs(2), self.tasks.wait()).await;
        if let Err(error) = self.directory.close().await {
            tracing::warn!(code = ?error.code, "the directory did not close");
        }
        if let Err(error) = self.contacts.close().await {
            tracing::warn!(code = ?error.code, "the contacts did not close");
        }
        if let Err(error) = self.search.close().await {
            tracing::warn!(code = ?error.code, "the index of messages did not close");
        }
        // The SDK may still be sending something. How that ends, the next client finds out: two that write into one store
        // contradict what each has in memory.
        if self.client.pause().await.is_err() {
            tracing::warn!("the stores of the chat engine did not close");
        }
    }

    /// Waits until the SDK has taken in what the sync brought last: it does so behind our back, and what is not in its cache
    /// when the program ends does not come again.
    async fn settle(&self) {
        const QUIET: Duration = Duration::from_millis(150);
        let mut taken_in = self.client.event_cache().subscribe_to_room_generic_updates();
        let settled = async {
            while let Ok(Ok(_) | Err(broadcast::error::RecvError::Lagged(_))) =
                tokio::time::timeout(QUIET, taken_in.recv()).await
            {}
        };
        if tokio::time::timeout(Duration::from_secs(2), settled).await.is_err() {
            tracing::warn!("the chat engine was still at work when it had to end");
        }
    }

    pub(crate) fn cancel(&self) {
        self.stop.cancel();
    }

    /// Resolves when the session ends: streams that show it end with it.
    pub(crate) fn stopped(&self) -> WaitForCancellationFutureOwned {
        self.stop.clone().cancelled_owned()
    }

    /// Tells the homeserver and the registry that this device is gone, if they can be reached within seconds.
    pub(crate) async fn log_out(&self) {
        const PATIENCE: Duration = Duration::from_secs(5);
        let auth = self.client.matrix_auth();
        let _ = tokio::join!(
            tokio::time::timeout(PATIENCE, auth.logout()),
            tokio::time::timeout(PATIENCE, self.registry.close()),
        );
    }

    /// Reaches for the servers now.
    pub(crate) async fn reconnect(&self) {
        self.wake.notify_waiters();
        // On a full disk the sync stands still until there is space.
        if !self.connection.borrow().disk_full {
            self.sync.start().await;
        }
    }

    pub(crate) fn link(&self) -> Link {
        self.connection.borrow().link
    }

    /// Rings whenever the homeserver can be reached again, and at once if it can be now.
    pub(super) fn comes_online(&self) -> impl Stream<Item = ()> + Send + use<> {
        let connection = WatchStream::new(self.connection.subscribe());
        let came = connection.scan(Link::Offline, |before, connection| {
            let came = connection.link == Link::Online && *before != Link::Online;
            *before = connection.link;
            std::future::ready(Some(came))
        });
        came.filter_map(|came| std::future::ready(came.then_some(())))
    }

    /// Resolves when the homeserver answers.
    pub(crate) async fn online(&self) {
        let _ = self.connection.subscribe().wait_for(|connection| connection.link == Link::Online).await;
    }

    /// Waits out a pause, or until somebody asks or the network is back.
    pub(crate) async fn pause(&self, pause: Duration) {
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = self.wake.notified() => {}
        }
    }

    async fn watch_session(self: Arc<Self>) {
        let mut changes = self.client.subscribe_to_session_changes();
        loop {
            match changes.recv().await {
                Ok(SessionChange::UnknownToken(data)) => {
                    let ended = Ended { reason: SignedOutReason::SessionExpired, soft: data.soft_logout };
                    let _ = self.ending.send(Ending::Ended(ended)).await;
                    return;
                }
                Ok(SessionChange::TokensRefreshed) | Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return,
            }
        }
    }

    /// Fetches the directory once, then what changed, every few minutes and whenever the network is back.
    async fn keep_directory(self: Arc<Self>) {
        let mut pause = RETRY.0;
        self.prepare_directory().await;
        loop {
            self.online().await;
            match self.refresh_directory().await {
                Ok(()) if self.is_listed().await => {
                    pause = RETRY.0;
                    self.prepare_directory().await;
                    self.pause(DIRECTORY_INTERVAL).await;
                }
                // Who has just joined is published in a moment.
                Ok(()) | Err(_) => {
                    self.pause(pause).await;
                    pause = (pause * 2).min(RETRY.1);
                }
            }
        }
    }

    /// Keeps what the doctor wants of the directory where a damaged copy does not take it along.
    async fn keep_scope(self: Arc<Self>) {
        let mut wanted = self.directory.wanted();
        loop {
            let scope = wanted.borrow_and_update().clone();
            if let Err(error) = self.contacts.keep_scope(&scope).await {
                tracing::warn!(code = ?error.code, "how much of the directory is wanted was not kept");
            }
            if wanted.changed().await.is_err() {
                return;
            }
        }
    }

    /// Whether the directory has the doctor themselves.
    async fn is_listed(&self) -> bool {
        let user_id = self.account.borrow().user_id.clone();
        self.directory.me(&user_id).await.is_ok_and(|card| card.is_some())
    }

    /// Has the directory work out beforehand what is asked first. Whoever asks meanwhile is answered all the same.
    async fn prepare_directory(&self) {
        if let Err(error) = self.directory.prepare().await {
            tracing::warn!(code = ?error.code, "the directory could not be prepared");
        }
    }

    /// What the registry shows of colleagues' contacts, and what became of requests for them.
    pub(crate) async fn refresh_contacts(&self) -> Result<()> {
        self.directory.sync_contacts(&self.registry).await?;
        self.directory.keep_requests(self.registry.contact_requests().await?).await
    }

    /// Has the directory fetched for a change made here, without waiting for it: a first load takes its time.
    pub(crate) fn refresh_soon(self: &Arc<Self>) {
        self.spawn(|active| async move {
            if let Err(error) = active.refresh_directory().await {
                tracing::debug!(code = ?error.code, "the directory comes with the next run");
            }
        });
    }

    /// Fetches the directory until something is in it that the registry has decided already: it publishes every half minute.
    pub(crate) fn catch_up(self: &Arc<Self>) {
        self.spawn(|active| async move {
            for seconds in [1, 14, 30, 45] {
                tokio::time::sleep(Duration::from_secs(seconds)).await;
                // What fails comes with the next run.
                let _ = active.refresh_directory().await;
            }
        });
    }

    /// One run: who this is, then the directory with its contacts and the own entry.
    pub(crate) async fn refresh_directory(&self) -> Result<()> {
        let outcome = async {
            let session = self.registry.session().await?;
            let me = Me { practitioner_id: session.practitioner_id, roles: session.roles };
            save(&self.client, ME, &me).await;
            self.account.send_if_modified(|account| {
                let changed = account.practitioner_id != me.practitioner_id || account.roles != me.roles;
                account.practitioner_id = me.practitioner_id;
                account.roles = me.roles;
                changed
            });
            let directory = self.directory.sync(&self.registry).await;
            // Whom a contact is for may have changed, whatever becomes of the directory. All of them at once can wait.
            if (directory.is_ok() && !self.directory.is_paused()) || self.directory.has_contacts().await? {
                let kept = crate::entry::keep(self).await;
                let followed = crate::entry::applications::follow(self).await;
                self.refresh_contacts().await.and(kept).and(followed)?;
            }
            directory
        }
        .await;
        let name = own_name(&self.directory, &self.client).await;
        self.account.send_if_modified(|account| {
            let changed = account.name != name;
            account.name = name;
            changed
        });
        match outcome {
            Err(error) if error.code == ErrorCode::AccountLocked => {
                let _ =
                    self.ending.send(Ending::Ended(Ended { reason: SignedOutReason::AccountLocked, soft: true })).await;
                Err(error)
            }
            other => other,
        }
    }

    /// Has the SDK keep the latest message of a conversation current; asking again costs nothing.
    pub(crate) async fn watch_latest_message(&self, room: &RoomId) {
        if lock(&self.latest_watched).insert(room.to_owned())
            && self.client.latest_events().await.listen_to_room(room).await.is_err()
        {
            lock(&self.latest_watched).remove(room);
        }
    }
}

async fn own_name(directory: &Directory, client: &Client) -> Name {
    match client.user_id() {
        Some(user) => chat::person(directory, None, user).await.name,
        None => Name::default(),
    }
}

/// A value of ours in the SDK's encrypted store.
pub(crate) async fn load<T: DeserializeOwned + Default>(client: &Client, key: &[u8]) -> T {
    let stored = client.state_store().get_custom_value(key).await.ok().flatten();
    stored.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

/// Keeps a value that can be done without: who this is is asked again at the next connection, and a conversation that
/// was read is read again.
pub(crate) async fn save(client: &Client, key: &[u8], value: &impl Serialize) {
    if let Ok(bytes) = serde_json::to_vec(value) {
        let _ = client.state_store().set_custom_value(key, bytes).await;
    }
}
