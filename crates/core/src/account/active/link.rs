//! Whether the homeserver answers, and whether what it says can be kept.

use super::{Active, RETRY, lock};
use crate::account::error::{http_error, is_disk_full};
use crate::account::session::{Ended, Ending};
use consilium_api::ErrorCode;
use consilium_api::account::{Link, SignedOutReason};
use matrix_sdk::config::RequestConfig;
use matrix_sdk::ruma::api::client::account::whoami;
use matrix_sdk_ui::room_list_service::State as RoomListState;
use matrix_sdk_ui::sync_service::State as SyncState;
use std::sync::Arc;
use std::time::Duration;

/// Key in the SDK's store of a value that is only written to see whether there is space, and its size in bytes: more
/// than one answer of the homeserver takes.
const PROBE: &[u8] = b"consilium.space";
const PROBE_SIZE: usize = 256 * 1024;
/// How often the homeserver is asked whether it is there, and how long it may take: a long poll alone would notice a
/// network that went silent only after a minute.
const HEARTBEAT: (Duration, Duration) = (Duration::from_secs(10), Duration::from_secs(6));

impl Active {
    /// Keeps `connection.link` true: the sync service says whether it runs, the room list whether answers arrive.
    pub(super) async fn watch_link(self: Arc<Self>) {
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
    pub(super) async fn watch_answers(self: Arc<Self>) {
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
    pub(super) async fn learn_of_backup(self: Arc<Self>) {
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
    pub(super) async fn has_space(&self) -> bool {
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
            self.resume_queue().await;
            self.wake.notify_waiters();
        }
    }
}
