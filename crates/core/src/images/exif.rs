//! EXIF: how the camera was held is all that stays of it (CIPA DC-008, 4.6; TIFF 6.0).

const ORIENTATION: u16 = 0x0112;

/// How a picture is turned, 2 to 8; none if it stands as it is.
pub(super) fn orientation(tiff: &[u8]) -> Option<u8> {
    let is_little = match tiff.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let short = |at: usize| {
        let bytes = tiff.get(at..at + 2)?.try_into().ok()?;
        Some(if is_little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    };
    let directory = {
        let bytes = tiff.get(4..8)?.try_into().ok()?;
        let at = if is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) };
        // Whatever points beyond the file finds nothing there.
        usize::try_from(at).ok()?.min(tiff.len())
    };
    let fields = (0..usize::from(short(directory)?)).map(|n| directory + 2 + n * 12);
    let at = fields.into_iter().find(|at| short(*at) == Some(ORIENTATION))?;
    u8::try_from(short(at + 8)?).ok().filter(|turned| (2..=8).contains(turned))
}

/// The same with nothing else in it.
pub(super) fn tiff(orientation: u8) -> [u8; 26] {
    let mut tiff = *b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0";
    tiff[19] = orientation;
    tiff
}

/// Whether the picture lies on its side.
pub(super) fn is_turned(orientation: Option<u8>) -> bool {
    orientation.is_some_and(|orientation| orientation >= 5)
}
