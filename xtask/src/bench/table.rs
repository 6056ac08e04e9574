//! The figures for people.

use super::figures::{Figure, Spread, Unit};
use super::machine::Circumstances;

const HEADER: [&str; 7] = ["bench", "what", "median", "high", "against", "median", "ratio"];

/// A line of the circumstances, then a line a figure.
pub fn table(circumstances: &Circumstances, figures: &[Figure]) -> String {
    let rows: Vec<[String; 7]> = std::iter::once(HEADER.map(str::to_owned)).chain(figures.iter().map(row)).collect();
    let widths: Vec<usize> =
        (0..HEADER.len()).map(|at| rows.iter().map(|row| width(&row[at])).max().unwrap_or(0)).collect();
    let mut text = format!("{circumstances}\n\n");
    for row in rows {
        let mut line = String::new();
        for (at, (cell, width_of_column)) in row.iter().zip(&widths).enumerate() {
            let space = " ".repeat(width_of_column - width(cell));
            // Numbers stand under each other by their last digit.
            let cell = if matches!(at, 2 | 3 | 5 | 6) { format!("{space}{cell}") } else { format!("{cell}{space}") };
            line.push_str(&cell);
            line.push_str("  ");
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn row(figure: &Figure) -> [String; 7] {
    let high = |spread: &Spread| {
        spread.high.as_ref().map(|high| format!("{} {}", high.rank, shown(high.value, figure.unit))).unwrap_or_default()
    };
    let (against, floor) = match &figure.floor {
        Some(floor) => (floor.what.to_owned(), shown(floor.spread.median, figure.unit)),
        None => Default::default(),
    };
    [
        figure.bench.to_owned(),
        figure.what.clone(),
        shown(figure.spread.median, figure.unit),
        high(&figure.spread),
        against,
        floor,
        figure.ratio.map(|ratio| format!("{ratio:.2}")).unwrap_or_default(),
    ]
}

/// Three digits that mean something, and the unit.
fn shown(value: f64, unit: Unit) -> String {
    let decimals = match value.abs() {
        100.0.. => 0,
        10.0.. => 1,
        1.0.. => 2,
        _ => 3,
    };
    format!("{value:.decimals$} {}", unit.symbol())
}

fn width(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Result;

    #[test]
    fn columns_line_up() -> Result<()> {
        let spread = Spread::of_few(&[612.3, 600.0, 655.0])?;
        let figures = [
            Figure::new("start", "process start → conversations", Unit::Milliseconds, spread)
                .over("signed out", &Spread::single(501.0)),
            Figure::new("memory", "idle", Unit::Megabytes, Spread::single(9.75)),
        ];
        let circumstances = Circumstances {
            profile: "release",
            commit: "0123abc".into(),
            modified: false,
            processor: "A processor".into(),
            cores: 2,
            memory_gb: 25.3,
            load_before: 0.5,
            load_after: 1.25,
        };
        let text = table(&circumstances, &figures);
        let expected = "\
profile release, commit 0123abc, 2 cores of A processor, 25 GB, load 0.50 before and 1.25 after

bench   what                            median        high  against     median  ratio
start   process start → conversations   612 ms  max 655 ms  signed out  501 ms   1.22
memory  idle                           9.75 MB
";
        assert_eq!(text, expected);
        Ok(())
    }

    #[test]
    fn small_values_keep_their_digits() {
        assert_eq!(shown(0.042, Unit::Milliseconds), "0.042 ms");
        assert_eq!(shown(1.5, Unit::Milliseconds), "1.50 ms");
        assert_eq!(shown(99.95, Unit::Milliseconds), "100.0 ms");
        assert_eq!(shown(1234.5, Unit::Megabytes), "1234 MB");
    }
}
