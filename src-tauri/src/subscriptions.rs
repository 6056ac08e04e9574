//! The subscriptions that are open in the window.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard};
use tauri::async_runtime::{JoinHandle, spawn};

/// A loaded page. What one page opened does not outlive it: the next has no listener for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page(u64);

#[derive(Default)]
struct Table {
    page: u64,
    last: u32,
    open: HashMap<u32, JoinHandle<()>>,
}

#[derive(Clone, Default)]
pub struct Subscriptions(Arc<Mutex<Table>>);

impl Subscriptions {
    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The page that is loaded now.
    pub fn page(&self) -> Page {
        Page(self.table().page)
    }

    /// Runs `forward` until it ends, is ended, or the page is left. If `page` was left already it does not run.
    pub fn run(&self, page: Page, forward: impl Future<Output = ()> + Send + 'static) -> u32 {
        let mut table = self.table();
        table.last = table.last.wrapping_add(1);
        let id = table.last;
        if table.page == page.0 {
            let all = self.clone();
            // Waits for the lock that is held here, so that it does not remove itself before it stands in the table.
            let task = spawn(async move {
                drop(all.table());
                forward.await;
                all.table().open.remove(&id);
            });
            table.open.insert(id, task);
        }
        id
    }

    pub fn end(&self, id: u32) {
        if let Some(task) = self.table().open.remove(&id) {
            task.abort();
        }
    }

    /// Ends all of them: another page is being loaded, or the program ends.
    pub fn end_all(&self) {
        let mut table = self.table();
        table.page += 1;
        for (_, task) in table.open.drain() {
            task.abort();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::pending;
    use tokio::sync::oneshot;

    /// A future that never ends, and a receiver that fails once it is dropped.
    fn forever() -> (impl Future<Output = ()> + Send + 'static, oneshot::Receiver<()>) {
        let (held, dropped) = oneshot::channel();
        let forward = async move {
            let _held = held;
            pending::<()>().await;
        };
        (forward, dropped)
    }

    #[tokio::test]
    async fn ending_one_leaves_the_others() {
        let all = Subscriptions::default();
        let ((one, one_dropped), (two, mut two_dropped)) = (forever(), forever());
        let id = all.run(all.page(), one);
        all.run(all.page(), two);
        all.end(id);
        assert!(one_dropped.await.is_err());
        assert_eq!(two_dropped.try_recv(), Err(oneshot::error::TryRecvError::Empty));
        all.end_all();
        assert!(two_dropped.await.is_err());
    }

    #[tokio::test]
    async fn a_page_that_was_left_opens_nothing() {
        let all = Subscriptions::default();
        let before = all.page();
        all.end_all();
        let (late, dropped) = forever();
        all.run(before, late);
        assert!(dropped.await.is_err());
        assert!(all.table().open.is_empty());
    }

    #[tokio::test]
    async fn one_that_ended_is_forgotten() {
        let all = Subscriptions::default();
        let (done, finished) = oneshot::channel();
        all.run(all.page(), async move {
            let _ = done.send(());
        });
        finished.await.unwrap();
        for _ in 0..1000 {
            if all.table().open.is_empty() {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        panic!("it is still in the table");
    }
}
