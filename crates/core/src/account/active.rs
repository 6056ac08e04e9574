//! What lives while somebody is signed in: the SDK's client and sync, the directory, the registry's session.

mod direct;
mod drafts;
mod kept;
mod limits;
mod newcomers;
mod reads;
mod rows;
mod threads;

pub(crate) use reads::Unread;
pub(crate) use rows::KnownFaces;

use super::error::{http_error, is_disk_full, matrix_error};
use super::lists::Secrets;
use super::security::Desk;
use super::session::{Ended, Ending, Me, StoredSession, VaultKey};
use crate::chat;
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
use matrix_sdk::config::RequestConfig;
use matrix_sdk::notification_settings::NotificationSettings;
use matrix_sdk::ruma::api::client::account::whoami;
use matrix_sdk::ruma::{OwnedEventId, OwnedRoomId, OwnedUserId, RoomId};
use matrix_sdk::{Client, RoomState, SessionChange};
use matrix_sdk_ui::room_list_service::State as RoomListState;
use matrix_sdk_ui::sync_service::{State as SyncState, SyncService};
use matrix_sdk_ui::timeline::{RoomExt, Timeline};
use reads::{READS, Read};
use rows::Rows;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex as StdMutex, PoisonError, Weak};
use std::time::Duration;
use threads::Threads;
use tokio::sync::{Mutex, Notify, OnceCell, broadcast, mpsc, watch};
use tokio_stream::wrappers::WatchStream;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use tokio_util::task::TaskTracker;

/// Key in the SDK's store of what the registry said of this account.
const ME: &[u8] = b"consilium.me";
/// Key in the SDK's store of a value that is only written to see whether there is space, and its size in bytes: more
/// than one answer of the homeserver takes.
const PROBE: &[u8] = b"consilium.space";
const PROBE_SIZE: usize = 256 * 1024;
/// How often the directory asks what changed, while online.
const DIRECTORY_INTERVAL: Duration = Duration::from_secs(300);
/// How often the homeserver is asked whether it is there, and how long it may take: a long poll alone would notice a
/// network that went silent only after a minute.
const HEARTBEAT: (Duration, Duration) = (Duration::from_secs(10), Duration::from_secs(6));
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
    timelines: std::sync::Mutex<HashMap<OwnedRoomId, Arc<Mutex<Weak<Timeline>>>>>,
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
    /// Over a client that has its session. Needs no network.
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
        let (directory, _) = Directory::open(&profile.directory_path(), directory_key).await?;
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
            timelines: std::sync::Mutex::default(),
            security: Desk::default(),
            secrets: Secrets { folder: profile.store_dir(), key: key.clone() },
            ending,
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        });
        active.spawn(Self::watch_session);
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
        active.spawn(Self::keep_rows);
        active.spawn(Self::keep_directory);
        active.spawn(Self::keep_security);
        active.spawn(Self::keep_lists);
        active.spawn(Self::keep_carried);
        active.spawn(search::fill);
        active.spawn(search::backfill);
        active.spawn(search::keep_names);
        active.sync.start().await;
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
        self.tasks.close();
        // A task may be inside a request that takes its time to end.
        let _ = tokio::time::timeout(Duration::from_secs(5), self.tasks.wait()).await;
        if let Err(error) = self.directory.close().await {
            tracing::warn!(code = ?error.code, "the directory did not close");
        }
        if let Err(error) = self.contacts.close().await {
            tracing::warn!(code = ?error.code, "the contacts did not close");
        }
        if let Err(error) = self.search.close().await {
            tracing::warn!(code = ?error.code, "the index of messages did not close");
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

    /// Keeps `connection.link` true: the sync service says whether it runs, the room list whether answers arrive.
    async fn watch_link(self: Arc<Self>) {
        let mut service = self.sync.state();
        let mut rooms = self.sync.room_list_service().state();
        let mut silent = self.silent.subscribe();
        let mut pause = RETRY.0;
        loop {
            let link = match (service.get(), rooms.get()) {
                (SyncState::Running, RoomListState::Running | RoomListState::SettingUp) => {
                    if *silent.borrow_and_update() { Link::Weak } else { Link::Online }
                }
                (SyncState::Running | SyncState::Idle, _) => {
                    if *silent.borrow_and_update() {
                        Link::Weak
                    } else {
                        Link::Connecting
                    }
                }
                (SyncState::Offline | SyncState::Error(_) | SyncState::Terminated, _) => Link::Offline,
            };
            self.set_link(link).await;
            if link == Link::Offline {
                // The sync service takes this for a dead network too.
                if !self.has_space().await {
                    return self.wait_for_space().await;
                }
                self.silent.send_replace(false);
                silent.mark_unchanged();
                // The sync service takes every failure for a dead network.
                if self.is_locked().await {
                    let _ = self
                        .ending
                        .send(Ending::Ended(Ended { reason: SignedOutReason::AccountLocked, soft: true }))
                        .await;
                    return;
                }
                if matches!(service.get(), SyncState::Error(_) | SyncState::Terminated) {
                    self.pause(pause).await;
                    pause = (pause * 2).min(RETRY.1);
                    self.sync.start().await;
                }
            } else if link == Link::Online {
                pause = RETRY.0;
            }
            tokio::select! {
                next = service.next() => if next.is_none() { return },
                next = rooms.next() => if next.is_none() { return },
                changed = silent.changed() => if changed.is_err() { return },
            }
        }
    }

    /// Tells a network that went silent from one that works.
    async fn watch_answers(self: Arc<Self>) {
        loop {
            let _ = self.connection.subscribe().wait_for(|c| c.link != Link::Offline).await;
            self.pause(HEARTBEAT.0).await;
            let config = RequestConfig::new().disable_retry().timeout(HEARTBEAT.1);
            let answered = self.client.fetch_server_versions(Some(config)).await.is_ok();
            self.silent.send_if_modified(|silent| std::mem::replace(silent, !answered) == answered);
        }
    }

    /// Asks once whether there is a backup of keys, which the SDK remembers: it wants to know for each message that it cannot
    /// read, before it shows a conversation.
    async fn learn_of_backup(self: Arc<Self>) {
        self.online().await;
        while self.client.encryption().backups().exists_on_server().await.is_err() {
            self.pause(RETRY.1).await;
            self.online().await;
        }
    }

    /// Whether the homeserver answers that this account may not go on.
    async fn is_locked(&self) -> bool {
        let config = RequestConfig::new().disable_retry().timeout(HEARTBEAT.1);
        let asked = self.client.send(whoami::v3::Request::new()).with_request_config(config).await;
        asked.is_err_and(|error| http_error(&error).code == ErrorCode::AccountLocked)
    }

    /// Tries whether something can be kept.
    async fn has_space(&self) -> bool {
        let written = self.client.state_store().set_custom_value(PROBE, vec![0; PROBE_SIZE]).await;
        let full = written.is_err_and(|error| is_disk_full(&error));
        if !full {
            let _ = self.client.state_store().remove_custom_value(PROBE).await;
        }
        !full
    }

    /// Stands still while the disk is full, then has everything opened anew. What the SDK could not store it holds in
    /// memory only in part: keys that came meanwhile come again to a client that knows what its store knows.
    async fn wait_for_space(&self) {
        self.sync.stop().await;
        self.connection.send_modify(|connection| {
            connection.link = Link::Offline;
            connection.disk_full = true;
        });
        while !self.has_space().await {
            self.pause(HEARTBEAT.0).await;
        }
        let drafts = std::mem::take(&mut *lock(&self.unsaved_drafts));
        for ((room, thread), draft) in drafts {
            if let Some(room) = self.client.get_room(&room) {
                let _ = self.save_draft(&room, thread.as_deref(), draft).await;
            }
        }
        let _ = self.ending.send(Ending::Reopen).await;
    }

    async fn set_link(&self, link: Link) {
        let before = self.link();
        let now = chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        self.connection.send_if_modified(|connection| {
            let changed = connection.link != link;
            connection.link = link;
            if changed && (link == Link::Online || before == Link::Online) {
                connection.last_synced = Some(now);
            }
            changed
        });
        if link == Link::Online && before != Link::Online {
            self.client.send_queue().set_enabled(true).await;
            self.wake.notify_waiters();
        }
    }

    /// Keeps the count of queued messages, and starts queues again that a failure of the network stopped.
    async fn watch_queue(self: Arc<Self>) {
        let mut updates = self.client.send_queue().subscribe();
        let mut errors = self.client.send_queue().subscribe_errors();
        self.client.send_queue().enable_upload_progress(true);
        self.client.send_queue().respawn_tasks_for_rooms_with_unsent_requests().await;
        let mut pause = RETRY.0;
        loop {
            self.count_queued().await;
            tokio::select! {
                update = updates.recv() => match update {
                    Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => pause = RETRY.0,
                    Err(broadcast::error::RecvError::Closed) => return,
                },
                error = errors.recv() => match error {
                    Ok(error) if error.is_recoverable => {
                        self.count_queued().await;
                        self.pause(pause.max(asked_to_wait(&error.error))).await;
                        pause = (pause * 2).min(RETRY.1);
                        // Offline, the queue would only fail again: it starts when the link is back.
                        if self.link() != Link::Offline {
                            self.client.send_queue().set_enabled(true).await;
                        }
                    }
                    // The SDK stops the conversation's queue after any failure. What cannot be sent waits for the
                    // doctor; what was written after it goes on.
                    Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => {
                        self.client.send_queue().set_enabled(true).await;
                    }
                    Err(broadcast::error::RecvError::Closed) => return,
                },
            }
        }
    }

    /// Whether something that was written in a conversation waits to be sent.
    pub(crate) fn has_queued(&self, room: &RoomId) -> bool {
        lock(&self.queued).contains(room)
    }

    async fn count_queued(&self) {
        let echoes = self.client.send_queue().local_echoes().await.unwrap_or_default();
        let rooms: BTreeSet<OwnedRoomId> =
            echoes.iter().filter(|(_, waiting)| !waiting.is_empty()).map(|(room, _)| room.clone()).collect();
        let before = std::mem::replace(&mut *lock(&self.queued), rooms.clone());
        for room in before.symmetric_difference(&rooms) {
            let _ = self.refresh_conversation.send(room.clone());
        }
        let queued = u32::try_from(echoes.values().map(Vec::len).sum::<usize>()).unwrap_or(u32::MAX);
        self.connection.send_if_modified(|connection| {
            let changed = connection.queued != queued;
            connection.queued = queued;
            changed
        });
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

    /// Whether somebody watches the timeline of this conversation.
    pub(crate) fn is_open(&self, room: &RoomId) -> bool {
        // One that is locked is being opened.
        lock(&self.timelines).get(room).is_some_and(|slot| slot.try_lock().map_or(true, |open| open.strong_count() > 0))
    }

    /// The timeline of a conversation: one for all who watch it.
    pub(crate) async fn timeline(&self, room_id: &str) -> Result<Arc<Timeline>> {
        let room = chat::room(self, room_id)?;
        // One conversation may take long to open: the others do not wait for it.
        let slot = lock(&self.timelines).entry(room.room_id().to_owned()).or_default().clone();
        let mut slot = slot.lock().await;
        if let Some(timeline) = slot.upgrade() {
            return Ok(timeline);
        }
        let timeline = room
            .timeline()
            .await
            .map(Arc::new)
            .map_err(|_| Error::new(ErrorCode::Internal, "the timeline could not be opened"))?;
        *slot = Arc::downgrade(&timeline);
        drop(slot);
        // Receipts and more history come for subscribed rooms alone; asking replaces the earlier ones.
        let open: Vec<_> = {
            let mut timelines = lock(&self.timelines);
            // One that is locked is being opened.
            timelines.retain(|_, slot| slot.try_lock().map_or(true, |timeline| timeline.strong_count() > 0));
            timelines.keys().cloned().collect()
        };
        // Of one that was left nothing more comes.
        let is_joined =
            |id: &&OwnedRoomId| self.client.get_room(id).is_some_and(|room| room.state() == RoomState::Joined);
        let open: Vec<&RoomId> = open.iter().filter(is_joined).map(|id| id.as_ref()).collect();
        self.sync.room_list_service().subscribe_to_rooms(&open).await;
        Ok(timeline)
    }
}

/// How long a homeserver that is asked too much wants to be left alone.
fn asked_to_wait(error: &matrix_sdk::Error) -> Duration {
    let details = matrix_error(error).details;
    let seconds = details.and_then(|details| details.retry_after_seconds).unwrap_or_default();
    Duration::from_secs(seconds.into())
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
