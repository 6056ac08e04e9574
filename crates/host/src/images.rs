//! What a host lets the page show.

/// The media type under which bytes of this claimed type go to the page: an image that cannot carry script, or bytes
/// nothing renders.
pub fn image_type(claimed: &str) -> &'static str {
    ["image/png", "image/jpeg", "image/webp", "image/gif", "image/avif"]
        .into_iter()
        .find(|known| known.eq_ignore_ascii_case(claimed.trim()))
        .unwrap_or("application/octet-stream")
}

#[cfg(test)]
mod tests {
    use super::image_type;

    #[test]
    fn nothing_with_script_passes() {
        assert_eq!(image_type("image/JPEG"), "image/jpeg");
        for claimed in ["image/svg+xml", "text/html", "image/png; text/html", ""] {
            assert_eq!(image_type(claimed), "application/octet-stream", "{claimed:?}");
        }
    }
}
