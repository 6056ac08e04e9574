//! Messages that go out later. They wait on this machine (`contacts/scheduled`) and go into the queue of their conversation when
//! their time comes, or when the program starts after it: encrypted then, to whoever is there then. A homeserver that would keep
//! them (MSC4140) would have to be given them encrypted now.

use super::messages;
use super::sending::sendable;
use super::waiting;
use crate::account::{Active, is_passing};
use crate::contacts::Scheduled;
use chrono::{DateTime, Days, SecondsFormat, Utc};
use consilium_api::scheduled::{ScheduleMessage, ScheduledMessage, ScheduledRef};
use consilium_api::{Error, ErrorCode, Result};
use matrix_sdk::ruma::RoomId;
use std::sync::Arc;
use std::time::Duration;

/// How far ahead a message can be written, in days.
const DAYS: u64 = 366;
/// The clock is looked at this often: a machine that slept, or whose clock was set, is not told of it.
const LOOK: Duration = Duration::from_secs(20);

/// Keeps a message for later. `InvalidInput` for a time that is over or more than a year away, and for an empty message.
pub(crate) async fn schedule(active: &Active, input: &ScheduleMessage) -> Result<()> {
    sendable(&input.message.text)?;
    super::room(active, &input.message.room_id)?;
    let invalid = |what| Error::new(ErrorCode::InvalidInput, what);
    let at = DateTime::parse_from_rfc3339(&input.at).map_err(|_| invalid("not a time"))?.to_utc();
    let now = Utc::now();
    if at <= now || now.checked_add_days(Days::new(DAYS)).is_none_or(|last| at > last) {
        return Err(invalid("the time is over, or more than a year away"));
    }
    active.contacts.schedule(&input.message, at.timestamp()).await
}

/// All that wait.
pub(crate) async fn scheduled(active: &Active) -> Result<Vec<ScheduledMessage>> {
    let shown = |Scheduled { id, message, at, problem, .. }| {
        let at = DateTime::from_timestamp(at, 0).unwrap_or_default().to_rfc3339_opts(SecondsFormat::Secs, true);
        ScheduledMessage { id, message, at, problem }
    };
    Ok(active.contacts.scheduled().await?.into_iter().map(shown).collect())
}

/// Queues it now.
pub(crate) async fn send_now(active: &Active, input: &ScheduledRef) -> Result<()> {
    hand_over(active, input.id).await
}

/// `NotFound` if it is gone or went out.
pub(crate) async fn cancel(active: &Active, input: &ScheduledRef) -> Result<()> {
    let _alone = active.handing_over.lock().await;
    active.contacts.unschedule(input.id).await
}

/// What was being handed to the queue when the program ended: before the queue sends anything, it can tell whether it has it.
pub(crate) async fn settle(active: &Active) {
    let waiting = active.contacts.scheduled().await.unwrap_or_default();
    for Scheduled { id, .. } in waiting.iter().filter(|each| each.handed && each.problem.is_none()) {
        try_hand_over(active, *id).await;
    }
}

/// Sends what is due for as long as the session lives.
pub(crate) async fn keep(active: Arc<Active>) {
    let mut changes = active.contacts.scheduled_changes();
    loop {
        changes.mark_unchanged();
        let waiting = active.contacts.scheduled().await.unwrap_or_default();
        let now = Utc::now().timestamp();
        for Scheduled { id, .. } in waiting.iter().filter(|each| each.at <= now && each.problem.is_none()) {
            try_hand_over(&active, *id).await;
        }
        let next = waiting.iter().map(|each| each.at - now).filter(|wait| *wait > 0).min();
        let pause =
            next.and_then(|wait| u64::try_from(wait).ok()).map_or(LOOK, |wait| LOOK.min(Duration::from_secs(wait)));
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            changed = changes.changed() => if changed.is_err() { return },
        }
    }
}

async fn try_hand_over(active: &Active, id: u32) {
    if let Err(error) = hand_over(active, id).await {
        tracing::warn!(code = ?error.code, "a message whose time came was not queued");
    }
}

/// Hands a message to the queue, once: of one that was being handed over when the program ended, the queue tells whether it has it.
async fn hand_over(active: &Active, id: u32) -> Result<()> {
    let _alone = active.handing_over.lock().await;
    let Scheduled { message, handed, .. } = active.contacts.hand_over(id).await?;
    if !(handed && is_queued(active, &message.room_id, &message.text).await)
        && let Err(error) = messages::queue(active, &message).await
    {
        // A full disk will have room again.
        if !is_passing(error.code) && error.code != ErrorCode::DiskFull {
            active.contacts.keep_scheduled(id, error.code).await?;
        }
        return Err(error);
    }
    active.contacts.unschedule(id).await
}

async fn is_queued(active: &Active, room_id: &str, text: &str) -> bool {
    let room = <&RoomId>::try_from(room_id).ok().and_then(|id| active.client.get_room(id));
    let Some(room) = room else { return false };
    let Ok((echoes, _)) = room.send_queue().subscribe().await else { return false };
    echoes.iter().filter_map(waiting::message).any(|message| message.body() == text.trim_end())
}
