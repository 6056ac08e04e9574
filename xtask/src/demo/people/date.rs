//! Days of the Gregorian calendar.

use std::fmt;
use std::time::SystemTime;

use mail_parser::DateTime;

/// A calendar day. `Display` writes `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    pub year: u16,
    pub month: u8,
    pub day: u8,
}

const DAY: i64 = 24 * 60 * 60;

impl Date {
    /// Today in UTC.
    pub fn today() -> Self {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Self::from_seconds(i64::try_from(now.as_secs()).unwrap_or_default())
    }

    fn from_seconds(seconds: i64) -> Self {
        let time = DateTime::from_timestamp(seconds);
        Self { year: time.year, month: time.month, day: time.day }
    }

    pub fn minus_days(self, days: i64) -> Self {
        let midnight = DateTime {
            year: self.year,
            month: self.month,
            day: self.day,
            hour: 0,
            minute: 0,
            second: 0,
            tz_before_gmt: false,
            tz_hour: 0,
            tz_minute: 0,
        };
        Self::from_seconds(midnight.to_timestamp() - days * DAY)
    }

    /// The same day next year; 28 February for 29 February.
    pub fn plus_year(self) -> Self {
        let day = if self.month == 2 { self.day.min(28) } else { self.day };
        Self { year: self.year + 1, day, ..self }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::Date;

    #[test]
    fn counts_over_months_and_leap_years() {
        let day = Date { year: 2028, month: 3, day: 1 };
        assert_eq!(day.minus_days(1).to_string(), "2028-02-29");
        assert_eq!(day.minus_days(1).plus_year().to_string(), "2029-02-28");
        assert_eq!(Date { year: 2026, month: 1, day: 1 }.minus_days(366).to_string(), "2024-12-31");
    }
}
