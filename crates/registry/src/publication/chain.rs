//! Publications as the database remembers them.

use super::{WHOLE_AGAIN_AFTER, WHOLE_AGAIN_AT};
use crate::clock::{Millis, Random};
use crate::database::Connection;
use crate::database::schema::{changes, publications};
use diesel::prelude::*;

/// How long a reader may be away and still go on where it was.
const REMEMBERED: Millis = 30 * 24 * 3_600_000;
/// Files that a reader may still be fetching are kept this long after others took their place.
const GRACE: Millis = 24 * 3_600_000;

#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = publications)]
pub struct Publication {
    pub chain: String,
    pub number: i64,
    pub seq: i64,
    pub version: i64,
    pub issued_at: Millis,
    /// Manifest of what changed since the number before.
    pub changes: Option<String>,
    /// Manifest of everything.
    pub snapshot: Option<String>,
    pub changes_bytes: i64,
    pub snapshot_bytes: i64,
}

impl Publication {
    pub fn keep(&self, c: &mut Connection) -> anyhow::Result<()> {
        diesel::insert_into(publications::table).values(self.clone()).execute(c)?;
        Ok(())
    }
}

/// The chain that goes on.
#[derive(Debug)]
pub struct Chain {
    pub id: String,
    pub last: Option<Publication>,
    pub before_last: Option<Publication>,
    /// The last that everything was written for.
    pub whole: Option<Publication>,
    /// Bytes of the changes since.
    since: i64,
}

/// The last change of the directory.
pub fn last_change(c: &mut Connection) -> anyhow::Result<i64> {
    Ok(changes::table.select(changes::seq).order(changes::seq.desc()).first(c).optional()?.unwrap_or(0))
}

impl Chain {
    pub fn begin(id: String) -> Self {
        Self { id, last: None, before_last: None, whole: None, since: 0 }
    }

    /// The chain of the latest publication; one without any if nothing was published yet.
    pub fn current(c: &mut Connection, random: &Random) -> anyhow::Result<Self> {
        let latest: Option<String> =
            publications::table.order(publications::version.desc()).select(publications::chain).first(c).optional()?;
        let Some(id) = latest else { return Ok(Self::begin(random.uuid())) };
        let of_chain = || publications::table.filter(publications::chain.eq(id.clone())).into_boxed();
        let latest: Vec<Publication> = of_chain().order(publications::number.desc()).limit(2).load(c)?;
        let whole: Option<Publication> = of_chain()
            .filter(publications::snapshot.is_not_null())
            .order(publications::number.desc())
            .first(c)
            .optional()?;
        let since: Vec<i64> = of_chain()
            .filter(publications::number.gt(whole.as_ref().map_or(-1, |p| p.number)))
            .select(publications::changes_bytes)
            .load(c)?;
        let mut latest = latest.into_iter();
        Ok(Self { last: latest.next(), before_last: latest.next(), whole, since: since.iter().sum(), id })
    }

    pub fn add(&mut self, next: Publication) {
        if next.snapshot.is_some() {
            self.whole = Some(next.clone());
            self.since = 0;
        } else {
            self.since += next.changes_bytes;
        }
        self.before_last = self.last.replace(next);
    }

    /// Whether who begins now would have to follow too much, with changes of so many bytes more.
    pub fn is_long(&self, more: i64) -> bool {
        let Some(whole) = &self.whole else { return true };
        let steps = self.last.as_ref().map_or(0, |last| last.number) - whole.number;
        steps >= WHOLE_AGAIN_AFTER || (self.since + more) * WHOLE_AGAIN_AT > whole.snapshot_bytes.max(64 * 1024)
    }

    /// Forgets what no reader needs any more, except the latest; returns the names of manifests that now lead to nothing.
    pub fn forget(&self, c: &mut Connection, now: Millis) -> anyhow::Result<Vec<(String, i64)>> {
        let whole = self.whole.as_ref().map_or(0, |p| p.number);
        let old = publications::table
            .filter(publications::issued_at.lt(now - REMEMBERED))
            .filter(publications::chain.ne(&self.id).or(publications::number.lt(whole)))
            .select((publications::chain, publications::number))
            .load::<(String, i64)>(c)?;
        for (chain, number) in &old {
            diesel::delete(publications::table.find((chain, number))).execute(c)?;
        }
        diesel::update(publications::table)
            .filter(publications::issued_at.lt(now - GRACE))
            .filter(publications::chain.ne(&self.id).or(publications::number.lt(whole)))
            .set(publications::snapshot.eq(None::<String>))
            .execute(c)?;
        Ok(old)
    }
}

/// Every manifest whose files are to be kept.
pub fn kept(c: &mut Connection) -> anyhow::Result<Vec<String>> {
    let all: Vec<(Option<String>, Option<String>)> =
        publications::table.select((publications::changes, publications::snapshot)).load(c)?;
    Ok(all.into_iter().flat_map(|(changes, snapshot)| [changes, snapshot]).flatten().collect())
}
