//! `chat`: from writing a message to seeing it at the other doctor. Measured by `tests/src/bin/bench_chat.rs`.

use anyhow::Result;
use serde::Deserialize;
use serde_json::Value;

use super::figures::{Figure, Spread, Unit};
use super::measured::read;

/// Times in milliseconds.
#[derive(Debug, Deserialize)]
struct Answer {
    shown_ms: Vec<f64>,
    echo_ms: Vec<f64>,
    floor_ms: Vec<f64>,
    put_ms: Vec<f64>,
}

pub fn figures(answer: &Value) -> Result<Vec<Figure>> {
    let times: Answer = read(answer)?;
    let figure =
        |what, samples: &[f64]| anyhow::Ok(Figure::new("chat", what, Unit::Milliseconds, Spread::of_many(samples)?));
    Ok(vec![
        figure("send → shown at the other doctor", &times.shown_ms)?
            .over("bare HTTP: PUT → long poll", &Spread::of_many(&times.floor_ms)?),
        figure("send → shown on one's own screen", &times.echo_ms)?
            .over("bare HTTP: PUT alone", &Spread::of_many(&times.put_ms)?),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_way_to_the_other_doctor_stands_beside_bare_http() -> Result<()> {
        let answer = json!({
            "shown_ms": [60, 50, 100], "echo_ms": [5, 6, 7], "floor_ms": [20, 25, 30], "put_ms": [10, 10, 10], "x": 1,
        });
        let figures = figures(&answer)?;
        assert_eq!((figures[0].spread.median, figures[0].ratio), (60.0, Some(2.4)));
        assert_eq!((figures[1].spread.median, figures[1].ratio), (6.0, Some(0.6)));
        Ok(())
    }

    #[test]
    fn missing_samples_are_an_error() {
        assert!(figures(&json!({"shown_ms": [1]})).is_err());
        assert!(figures(&json!({"shown_ms": [], "echo_ms": [], "floor_ms": [], "put_ms": []})).is_err());
    }
}
