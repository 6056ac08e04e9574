//! One page's WebSocket: its calls and subscriptions.

use crate::access::SUBPROTOCOL;
use crate::frames::{ClientFrame, HostFrame};
use crate::overflow::Backlog;
use crate::{Served, State};
use axum::extract::State as Extract;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade, close_code};
use axum::response::Response;
use consilium_api::{Error, ErrorCode};
use futures::stream::BoxStream;
use futures::{SinkExt, StreamExt};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::{AbortHandle, JoinSet};

/// Largest frame taken, in bytes: bulk data go through `/upload`.
const MAX_FRAME: usize = 1024 * 1024;
/// Frames between the subscriptions and the socket.
const OUTGOING: usize = 256;
/// Calls of one page that run at a time; more wait in the socket.
const MAX_CALLS: usize = 64;
/// Subscriptions of one page.
const MAX_SUBSCRIPTIONS: usize = 1024;

type Outgoing = mpsc::Sender<String>;

pub async fn open<H: Served>(Extract(state): Extract<State<H>>, upgrade: WebSocketUpgrade) -> Response {
    upgrade
        .max_message_size(MAX_FRAME)
        .max_frame_size(MAX_FRAME)
        .protocols([SUBPROTOCOL])
        .on_upgrade(move |socket| serve(state, socket))
}

async fn serve<H: Served>(mut state: State<H>, socket: WebSocket) {
    let (mut sink, mut source) = socket.split();
    let (outgoing, mut queue) = mpsc::channel::<String>(OUTGOING);
    let mut page = Page::new(state.host.clone(), outgoing);

    let write = async {
        while let Some(text) = queue.recv().await {
            if sink.send(Message::Text(text.into())).await.is_err() {
                break;
            }
        }
    };
    let read = async {
        loop {
            match source.next().await {
                Some(Ok(Message::Text(text))) => {
                    if !page.take(&text).await {
                        return true;
                    }
                }
                Some(Ok(Message::Binary(_))) => return true,
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => return false,
            }
        }
    };
    let close = tokio::select! {
        () = write => None,
        not_a_frame = read => not_a_frame.then_some((close_code::PROTOCOL, "not a frame")),
        _ = state.stopping.wait_for(|stopping| *stopping) => Some((close_code::AWAY, "the host stops")),
    };
    if let Some((code, reason)) = close {
        let _ = sink.send(Message::Close(Some(CloseFrame { code, reason: Utf8Bytes::from_static(reason) }))).await;
    }
}

struct Page<H> {
    host: H,
    outgoing: Outgoing,
    calls: Arc<Semaphore>,
    open: HashMap<u64, AbortHandle>,
    /// Ends every subscription when the page is gone.
    tasks: JoinSet<u64>,
}

impl<H: Served> Page<H> {
    fn new(host: H, outgoing: Outgoing) -> Self {
        let calls = Arc::new(Semaphore::new(MAX_CALLS));
        Self { host, outgoing, calls, open: HashMap::new(), tasks: JoinSet::new() }
    }

    /// Whether the text was a frame.
    async fn take(&mut self, text: &str) -> bool {
        match serde_json::from_str(text) {
            Ok(ClientFrame::Call { id, command, input }) => self.call(id, command, input).await,
            Ok(ClientFrame::Subscribe { id, subscription, input }) => self.subscribe(id, subscription, input).await,
            Ok(ClientFrame::Unsubscribe { id }) => {
                if let Some(task) = self.open.remove(&id) {
                    task.abort();
                }
            }
            Err(_) => return false,
        }
        true
    }

    async fn call(&self, id: u64, command: String, input: Value) {
        let Ok(permit) = self.calls.clone().acquire_owned().await else { return };
        let (host, outgoing) = (self.host.clone(), self.outgoing.clone());
        // Not ended with the socket: what was asked for is done, as in the desktop window.
        tokio::spawn(async move {
            let frame = match host.call(&command, input).await {
                Ok(value) => HostFrame::Ok { id, value },
                Err(error) => HostFrame::Error { id, error },
            };
            // The permit goes with the answer: a page that asks and does not read is not read either.
            let _ = outgoing.send(frame.text()).await;
            drop(permit);
        });
    }

    async fn subscribe(&mut self, id: u64, subscription: String, input: Value) {
        while let Some(ended) = self.tasks.try_join_next() {
            if let Ok(ended) = ended
                && self.open.get(&ended).is_some_and(AbortHandle::is_finished)
            {
                self.open.remove(&ended);
            }
        }
        let refusal = if self.open.contains_key(&id) {
            "a subscription with this id is open"
        } else if self.open.len() >= MAX_SUBSCRIPTIONS {
            "too many subscriptions are open"
        } else {
            let (host, outgoing) = (self.host.clone(), self.outgoing.clone());
            let task = self.tasks.spawn(async move {
                let last = match host.watch(&subscription, input).await {
                    Ok(events) => forward(id, events, &outgoing).await,
                    Err(error) => HostFrame::Error { id, error },
                };
                let _ = outgoing.send(last.text()).await;
                id
            });
            self.open.insert(id, task);
            return;
        };
        let error = Error::new(ErrorCode::InvalidInput, refusal);
        let _ = self.outgoing.send(HostFrame::Error { id, error }.text()).await;
    }
}

/// Sends the events in order and answers the frame that closes the subscription.
///
/// The stream is read on while the page is slow, so that what waits is counted here and not in the core.
async fn forward(id: u64, mut events: BoxStream<'static, Value>, outgoing: &Outgoing) -> HostFrame {
    let mut backlog = Backlog::default();
    let mut seq = 0;
    loop {
        tokio::select! {
            biased;
            slot = outgoing.reserve(), if !backlog.is_empty() => {
                let Ok(slot) = slot else { return HostFrame::End { id } };
                if let Some(text) = backlog.pop() {
                    slot.send(text);
                }
            }
            event = events.next() => {
                let Some(event) = event else { break };
                if !backlog.push(HostFrame::Event { id, seq, event }.text()) {
                    let error = Error::new(ErrorCode::Internal, "the page reads too slowly; subscribe again");
                    return HostFrame::Error { id, error };
                }
                seq += 1;
            }
        }
    }
    while let Some(text) = backlog.pop() {
        if outgoing.send(text).await.is_err() {
            break;
        }
    }
    HostFrame::End { id }
}
