//! PostgreSQL keeps no NUL character in a text. No name and no id has one, so neither database is asked to.

/// Whether a JSON text holds a NUL character, which JSON allows only as an escape (RFC 8259, 7).
pub fn in_json(json: &[u8]) -> bool {
    let mut rest = json;
    while let Some(at) = rest.iter().position(|b| *b == b'\\') {
        if rest[at + 1..].starts_with(b"u0000") {
            return true;
        }
        // What follows a backslash is no backslash of its own.
        rest = rest.get(at + 2..).unwrap_or_default();
    }
    false
}

/// Whether a path or query of a URL holds one.
pub fn in_url(escaped: &str) -> bool {
    escaped.contains("%00")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nul_is_found_and_text_about_one_is_not_one() {
        assert!(in_json(br#"{"name": "Lin\u0000"}"#));
        assert!(in_json(br#"["\\\u0000"]"#));
        for fine in [r#"{"name": "Lin \\u0000"}"#, r#""\u0001\n""#, r#""u0000""#, "\\", "", "\\u000"] {
            assert!(!in_json(fine.as_bytes()), "{fine}");
        }
        assert!(in_url("/fhir/Practitioner/a%00b") && !in_url("/fhir/Practitioner/a%2500b"));
    }
}
