//! Time and randomness, passed in so that a test can turn the clock.

use chrono::{DateTime, SecondsFormat, TimeZone as _, Utc};

pub trait Clock: Send + Sync + 'static {
    fn now(&self) -> DateTime<Utc>;
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// Milliseconds since the Unix epoch, as the database keeps times.
pub type Millis = i64;

/// RFC 3339, UTC, to the millisecond: an instant of FHIR.
pub fn instant(at: Millis) -> String {
    Utc.timestamp_millis_opt(at).single().unwrap_or_default().to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Fills bytes by lot.
type Fill = dyn Fn(&mut [u8]) + Send + Sync;

/// Where random bytes come from.
pub struct Random(Box<Fill>);

impl std::fmt::Debug for Random {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Random")
    }
}

impl Random {
    pub fn new(fill: impl Fn(&mut [u8]) + Send + Sync + 'static) -> Self {
        Self(Box::new(fill))
    }

    /// The generator of the `rand` crate, seeded by the operating system.
    pub fn system() -> Self {
        Self::new(|bytes| rand::RngCore::fill_bytes(&mut rand::rng(), bytes))
    }

    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.0)(&mut bytes);
        bytes
    }

    /// A number below `limit`, each equally likely.
    pub fn below(&self, limit: u32) -> u32 {
        let fair = u32::MAX - u32::MAX % limit;
        loop {
            let drawn = u32::from_le_bytes(self.bytes());
            if drawn < fair {
                return drawn % limit;
            }
        }
    }

    /// A UUID, version 4.
    pub fn uuid(&self) -> String {
        uuid::Builder::from_random_bytes(self.bytes()).into_uuid().to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_beyond_the_last_whole_multiple_is_drawn_again() {
        let draws = std::sync::Mutex::new(vec![7_000_042_u32, u32::MAX]);
        let random = Random::new(move |bytes| {
            bytes.copy_from_slice(&draws.lock().unwrap().pop().unwrap().to_le_bytes());
        });
        assert_eq!(random.below(1_000_000), 42);
    }

    #[test]
    fn instants_are_utc_to_the_millisecond() {
        assert_eq!(instant(1_783_000_000_007), "2026-07-02T13:46:40.007Z");
    }
}
