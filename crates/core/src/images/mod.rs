//! Images without what is hidden in them: place, time and device (EXIF), descriptions (XMP, IPTC, comments), small previews
//! of what was cut away, and whatever follows the image in its file.
//!
//! The picture itself is copied byte for byte, piece by piece, and only pieces that are known to be needed for it stay. Two
//! things stay that are not the picture: colour profiles, and how a camera was held, because both change how it looks.
//! Crates that take such files apart (img-parts 0.4) keep all that follows the first scan of a JPEG as one piece: just where
//! telephones put a second picture or a film, with data of their own.

mod exif;
mod gif;
mod input;
mod jpeg;
mod png;
#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;
mod webp;

/// Pixels that are handed to a screen: an image of a few kilobytes can claim to be of any size.
const MOST_PIXELS: u64 = 150_000_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ImageKind {
    Gif,
    Jpeg,
    Png,
    WebP,
}

impl ImageKind {
    /// By the first bytes, whatever the file is called.
    pub(crate) fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::WebP),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            _ => None,
        }
    }

    pub(crate) fn media_type(self) -> &'static str {
        match self {
            Self::Gif => "image/gif",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
        }
    }
}

/// An image with nothing beside its picture.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Bare {
    pub kind: ImageKind,
    /// Pixels, as it is shown.
    pub width: u32,
    pub height: u32,
    pub bytes: Vec<u8>,
}

/// The image alone; none if this is no whole image of its kind.
pub(crate) fn bare(bytes: &[u8]) -> Option<Bare> {
    let kind = ImageKind::of(bytes)?;
    let (width, height, bytes) = match kind {
        ImageKind::Gif => gif::bare(bytes),
        ImageKind::Jpeg => jpeg::bare(bytes),
        ImageKind::Png => png::bare(bytes),
        ImageKind::WebP => webp::bare(bytes),
    }?;
    (width > 0 && height > 0).then_some(Bare { kind, width, height, bytes })
}

/// Whether this is, or is said to be, an image: of whatever kind.
pub(crate) fn is_image(bytes: &[u8], name: &str, media_type: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "avif", "bmp", "cr2", "cr3", "dng", "gif", "heic", "heif", "jp2", "jpe", "jpeg", "jpg", "jxl", "nef", "orf",
        "png", "psd", "raf", "rw2", "svg", "svgz", "tif", "tiff", "webp", "arw",
    ];
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let says_so = media_type.trim().to_ascii_lowercase().starts_with("image/")
        || ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()));
    says_so || ImageKind::of(bytes).is_some() || is_other_kind(bytes)
}

/// Kinds that may hold such data and are not taken apart here.
fn is_other_kind(bytes: &[u8]) -> bool {
    match bytes {
        // TIFF, and what most cameras call raw
        [b'I', b'I', b'*' | b'+', 0, ..] | [b'M', b'M', 0, b'*' | b'+', ..] => true,
        [b'I', b'I', b'U', 0, ..] | [b'I', b'I', b'R', b'O' | b'S', ..] => true,
        // HEIC, AVIF, Canon's raw
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => {
            [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis", b"crx "]
                .iter()
                .any(|known| brand.starts_with(*known))
        }
        // JPEG XL, JPEG 2000
        [0xff, 0x0a, ..] | [0xff, 0x4f, 0xff, 0x51, ..] => true,
        [0, 0, 0, 12, b'J', b'X', b'L', b' ', ..] | [0, 0, 0, 12, b'j', b'P', b' ', b' ', ..] => true,
        [b'8', b'B', b'P', b'S', ..] => true,
        _ if bytes.starts_with(b"FUJIFILMCCD-RAW") => true,
        _ => is_svg(bytes),
    }
}

/// Drawings are texts: they say who drew them with what, and where the file was.
fn is_svg(bytes: &[u8]) -> bool {
    let beginning = &bytes[..bytes.len().min(4_096)];
    let first = beginning.iter().find(|byte| !byte.is_ascii_whitespace() && !matches!(byte, 0xef | 0xbb | 0xbf));
    // A page may have drawings in it.
    let element = beginning.windows(2).position(|piece| piece[0] == b'<' && piece[1].is_ascii_alphabetic());
    first == Some(&b'<') && element.is_some_and(|at| beginning[at..].starts_with(b"<svg"))
}

/// The media type under which a screen may show these bytes; none if they are no image for it.
pub(crate) fn shown_type(bytes: &[u8]) -> Option<&'static str> {
    let kind = ImageKind::of(bytes)?;
    // Other clients send images that are cut off, or a little wrong; a screen shows what there is of them.
    let pixels = bare(bytes).map_or(0, |image| u64::from(image.width) * u64::from(image.height));
    (pixels <= MOST_PIXELS).then_some(kind.media_type())
}
