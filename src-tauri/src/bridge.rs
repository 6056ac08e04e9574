//! The commands the window may call. They carry the core's own by name; see `consilium_api::commands`.

use crate::subscriptions::Subscriptions;
use consilium_api::media::UPLOAD_LIMIT;
use consilium_api::{Error, ErrorCode, Media, Result, dispatch};
use consilium_core::Core;
use futures::StreamExt;
use serde::Serialize;
use serde_json::Value;
use tauri::State;
use tauri::ipc::{Channel, InvokeBody, Request};

/// The core, or why there is none: then every command says so, and the window can.
#[derive(Clone)]
pub struct Served(Result<Core>);

impl Served {
    pub fn new(core: Result<Core>) -> Self {
        Self(core)
    }

    pub fn core(&self) -> Result<&Core> {
        self.0.as_ref().map_err(Clone::clone)
    }
}

/// One event of a subscription.
#[derive(Clone, Serialize)]
pub struct Frame {
    /// Counts from 0 without gaps.
    seq: u64,
    event: Value,
}

#[tauri::command]
pub async fn rpc(served: State<'_, Served>, command: String, input: Value) -> Result<Value> {
    dispatch(served.core()?, &command, input).await
}

/// Opens a subscription; its events come through the channel. Answers the number that closes it.
#[tauri::command]
pub async fn subscribe(
    served: State<'_, Served>,
    open: State<'_, Subscriptions>,
    subscription: String,
    input: Value,
    channel: Channel<Frame>,
) -> Result<u32> {
    let page = open.page();
    let mut events = consilium_api::subscribe(served.core()?, &subscription, input).await?;
    let forward = async move {
        let mut seq = 0;
        while let Some(event) = events.next().await {
            if channel.send(Frame { seq, event }).is_err() {
                break;
            }
            seq += 1;
        }
    };
    Ok(open.run(page, forward))
}

#[tauri::command]
pub fn unsubscribe(open: State<'_, Subscriptions>, id: u32) {
    open.end(id);
}

/// Takes the raw body; answers the upload's id.
#[tauri::command]
pub fn upload(served: State<'_, Served>, request: Request<'_>) -> Result<String> {
    let InvokeBody::Raw(bytes) = request.body() else {
        return Err(Error::new(ErrorCode::InvalidInput, "an upload is raw bytes"));
    };
    if bytes.len() > UPLOAD_LIMIT {
        return Err(Error::new(ErrorCode::TooLarge, format!("an upload has at most {UPLOAD_LIMIT} bytes")));
    }
    served.core()?.upload(bytes.clone())
}
