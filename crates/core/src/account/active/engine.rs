//! Whether the parts of the SDK that work in the background still do.

use super::Active;
use crate::account::session::Ending;
use matrix_sdk::task_monitor::{BackgroundTaskFailure, BackgroundTaskFailureReason};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;

/// What panics again as soon as it is opened is not opened anew all the time.
const STEADY: Duration = Duration::from_secs(10);

impl Active {
    /// Has everything opened anew from what is stored when a part of the SDK has panicked: it does not start again by
    /// itself, and a conversation whose sender or cache is gone would stand still until the program ends.
    pub(super) async fn watch_engine(self: Arc<Self>, mut failures: Receiver<BackgroundTaskFailure>) {
        let begun = Instant::now();
        let Some(task) = panicked(&mut failures).await else { return };
        tracing::error!(task, "a part of the chat engine panicked");
        tokio::time::sleep_until(begun + STEADY).await;
        // On a full disk nothing opens; whoever waits for space does this then, and keeps what is not saved until there is.
        if !self.connection.borrow().disk_full && self.has_space().await {
            let _ = self.ending.send(Ending::Reopen).await;
        }
    }
}

/// The name of the first task that panics; none if there are none any more.
async fn panicked(failures: &mut Receiver<BackgroundTaskFailure>) -> Option<String> {
    loop {
        match failures.recv().await {
            Ok(failure) if matches!(failure.reason, BackgroundTaskFailureReason::Panic { .. }) => {
                return Some(failure.task.name);
            }
            Ok(_) | Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use matrix_sdk::task_monitor::TaskMonitor;

    #[tokio::test]
    async fn a_panic_is_told_from_an_end() {
        let monitor = TaskMonitor::new();
        let mut failures = monitor.subscribe();
        let _ends = monitor.spawn_infinite_task("ends", async {});
        tokio::task::yield_now().await;
        let _panics = monitor.spawn_infinite_task("panics", async { panic!("on purpose") });
        assert_eq!(panicked(&mut failures).await.as_deref(), Some("panics"));
    }
}
