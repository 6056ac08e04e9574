//! When nothing is told.

use chrono::{DateTime, Datelike, Duration, Local, NaiveDateTime, NaiveTime, TimeZone, Timelike, Utc};
use consilium_api::notifications::Silence;
use consilium_api::settings::{NotificationSettings, QuietHours};

/// Minutes of a day.
pub(crate) const DAY: u16 = 24 * 60;
/// When a night is over, in hours.
const MORNING: u32 = 7;

/// Whether what comes at `now` is told.
pub(super) fn tells(settings: &NotificationSettings, mention: bool, now: DateTime<Local>) -> bool {
    let quiet = is_silent(settings, now.to_utc()) || is_quiet(&settings.quiet_hours, now.naive_local());
    settings.on && (!quiet || (mention && settings.quiet_hours.mentions))
}

fn is_silent(settings: &NotificationSettings, now: DateTime<Utc>) -> bool {
    let until = settings.silent_until.as_deref().and_then(|until| DateTime::parse_from_rfc3339(until).ok());
    until.is_some_and(|until| now < until)
}

fn is_quiet(hours: &QuietHours, now: NaiveDateTime) -> bool {
    let minute = u16::try_from(now.hour() * 60 + now.minute()).unwrap_or_default();
    let today = now.weekday().num_days_from_monday() as usize;
    let begins_on = |day: usize| hours.days.get(day % 7).copied().unwrap_or_default();
    let (from, to) = (hours.from % DAY, hours.to % DAY);
    let tonight = begins_on(today) && minute >= from && (to <= from || minute < to);
    let since_yesterday = begins_on(today + 6) && to <= from && minute < to;
    hours.on && (tonight || since_yesterday)
}

/// When a silence that begins now is over.
pub(crate) fn end_of(silence: Silence, now: DateTime<Local>) -> Option<String> {
    let until = match silence {
        Silence::Over => return None,
        Silence::Hour => now + Duration::hours(1),
        Silence::Morning => {
            let morning = NaiveTime::from_hms_opt(MORNING, 0, 0).unwrap_or_default();
            let day = if now.hour() < MORNING { now.date_naive() } else { now.date_naive() + Duration::days(1) };
            // A clock that is set forward may leave the hour out.
            Local.from_local_datetime(&day.and_time(morning)).earliest().unwrap_or(now + Duration::hours(8))
        }
    };
    Some(until.to_utc().to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A Tuesday, 3 November 2026.
    fn at(day: u32, hour: u32, minute: u32) -> DateTime<Local> {
        Local.with_ymd_and_hms(2026, 11, day, hour, minute, 0).earliest().unwrap()
    }

    fn settings(hours: QuietHours) -> NotificationSettings {
        NotificationSettings { quiet_hours: QuietHours { on: true, ..hours }, ..NotificationSettings::default() }
    }

    #[test]
    fn a_night_goes_over_midnight() {
        let night = settings(QuietHours::default());
        for (hour, minute, told) in
            [(21, 59, true), (22, 0, false), (23, 59, false), (0, 0, false), (6, 59, false), (7, 0, true)]
        {
            assert_eq!(tells(&night, false, at(3, hour, minute)), told, "{hour}:{minute}");
        }
        let off = NotificationSettings { quiet_hours: QuietHours { on: false, ..night.quiet_hours }, ..night };
        assert!(tells(&off, false, at(3, 23, 0)));
    }

    #[test]
    fn a_day_is_the_one_on_which_it_begins() {
        // Tuesday alone.
        let days = [false, true, false, false, false, false, false];
        let tuesday = settings(QuietHours { days, ..QuietHours::default() });
        assert!(!tells(&tuesday, false, at(3, 23, 0)) && !tells(&tuesday, false, at(4, 3, 0)));
        assert!(tells(&tuesday, false, at(3, 3, 0)) && tells(&tuesday, false, at(4, 23, 0)));
        let rounds = settings(QuietHours { from: 8 * 60, to: 9 * 60 + 30, ..QuietHours::default() });
        assert!(
            !tells(&rounds, false, at(3, 9, 29))
                && tells(&rounds, false, at(3, 9, 30))
                && tells(&rounds, false, at(3, 7, 59))
        );
        let always = settings(QuietHours { from: 600, to: 600, ..QuietHours::default() });
        assert!((0..24).all(|hour| !tells(&always, false, at(3, hour, 0))));
    }

    #[test]
    fn a_mention_breaks_through_if_chosen() {
        let night = settings(QuietHours::default());
        assert!(tells(&night, true, at(3, 23, 0)));
        let deaf = settings(QuietHours { mentions: false, ..QuietHours::default() });
        assert!(!tells(&deaf, true, at(3, 23, 0)));
        let off = NotificationSettings { on: false, ..NotificationSettings::default() };
        assert!(!tells(&off, true, at(3, 12, 0)));
    }

    #[test]
    fn a_silence_ends() {
        let silent = |silence, now| NotificationSettings { silent_until: end_of(silence, now), ..Default::default() };
        let hour = silent(Silence::Hour, at(3, 12, 0));
        assert!(
            !tells(&hour, false, at(3, 12, 59))
                && tells(&hour, false, at(3, 13, 0))
                && tells(&hour, true, at(3, 12, 30))
        );
        let morning = silent(Silence::Morning, at(3, 20, 0));
        assert!(!tells(&morning, false, at(4, 6, 59)) && tells(&morning, false, at(4, 7, 0)));
        let early = silent(Silence::Morning, at(4, 2, 0));
        assert!(!tells(&early, false, at(4, 6, 59)) && tells(&early, false, at(4, 7, 0)));
        assert_eq!(end_of(Silence::Over, at(3, 12, 0)), None);
        let nonsense = NotificationSettings { silent_until: Some("soon".into()), ..Default::default() };
        assert!(tells(&nonsense, false, at(3, 12, 0)));
    }
}
