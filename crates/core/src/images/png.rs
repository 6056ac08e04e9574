//! PNG, moving ones too (ISO/IEC 15948; PNG, third edition).

use super::exif;
use super::input::Input;

const SIGNATURE: usize = 8;
/// Bytes of the first chunk, which says how large the picture is, and of the data in it.
const HEADER: (usize, usize) = (25, 13);
/// The picture, its frames, and how its colours are meant.
const KEPT: &[&[u8; 4]] = &[
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"mDCV",
    b"cLLI", b"bKGD", b"acTL", b"fcTL", b"fdAT",
];

pub(super) fn bare(bytes: &[u8]) -> Option<(u32, u32, Vec<u8>)> {
    let mut input = Input(bytes);
    let mut file = input.take(SIGNATURE)?.to_vec();
    file.reserve(bytes.len());
    let (mut size, mut turned, mut has_picture) = (None, None, false);
    loop {
        let chunk = input.0;
        let length = usize::try_from(u32::from_be_bytes(input.array()?)).ok()?;
        let kind: [u8; 4] = input.array()?;
        let data = input.take(length)?;
        input.take(4)?;
        if size.is_none() {
            let mut header = Input(data);
            let (width, height) = (u32::from_be_bytes(header.array()?), u32::from_be_bytes(header.array()?));
            size = Some((width, height)).filter(|_| &kind == b"IHDR" && length == HEADER.1);
            size?;
        }
        has_picture |= &kind == b"IDAT";
        if &kind == b"eXIf" {
            turned = turned.or_else(|| exif::orientation(data));
        } else if KEPT.contains(&&kind) {
            file.extend_from_slice(&chunk[..length + 12]);
        }
        if &kind == b"IEND" {
            break;
        }
    }
    let (width, height) = size.filter(|_| has_picture)?;
    if let Some(turned) = turned {
        let at = SIGNATURE + HEADER.0;
        file.splice(at..at, exif_chunk(&exif::tiff(turned)));
    }
    Some((width, height, file))
}

fn exif_chunk(data: &[u8]) -> Vec<u8> {
    let mut chunk = (data.len() as u32).to_be_bytes().to_vec();
    chunk.extend(b"eXIf");
    chunk.extend_from_slice(data);
    let checksum = checksum(&chunk[4..]);
    chunk.extend(checksum.to_be_bytes());
    chunk
}

/// ISO/IEC 15948, annex D; of a few bytes, so that it needs no table.
pub(super) fn checksum(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 })
    })
}
