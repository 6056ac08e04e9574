//! When an application has waited too long.

use crate::clock::Millis;
use chrono::{Datelike as _, Days, TimeZone as _, Utc, Weekday};

/// Working days (Monday to Friday) within which an application is to be looked at.
const DUE_WITHIN: u32 = 2;

/// Whether more than two working days have passed. Public holidays are not known here.
pub fn overdue(submitted_at: Millis, now: Millis) -> bool {
    let Some(mut due) = Utc.timestamp_millis_opt(submitted_at).single() else { return false };
    let mut left = DUE_WITHIN;
    while left > 0 {
        let Some(next) = due.checked_add_days(Days::new(1)) else { return false };
        due = next;
        if !matches!(due.weekday(), Weekday::Sat | Weekday::Sun) {
            left -= 1;
        }
    }
    now > due.timestamp_millis()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Millis {
        chrono::DateTime::parse_from_rfc3339(text).unwrap().timestamp_millis()
    }

    #[test]
    fn a_weekend_does_not_count() {
        // 2026-07-03 is a Friday.
        let friday = at("2026-07-03T10:00:00Z");
        assert!(!overdue(friday, at("2026-07-07T09:59:00Z")));
        assert!(overdue(friday, at("2026-07-07T10:01:00Z")));
        let monday = at("2026-07-06T10:00:00Z");
        assert!(!overdue(monday, at("2026-07-08T09:00:00Z")));
        assert!(overdue(monday, at("2026-07-08T10:01:00Z")));
    }
}
