//! `search`: searching the messages on the machine. Measured by `crates/core/benches/messages.rs`, whose figures are
//! percentiles already.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Deserialize;
use serde_json::Value;

use super::figures::{Figure, Spread, Unit};
use super::measured::{Times, read};

#[derive(Debug, Deserialize)]
struct Answer {
    floor: Times,
    like_scan: Times,
    search: BTreeMap<String, Times>,
    take_one: Times,
    messages: u32,
    file_mb: f64,
    fill_s: f64,
    expected: u64,
    found: u64,
}

pub fn figures(answer: &Value) -> Result<Vec<Figure>> {
    let answer: Answer = read(answer)?;
    let (reading, scan) = (Spread::from(answer.floor), Spread::from(answer.like_scan));
    let figure = |what: String, spread: Spread| Figure::new("search", what, Unit::Milliseconds, spread);
    let mut figures: Vec<Figure> = answer
        .search
        .iter()
        .map(|(kind, times)| figure(format!("search: {kind}"), (*times).into()).over("reading 30 messages", &reading))
        .collect();
    if let Some((kind, slowest)) = answer.search.iter().max_by(|(_, one), (_, other)| one.p99.total_cmp(&other.p99)) {
        let what = format!("search: {kind} (the slowest)");
        figures.push(figure(what, (*slowest).into()).over("LIKE scan of the file", &scan));
    }
    figures.push(figure("taking in one message".into(), answer.take_one.into()));
    figures.push(Figure::new("search", "the file", Unit::Megabytes, Spread::single(answer.file_mb)));
    figures.push(figure(format!("taking in {} messages", answer.messages), Spread::single(answer.fill_s * 1e3)));
    if answer.expected > 0 {
        let what = format!("of {} that the LIKE scan found", answer.expected);
        let found = answer.found as f64 / answer.expected as f64 * 100.0;
        figures.push(Figure::new("search", what, Unit::Percent, Spread::single(found)));
    }
    Ok(figures)
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context;
    use serde_json::json;

    #[test]
    fn every_kind_of_search_stands_beside_reading_and_the_slowest_beside_the_scan() -> Result<()> {
        let times = |p50: f64| json!({"p50": p50, "p99": p50 * 2.0, "samples": 300});
        let figures = figures(&json!({
            "floor": times(0.5), "like_scan": times(400.0), "search": {"a Han word": times(1.0), "two letters": times(4.0)},
            "take_one": times(0.25), "messages": 1_000, "file_mb": 18.5, "fill_s": 2, "expected": 200, "found": 199,
        }))?;
        let ratio = |what: &str| {
            figures.iter().find(|figure| figure.what == what).with_context(|| what.to_owned()).map(|found| found.ratio)
        };
        assert_eq!(ratio("search: a Han word")?, Some(2.0));
        assert_eq!(ratio("search: two letters (the slowest)")?, Some(0.01));
        assert_eq!(ratio("taking in one message")?, None);
        let last = figures.last().context("figures")?;
        assert_eq!((last.what.as_str(), last.spread.median), ("of 200 that the LIKE scan found", 99.5));
        Ok(())
    }
}
