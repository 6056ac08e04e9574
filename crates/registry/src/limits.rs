//! Rate limits: a token bucket for each caller and kind of call.
//!
//! Written here and not taken from `governor`, because sixty lines that follow the registry's own clock are all that is
//! needed, and because what remembers callers must be bounded.

use crate::clock::Millis;
use crate::problem::Problem;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What is limited, with how many calls at once and how long one takes to come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Limit {
    /// New applications, per address. A hospital's doctors share one.
    NewApplication,
    /// Codes mailed, per e-mail address.
    EmailCode,
    /// Codes mailed, per application: whoever changes its address again and again would have strangers mailed.
    ApplicationCode,
    /// Codes mailed, per caller's address. A hospital's doctors share one.
    CallerCode,
    /// Open calls, per address.
    Open,
    /// Sessions opened, per address.
    Session,
    /// Contacts asked for, per account: who collects numbers would ask everybody.
    ContactRequest,
}

impl Limit {
    fn burst(self) -> f64 {
        match self {
            Self::NewApplication => 20.0,
            Self::EmailCode => 5.0,
            Self::ApplicationCode => 10.0,
            Self::CallerCode => 30.0,
            Self::Open => 60.0,
            Self::Session => 60.0,
            Self::ContactRequest => 20.0,
        }
    }

    /// Milliseconds until one call has come back.
    fn refill(self) -> f64 {
        match self {
            Self::NewApplication => 60_000.0,
            Self::EmailCode => 600_000.0,
            Self::ApplicationCode => 600_000.0,
            Self::CallerCode => 60_000.0,
            Self::Open => 200.0,
            Self::Session => 1_000.0,
            Self::ContactRequest => 600_000.0,
        }
    }
}

/// Who is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Whom {
    Address(IpAddr),
    /// A keyed digest, so that no e-mail address or account lies in memory for this.
    Digest([u8; 32]),
}

#[derive(Clone, Copy)]
struct Bucket {
    left: f64,
    at: Millis,
}

/// Callers remembered at most; beyond, all are forgotten rather than memory exhausted.
const REMEMBERED: usize = 100_000;

#[derive(Default)]
pub struct Limits {
    buckets: Mutex<HashMap<(Limit, Whom), Bucket>>,
}

impl std::fmt::Debug for Limits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Limits")
    }
}

fn filled(bucket: Bucket, limit: Limit, now: Millis) -> f64 {
    // A clock that was set back gives nothing and takes nothing.
    let gone = (now - bucket.at).max(0) as f64;
    (bucket.left + gone / limit.refill()).min(limit.burst())
}

impl Limits {
    /// Takes one call from the bucket, or says how long to wait.
    pub fn take(&self, limit: Limit, whom: Whom, now: Millis) -> Result<(), Problem> {
        let whom = match whom {
            Whom::Address(IpAddr::V6(v6)) => Whom::Address(network(v6)),
            other => other,
        };
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= REMEMBERED {
            buckets.retain(|(limit, _), bucket| filled(*bucket, *limit, now) < limit.burst());
            if buckets.len() >= REMEMBERED {
                buckets.clear();
            }
        }
        let bucket = buckets.entry((limit, whom)).or_insert(Bucket { left: limit.burst(), at: now });
        let left = filled(*bucket, limit, now);
        if left < 1.0 {
            let wait = ((1.0 - left) * limit.refill()).ceil();
            return Err(Problem::rate_limited(Duration::from_millis(wait as u64) + Duration::from_millis(999)));
        }
        *bucket = Bucket { left: left - 1.0, at: now };
        Ok(())
    }
}

/// An IPv6 subscriber has a whole /64; an IPv4 address may come mapped.
fn network(address: std::net::Ipv6Addr) -> IpAddr {
    match address.to_ipv4_mapped() {
        Some(v4) => IpAddr::V4(v4),
        None => IpAddr::V6((u128::from(address) & !u128::from(u64::MAX)).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(address: &str) -> Whom {
        Whom::Address(address.parse().unwrap())
    }

    #[test]
    fn a_bucket_empties_and_fills_again_for_its_caller_alone() {
        let limits = Limits::default();
        for _ in 0..5 {
            limits.take(Limit::EmailCode, of("192.0.2.1"), 0).unwrap();
        }
        assert!(limits.take(Limit::EmailCode, of("192.0.2.1"), 1_000).is_err());
        limits.take(Limit::EmailCode, of("192.0.2.2"), 1_000).unwrap();
        limits.take(Limit::Open, of("192.0.2.1"), 1_000).unwrap();
        limits.take(Limit::EmailCode, of("192.0.2.1"), 600_000).unwrap();
        assert!(limits.take(Limit::EmailCode, of("192.0.2.1"), 600_000).is_err());
    }

    #[test]
    fn one_ipv6_network_is_one_caller() {
        let limits = Limits::default();
        for last in 0..5 {
            limits.take(Limit::EmailCode, of(&format!("2001:db8::{last}")), 0).unwrap();
        }
        assert!(limits.take(Limit::EmailCode, of("2001:db8::ffff:1"), 0).is_err());
        limits.take(Limit::EmailCode, of("2001:db8:0:1::1"), 0).unwrap();
    }

    #[test]
    fn memory_is_bounded() {
        let limits = Limits::default();
        for n in 0..(REMEMBERED as u128 + 10) {
            let _ = limits.take(Limit::EmailCode, Whom::Address(IpAddr::V6((n << 64).into())), 0);
        }
        assert!(limits.buckets.lock().unwrap().len() <= REMEMBERED);
    }
}
