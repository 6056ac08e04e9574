//! Which forms a caller takes and sends: JSON alone is spoken (FHIR R4, 3.1.0.1.9).

use crate::problem::{Code, Problem};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Response};

const FHIR_JSON: &str = "application/fhir+json";

fn is_json(media_type: &str) -> bool {
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    ["json", "application/json", FHIR_JSON, "text/json"].iter().any(|json| media_type.eq_ignore_ascii_case(json))
}

/// Refuses who takes no JSON. `_format` goes before `Accept`.
pub fn wanted<'a>(headers: &HeaderMap, query: impl Iterator<Item = (&'a str, &'a str)>) -> Result<(), Problem> {
    let mut format = None;
    for (name, value) in query {
        if name == "_format" {
            // A plus sign that was not escaped arrives as a space.
            format = Some(value.replace(' ', "+"));
        }
    }
    let json = match format {
        Some(format) => is_json(&format),
        None => {
            let mut accepted =
                headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).peekable();
            accepted.peek().is_none()
                || accepted.flat_map(|value| value.split(',')).any(|media_type| {
                    let range = media_type.split(';').next().unwrap_or_default().trim();
                    let refused = media_type.split(';').skip(1).any(|p| matches!(p.trim(), "q=0" | "q=0.0"));
                    !refused && (matches!(range, "*/*" | "application/*" | "text/*") || is_json(range))
                })
        }
    };
    if json { Ok(()) } else { Err(Problem::because(Code::NotAcceptable, "Only JSON is spoken here.")) }
}

/// Refuses a body that is not JSON.
pub fn sent(headers: &HeaderMap) -> Result<(), Problem> {
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if is_json(media_type) {
        Ok(())
    } else {
        Err(Problem::because(Code::UnsupportedMedia, "The body must be application/fhir+json."))
    }
}

/// An answer in FHIR JSON.
pub fn json(body: impl Into<axum::body::Body>) -> Response {
    ([(header::CONTENT_TYPE, FHIR_JSON)], body.into()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(accept: &str, format: &str) -> bool {
        let mut headers = HeaderMap::new();
        if !accept.is_empty() {
            headers.insert(header::ACCEPT, accept.parse().unwrap());
        }
        wanted(&headers, (!format.is_empty()).then_some(("_format", format)).into_iter()).is_ok()
    }

    #[test]
    fn json_is_taken_by_every_name() {
        for accept in ["", "*/*", "application/fhir+json; fhirVersion=4.0", "text/html, application/json;q=0.5"] {
            assert!(takes(accept, ""), "{accept}");
        }
        for format in ["json", "application/json", "application/fhir json", "application/fhir+json"] {
            assert!(takes("application/xml", format), "{format}");
        }
        assert!(!takes("application/fhir+xml", ""));
        assert!(!takes("application/json;q=0", ""));
        assert!(!takes("*/*", "xml"));
    }
}
