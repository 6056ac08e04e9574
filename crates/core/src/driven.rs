//! Streams that are at work between two of their items.

use futures::stream::BoxStream;
use futures::{Stream, StreamExt};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::task::AbortOnDropHandle;

/// Items that may wait for who reads them.
const BUFFER: usize = 16;

/// The same stream, with its work done by a task. Some streams of the SDK await locks and stores to make their next item.
/// Whoever reads one of several streams and then does something else leaves the others in the middle of that: in the queue of
/// a lock, whose turn comes and is never used, until nothing gets the lock any more, neither here nor anywhere in the program.
pub(crate) fn driven<T: Send + 'static>(stream: impl Stream<Item = T> + Send + 'static) -> BoxStream<'static, T> {
    told_by(BUFFER, async move |sender| {
        let mut stream = std::pin::pin!(stream);
        while let Some(item) = stream.next().await {
            if sender.send(item).await.is_err() {
                return;
            }
        }
    })
}

/// What a task sends, which works for as long as somebody reads; so many items may wait.
pub(crate) fn told_by<T: Send + 'static, W: Future<Output = ()> + Send + 'static>(
    buffer: usize,
    work: impl FnOnce(mpsc::Sender<T>) -> W,
) -> BoxStream<'static, T> {
    let (sender, receiver) = mpsc::channel(buffer);
    let task = AbortOnDropHandle::new(tokio::spawn(work(sender)));
    let items = ReceiverStream::new(receiver).map(move |item| {
        let _working = &task;
        item
    });
    items.boxed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::{FutureExt, stream};
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::sync::Mutex;

    #[tokio::test]
    async fn nobody_waits_for_a_stream_that_nobody_reads_at_the_moment() {
        let lock = Arc::new(Mutex::new(()));
        let held = lock.clone().lock_owned().await;
        let mut items = driven(stream::once({
            let lock = lock.clone();
            async move { drop(lock.lock().await) }
        }));
        assert!(items.next().now_or_never().is_none(), "it waits for the lock");
        tokio::task::yield_now().await;
        drop(held);
        let free = tokio::time::timeout(Duration::from_secs(5), lock.lock()).await;
        assert!(free.is_ok(), "its turn has passed");
        assert_eq!(items.next().await, Some(()));
        assert_eq!(items.next().await, None);
    }
}
