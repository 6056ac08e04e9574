//! Whether what is stored is what the registry signed: the leaves of all rows, and the trees over them (`leaves`).
//!
//! A row that is shown is hashed again; its leaf must be one of those that its part had when its root was compared with the
//! signed one. So a row, a bucket, or a whole file that somebody changed on this machine shows no badge.

use super::columns::Listed;
use super::leaves::Trees;
use super::page::Place;
use super::{resources, scope, stored};
use chrono::Utc;
use consilium_api::directory::Doubt;
use consilium_publication::entry::{OrganizationEntry, PractitionerEntry, RoleEntry, VerificationEntry, clipped};
use consilium_publication::{Checkpoint, Leaf, Part};
use rusqlite::{Connection, OptionalExtension, Row};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// What is known of one state of the copy.
#[derive(Clone, Debug)]
pub(super) struct Vouched {
    /// None while the first load is under way: its files were signed, the whole is not there yet.
    trees: Option<Arc<Trees>>,
    /// Seconds since 1970, after which nothing is vouched for.
    expires: i64,
    /// Seconds since 1970: it is not earlier than this, whatever the clock says.
    issued: i64,
    /// The rows as a whole are not what was signed.
    tampered: bool,
    /// So was one that was shown.
    seen: Arc<AtomicBool>,
    /// Ranks of colleagues whose badge was proved in this state, with the day through which it counts: a list shows the
    /// same rows again and again.
    proved: Arc<Mutex<HashMap<i64, u16>>>,
    /// Numbers of hospitals that were looked at in this state, with the part to which their colleagues belong; none if they
    /// are not what was signed. Those on a page are few, and the same again and again.
    hospitals: Arc<Mutex<HashMap<i64, Option<Part>>>>,
    /// What many rows share, as it was read in this state.
    shared: Arc<Shared>,
}

/// Texts by their numbers.
#[derive(Debug, Default)]
struct Shared {
    keys: Mutex<HashMap<i64, Arc<str>>>,
    verifiers: Mutex<HashMap<i64, Arc<(String, String)>>>,
    homeservers: Mutex<HashMap<i64, Arc<str>>>,
}

impl Shared {
    /// Key of a term; empty if there is none.
    fn key(&self, db: &Connection, term: Option<i64>) -> rusqlite::Result<Arc<str>> {
        known(&self.keys, term, |n| {
            let key = db.prepare_cached("SELECT key FROM term WHERE n = ?1")?.query_row([n], |row| row.get(0));
            key.optional().map(Option::unwrap_or_default)
        })
    }

    /// Name and organisation of somebody who verifies, as they count.
    fn verifier(&self, db: &Connection, verifier: Option<i64>) -> rusqlite::Result<Arc<(String, String)>> {
        known(&self.verifiers, verifier, |n| {
            let named = db
                .prepare_cached("SELECT name, organization FROM verifier WHERE n = ?1")?
                .query_row([n], |row| Ok((counts(row, 0)?, counts(row, 1)?)));
            named.optional().map(|named| Arc::new(named.unwrap_or_default()))
        })
    }

    fn homeserver(&self, db: &Connection, homeserver: i64) -> rusqlite::Result<Arc<str>> {
        known(&self.homeservers, Some(homeserver), |n| {
            let name = db.prepare_cached("SELECT name FROM homeserver WHERE n = ?1")?.query_row([n], |row| row.get(0));
            name.optional().map(Option::unwrap_or_default)
        })
    }
}

/// What is known under a number, or else read.
fn known<T: Clone + Default>(
    kept: &Mutex<HashMap<i64, T>>,
    n: Option<i64>,
    read: impl FnOnce(i64) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    let Some(n) = n else { return Ok(T::default()) };
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = kept.get(&n) {
        return Ok(known.clone());
    }
    let value = read(n)?;
    remember(&mut kept, n, value.clone());
    Ok(value)
}

/// Proofs that are remembered, of colleagues as of hospitals.
const MOST_PROVED: usize = 16 * 1024;

/// The latest state that was asked for; reading it takes a tenth of a second for a million.
#[derive(Debug, Default)]
pub(super) struct Vouching(Mutex<Option<((u64, i64), Vouched)>>);

impl Vouching {
    /// For the file of this generation as `db` shows it.
    pub(super) fn now(&self, db: &Connection, generation: u64) -> rusqlite::Result<Vouched> {
        let version: i64 = db.prepare_cached("SELECT version FROM publication")?.query_row([], |row| row.get(0))?;
        let state = (generation, version);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match kept.as_ref() {
            Some((of, vouched)) if *of == state && vouched.trees.is_some() => Ok(vouched.clone()),
            _ => {
                let vouched = read(db)?;
                *kept = Some((state, vouched.clone()));
                Ok(vouched)
            }
        }
    }

    /// The trees of a state, if they are at hand.
    pub(super) fn trees(&self, state: (u64, i64)) -> Option<Trees> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, vouched) = kept.as_ref().filter(|(of, vouched)| *of == state && !vouched.tampered)?;
        vouched.trees.as_deref().cloned()
    }

    /// What is known of the state that follows, which needs no reading then.
    pub(super) fn follow(&self, state: (u64, i64), trees: Trees, checkpoint: &Checkpoint) {
        let vouched = Vouched::new(Some(trees), checkpoint.expires, checkpoint.issued);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((state, vouched));
    }
}

fn read(db: &Connection) -> rusqlite::Result<Vouched> {
    let note: String = db.query_row("SELECT checkpoint FROM publication", [], |row| row.get(0))?;
    if note.is_empty() {
        // What is loading is vouched for by the manifest that it is read from.
        let loading = Place::read(db)?.page.map(|page| page.checkpoint);
        let (expires, issued) = loading.map_or((i64::MAX, 0), |c| (c.expires, c.issued));
        return Ok(Vouched::new(None, expires, issued));
    }
    // Its signature was proved when it came; the file that holds it is encrypted and authenticated as a whole.
    let checkpoint = Checkpoint::read_unproved(&note);
    let trees = match &checkpoint {
        Some(checkpoint) => Trees::read(db, &checkpoint.parts, &scope::held(db)?)?,
        None => None,
    };
    let tampered = trees.is_none();
    let (expires, issued) = checkpoint.map_or((0, 0), |c| (c.expires, c.issued));
    Ok(Vouched { tampered, ..Vouched::new(Some(trees.unwrap_or_default()), expires, issued) })
}

impl Vouched {
    fn new(trees: Option<Trees>, expires: i64, issued: i64) -> Self {
        let (seen, proved, hospitals, shared) = Default::default();
        Self { trees: trees.map(Arc::new), expires, issued, tampered: false, seen, proved, hospitals, shared }
    }

    /// Why nothing here has a badge, if so.
    pub(super) fn doubt(&self) -> Option<Doubt> {
        if self.tampered {
            return Some(Doubt::Tampered);
        }
        (Utc::now().timestamp().max(self.issued) > self.expires).then_some(Doubt::Expired)
    }

    /// Whether anything was found that the registry did not sign: everything is to be fetched anew.
    pub(super) fn is_tampered(&self) -> bool {
        self.tampered || self.seen.load(Ordering::Relaxed)
    }

    /// Whether what is shown of a colleague has a badge on `today`, in days since 1970.
    pub(super) fn vouches(&self, db: &Connection, listed: &Listed, today: u16) -> rusqlite::Result<bool> {
        if self.doubt().is_some() {
            return Ok(false);
        }
        let proved = || self.proved.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(through) = proved().get(&listed.rank()) {
            return Ok(*through >= today);
        }
        let shown = Shown::read(db, listed, &self.shared)?;
        let Some(shown) = shown.filter(|shown| shown.through >= today) else { return Ok(false) };
        if self.doubt_about(db, Some(&shown))?.is_some() {
            return Ok(false);
        }
        // While a first load is under way rows change within a state.
        if self.trees.is_some() {
            remember(&mut proved(), listed.rank(), shown.through);
        }
        Ok(true)
    }

    /// Why what is shown of a colleague has no badge though it says that it was verified.
    pub(super) fn doubt_of(&self, db: &Connection, listed: &Listed) -> rusqlite::Result<Option<Doubt>> {
        self.doubt_about(db, Shown::read(db, listed, &self.shared)?.as_ref())
    }

    fn doubt_about(&self, db: &Connection, shown: Option<&Shown>) -> rusqlite::Result<Option<Doubt>> {
        if let Some(doubt) = self.doubt() {
            return Ok(Some(doubt));
        }
        let Some(trees) = &self.trees else { return Ok(None) };
        if let Some(shown) = shown.filter(|shown| shown.as_stored)
            && let Some(part) = self.part_of(db, trees, shown.hospital)?
            && trees.have(&part, &shown.leaf)
        {
            return Ok(None);
        }
        self.seen.store(true, Ordering::Relaxed);
        Ok(Some(Doubt::Tampered))
    }

    /// The part to which the colleagues of a hospital belong, if the registry signed what is stored and shown of it. A
    /// hospital that is not in the directory has no leaf, and no name.
    fn part_of(&self, db: &Connection, trees: &Trees, hospital: Option<i64>) -> rusqlite::Result<Option<Part>> {
        let Some(n) = hospital else { return Ok(Some(Part::Unplaced)) };
        let looked_at = || self.hospitals.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(part) = looked_at().get(&n) {
            return Ok(part.clone());
        }
        let part = match Hospital::read(db, n)? {
            None => Some(Part::Unplaced),
            Some(hospital) => {
                let signed = match &hospital.leaf {
                    Some(leaf) => trees.have(&Part::Organizations, leaf),
                    None => true,
                };
                (signed && hospital.as_stored).then_some(hospital.part)
            }
        };
        remember(&mut looked_at(), n, part.clone());
        Ok(part)
    }
}

fn remember<T>(kept: &mut HashMap<i64, T>, n: i64, value: T) {
    if kept.len() >= MOST_PROVED {
        kept.clear();
    }
    kept.insert(n, value);
}

/// A hospital, as it is stored.
struct Hospital {
    /// None if it is not in the directory.
    leaf: Option<Leaf>,
    /// To which its colleagues belong.
    part: Part,
    /// What lists and cards show, which was worked out when it came, follows from it.
    as_stored: bool,
}

impl Hospital {
    fn read(db: &Connection, n: i64) -> rusqlite::Result<Option<Self>> {
        db.prepare_cached(
            "SELECT t.key, coalesce(o.name, ''), coalesce(o.latin, ''), coalesce(province.key, ''), t.zh, t.en, o.n
             FROM term t LEFT JOIN organization o ON o.n = t.n
             LEFT JOIN site s ON s.n = o.n LEFT JOIN term province ON province.n = s.province WHERE t.n = ?1",
        )?
        .query_row([n], |row| {
            let text = |at| row.get_ref(at)?.as_str().map_err(rusqlite::Error::from);
            let (zh, en) = resources::organization_texts(text(1)?, text(2)?);
            let listed = row.get::<_, Option<i64>>(6)?.is_some();
            let leaf =
                || Ok::<_, rusqlite::Error>(OrganizationEntry::new(text(0)?, text(1)?, text(2)?, text(3)?).leaf());
            Ok(Self {
                leaf: listed.then(leaf).transpose()?,
                part: if listed { Part::of_colleagues_in(text(3)?) } else { Part::Unplaced },
                as_stored: (zh.as_str(), en.as_str()) == (text(4)?, text(5)?),
            })
        })
        .optional()
    }
}

/// The role that is shown of a colleague, as it is stored, with its person.
struct Shown {
    leaf: Leaf,
    /// The day through which its verification counts.
    through: u16,
    /// Number of its hospital.
    hospital: Option<i64>,
    /// What lists and cards show, which was worked out when it came, follows from it.
    as_stored: bool,
}

/// The first role of a practitioner, and a further one.
const ROLES: [&str; 2] = [
    "SELECT p.role_id, p.id, p.organization, p.role_title, p.departments, p.localpart, p.homeserver, p.verified_at,
     p.valid_until, p.verifier, p.licence_ending, p.han, p.latin, p.title
     FROM practitioner p WHERE p.n = ?1 AND p.known = 1 AND p.role_id IS NOT NULL AND ?2 = p.n << 6",
    "SELECT r.id, p.id, r.organization, r.title, r.departments, r.localpart, r.homeserver, r.verified_at,
     r.valid_until, r.verifier, r.licence_ending, p.han, p.latin, p.title
     FROM practitioner p JOIN further_role r ON r.n = ?2 WHERE p.n = ?1 AND p.known = 1",
];

impl Shown {
    fn read(db: &Connection, listed: &Listed, shared: &Shared) -> rusqlite::Result<Option<Self>> {
        let role = listed.role();
        let [first, further] = ROLES;
        db.prepare_cached(if resources::is_first(role) { first } else { further })?
            .query_row([listed.practitioner.into(), role], |row| {
                let verification = match stored::seconds(&row.get(7)?) {
                    None => None,
                    Some(verified_at) => {
                        let verifier = shared.verifier(db, row.get(9)?)?;
                        Some(VerificationEntry {
                            verified_at,
                            valid_until: clipped(Some(&stored::day_text(&row.get(8)?))),
                            verifier: verifier.0.clone(),
                            organization: verifier.1.clone(),
                            licence_ending: clipped(Some(&stored::ending_text(&row.get(10)?))),
                        })
                    }
                };
                let (organization, title, own_title): (Option<i64>, Option<i64>, Option<i64>) =
                    (row.get(2)?, row.get(3)?, row.get(13)?);
                let department = stored::terms_of(&row.get(4)?).first().copied();
                let key = |term| Ok::<_, rusqlite::Error>(shared.key(db, term)?.to_string());
                let user_id = match (row.get_ref(5)?.as_str_or_null()?, row.get(6)?) {
                    (Some(localpart), Some(homeserver)) => {
                        format!("@{localpart}:{}", shared.homeserver(db, homeserver)?)
                    }
                    _ => String::new(),
                };
                let practitioner = stored::id_text(&row.get(1)?);
                let person = PractitionerEntry {
                    id: practitioner.clone(),
                    han: counts(row, 11)?,
                    latin: counts(row, 12)?,
                    title: clipped(Some(&key(own_title)?)),
                };
                let entry = RoleEntry {
                    id: stored::id_text(&row.get(0)?),
                    practitioner,
                    organization: key(organization)?,
                    title: clipped(Some(&key(title)?)),
                    department: clipped(Some(&key(department)?)),
                    user_id,
                    verification,
                };
                let is_shown = |stored: Option<i64>, shown: u32| stored.unwrap_or_default() == i64::from(shown);
                Ok(Self {
                    leaf: entry.leaf(&person),
                    through: stored::counts_through(&row.get(7)?, &row.get(8)?),
                    hospital: organization,
                    as_stored: is_shown(organization, listed.organization)
                        && is_shown(department, listed.department)
                        && is_shown(title.or(own_title), listed.title),
                })
            })
            .optional()
    }
}

/// A kept text as it counts.
fn counts(row: &Row<'_>, at: usize) -> rusqlite::Result<String> {
    Ok(clipped(row.get_ref(at)?.as_str_or_null().map_err(rusqlite::Error::from)?))
}
