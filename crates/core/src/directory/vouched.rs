//! Whether what is stored is what the registry signed: the leaves of all rows, and the trees over them (`leaves`).
//!
//! A row that is shown is hashed again; its leaf must be in a bucket of its part, and the bucket must have the hash that it
//! had when the root of the part was compared with the signed one. So a row, a bucket, or a whole file that somebody changed on this
//! machine shows no badge.

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
}

fn read(db: &Connection) -> rusqlite::Result<Vouched> {
    let note: String = db.query_row("SELECT checkpoint FROM publication", [], |row| row.get(0))?;
    if note.is_empty() {
        // What is loading is vouched for by the manifest that it is read from.
        let loading = Place::read(db)?.page.map(|page| page.checkpoint);
        let (expires, issued) = loading.map_or((i64::MAX, 0), |c| (c.expires, c.issued));
        return Ok(Vouched {
            trees: None,
            expires,
            issued,
            tampered: false,
            seen: Arc::default(),
            proved: Arc::default(),
            hospitals: Arc::default(),
        });
    }
    // Its signature was proved when it came; the file that holds it is encrypted and authenticated as a whole.
    let checkpoint = Checkpoint::read_unproved(&note);
    let trees = match &checkpoint {
        Some(checkpoint) => Trees::read(db, &checkpoint.parts, &scope::held(db)?)?,
        None => None,
    };
    let tampered = trees.is_none();
    let trees = Some(Arc::new(trees.unwrap_or_default()));
    let (expires, issued) = checkpoint.map_or((0, 0), |c| (c.expires, c.issued));
    let (seen, proved, hospitals) = Default::default();
    Ok(Vouched { trees, expires, issued, tampered, seen, proved, hospitals })
}

impl Vouched {
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

    /// Whether the role that is shown of the colleague with this rank has a badge on `today`, in days since 1970.
    pub(super) fn vouches(&self, db: &Connection, rank: i64, today: u16) -> rusqlite::Result<bool> {
        if self.doubt().is_some() {
            return Ok(false);
        }
        let proved = || self.proved.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(through) = proved().get(&rank) {
            return Ok(*through >= today);
        }
        let Some(shown) = Shown::read(db, rank)?.filter(|shown| shown.through >= today) else { return Ok(false) };
        if self.doubt_about(db, Some(&shown))?.is_some() {
            return Ok(false);
        }
        // While a first load is under way rows change within a state.
        if self.trees.is_some() {
            remember(&mut proved(), rank, shown.through);
        }
        Ok(true)
    }

    /// Why the role that is shown of the colleague with this rank has no badge though it says that it was verified.
    pub(super) fn doubt_of(&self, db: &Connection, rank: i64) -> rusqlite::Result<Option<Doubt>> {
        self.doubt_about(db, Shown::read(db, rank)?.as_ref())
    }

    fn doubt_about(&self, db: &Connection, shown: Option<&Shown>) -> rusqlite::Result<Option<Doubt>> {
        if let Some(doubt) = self.doubt() {
            return Ok(Some(doubt));
        }
        let Some(trees) = &self.trees else { return Ok(None) };
        if let Some(shown) = shown.filter(|shown| shown.as_stored)
            && let Some(part) = self.part_of(db, trees, shown.hospital)?
            && trees.have(db, &part, &shown.leaf)?
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
                    Some(leaf) => trees.have(db, &Part::Organizations, leaf)?,
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

impl Shown {
    fn read(db: &Connection, rank: i64) -> rusqlite::Result<Option<Self>> {
        db.prepare_cached(
            "SELECT r.id, p.id, hospital.key, title.key, department.key, '@' || r.localpart || ':' || s.name,
             r.verified_at, r.valid_until, v.name, v.organization, r.licence_ending, r.organization,
             p.han, p.latin, own.key,
             c.organization = coalesce(r.organization, 0)
             AND c.department = coalesce(r.departments ->> 0, r.departments, 0)
             AND c.title = coalesce(r.title, p.title, 0)
             FROM colleague c JOIN role r ON r.n = (c.rank & 33554431) << 6 | c.place
             JOIN practitioner p ON p.n = c.rank & 33554431 AND p.known = 1
             LEFT JOIN term hospital ON hospital.n = r.organization LEFT JOIN term title ON title.n = r.title
             LEFT JOIN term own ON own.n = p.title
             LEFT JOIN term department ON department.n = coalesce(r.departments ->> 0, r.departments)
             LEFT JOIN verifier v ON v.n = r.verifier LEFT JOIN homeserver s ON s.n = r.homeserver
             WHERE c.rank = ?1",
        )?
        .query_row([rank], |row| {
            let raw = |at| row.get::<_, Option<String>>(at).map(Option::unwrap_or_default);
            let verification = match stored::seconds(&row.get(6)?) {
                None => None,
                Some(verified_at) => Some(VerificationEntry {
                    verified_at,
                    valid_until: clipped(Some(&stored::day_text(&row.get(7)?))),
                    verifier: counts(row, 8)?,
                    organization: counts(row, 9)?,
                    licence_ending: clipped(Some(&stored::ending_text(&row.get(10)?))),
                }),
            };
            let practitioner = stored::id_text(&row.get(1)?);
            let person = PractitionerEntry {
                id: practitioner.clone(),
                han: counts(row, 12)?,
                latin: counts(row, 13)?,
                title: counts(row, 14)?,
            };
            let entry = RoleEntry {
                id: stored::id_text(&row.get(0)?),
                practitioner,
                organization: raw(2)?,
                title: counts(row, 3)?,
                department: counts(row, 4)?,
                user_id: raw(5)?,
                verification,
            };
            Ok(Self {
                leaf: entry.leaf(&person),
                through: stored::counts_through(&row.get(6)?, &row.get(7)?),
                hospital: row.get(11)?,
                as_stored: row.get(15)?,
            })
        })
        .optional()
    }
}

/// A kept text as it counts.
fn counts(row: &Row<'_>, at: usize) -> rusqlite::Result<String> {
    Ok(clipped(row.get_ref(at)?.as_str_or_null().map_err(rusqlite::Error::from)?))
}
