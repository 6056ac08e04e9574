//! What a bench found: figures, each beside the floor it was measured with.

use anyhow::{Context, Result, ensure};
use serde::Serialize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Unit {
    #[serde(rename = "ms")]
    Milliseconds,
    /// 1,000,000 bytes.
    #[serde(rename = "MB")]
    Megabytes,
    #[serde(rename = "%")]
    Percent,
    #[serde(rename = "/s")]
    PerSecond,
}

impl Unit {
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Milliseconds => "ms",
            Self::Megabytes => "MB",
            Self::Percent => "%",
            Self::PerSecond => "/s",
        }
    }
}

/// The middle of some samples and their upper end.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spread {
    pub median: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<High>,
    pub samples: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct High {
    /// `p95`, `p99` or `max`.
    pub rank: &'static str,
    pub value: f64,
}

/// One line of the table. Its unit holds for the floor too.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figure {
    pub bench: &'static str,
    pub what: String,
    pub unit: Unit,
    #[serde(flatten)]
    pub spread: Spread,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub floor: Option<Floor>,
    /// Median over the floor's median.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ratio: Option<f64>,
}

/// What the same machine needed in the same run for less than the product does.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Floor {
    pub what: &'static str,
    #[serde(flatten)]
    pub spread: Spread,
}

impl Figure {
    pub fn new(bench: &'static str, what: impl Into<String>, unit: Unit, spread: Spread) -> Self {
        Self { bench, what: what.into(), unit, spread, floor: None, ratio: None }
    }

    pub fn over(self, what: &'static str, floor: &Spread) -> Self {
        // A floor too short for the clock gives no ratio.
        let ratio = (floor.median > 0.0).then(|| rounded(self.spread.median / floor.median));
        Self { floor: Some(Floor { what, spread: floor.clone() }), ratio, ..self }
    }
}

impl Spread {
    pub fn single(value: f64) -> Self {
        Self { median: rounded(value), high: None, samples: 1 }
    }

    /// Median and maximum: for a handful of samples, which have no percentiles worth the name.
    pub fn of_few(samples: &[f64]) -> Result<Self> {
        Self::up_to("max", 1.0, samples)
    }

    /// Median and 95th percentile.
    pub fn of_many(samples: &[f64]) -> Result<Self> {
        Self::up_to("p95", 0.95, samples)
    }

    fn up_to(rank: &'static str, share: f64, samples: &[f64]) -> Result<Self> {
        ensure!(samples.iter().all(|sample| sample.is_finite()), "a sample is not a number");
        let mut sorted = samples.to_vec();
        sorted.sort_by(f64::total_cmp);
        let at = |share| percentile(&sorted, share).map(rounded).context("there are no samples");
        Ok(Self { median: at(0.5)?, high: Some(High { rank, value: at(share)? }), samples: sorted.len() })
    }
}

/// The smallest sample that at least this share of all samples does not exceed (nearest rank).
fn percentile(sorted: &[f64], share: f64) -> Option<f64> {
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.clamp(1, sorted.len().max(1)) - 1).copied()
}

/// To three decimals: more says nothing about a computer that does other things too.
fn rounded(value: f64) -> f64 {
    (value * 1e3).round() / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one_to(last: u32) -> Vec<f64> {
        (1..=last).map(f64::from).collect()
    }

    #[test]
    fn percentiles_are_samples_by_nearest_rank() {
        let hundred = one_to(100);
        assert_eq!(percentile(&hundred, 0.5), Some(50.0));
        assert_eq!(percentile(&hundred, 0.95), Some(95.0));
        assert_eq!(percentile(&hundred, 1.0), Some(100.0));
        assert_eq!(percentile(&hundred, 0.0), Some(1.0));
        assert_eq!(percentile(&[7.0], 0.95), Some(7.0));
        assert_eq!(percentile(&one_to(5), 0.5), Some(3.0));
        assert_eq!(percentile(&one_to(10), 0.95), Some(10.0));
        assert_eq!(percentile(&[], 0.5), None);
    }

    #[test]
    fn samples_come_in_any_order() -> Result<()> {
        let mut samples = one_to(100);
        samples.reverse();
        let spread = Spread::of_many(&samples)?;
        assert_eq!((spread.median, spread.samples), (50.0, 100));
        assert_eq!(spread.high, Some(High { rank: "p95", value: 95.0 }));
        let few = Spread::of_few(&[3.0, 1.0, 20.0])?;
        assert_eq!((few.median, few.high), (3.0, Some(High { rank: "max", value: 20.0 })));
        Ok(())
    }

    #[test]
    fn no_samples_are_no_figure() {
        assert!(Spread::of_few(&[]).is_err());
        assert!(Spread::of_many(&[1.0, f64::NAN]).is_err());
    }

    #[test]
    fn the_ratio_is_that_of_the_medians() -> Result<()> {
        let figure = || Figure::new("chat", "send → shown", Unit::Milliseconds, Spread::single(30.0));
        let over = figure().over("bare HTTP", &Spread::of_few(&[10.0, 12.0, 90.0])?);
        assert_eq!(over.ratio, Some(2.5));
        assert_eq!(figure().over("nothing", &Spread::single(0.0)).ratio, None);
        Ok(())
    }

    #[test]
    fn as_json_a_figure_names_its_unit_and_floor() -> Result<()> {
        let figure = Figure::new("memory", "idle", Unit::Megabytes, Spread::single(200.0));
        let json = serde_json::to_value(figure.over("signed out", &Spread::single(160.0)))?;
        let expected = serde_json::json!({
            "bench": "memory", "what": "idle", "unit": "MB", "median": 200.0, "samples": 1,
            "floor": {"what": "signed out", "median": 160.0, "samples": 1}, "ratio": 1.25,
        });
        assert_eq!(json, expected);
        Ok(())
    }
}
