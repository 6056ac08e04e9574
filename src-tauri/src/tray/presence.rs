//! Whether the desktop shows a tray. Without one a window that hid itself could not be found again.

use futures::StreamExt;
use tokio::sync::watch;
use zbus::Connection;
use zbus::proxy::CacheProperties;

#[zbus::proxy(
    interface = "org.kde.StatusNotifierWatcher",
    default_service = "org.kde.StatusNotifierWatcher",
    default_path = "/StatusNotifierWatcher",
    gen_blocking = false
)]
trait Watcher {
    #[zbus(property(emits_changed_signal = "false"))]
    fn is_status_notifier_host_registered(&self) -> zbus::Result<bool>;
    #[zbus(signal)]
    fn status_notifier_host_registered(&self) -> zbus::Result<()>;
    #[zbus(signal)]
    fn status_notifier_host_unregistered(&self) -> zbus::Result<()>;
}

/// Follows it: a panel may come later, crash and come back.
pub async fn follow(session: Option<Connection>, present: watch::Sender<bool>) {
    let Some(connection) = session else { return present.closed().await };
    if watch(&connection, &present).await.is_err() {
        tracing::warn!("the tray cannot be watched");
    }
    present.send_replace(false);
    // Whoever follows it does other things too.
    present.closed().await;
}

async fn watch(connection: &Connection, present: &watch::Sender<bool>) -> zbus::Result<()> {
    // Where there is no tray yet, a cache would remember that nobody answered, for good.
    let watcher = WatcherProxy::builder(connection).cache_properties(CacheProperties::No).build().await?;
    let owners = watcher.inner().receive_owner_changed().await?.map(|_| ());
    let came = watcher.receive_status_notifier_host_registered().await?.map(|_| ());
    let went = watcher.receive_status_notifier_host_unregistered().await?.map(|_| ());
    let mut changes = futures::stream::select_all([owners.boxed(), came.boxed(), went.boxed()]);
    loop {
        // Nobody answers where there is none.
        let is_there = watcher.is_status_notifier_host_registered().await.unwrap_or_default();
        present.send_if_modified(|before| std::mem::replace(before, is_there) != is_there);
        if changes.next().await.is_none() {
            return Ok(());
        }
    }
}
