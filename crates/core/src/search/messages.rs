//! Searches as a screen asks for them, and the sentence of what can be found.

use super::query::{Cursor, Hit, Query};
use super::text::{excerpt, terms};
use crate::account::Active;
use crate::chat::{instant, person};
use chrono::{Days, Local, NaiveDate, NaiveTime, TimeZone};
use consilium_api::account::Link;
use consilium_api::chat::Person;
use consilium_api::search::{Filling, MessageHit, MessageHits, MessageQuery, SearchCoverage};
use consilium_api::{Error, ErrorCode, Result};
use matrix_sdk::ruma::{MilliSecondsSinceUnixEpoch, OwnedUserId, RoomId, UInt};
use std::collections::HashMap;
use std::sync::atomic::Ordering;

/// Hits of one answer at most.
const MOST: u32 = 100;

/// What a search finds on this machine.
pub(crate) async fn find(active: &Active, input: MessageQuery) -> Result<MessageHits> {
    let cursor: Option<Cursor> = match &input.cursor {
        Some(text) => Some(text.parse().map_err(|()| Error::new(ErrorCode::InvalidInput, "not a cursor"))?),
        None => None,
    };
    let query = Query {
        text: input.text.clone(),
        room: input.room_id.clone(),
        sender: input.sender,
        kinds: input.kinds,
        since: input.since.as_deref().map(|day| begin_of(day, 0)).transpose()?,
        before: input.until.as_deref().map(|day| begin_of(day, 1)).transpose()?,
        cursor,
        limit: input.limit.clamp(1, MOST) as usize,
    };
    let found = active.search.find(query).await?;
    let terms = terms(&input.text);
    let own = active.client.user_id().map(ToString::to_string).unwrap_or_default();
    let mut people: HashMap<String, Person> = HashMap::new();
    let mut hits = Vec::with_capacity(found.hits.len());
    for hit in found.hits {
        let sender = match people.get(&hit.sender) {
            Some(person) => person.clone(),
            None => {
                let Some(person) = sender_of(active, &hit).await else { continue };
                people.entry(hit.sender.clone()).or_insert(person).clone()
            }
        };
        let (excerpt, ranges) = excerpt(&hit.text, &terms);
        hits.push(MessageHit {
            own: hit.sender == own,
            room_id: hit.room,
            event_id: hit.event,
            sender,
            at: written(hit.at),
            kind: hit.kind,
            excerpt,
            ranges,
        });
    }
    Ok(MessageHits {
        hits,
        cursor: found.next.map(|cursor| cursor.to_string()),
        found: u32::try_from(found.count).unwrap_or(u32::MAX),
        found_more: found.more_than_counted,
        coverage: coverage(active, input.room_id.as_deref()).await?,
    })
}

async fn sender_of(active: &Active, hit: &Hit) -> Option<Person> {
    let user = OwnedUserId::try_from(hit.sender.as_str()).ok()?;
    let room = <&RoomId>::try_from(hit.room.as_str()).ok().and_then(|id| active.client.get_room(id));
    Some(person(&active.directory, room.as_ref(), &user).await)
}

/// What can be found: of one room or of all.
pub(crate) async fn coverage(active: &Active, room: Option<&str>) -> Result<SearchCoverage> {
    let index = &active.search;
    let here = index.coverage(room).await?;
    let prepared = index.inner.prepared.load(Ordering::Acquire);
    let complete = prepared && here.complete;
    let filling = if !prepared {
        Filling::Preparing
    } else if complete || index.inner.exhausted.load(Ordering::Acquire) {
        Filling::Done
    } else if active.connection.borrow().link == Link::Online {
        Filling::Fetching
    } else {
        Filling::Waiting
    };
    Ok(SearchCoverage { complete, since: here.since.map(written), filling, undecryptable: here.undecryptable })
}

fn written(at: i64) -> String {
    let at = u64::try_from(at).ok().and_then(|at| UInt::try_from(at).ok()).unwrap_or_default();
    instant(MilliSecondsSinceUnixEpoch(at))
}

/// Midnight at the beginning of a day where this machine is, or of one so many days later; in milliseconds since 1970.
fn begin_of(day: &str, later: u64) -> Result<i64> {
    let invalid = || Error::new(ErrorCode::InvalidInput, "not a day");
    let day = NaiveDate::parse_from_str(day, "%Y-%m-%d").map_err(|_| invalid())?;
    let midnight = day.checked_add_days(Days::new(later)).ok_or_else(invalid)?.and_time(NaiveTime::MIN);
    // Where a clock is put forward at midnight, the day begins an hour later.
    let first = Local.from_local_datetime(&midnight).earliest();
    Ok(first.map_or_else(|| midnight.and_utc().timestamp_millis(), |at| at.timestamp_millis()))
}
