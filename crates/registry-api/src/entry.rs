//! What a directory entry may hold that its owner keeps. The client checks before it sends, the registry on arrival.

use chrono::NaiveDate;

/// Contacts, fields of interest and languages of one entry.
pub const CONTACTS: usize = 10;
pub const INTERESTS: usize = 12;
pub const LANGUAGES: usize = 12;
/// Times of leave of one role, and days of one of them.
pub const LEAVES: usize = 10;
pub const LEAVE_DAYS: i64 = 3 * 365;
/// Characters of a field of interest, of the text of a leave, or of the text of a language.
pub const INTEREST_LIMIT: usize = 60;

/// System of the codes of languages.
pub const LANGUAGE_SYSTEM: &str = "urn:ietf:bcp:47";

/// As far as language, script and region go (RFC 5646, 2.1).
pub fn is_language_tag(tag: &str) -> bool {
    let mut parts = tag.split('-');
    parts.next().is_some_and(|l| (2..=3).contains(&l.len()) && l.bytes().all(|b| b.is_ascii_alphabetic()))
        && parts.clone().count() <= 3
        && parts.all(|part| (2..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// One line of text within a limit of characters.
pub fn is_line(text: &str, limit: usize) -> bool {
    !text.trim().is_empty() && text.chars().count() <= limit && !text.chars().any(char::is_control)
}

/// Why there is no such time of leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaveFault {
    /// Its first or last day is no whole day `YYYY-MM-DD`.
    NoDays,
    EndsBefore,
    TooLong,
}

/// The first and the last day of a leave.
pub fn leave_days(from: &str, through: &str) -> Result<(NaiveDate, NaiveDate), LeaveFault> {
    let whole_day = |text: &str| text.parse::<NaiveDate>().ok().filter(|day| day.to_string() == text);
    let (Some(from), Some(through)) = (whole_day(from), whole_day(through)) else { return Err(LeaveFault::NoDays) };
    match (through - from).num_days() {
        days if days < 0 => Err(LeaveFault::EndsBefore),
        days if days >= LEAVE_DAYS => Err(LeaveFault::TooLong),
        _ => Ok((from, through)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leave_is_of_whole_days_in_their_order() {
        let fault = |from, through| leave_days(from, through).err();
        assert_eq!(fault("2026-12-12", "2026-12-12"), None);
        assert_eq!(fault("2026-12-12", "2029-12-10"), None);
        assert_eq!(fault("2026-12-12", "2029-12-11"), Some(LeaveFault::TooLong));
        assert_eq!(fault("2026-12-12", "2026-12-11"), Some(LeaveFault::EndsBefore));
        for (from, through) in [("", "2026-12-12"), ("2026-12", "2026-12-12"), ("2026-2-1", "2026-12-12")] {
            assert_eq!(fault(from, through), Some(LeaveFault::NoDays), "{from} {through}");
        }
    }
}
