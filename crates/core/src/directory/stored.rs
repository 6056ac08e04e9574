//! Values as the rows hold them: in few bytes where they are written in the usual way, and as they came where they are
//! not. All are read back byte for byte, because what is signed is what was sent.

use chrono::{DateTime, NaiveDate, SecondsFormat};
use rusqlite::types::Value;
use uuid::Uuid;

/// A FHIR id: the 16 bytes of a UUID.
pub(super) fn id(text: &str) -> Value {
    match Uuid::try_parse(text) {
        Ok(uuid) if uuid.hyphenated().to_string() == text => Value::Blob(uuid.as_bytes().to_vec()),
        _ => Value::Text(text.to_owned()),
    }
}

pub(super) fn id_text(stored: &Value) -> String {
    match stored {
        Value::Blob(bytes) => Uuid::from_slice(bytes).map(|uuid| uuid.hyphenated().to_string()).unwrap_or_default(),
        other => text(other),
    }
}

/// Seconds since 1970 up to here are seconds in a row, greater numbers are milliseconds.
const MOST_SECONDS: i64 = 100_000_000_000;

/// An instant (RFC 3339): seconds or milliseconds since 1970 if it is written in UTC with as many digits.
pub(super) fn instant(text: &str) -> Value {
    let Ok(at) = DateTime::parse_from_rfc3339(text) else { return worded(text) };
    let (seconds, milliseconds) = (at.timestamp(), at.timestamp_millis());
    for number in [seconds, milliseconds] {
        let seconds = number == seconds;
        if (number.abs() < MOST_SECONDS) == seconds && instant_of(number).as_deref() == Some(text) {
            return Value::Integer(number);
        }
    }
    worded(text)
}

fn instant_of(number: i64) -> Option<String> {
    let (at, digits) = if number.abs() < MOST_SECONDS {
        (DateTime::from_timestamp(number, 0)?, SecondsFormat::Secs)
    } else {
        (DateTime::from_timestamp_millis(number)?, SecondsFormat::Millis)
    };
    Some(at.to_rfc3339_opts(digits, true))
}

pub(super) fn instant_text(stored: &Value) -> String {
    match stored {
        Value::Integer(number) => instant_of(*number).unwrap_or_default(),
        other => text(other),
    }
}

/// Seconds since 1970 of a stored instant.
pub(super) fn seconds(stored: &Value) -> Option<i64> {
    DateTime::parse_from_rfc3339(&instant_text(stored)).ok().map(|at| at.timestamp())
}

/// A date `YYYY-MM-DD`: the number of these digits.
pub(super) fn day(text: &str) -> Value {
    let number = text.replace('-', "").parse().unwrap_or_default();
    if day_of(number).as_deref() == Some(text) { Value::Integer(number) } else { worded(text) }
}

fn day_of(number: i64) -> Option<String> {
    let part = |number: i64| u32::try_from(number).ok();
    let (year, month, day) = (part(number / 10_000)?, part(number / 100 % 100)?, part(number % 100)?);
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    Some(format!("{year:04}-{month:02}-{day:02}"))
}

pub(super) fn day_text(stored: &Value) -> String {
    match stored {
        Value::Integer(number) => day_of(*number).unwrap_or_default(),
        other => text(other),
    }
}

/// Days since 1970 of a verification that does not count, and of one that does not end.
pub(super) const NOT_VERIFIED: u16 = 0;
pub(super) const NO_END: u16 = u16::MAX - 1;
/// A day on which no verification counts.
pub(super) const NEVER: u16 = u16::MAX;

/// Days since 1970 through which a verification from the one instant until the other date counts. A date that cannot be
/// told is none.
pub(super) fn counts_through(verified_at: &Value, valid_until: &Value) -> u16 {
    match valid_until {
        _ if *verified_at == Value::Null => NOT_VERIFIED,
        Value::Null => NO_END,
        Value::Integer(_) => days(&day_text(valid_until)),
        _ => NOT_VERIFIED,
    }
}

/// Days from 1970 to a date (`YYYY-MM-DD`); 0 before, and at most as many as 16 bits hold.
pub(super) fn days(date: &str) -> u16 {
    let date = date.parse::<NaiveDate>().unwrap_or_default();
    u16::try_from(date.signed_duration_since(NaiveDate::default()).num_days().clamp(0, NO_END.into())).unwrap_or(NO_END)
}

/// The four digits at the end of a licence number, behind a one so that zeros at their head stay.
pub(super) fn ending(text: &str) -> Value {
    match text.parse::<i64>() {
        Ok(number) if text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit()) => Value::Integer(10_000 + number),
        _ => worded(text),
    }
}

pub(super) fn ending_text(stored: &Value) -> String {
    match stored {
        Value::Integer(number) => number.to_string().split_off(1),
        other => text(other),
    }
}

/// Terms: nothing, the one there is, or a JSON array. `json_each` reads all three.
pub(super) fn terms(terms: &[i64]) -> Value {
    match terms {
        [] => Value::Null,
        [one] => Value::Integer(*one),
        some => Value::Text(serde_json::to_string(some).unwrap_or_default()),
    }
}

pub(super) fn terms_of(stored: &Value) -> Vec<i64> {
    match stored {
        Value::Integer(one) => vec![*one],
        Value::Text(some) => serde_json::from_str(some).unwrap_or_default(),
        _ => Vec::new(),
    }
}

fn worded(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { Value::Text(text.to_owned()) }
}

fn text(stored: &Value) -> String {
    match stored {
        Value::Text(text) => text.clone(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is stored, if it is short, after checking that it is read back as it was.
    fn short(texts: &[&str], stored: fn(&str) -> Value, shown: fn(&Value) -> String) -> Vec<bool> {
        let is_short = |text: &&str| {
            let value = stored(text);
            assert_eq!(shown(&value), **text);
            !matches!(value, Value::Text(_))
        };
        texts.iter().map(is_short).collect()
    }

    #[test]
    fn every_text_is_read_back_as_it_was_and_the_usual_ones_are_short() {
        let ids = ["6f9619ff-8b86-d011-b42d-00c04fc964ff", "6F9619FF-8B86-D011-B42D-00C04FC964FF", "zhang-wei", ""];
        assert_eq!(short(&ids, id, id_text), [true, false, false, false]);
        let instants = [
            "2025-11-18T01:30:00Z",
            "2025-11-18T01:30:00.250Z",
            "2025-11-18T01:30:00.000Z",
            "1969-12-31T23:59:59Z",
            "",
            "2025-11-18T09:30:00+08:00",
            "2025-11-18T01:30:00.25Z",
            "2025-11-18T01:30:00.000001Z",
            "2025-11-18t01:30:00z",
            "1970-01-01T00:00:00.000Z",
            "2025-11-18",
        ];
        let shortened = short(&instants, instant, instant_text);
        assert_eq!(shortened.iter().position(|s| !s), Some(5), "{shortened:?}");
        assert!(!shortened.iter().skip(5).any(|s| *s), "{shortened:?}");
        assert_eq!(seconds(&instant("2025-11-18T09:30:00+08:00")), seconds(&instant("2025-11-18T01:30:00.999Z")));
        let days = ["2026-11-18", "0999-01-01", "", "2026-02-30", "2026-11", "20261118", "2026-1-18", "+2026-11-18"];
        assert_eq!(short(&days, day, day_text), [true, true, true, false, false, false, false, false]);
        let endings = ["4417", "0007", "", "441", "44177", "+417", "441X"];
        assert_eq!(short(&endings, ending, ending_text), [true, true, true, false, false, false, false]);
    }

    #[test]
    fn a_verification_counts_through_its_last_day() {
        let through = |from: &str, until: &str| counts_through(&instant(from), &day(until));
        assert_eq!(through("2025-11-18T01:30:00Z", "1970-01-02"), 1);
        assert_eq!(through("2025-11-18T01:30:00Z", "2026-11-18"), days("2026-11-18"));
        assert_eq!((days("2026-11-18"), days("2026-11-19"), days("1969-01-01")), (20_775, 20_776, 0));
        assert_eq!(through("2025-11-18T01:30:00Z", ""), NO_END);
        assert_eq!(through("2025-11-18T01:30:00Z", "3000-01-01"), NO_END);
        assert_eq!(through("", "2026-11-18"), NOT_VERIFIED);
        assert_eq!(through("2025-11-18T01:30:00Z", "2026-11"), NOT_VERIFIED, "no day can be told");
    }

    #[test]
    fn terms_are_read_back_in_their_order() {
        for some in [vec![], vec![17], vec![9, 3, 12]] {
            assert_eq!(terms_of(&terms(&some)), some);
        }
    }
}
