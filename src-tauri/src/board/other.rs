//! Through the crate that speaks to macOS and Windows. They show one and keep it in their own list; a click brings the
//! program before the person, as it does with every program there.

use super::{Act, Offer, Order};
use notify_rust::Notification;
use tokio::sync::{mpsc, watch};

/// Nothing has to be connected to.
pub type Session = ();

pub(super) async fn run(
    _session: Session,
    mut orders: mpsc::UnboundedReceiver<Order>,
    offered: watch::Sender<Offer>,
    _acts: mpsc::UnboundedSender<Act>,
) {
    offered.send_replace(Offer { notifications: true, reply: false });
    while let Some(order) = orders.recv().await {
        let Order::Show(notice) = order else { continue };
        // One that says less than before would come as news.
        if notice.quietly {
            continue;
        }
        let shown = tokio::task::spawn_blocking(move || {
            Notification::new().summary(&notice.title).body(&notice.body).show().is_ok()
        });
        if !shown.await.unwrap_or_default() {
            tracing::warn!("a notification was not shown");
        }
    }
}
