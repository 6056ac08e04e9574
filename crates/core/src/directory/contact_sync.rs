//! Following the contacts of colleagues, as the registry shows them to this doctor.

use super::{Directory, FeedError, contact, index, scope};
use crate::database::Database;
use chrono::{SecondsFormat, Utc};
use consilium_api::directory::DirectoryScope;
use consilium_api::registry::{ContactRequests, ContactsPage};
use consilium_api::{Error, ErrorCode};
use std::collections::HashSet;

/// The registry's `/v1/contacts`.
pub trait ContactFeed: Sync {
    /// The page at `cursor`, that of an earlier page; None begins with all.
    fn contacts(&self, cursor: Option<&str>) -> impl Future<Output = Result<ContactsPage, FeedError>> + Send;

    /// What is seen now of these practitioners, by FHIR id.
    fn contacts_of(&self, practitioners: &[String]) -> impl Future<Output = Result<ContactsPage, FeedError>> + Send;
}

/// Pages of contacts after which a feed has no end.
const MOST_PAGES: usize = 20_000;
/// People who are asked for by name at once.
const NAMED: u32 = 100;
/// Roles whose contacts are taken over in one transaction.
const CARRIED: u32 = 20_000;

fn malformed(what: &str) -> Error {
    Error::new(ErrorCode::ServerTrouble, what)
}

impl Directory {
    /// Fetches what is missing: all contacts the first time, later what changed. Broken off, it goes on where it was.
    pub async fn sync_contacts(&self, feed: &impl ContactFeed) -> Result<(), Error> {
        let _turn = self.inner.keeping_contacts.lock().await;
        let database = &self.inner.database;
        let first = !database.read(contact::whole).await?;
        if first {
            database.write(|db| index::make_room(db)).await?;
        }
        let changed = self.follow_contacts(feed).await;
        if first {
            database.write(|db| index::take_room_back(db)).await?;
        }
        if *changed.as_ref().unwrap_or(&true) {
            self.inner.changes.send_modify(|n| *n += 1);
        }
        changed.map(drop)
    }

    async fn follow_contacts(&self, feed: &impl ContactFeed) -> Result<bool, Error> {
        let database = &self.inner.database;
        let mut visited = HashSet::new();
        let mut expired = false;
        let mut changed = false;
        loop {
            let cursor = database.read(contact::cursor).await?;
            if !visited.insert(cursor.clone()) || visited.len() > MOST_PAGES {
                return Err(malformed("the pages of the contacts have no end"));
            }
            let page = match feed.contacts(cursor.as_deref()).await {
                Ok(page) => page,
                Err(FeedError::Failed(error)) => return Err(error),
                Err(FeedError::Expired) if expired || cursor.is_none() => {
                    return Err(malformed("the registry refuses a cursor it has just given"));
                }
                Err(FeedError::Expired) => {
                    database.write(|db| contact::begin_anew(db)).await?;
                    expired = true;
                    continue;
                }
            };
            let more = page.more;
            changed |= database.write(move |db| contact::apply(db, cursor.as_deref(), &page)).await?;
            if !more {
                return Ok(self.welcome_newcomers(feed).await? || changed);
            }
        }
    }

    /// Asks for the contacts of those who came into the part of the directory that is kept.
    async fn welcome_newcomers(&self, feed: &impl ContactFeed) -> Result<bool, Error> {
        let database = &self.inner.database;
        let mut any = false;
        loop {
            let newcomers = database.read(|db| contact::newcomers(db, NAMED)).await?;
            if newcomers.is_empty() {
                return Ok(any);
            }
            let page = match feed.contacts_of(&newcomers).await {
                Ok(page) => page,
                Err(FeedError::Failed(error)) => return Err(error),
                Err(FeedError::Expired) => return Err(malformed("the registry refuses to name contacts")),
            };
            database.write(move |db| contact::welcome(db, &newcomers, &page)).await?;
            any = true;
        }
    }

    /// Whether all contacts were read once, so that what follows is little.
    pub async fn has_contacts(&self) -> Result<bool, Error> {
        self.read(contact::whole).await
    }

    /// Brings the contacts into a copy that is to take this one's place: they are there without a network, whatever
    /// becomes of the directory.
    pub(super) async fn carry_contacts_into(&self, copy: &Database) -> Result<(), Error> {
        let database = &self.inner.database;
        // What an earlier attempt left may not be shown any more.
        copy.write(|db| contact::clear(db)).await?;
        let mut after = (i64::MIN, i64::MIN);
        loop {
            let kept = database.read(move |db| contact::kept_after(db, after, CARRIED)).await?;
            let Some(last) = kept.last() else { break };
            after = (last.practitioner, last.role);
            copy.write(move |db| contact::take_over(db, &kept)).await?;
        }
        let rest = database.read(contact::rest).await?;
        let (here, there) = (database.read(scope::made_for).await?, copy.read(scope::made_for).await?);
        copy.write(move |db| {
            contact::take_over_rest(db, &rest)?;
            // Unless everybody was kept, contacts of those who were not here were passed over.
            if here == there && here.kind == DirectoryScope::Everything { Ok(()) } else { contact::begin_anew(db) }
        })
        .await
    }

    /// Keeps the requests for contacts as the registry told them.
    pub async fn keep_requests(&self, requests: ContactRequests) -> Result<(), Error> {
        let _turn = self.inner.keeping_contacts.lock().await;
        if self.inner.database.write(move |db| contact::store_requests(db, &requests)).await? {
            self.inner.changes.send_modify(|n| *n += 1);
        }
        Ok(())
    }

    /// Requests for contacts, as of the last time the registry was asked.
    pub async fn requests(&self) -> Result<ContactRequests, Error> {
        self.read(contact::requests).await
    }

    /// The resources of the doctor's own entry, as a JSON array of FHIR, with the time as of which they are so (RFC 3339).
    pub async fn own_entry(&self) -> Result<Option<(String, String)>, Error> {
        self.read(contact::own_entry).await
    }

    pub async fn keep_own_entry(&self, resources: String) -> Result<(), Error> {
        let _turn = self.inner.keeping_contacts.lock().await;
        let as_of = Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true);
        if self.inner.database.write(move |db| contact::store_own_entry(db, &resources, &as_of)).await? {
            self.inner.changes.send_modify(|n| *n += 1);
        }
        Ok(())
    }
}
