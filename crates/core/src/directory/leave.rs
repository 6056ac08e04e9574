//! When colleagues are away, as they say themselves: it is no part of what the registry signs.

use super::resources::roles_of;
use super::rows::clipped;
use chrono::{Days, NaiveDate};
use consilium_api::entry::Leave;
use consilium_api::registry::entry::{LEAVES, leave_days};
use consilium_fhir::PractitionerRole;
use rusqlite::{Connection, params};

/// Days ahead of which a leave is told.
const AHEAD: Days = Days::new(14);

/// The times of a role, as they are kept; none if there are none. What is not from one day through another is passed over.
pub(super) fn times(role: &PractitionerRole) -> Option<String> {
    let times: Vec<Leave> = role
        .not_available
        .iter()
        .filter_map(|leave| {
            let (from, through) = leave.bounds();
            leave_days(from, through).ok()?;
            let text = clipped(leave.description.as_deref());
            Some(Leave { from: from.to_owned(), through: through.to_owned(), text })
        })
        .take(LEAVES)
        .collect();
    if times.is_empty() { None } else { serde_json::to_string(&times).ok() }
}

pub(super) fn store(db: &Connection, role: i64, times: &str) -> rusqlite::Result<()> {
    db.prepare_cached("INSERT OR REPLACE INTO leave VALUES (?1, ?2)")?.execute(params![role, times]).map(drop)
}

pub(super) fn forget(db: &Connection, role: i64) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM leave WHERE role = ?1")?.execute([role]).map(drop)
}

/// The times of a practitioner, whatever the role, that are now or begin within two weeks; the earliest first.
pub(super) fn told(db: &Connection, practitioner: i64, today: NaiveDate) -> rusqlite::Result<Vec<Leave>> {
    let (first, last) = roles_of(practitioner);
    let stored: Vec<String> = db
        .prepare_cached("SELECT times FROM leave WHERE role BETWEEN ?1 AND ?2")?
        .query_map([first, last], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let times = stored.iter().flat_map(|times| serde_json::from_str::<Vec<Leave>>(times).unwrap_or_default());
    let mut told: Vec<Leave> = times.filter(|leave| is_told(leave, today)).collect();
    told.sort_unstable();
    told.dedup();
    Ok(told)
}

fn is_told(leave: &Leave, today: NaiveDate) -> bool {
    let soon = today.checked_add_days(AHEAD).unwrap_or(today);
    leave_days(&leave.from, &leave.through).is_ok_and(|(from, through)| through >= today && from <= soon)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leave_is_told_two_weeks_before_and_through_its_last_day() {
        let leave = Leave { from: "2026-12-12".into(), through: "2026-12-20".into(), text: "congress".into() };
        let told = |day: &str| day.parse().is_ok_and(|day| is_told(&leave, day));
        let days = ["2026-11-27", "2026-11-28", "2026-12-12", "2026-12-20", "2026-12-21"];
        assert_eq!(days.map(told), [false, true, true, true, false]);
    }
}
