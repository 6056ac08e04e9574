//! QR codes (ISO/IEC 18004): writing and reading.

use super::picture::Grey;
use consilium_api::business_card::QrCode;
use consilium_api::{Error, ErrorCode, Result};
use qrcodegen::QrCodeEcc;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Codes of one picture that are looked at.
const MOST_CODES: usize = 16;
/// Pixels of the longer side at which codes are looked for first: enough for a photograph of a card.
const USUAL_SIDE: usize = 1_200;

/// The code of a text. `TooLarge` if none holds it.
pub(super) fn encode(text: &str) -> Result<QrCode> {
    // A seventh of it may be dirty or torn; it is made better where that costs no larger code.
    let code = qrcodegen::QrCode::encode_text(text, QrCodeEcc::Medium)
        .map_err(|_| Error::new(ErrorCode::TooLarge, "too long for a QR code"))?;
    let row = |y| (0..code.size()).map(|x| if code.get_module(x, y) { '1' } else { '0' }).collect();
    Ok(QrCode { rows: (0..code.size()).map(row).collect() })
}

/// The texts of the codes in a picture file; none if there are none. Takes up to seconds. Errors: as [`Grey::read`].
pub(super) fn decode(file: &[u8]) -> Result<Vec<String>> {
    let picture = Grey::read(file)?;
    let by = picture.width.max(picture.height) / USUAL_SIDE;
    let mut found = if by > 1 { read(&picture.smaller(by)) } else { Vec::new() };
    if found.is_empty() {
        found = read(&picture);
    }
    if found.is_empty() {
        found = read(&picture.inverted());
    }
    Ok(found)
}

fn read(picture: &Grey) -> Vec<String> {
    let pixel = |x, y| picture.pixels.get(y * picture.width + x).copied().unwrap_or(u8::MAX);
    // The picture is anybody's: what the reader did not expect of one is no code.
    let read = catch_unwind(AssertUnwindSafe(|| {
        let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(picture.width, picture.height, pixel);
        let codes = prepared.detect_grids().into_iter().take(MOST_CODES);
        let text = |code: rqrr::Grid<_>| {
            let mut bytes = Vec::new();
            code.decode_to(&mut bytes).ok()?;
            Some(String::from_utf8_lossy(&bytes).into_owned())
        };
        codes.filter_map(text).collect()
    }));
    read.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A grey PNG of a code with `scale` pixels a module and a margin of `margin` modules.
    fn drawn(code: &QrCode, scale: usize, margin: usize, dark: u8, light: u8) -> Vec<u8> {
        let side = (code.rows.len() + 2 * margin) * scale;
        let shade = |at: usize| {
            let module = |pixel: usize| (pixel / scale).checked_sub(margin);
            let is_dark = module(at / side)
                .and_then(|y| code.rows.get(y))
                .zip(module(at % side))
                .and_then(|(row, x)| row.as_bytes().get(x))
                .is_some_and(|module| *module == b'1');
            if is_dark { dark } else { light }
        };
        let pixels: Vec<u8> = (0..side * side).map(shade).collect();
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, side as u32, side as u32);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
        file
    }

    #[test]
    fn what_was_encoded_is_read_from_a_picture_of_any_size_and_shade() {
        let text = "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:古丽娜尔·艾合买提\r\nORG:江州大学附属第一医院\r\nEND:VCARD\r\n";
        let code = encode(text).unwrap();
        assert!(code.rows.iter().all(|row| row.len() == code.rows.len()));
        for (scale, margin, dark, light) in
            [(4, 4, 0, 255), (2, 4, 20, 240), (40, 4, 0, 255), (6, 8, 60, 180), (5, 6, 255, 0)]
        {
            let read = decode(&drawn(&code, scale, margin, dark, light)).unwrap();
            assert_eq!(read, [text], "{scale} pixels a module, {dark} on {light}");
        }
    }

    #[test]
    fn a_picture_without_a_code_has_none() {
        let code = encode("x").unwrap();
        assert_eq!(decode(&drawn(&code, 4, 4, 255, 255)).unwrap(), Vec::<String>::new());
        // Half of one.
        let half = QrCode { rows: code.rows.iter().take(code.rows.len() / 2).cloned().collect() };
        assert_eq!(decode(&drawn(&half, 4, 4, 0, 255)).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn too_long_a_text_is_told() {
        assert_eq!(encode(&"心".repeat(2_000)).unwrap_err().code, ErrorCode::TooLarge);
    }
}
