//! `GET /v1/applications/{id}`: reading an application, waiting for its next version if asked.

use super::owner::Owner;
use super::view;
use crate::database::Heard;
use crate::http::{App, query};
use crate::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::Uri;
use consilium_registry_api::ApplicationView;
use serde::Deserialize;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

/// Longest a call is held.
const LONGEST_WAIT: u64 = 25;

/// Those who wait for an application to change.
pub struct Watchers {
    changes: broadcast::Sender<Change>,
    closing: OnceLock<CancellationToken>,
}

#[derive(Clone)]
enum Change {
    Of(Arc<str>),
    /// Some may have changed without a word.
    OfAny,
}

impl Default for Watchers {
    fn default() -> Self {
        // Who falls behind by more reads again: nothing is lost.
        Self { changes: broadcast::Sender::new(256), closing: OnceLock::new() }
    }
}

impl Watchers {
    pub fn changed(&self, id: &str) {
        // An error means that nobody waits.
        let _ = self.changes.send(Change::Of(id.into()));
    }

    /// The same for what another process has changed.
    pub fn heard(&self, heard: Heard) {
        let _ = self.changes.send(match heard {
            Heard::Changed(id) => Change::Of(id.into()),
            Heard::Anything => Change::OfAny,
        });
    }

    /// Lets all who wait go when this is cancelled.
    pub fn end_with(&self, closing: CancellationToken) {
        let _ = self.closing.set(closing);
    }
}

#[derive(Deserialize)]
struct Wait {
    after: Option<i64>,
    /// Seconds.
    wait: Option<u64>,
}

pub async fn get(
    State(app): State<App>,
    Path(id): Path<String>,
    uri: Uri,
    owner: Owner,
) -> Result<Json<ApplicationView>, Problem> {
    let Wait { after, wait } = query(&uri)?;
    let mut changes = app.watchers.changes.subscribe();
    let until = tokio::time::Instant::now() + Duration::from_secs(wait.unwrap_or(0).min(LONGEST_WAIT));
    let closing = app.watchers.closing.get().cloned().unwrap_or_default();
    loop {
        let view = app
            .database
            .read({
                let (app, id, owner) = (app.clone(), id.clone(), owner.clone());
                move |c| {
                    let application = owner.application(c, &id)?;
                    view::of(c, &app, &application)
                }
            })
            .await?;
        if after.is_none_or(|after| view.version > after) {
            return Ok(Json(view));
        }
        let change = async {
            loop {
                match changes.recv().await {
                    Ok(Change::Of(other)) if *other != *id => {}
                    _ => break,
                }
            }
        };
        tokio::select! {
            () = change => {}
            () = tokio::time::sleep_until(until) => return Ok(Json(view)),
            () = closing.cancelled() => return Ok(Json(view)),
        }
    }
}
