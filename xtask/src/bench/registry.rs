//! `registry`: importing the demo's colleagues into an empty registry, and searching them as FHIR. Measured by
//! `crates/registry/benches/registry.rs`, whose figures are percentiles already.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::Value;

use super::figures::{Figure, High, Spread, Unit};
use super::measured::read;
use crate::demo::seed;
use crate::repo::Repo;

#[derive(Debug, Deserialize)]
struct Answer {
    colleagues: u64,
    import_s: f64,
    bare_s: f64,
    again_s: f64,
    file_mb: f64,
    floor: Times,
    search: BTreeMap<String, Times>,
    callers: u64,
    polls: Polls,
}

/// Questions for news of the published directory when there are none.
#[derive(Debug, Clone, Copy, Deserialize)]
struct Polls {
    times: Times,
    per_second: f64,
    /// Of the computing time of service and callers together; none where the system does not tell.
    per_cpu_second: Option<f64>,
}

/// Milliseconds.
#[derive(Debug, Clone, Copy, Deserialize)]
struct Times {
    p50: f64,
    p95: f64,
    samples: usize,
}

impl From<Times> for Spread {
    fn from(times: Times) -> Self {
        Self { median: times.p50, high: Some(High { rank: "p95", value: times.p95 }), samples: times.samples }
    }
}

/// The files that are imported.
pub fn population(repo: &Repo, size: u32) -> Result<[PathBuf; 2]> {
    eprintln!("bench: writing {size} colleagues …");
    let folder = repo.tools().join("bench-registry");
    fs::create_dir_all(&folder)?;
    seed::population(&folder, usize::try_from(size)?).context("writing the colleagues")
}

pub fn figures(answer: &Value) -> Result<Vec<Figure>> {
    let times: Answer = read(answer)?;
    let figure = |what: String, spread: Spread| Figure::new("registry", what, Unit::Milliseconds, spread);
    let seconds = |value: f64| Spread::single(value * 1e3);
    let metadata = Spread::from(times.floor);
    let bare = seconds(times.bare_s);
    let mut figures = vec![
        figure(format!("import of {} colleagues", times.colleagues), seconds(times.import_s))
            .over("bare insert of the bodies", &bare),
        figure("the same files again".into(), seconds(times.again_s)).over("bare insert of the bodies", &bare),
        Figure::new("registry", "the file", Unit::Megabytes, Spread::single(times.file_mb)),
    ];
    figures.extend(times.search.iter().map(|(class, spread)| {
        let what = format!("ITI-90, {} callers: {class}", times.callers);
        figure(what, (*spread).into()).over("/fhir/metadata", &metadata)
    }));
    figures.push(
        figure(format!("304 to {} callers who ask for news", times.callers), times.polls.times.into())
            .over("/fhir/metadata", &metadata),
    );
    let rate = |what: &str, value: f64| Figure::new("registry", what, Unit::PerSecond, Spread::single(value));
    figures.push(rate("the same, on all cores", times.polls.per_second));
    figures.extend(times.polls.per_cpu_second.map(|value| rate("the same, on one core with the callers", value)));
    Ok(figures)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn imports_stand_beside_the_bare_insert_and_searches_beside_the_metadata() -> Result<()> {
        let times = |p50: f64| json!({"p50": p50, "p95": p50 * 2.0, "samples": 1000});
        let answer = json!({
            "colleagues": 1000, "resources": 2040, "import_s": 6.0, "bare_s": 2.0, "again_s": 3.0, "file_mb": 40,
            "floor": times(2.0), "search": {"a surname": times(5.0)}, "callers": 20,
            "polls": {"times": times(1.0), "per_second": 9000, "per_cpu_second": 5000},
        });
        let figures = figures(&answer)?;
        let ratios: Vec<_> = figures.iter().map(|figure| (figure.what.as_str(), figure.ratio)).collect();
        let expected = [
            ("import of 1000 colleagues", Some(3.0)),
            ("the same files again", Some(1.5)),
            ("the file", None),
            ("ITI-90, 20 callers: a surname", Some(2.5)),
            ("304 to 20 callers who ask for news", Some(0.5)),
            ("the same, on all cores", None),
            ("the same, on one core with the callers", None),
        ];
        assert_eq!(ratios, expected);
        Ok(())
    }
}
