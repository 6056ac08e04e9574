//! Dates of a search: a prefix and as much of an instant as is known. FHIR R4, 3.1.1.4.7.

use crate::clock::Millis;
use chrono::{DateTime, Months, NaiveDate, TimeDelta, Utc};

/// Instants from the first to before the second; all others if it is negated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    pub from: Millis,
    pub until: Millis,
    pub negated: bool,
}

const EVER: (Millis, Millis) = (Millis::MIN, Millis::MAX);

impl Period {
    /// Reads `ge2026-07`, `2026-07-01T08:00+08:00` and the like. None if it is no such thing.
    pub fn read(text: &str) -> Option<Self> {
        let digits = text.find(|c: char| c.is_ascii_digit())?;
        let (prefix, value) = text.split_at(digits);
        let (first, next) = stated(value)?;
        let (from, until) = match prefix {
            "" | "eq" | "ne" => (first, next),
            // For an instant, to start after is to be greater, and to end before is to be less.
            "gt" | "sa" => (next, EVER.1),
            "ge" => (first, EVER.1),
            "lt" | "eb" => (EVER.0, first),
            "le" => (EVER.0, next),
            _ => return None,
        };
        Some(Self { from, until, negated: prefix == "ne" })
    }
}

/// First millisecond of what is stated, and the first after it.
fn stated(text: &str) -> Option<(Millis, Millis)> {
    // A plus sign that was not escaped arrives as a space.
    let text = text.replace(' ', "+");
    let Some((date, time)) = text.split_once('T') else {
        let (first, next) = days(&text)?;
        return Some((midnight(first)?, midnight(next)?));
    };
    let zone = time.find(['Z', '+', '-']).unwrap_or(time.len());
    let (time, zone) = time.split_at(zone);
    let zone = if zone.is_empty() { "Z" } else { zone };
    let (time, length) = match (time.len(), time.split_once('.')) {
        (5, None) => (format!("{time}:00"), TimeDelta::minutes(1)),
        (8, None) => (time.to_owned(), TimeDelta::seconds(1)),
        (_, Some((whole, fraction))) if whole.len() == 8 && (1..=9).contains(&fraction.len()) => {
            (time.to_owned(), TimeDelta::milliseconds(10_i64.pow(3_u32.saturating_sub(fraction.len() as u32))))
        }
        _ => return None,
    };
    if date.len() != 10 {
        return None;
    }
    let first = DateTime::parse_from_rfc3339(&format!("{date}T{time}{zone}")).ok()?.with_timezone(&Utc);
    Some((first.timestamp_millis(), first.checked_add_signed(length)?.timestamp_millis()))
}

/// The first day of a year, a month or a day, and the first after it.
fn days(text: &str) -> Option<(NaiveDate, NaiveDate)> {
    if !text.bytes().all(|b| b.is_ascii_digit() || b == b'-') {
        return None;
    }
    let read = |text: &str| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    match text.len() {
        4 => read(&format!("{text}-01-01")).and_then(|first| Some((first, first.checked_add_months(Months::new(12))?))),
        7 => read(&format!("{text}-01")).and_then(|first| Some((first, first.checked_add_months(Months::new(1))?))),
        10 => read(text).and_then(|first| Some((first, first.succ_opt()?))),
        _ => None,
    }
}

fn midnight(day: NaiveDate) -> Option<Millis> {
    Some(day.and_hms_opt(0, 0, 0)?.and_utc().timestamp_millis())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Millis {
        DateTime::parse_from_rfc3339(text).unwrap().timestamp_millis()
    }

    #[test]
    fn what_is_not_stated_makes_a_range() {
        let july = (day("2026-07-01T00:00:00Z"), day("2026-08-01T00:00:00Z"));
        let period = |from, until| Some(Period { from, until, negated: false });
        assert_eq!(Period::read("2026-07"), period(july.0, july.1));
        assert_eq!(Period::read("eq2026-07"), period(july.0, july.1));
        assert_eq!(Period::read("ne2026-07"), Some(Period { from: july.0, until: july.1, negated: true }));
        assert_eq!(Period::read("gt2026-07"), period(july.1, EVER.1));
        assert_eq!(Period::read("ge2026-07"), period(july.0, EVER.1));
        assert_eq!(Period::read("lt2026-07"), period(EVER.0, july.0));
        assert_eq!(Period::read("le2026-07"), period(EVER.0, july.1));
        assert_eq!(Period::read("2026"), period(day("2026-01-01T00:00:00Z"), day("2027-01-01T00:00:00Z")));
        assert_eq!(Period::read("2026-12-31"), period(day("2026-12-31T00:00:00Z"), day("2027-01-01T00:00:00Z")));
    }

    #[test]
    fn a_time_is_as_long_as_its_last_digit() {
        let at = day("2026-07-01T00:00:00Z");
        for (text, length) in [
            ("2026-07-01T00:00Z", 60_000),
            ("2026-07-01T08:00:00+08:00", 1_000),
            ("2026-07-01T08:00:00 08:00", 1_000),
            ("2026-07-01T00:00:00.0Z", 100),
            ("2026-07-01T00:00:00.000Z", 1),
            ("2026-07-01T00:00:00", 1_000),
        ] {
            assert_eq!(Period::read(text), Some(Period { from: at, until: at + length, negated: false }), "{text}");
        }
    }

    #[test]
    fn nothing_else_is_a_date() {
        for text in [
            "",
            "ge",
            "yesterday",
            "2026-13",
            "2026-02-30",
            "ap2026",
            "ge 2026",
            "2026-7-1",
            "20260701",
            "2026-07-01T8",
            "2026-07-01T08:00:00.Z",
            "2026T00:00:00Z",
            "2026-07-01T25:00:00Z",
            "99999",
            "ge2026-07-01' OR 1=1",
        ] {
            assert_eq!(Period::read(text), None, "{text}");
        }
    }
}
