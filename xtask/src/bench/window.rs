//! `start` and `memory`: the real window. Both measured by `tests/window/bench.ts`.

use anyhow::Result;
use serde::Deserialize;
use serde_json::Value;

use super::figures::{Figure, Spread, Unit};
use super::measured::read;
use super::memory::Process;

/// Milliseconds from the start of the process, one sample a start.
#[derive(Debug, Deserialize)]
struct Starts {
    /// A conversation in the list of a doctor who is signed in.
    conversations_ms: Vec<f64>,
    /// The first contentful paint of those starts, as the page's own clock tells.
    first_paint_ms: Vec<f64>,
    /// A row of the directory after the first click on its section, from the click.
    directory_ms: Vec<f64>,
    /// The sign-in form of the same program with a fresh profile.
    signed_out_ms: Vec<f64>,
}

pub fn start(answer: &Value) -> Result<Vec<Figure>> {
    let starts: Starts = read(answer)?;
    let signed_out = Spread::of_few(&starts.signed_out_ms)?;
    let figure =
        |what, samples: &[f64]| anyhow::Ok(Figure::new("start", what, Unit::Milliseconds, Spread::of_few(samples)?));
    const FLOOR: &str = "process start → sign-in form";
    Ok(vec![
        figure("process start → conversations shown", &starts.conversations_ms)?.over(FLOOR, &signed_out),
        figure("process start → anything painted", &starts.first_paint_ms)?.over(FLOOR, &signed_out),
        figure("click → first row of the directory", &starts.directory_ms)?,
    ])
}

#[derive(Debug, Deserialize)]
struct Memory {
    signed_in: Vec<Process>,
    signed_out: Vec<Process>,
    /// The web engine's own browser with an empty page.
    empty: Vec<Process>,
}

pub fn memory(answer: &Value) -> Result<Vec<Figure>> {
    let memory: Memory = read(answer)?;
    let empty = total(&memory.empty);
    const FLOOR: &str = "the engine with an empty page";
    let figure = |what: String, spread| Figure::new("memory", what, Unit::Megabytes, spread);
    let mut figures = vec![
        figure("signed in, idle, all processes".into(), total(&memory.signed_in)).over(FLOOR, &empty),
        figure("signed out, idle, all processes".into(), total(&memory.signed_out)).over(FLOOR, &empty),
    ];
    figures.extend(
        memory
            .signed_in
            .iter()
            .map(|process| figure(format!("signed in: {}", process.name), total(std::slice::from_ref(process)))),
    );
    Ok(figures)
}

fn total(processes: &[Process]) -> Spread {
    let kibibytes: u64 = processes.iter().map(|process| process.pss_kib).sum();
    Spread::single(kibibytes as f64 * 1024.0 / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_start_stands_beside_the_signed_out_one() -> Result<()> {
        let answer = json!({
            "conversations_ms": [900, 600, 630], "first_paint_ms": [410, 400, 420], "directory_ms": [50, 40, 45],
            "signed_out_ms": [500, 490, 700], "already_shown": 0,
        });
        let figures = start(&answer)?;
        assert_eq!((figures[0].spread.median, figures[0].ratio), (630.0, Some(1.26)));
        assert_eq!((figures[1].spread.median, figures[1].ratio), (410.0, Some(0.82)));
        assert_eq!((figures[2].spread.median, figures[2].ratio), (45.0, None));
        Ok(())
    }

    #[test]
    fn memory_is_the_sum_over_all_processes() -> Result<()> {
        let process = |name: &str, pss_kib: u32| json!({"name": name, "pss_kib": pss_kib});
        let answer = json!({
            "signed_in": [process("consilium", 100_000), process("WebKitWebProcess", 150_000)],
            "signed_out": [process("consilium", 80_000)],
            "empty": [process("MiniBrowser", 125_000)],
        });
        let figures = memory(&answer)?;
        assert_eq!((figures[0].spread.median, figures[0].ratio), (256.0, Some(2.0)));
        assert_eq!(figures[1].spread.median, 81.92);
        assert_eq!((figures[3].what.as_str(), figures[3].spread.median), ("signed in: WebKitWebProcess", 153.6));
        Ok(())
    }
}
