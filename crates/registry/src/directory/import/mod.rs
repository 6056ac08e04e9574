//! Bringing in the organisations and colleagues that exist already. `docs/import.md` tells whoever does it how.
//!
//! First everything is read and understood ([`reading`], [`understood`]) and put aside ([`staged`]); then it is compared
//! with itself and with the directory ([`compared`]); only if nothing is wrong it is written ([`written`]).

mod compared;
mod departed;
mod fhir;
pub mod finding;
mod listed;
mod mapping;
mod naming;
mod parallel;
mod reading;
mod retired;
mod sheet;
mod specialty;
mod spool;
mod staged;
mod understood;
mod unpacked;
mod visibility;
mod written;

use self::finding::{Findings, Place, Severity};
use self::mapping::Mapping;
use self::staged::{Fate, Stage};
use self::understood::Understood;
use super::kind::Kind;
use crate::state::Registry;
use anyhow::{Context as _, bail, ensure};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What is to be imported, and how.
#[derive(Clone, Debug, Default)]
pub struct Import {
    pub files: Vec<PathBuf>,
    /// Tells the columns of sheets.
    pub mapping: Option<PathBuf>,
    /// Name of where the files come from.
    pub source: Option<String>,
    /// Put before every id.
    pub prefix: String,
    pub dry_run: bool,
    /// Imports what is not at fault.
    pub skip_errors: bool,
    /// Takes out what the source has no longer.
    pub retire_missing: bool,
    /// How much may go at once; a tenth of the source if not said.
    pub retire_at_most: Option<u64>,
    /// Keeps verifications, and binds accounts, that the files tell of: who imports answers for them.
    pub vouched: bool,
}

/// How many resources were read, changed or not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Imported {
    pub organizations: u64,
    pub practitioners: u64,
    pub roles: u64,
}

/// What an import did, or would do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    #[serde(flatten)]
    pub read: Imported,
    pub dry_run: bool,
    /// False if errors kept everything from being written.
    pub written: bool,
    pub new: u64,
    pub changed: u64,
    pub unchanged: u64,
    /// Twice in the files, or listed by somebody else.
    pub duplicates: u64,
    /// Of colleagues who have joined and keep their entry, or whose account was revoked.
    pub left_alone: u64,
    pub retired: u64,
    pub errors: u64,
    pub warnings: u64,
    /// Resources of which something personal was not taken.
    pub withheld: u64,
    /// Verifications and accounts that were not taken because nobody vouched for them.
    pub unvouched: u64,
    /// By type.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub not_kept: BTreeMap<String, u64>,
}

/// Imports files for which the caller vouches. The first thing that is wrong is an error, and nothing is written.
pub fn import(registry: &Registry, files: &[impl AsRef<Path>]) -> anyhow::Result<Imported> {
    let files: Vec<PathBuf> = files.iter().map(|file| file.as_ref().to_owned()).collect();
    let (totals, findings) = run(registry, &Import { files, vouched: true, ..Import::default() })?;
    if let Some(wrong) = findings.of(Severity::Error).next() {
        bail!("nothing of {} was imported: {}", findings.file(wrong.place).display(), findings.line(wrong));
    }
    Ok(totals.read)
}

/// Imports, or only looks. An error is of the registry or of how it was asked; what is wrong with files is in the findings.
pub fn run(registry: &Registry, import: &Import) -> anyhow::Result<(Totals, Findings)> {
    ensure!(import.files.len() < usize::from(u16::MAX), "these are too many files");
    ensure!(!import.retire_missing || import.source.is_some(), "--retire-missing needs the --source that is complete");
    let mapping = match &import.mapping {
        Some(path) => {
            let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
            Some(Mapping::read(&text).with_context(|| format!("{} is no mapping", path.display()))?)
        }
        None => None,
    };
    let folder = registry.database.folder();
    let mut findings = Findings::new(&import.files);
    let mut stage = Stage::new(&folder)?;
    for (at, path) in import.files.iter().enumerate() {
        reading::read(path, u16::try_from(at)?, mapping.as_ref(), &mut |pieces| {
            let understood = parallel::mapped(pieces, |piece| Understood::of(piece, import));
            understood.into_iter().try_for_each(|one| stage.add(one, &mut findings))
        })?;
    }
    let empty = registry.database.read_now(|c| compared::compare(c, import, &mut stage, &mut findings))?;

    let mut totals = totals(import, &stage, &findings);
    let clean = totals.errors == 0;
    if import.retire_missing && !clean {
        findings.add(Severity::Note, Place::default(), "nothing is retired while there are errors");
    }
    if import.dry_run {
        if import.retire_missing && clean {
            totals.retired = registry
                .database
                .read_now(|c| retired::retire(c, import, &stage, &mut findings, registry.now(), false))?;
        }
    } else if clean || import.skip_errors {
        if empty {
            written::fill(registry, import, &mut stage, &folder)?;
        } else {
            written::update(registry, import, &mut stage)?;
        }
        if import.retire_missing && clean {
            totals.retired = registry
                .database
                .write_now(|c| retired::retire(c, import, &stage, &mut findings, registry.now(), true))?;
        }
        totals.written = true;
    }
    findings.sort();
    Ok((totals, findings))
}

fn totals(import: &Import, stage: &Stage, findings: &Findings) -> Totals {
    let count = |kind| u64::from(stage.count(kind));
    let mut totals = Totals {
        read: Imported {
            organizations: count(Kind::Organization),
            practitioners: count(Kind::Practitioner),
            roles: count(Kind::PractitionerRole),
        },
        dry_run: import.dry_run,
        duplicates: findings.count(Severity::Duplicate),
        errors: findings.count(Severity::Error),
        warnings: findings.count(Severity::Warning),
        withheld: stage.withheld,
        unvouched: stage.unvouched,
        not_kept: stage.not_kept.clone(),
        ..Totals::default()
    };
    for kind in Kind::ALL {
        for staged in &stage.shelf(kind).staged {
            match staged.fate {
                Fate::New => totals.new += 1,
                Fate::Changed => totals.changed += 1,
                Fate::Unchanged => totals.unchanged += 1,
                Fate::Joined | Fate::Revoked => totals.left_alone += 1,
                Fate::Same(_) | Fate::Listed | Fate::Refused => {}
            }
        }
    }
    totals
}
