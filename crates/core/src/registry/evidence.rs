//! Images that prove what an application states.

use consilium_api::registry::EvidenceKind;
use consilium_api::registry::application::EVIDENCE_LIMIT;
use consilium_api::{Error, ErrorCode, Result};

/// An image that may be sent.
pub(crate) struct Evidence {
    pub id: String,
    pub kind: EvidenceKind,
    pub file_name: String,
    pub content_type: &'static str,
    pub bytes: Vec<u8>,
}

impl Evidence {
    /// `UnsupportedMedia` if it is no image of a kind that the registry takes, `TooLarge` beyond its limit.
    pub(crate) fn new(id: String, kind: EvidenceKind, file_name: String, bytes: Vec<u8>) -> Result<Self> {
        let Some(content_type) = image_type(&bytes) else {
            return Err(Error::new(ErrorCode::UnsupportedMedia, "not a PNG, JPEG or WebP image"));
        };
        if bytes.len() > EVIDENCE_LIMIT {
            return Err(Error::new(ErrorCode::TooLarge, "the image is too large"));
        }
        Ok(Self { id, kind, file_name, content_type, bytes })
    }
}

/// The media type by the first bytes, whatever the file is called.
fn image_type(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_told_by_their_bytes() {
        assert_eq!(image_type(b"\x89PNG\r\n\x1a\n...."), Some("image/png"));
        assert_eq!(image_type(b"\xff\xd8\xff\xe0"), Some("image/jpeg"));
        assert_eq!(image_type(b"RIFF\0\0\0\0WEBPVP8 "), Some("image/webp"));
        assert_eq!(image_type(b"%PDF-1.7"), None);
        assert_eq!(image_type(b""), None);
    }

    #[test]
    fn what_the_registry_would_refuse_is_not_sent() {
        let made = |bytes: Vec<u8>| Evidence::new(String::new(), EvidenceKind::Licence, "licence.png".into(), bytes);
        let refused = |bytes: Vec<u8>| made(bytes).err().map(|error| error.code);
        let mut image = b"\x89PNG\r\n\x1a\n".to_vec();
        assert_eq!(made(image.clone()).map(|evidence| evidence.content_type).ok(), Some("image/png"));
        assert_eq!(refused(b"%PDF-1.7".to_vec()), Some(ErrorCode::UnsupportedMedia));
        image.resize(EVIDENCE_LIMIT + 1, 0);
        assert_eq!(refused(image), Some(ErrorCode::TooLarge));
    }
}
