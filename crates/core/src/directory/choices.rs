//! Choosing how much of the directory is kept, and what each choice costs.

use super::page::{Page, Place};
use super::scope::{self, Group, Scope};
use super::{Directory, Feed, contact, people, search, sync};
use consilium_api::directory::{DirectoryPhase, DirectoryScope, DirectoryScopes, ScopeChoice, Text};
use consilium_api::{Error, ErrorCode};
use consilium_fhir::Resource;
use consilium_publication::Part;
use rusqlite::Connection;
use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

/// Bytes on the disk of a colleague, of an organisation, and of a leaf whose row is not kept: about what is measured with
/// a hundred thousand (docs/PERFORMANCE.md).
const OF_COLLEAGUE: u64 = 430;
const OF_ORGANIZATION: u64 = 900;
const OF_LEAF: u64 = 26;

/// How long it is not asked again how large the parts are.
const SIZES_HOLD: Duration = Duration::from_secs(600);

impl Directory {
    /// What may be kept, with how many colleagues and bytes that is.
    pub async fn scopes(&self) -> Result<DirectoryScopes, Error> {
        let viewer = self.viewer();
        let path = self.inner.database.path().to_owned();
        self.read(move |db| {
            let size = std::fs::metadata(&path).map_or(0, |file| file.len());
            scopes(db, viewer.as_deref(), size)
        })
        .await
    }

    /// Asks the registry how large the parts are now. What it said before stays if it does not answer.
    pub async fn look_at_sizes(&self, feed: &impl Feed) -> Result<(), Error> {
        if self
            .inner
            .sized_at
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_some_and(|at| at.elapsed() < SIZES_HOLD)
        {
            return Ok(());
        }
        let place = self.read(Place::read).await?;
        if let Ok((page, _)) = Page::fetch(feed, None, &place, place.version).await {
            let _turn = self.inner.keeping_contacts.lock().await;
            self.inner.database.write(move |db| scope::keep_sizes(db, &page)).await?;
            *self.inner.sized_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        }
        Ok(())
    }

    /// Has so much of the directory kept from the next sync on; until all of it is here, what is kept now stays in use.
    /// `NotFound` if it is not known where the doctor works.
    pub async fn keep(&self, kind: DirectoryScope) -> Result<(), Error> {
        let viewer = self.viewer();
        let known = self.read(move |db| {
            let choice = scopes(db, viewer.as_deref(), 0)?.choices.into_iter().find(|choice| choice.scope == kind);
            Ok((choice.is_some(), own_organization(db, viewer.as_deref())?))
        });
        let (offered, organization) = known.await?;
        if !offered {
            return Err(Error::new(ErrorCode::NotFound, "it is not known where the doctor works"));
        }
        let organization = if kind == DirectoryScope::Everything { String::new() } else { organization };
        self.want(Scope { kind, organization }).await?;
        let inner = Arc::clone(&self.inner);
        let stored = self.read(move |db| inner.status_of(db)).await?;
        self.inner.status.send_replace(stored);
        self.inner.changes.send_modify(|n| *n += 1);
        Ok(())
    }

    /// How much of the directory the doctor wants.
    pub fn wanted(&self) -> tokio::sync::watch::Receiver<Scope> {
        self.inner.wanted.subscribe()
    }

    /// Remembers what is to be kept, and ends a fetch of something else.
    pub(super) async fn want(&self, scope: Scope) -> Result<(), Error> {
        let kept = scope.clone();
        self.inner.database.write(move |db| scope::want(db, &kept)).await?;
        self.inner.wanted.send_if_modified(|wanted| std::mem::replace(wanted, scope.clone()) != scope);
        Ok(())
    }
}

/// FHIR id of the organisation where the doctor works; empty if nothing here tells it.
fn own_organization(db: &Connection, viewer: Option<&str>) -> rusqlite::Result<String> {
    if let Some(viewer) = viewer
        && let Some((_, id, _)) = people::hospital_of(db, viewer)?
    {
        return Ok(id);
    }
    // Their own row may not be among those that are kept.
    let own = contact::own_entry(db)?.and_then(|(json, _)| serde_json::from_str::<Vec<Resource>>(&json).ok());
    let role = own.into_iter().flatten().find_map(|resource| match resource {
        Resource::PractitionerRole(role) => role.organization_id().map(str::to_owned),
        _ => None,
    });
    role.map_or_else(|| scope::wanted(db).map(|wanted| wanted.organization), Ok)
}

/// `file_size` is what the file has now, in bytes.
fn scopes(db: &Connection, viewer: Option<&str>, file_size: u64) -> rusqlite::Result<DirectoryScopes> {
    let (made_for, wanted) = (scope::made_for(db)?, scope::wanted(db)?);
    let organization = own_organization(db, viewer)?;
    let whole = sync::stored_status(db)?.phase == DirectoryPhase::Complete;
    let organizations: u64 = db.query_row("SELECT count(*) FROM organization", [], |row| row.get::<_, u32>(0))?.into();
    let mut choices = Vec::new();
    for kind in [DirectoryScope::Everything, DirectoryScope::Province, DirectoryScope::Group] {
        let scope = match kind {
            DirectoryScope::Everything => Scope::default(),
            _ => Scope { kind, organization: organization.clone() },
        };
        let name = scope::name(db, &scope)?;
        if kind != DirectoryScope::Everything && name == Text::default() {
            continue;
        }
        let parts = match kind {
            DirectoryScope::Everything => None,
            DirectoryScope::Province => Some([scope::place_of(db, &organization)?].into()),
            DirectoryScope::Group => Some(Group::of(db, &organization)?.parts),
        };
        let (people, sent) = size(db, parts.as_ref())?;
        let is_here = whole && made_for == scope;
        let colleagues = match kind {
            _ if is_here => Some(search::count(db)?.into()),
            DirectoryScope::Group => counted(db, &organization)?,
            _ => Some(people).filter(|people| *people > 0),
        };
        let rows = colleagues.map(|colleagues| {
            let leaves = if kind == DirectoryScope::Group { people * OF_LEAF } else { 0 };
            let of_organizations = if kind == DirectoryScope::Everything { 0 } else { organizations * OF_ORGANIZATION };
            colleagues * OF_COLLEAGUE + leaves + of_organizations
        });
        let number = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
        choices.push(ScopeChoice {
            scope: kind,
            name,
            colleagues: colleagues.map(number),
            disk_bytes: if is_here { Some(number(file_size)) } else { rows.map(number) },
            sent_bytes: number(sent),
        });
    }
    Ok(DirectoryScopes { now: made_for.kind, wanted: wanted.kind, choices })
}

/// People and bytes to be sent of some parts, or of all, as the registry last said.
fn size(db: &Connection, parts: Option<&BTreeSet<Part>>) -> rusqlite::Result<(u64, u64)> {
    let mut sum = (0, 0);
    let mut select = db.prepare_cached("SELECT name, people, bytes FROM part")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let Ok(part) = row.get::<_, String>(0)?.parse::<Part>() else { continue };
        if part == Part::Organizations || parts.is_none_or(|parts| parts.contains(&part)) {
            let number = |at| row.get::<_, i64>(at).map(|n| u64::try_from(n).unwrap_or(0));
            sum = (sum.0 + number(1)?, sum.1 + number(2)?);
        }
    }
    Ok(sum)
}

/// Colleagues of the organisation's group; None if not all of its parts are here.
fn counted(db: &Connection, organization: &str) -> rusqlite::Result<Option<u64>> {
    let group = Group::of(db, organization)?;
    let (held, made_for) = (scope::held(db)?, scope::made_for(db)?);
    if made_for.kind == DirectoryScope::Group || !group.parts.iter().all(|part| held.has(part)) {
        return Ok(None);
    }
    let ids = serde_json::to_string(&group.organizations).unwrap_or_default();
    db.query_row(
        "SELECT count(*) FROM colleague WHERE organization IN
         (SELECT t.n FROM json_each(?1) id JOIN term t ON t.kind = ?2 AND t.key = id.value)",
        rusqlite::params![ids, super::terms::Kind::Organization as i64],
        |row| row.get::<_, u32>(0),
    )
    .map(|count| Some(count.into()))
}
