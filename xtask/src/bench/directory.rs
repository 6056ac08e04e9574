//! `directory`: searching the colleagues on the machine. Measured by `crates/core/benches/directory.rs`, whose figures
//! are percentiles already.

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
    facets: BTreeMap<String, Times>,
    pages: BTreeMap<String, Times>,
    file_mb: f64,
    memory_mb: Option<f64>,
    open_s: f64,
    load_s: f64,
    delta_2000_s: f64,
    colleagues: u32,
    /// Of `--queries`.
    queries: Option<Queries>,
}

/// Colleagues who had to be on the first page of a search, and those who were not.
#[derive(Debug, Deserialize)]
struct Queries {
    asked: usize,
    missing: Vec<Missing>,
}

#[derive(Debug, Deserialize)]
struct Missing {
    q: String,
    id: String,
}

pub fn figures(answer: &Value) -> Result<Vec<Figure>> {
    let times: Answer = read(answer)?;
    let (fetch, scan) = (Spread::from(times.floor), Spread::from(times.like_scan));
    let figure = |what: String, spread: Spread| Figure::new("directory", what, Unit::Milliseconds, spread);
    let mut figures: Vec<Figure> = times
        .search
        .iter()
        .map(|(kind, times)| figure(format!("search: {kind}"), (*times).into()).over("fetching 50 rows", &fetch))
        .collect();
    if let Some((kind, slowest)) = times.search.iter().max_by(|(_, one), (_, other)| one.p50.total_cmp(&other.p50)) {
        let what = format!("search: {kind} (the slowest)");
        figures.push(figure(what, (*slowest).into()).over("LIKE scan of the file", &scan));
    }
    figures.extend(times.facets.iter().map(|(text, times)| {
        figure(format!("filters and their counts: {text}"), (*times).into()).over("fetching 50 rows", &fetch)
    }));
    figures.extend(times.pages.iter().map(|(order, times)| {
        figure(format!("a page of the list: {order}"), (*times).into()).over("fetching 50 rows", &fetch)
    }));
    let megabytes = |what: &str, value: f64| Figure::new("directory", what, Unit::Megabytes, Spread::single(value));
    figures.push(megabytes("the file", times.file_mb));
    figures.extend(times.memory_mb.map(|value| megabytes("memory added", value)));
    let seconds = |value: f64| Spread::single(value * 1e3);
    figures.push(figure("opening the file".into(), seconds(times.open_s)));
    figures.push(figure(format!("first load of {} colleagues", times.colleagues), seconds(times.load_s)));
    figures.push(figure("2000 changes".into(), seconds(times.delta_2000_s)));
    if let Some(queries) = times.queries.filter(|queries| queries.asked > 0) {
        for Missing { q, id } in &queries.missing {
            eprintln!("bench: not on the first page of \"{q}\": {id}");
        }
        let found = queries.asked.saturating_sub(queries.missing.len()) as f64 / queries.asked as f64;
        let what = format!("of {} wanted, on the first page", queries.asked);
        figures.push(Figure::new("directory", what, Unit::Percent, Spread::single(found * 100.0)));
    }
    Ok(figures)
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context;
    use serde_json::json;

    #[test]
    fn every_kind_of_search_stands_beside_the_fetch_and_the_slowest_beside_the_scan() -> Result<()> {
        let times = |p50: f64| json!({"p50": p50, "p99": p50 * 2.0, "samples": 300});
        let answer = json!({
            "floor": times(0.5), "like_scan": times(40.0), "search": {"han 1": times(1.0), "initials": times(2.0)},
            "facets": {"all": times(3.0)}, "pages": {"by name": times(0.75)}, "file_mb": 18, "memory_mb": 9,
            "open_s": 0.25, "load_s": 9.5, "delta_2000_s": 0.125, "colleagues": 20_000, "close_s": 1,
            "queries": {"asked": 8, "missing": [{"q": "zhagn", "id": "p-1"}]},
        });
        let figures = figures(&answer)?;
        let ratio = |what: &str| {
            figures.iter().find(|figure| figure.what == what).with_context(|| what.to_owned()).map(|found| found.ratio)
        };
        assert_eq!(ratio("search: han 1")?, Some(2.0));
        assert_eq!(ratio("search: initials")?, Some(4.0));
        assert_eq!(ratio("search: initials (the slowest)")?, Some(0.05));
        assert_eq!(ratio("filters and their counts: all")?, Some(6.0));
        assert_eq!(ratio("a page of the list: by name")?, Some(1.5));
        assert_eq!((ratio("opening the file")?, ratio("memory added")?), (None, None));
        let last: Vec<_> = figures.iter().rev().take(3).map(|f| (f.what.as_str(), f.spread.median)).collect();
        let (found, delta) = (("of 8 wanted, on the first page", 87.5), ("2000 changes", 125.0));
        assert_eq!(last, [found, delta, ("first load of 20000 colleagues", 9500.0)]);
        Ok(())
    }
}
