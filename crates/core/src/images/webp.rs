//! WebP, moving ones too (RFC 9649).

use super::exif;
use super::input::Input;

const KEPT: &[&[u8; 4]] = &[b"VP8 ", b"VP8L", b"VP8X", b"ANIM", b"ANMF", b"ALPH", b"ICCP"];
/// What a frame of a moving picture is made of, after its header.
const KEPT_IN_FRAME: &[&[u8; 4]] = &[b"VP8 ", b"VP8L", b"ALPH"];
const FRAME_HEADER: usize = 16;
/// Flags of the extended format: there is EXIF, there is XMP.
const HAS_EXIF: u8 = 0x08;
const HAS_XMP: u8 = 0x04;

pub(super) fn bare(bytes: &[u8]) -> Option<(u32, u32, Vec<u8>)> {
    let mut input = Input(bytes.get(4..)?);
    let length = usize::try_from(u32::from_le_bytes(input.array()?)).ok()?;
    let mut input = Input(input.take(length)?);
    input.take(4)?;
    let mut file = b"RIFF\0\0\0\0WEBP".to_vec();
    file.reserve(bytes.len());
    let (mut size, mut flags, mut turned, mut has_picture) = (None, None, None, false);
    while !input.0.is_empty() {
        let (kind, data) = chunk(&mut input)?;
        size = size.or_else(|| measures(kind, data));
        has_picture |= matches!(kind, b"VP8 " | b"VP8L" | b"ANMF");
        match kind {
            b"EXIF" => turned = turned.or_else(|| exif::orientation(data.strip_prefix(b"Exif\0\0").unwrap_or(data))),
            b"VP8X" => {
                flags = Some(file.len() + 8);
                let mut data = data.to_vec();
                *data.first_mut()? &= !(HAS_EXIF | HAS_XMP);
                keep(&mut file, kind, &data);
            }
            b"ANMF" => keep(&mut file, kind, &frame(data)?),
            _ if KEPT.contains(&kind) => keep(&mut file, kind, data),
            _ => {}
        }
    }
    if let (Some(turned), Some(flags)) = (turned, flags) {
        keep(&mut file, b"EXIF", &exif::tiff(turned));
        *file.get_mut(flags)? |= HAS_EXIF;
    }
    let (width, height) = size.filter(|_| has_picture)?;
    let length = u32::try_from(file.len() - 8).ok()?;
    file[4..8].copy_from_slice(&length.to_le_bytes());
    Some((width, height, file))
}

fn chunk<'a>(input: &mut Input<'a>) -> Option<(&'a [u8; 4], &'a [u8])> {
    let kind = input.take(4)?.try_into().ok()?;
    let length = usize::try_from(u32::from_le_bytes(input.array()?)).ok()?;
    let data = input.take(length)?;
    // The last one may lack what fills it up to an even length.
    if length % 2 == 1 && !input.0.is_empty() {
        input.take(1)?;
    }
    Some((kind, data))
}

fn frame(data: &[u8]) -> Option<Vec<u8>> {
    let mut input = Input(data);
    let mut frame = input.take(FRAME_HEADER)?.to_vec();
    while !input.0.is_empty() {
        let (kind, data) = chunk(&mut input)?;
        if KEPT_IN_FRAME.contains(&kind) {
            keep(&mut frame, kind, data);
        }
    }
    Some(frame)
}

fn keep(file: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    file.extend_from_slice(kind);
    file.extend((data.len() as u32).to_le_bytes());
    file.extend_from_slice(data);
    if data.len() % 2 == 1 {
        file.push(0);
    }
}

/// Width and height, as the first chunk says them.
fn measures(kind: &[u8; 4], data: &[u8]) -> Option<(u32, u32)> {
    match (kind, data) {
        (b"VP8X", [_, _, _, _, w0, w1, w2, h0, h1, h2, ..]) => {
            let side = |low, middle, high| u32::from_le_bytes([low, middle, high, 0]) + 1;
            Some((side(*w0, *w1, *w2), side(*h0, *h1, *h2)))
        }
        (b"VP8 ", [_, _, _, 0x9d, 0x01, 0x2a, w0, w1, h0, h1, ..]) => {
            let side = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3fff);
            Some((side(*w0, *w1), side(*h0, *h1)))
        }
        (b"VP8L", [0x2f, a, b, c, d, ..]) => {
            let bits = u32::from_le_bytes([*a, *b, *c, *d]);
            Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
        }
        _ => None,
    }
}
