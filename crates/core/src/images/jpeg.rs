//! JPEG (ISO/IEC 10918-1, annex B).

use super::exif;
use super::input::Input;

const EXIF: &[u8] = b"Exif\0\0";
const JFIF: &[u8] = b"JFIF\0";
const ICC: &[u8] = b"ICC_PROFILE\0";
/// With the two bytes that say how long it is.
const ADOBE: (&[u8], usize) = (b"Adobe", 12);

/// Width, height and the file.
pub(super) fn bare(bytes: &[u8]) -> Option<(u32, u32, Vec<u8>)> {
    let mut input = Input(bytes.get(2..)?);
    let mut kept = Vec::with_capacity(bytes.len());
    let (mut jfif, mut turned, mut size, mut has_scan) = (None, None, None, false);
    loop {
        match marker(&mut input)? {
            0xd9 => break,
            // Restarts that no scan holds.
            0xd0..=0xd7 => {}
            0xda => {
                keep(&mut kept, 0xda, segment(&mut input)?);
                kept.extend_from_slice(scan(&mut input));
                has_scan = true;
            }
            0xe0 => {
                let segment = segment(&mut input)?;
                if jfif.is_none() && segment.starts_with(JFIF) && segment.len() >= 14 {
                    jfif = Some(&segment[..12]);
                }
            }
            0xe1 => {
                let tiff = segment(&mut input)?.strip_prefix(EXIF);
                turned = turned.or_else(|| exif::orientation(tiff?));
            }
            0xe2 => {
                let segment = segment(&mut input)?;
                if segment.starts_with(ICC) {
                    keep(&mut kept, 0xe2, segment);
                }
            }
            0xee => {
                // How the colours are written.
                let segment = segment(&mut input)?;
                if segment.starts_with(ADOBE.0) && segment.len() >= ADOBE.1 {
                    keep(&mut kept, 0xee, &segment[..ADOBE.1]);
                }
            }
            // Other applications' data, and comments.
            0xe3..=0xed | 0xef | 0xfe => drop(segment(&mut input)?),
            // Frames, tables, intervals.
            marker @ (0xc0..=0xcf | 0xdb..=0xdf) => {
                let segment = segment(&mut input)?;
                if size.is_none() && matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) {
                    let side = |at: usize| Some(u16::from_be_bytes(segment.get(at..at + 2)?.try_into().ok()?));
                    size = Some((u32::from(side(3)?), u32::from(side(1)?)));
                }
                keep(&mut kept, marker, segment);
            }
            _ => return None,
        }
    }
    let (width, height) = size.filter(|_| has_scan)?;
    let mut file = vec![0xff, 0xd8];
    if let Some(jfif) = jfif {
        // Without its preview: that may show what was cut away.
        keep(&mut file, 0xe0, &[jfif, &[0, 0]].concat());
    }
    if let Some(turned) = turned {
        keep(&mut file, 0xe1, &[EXIF, &exif::tiff(turned)].concat());
    }
    file.append(&mut kept);
    file.extend([0xff, 0xd9]);
    Some(if exif::is_turned(turned) { (height, width, file) } else { (width, height, file) })
}

/// The next marker. What stands before it belongs to nothing.
fn marker(input: &mut Input<'_>) -> Option<u8> {
    loop {
        let at = input.0.iter().position(|byte| *byte == 0xff)?;
        input.take(at + 1)?;
        if let marker @ 1..=0xfe = *input.0.first()? {
            input.take(1)?;
            return Some(marker);
        }
    }
}

fn segment<'a>(input: &mut Input<'a>) -> Option<&'a [u8]> {
    let length = usize::from(u16::from_be_bytes(input.array()?));
    input.take(length.checked_sub(2)?)
}

/// The data of a scan, up to the next marker that is not a part of it.
fn scan<'a>(input: &mut Input<'a>) -> &'a [u8] {
    let mut end = 0;
    while let Some(next) = input.0.get(end..).and_then(|rest| rest.iter().position(|byte| *byte == 0xff)) {
        match input.0.get(end + next + 1) {
            Some(0 | 0xd0..=0xd7) => end += next + 2,
            _ => {
                end += next;
                return input.take(end).unwrap_or_default();
            }
        }
    }
    std::mem::take(&mut input.0)
}

fn keep(file: &mut Vec<u8>, marker: u8, segment: &[u8]) {
    // As long as it was, or shorter.
    let length = (segment.len() + 2) as u16;
    file.extend([0xff, marker]);
    file.extend(length.to_be_bytes());
    file.extend_from_slice(segment);
}
