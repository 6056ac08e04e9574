//! Pictures as shades of grey: what a QR code is read from.

use consilium_api::{Error, ErrorCode, Result};
use std::io::Cursor;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// Pixels of the longer side, and of all: a picture of a few kilobytes can claim to be of any size.
const LONGEST_SIDE: usize = 12_000;
const MOST_PIXELS: usize = 48_000_000;
/// Memory that reading a picture may take, in bytes.
const MOST_BYTES: usize = 256 * 1024 * 1024;
/// What is transparent is seen on white.
const WHITE: u32 = 255;

/// A picture of `width` by `height` pixels, line by line from the top; 0 is black.
#[derive(Debug)]
pub(super) struct Grey {
    pub width: usize,
    pub height: usize,
    pub pixels: Vec<u8>,
}

impl Grey {
    /// Reads a PNG, JPEG or WebP file. `UnsupportedMedia` for anything else and for what is damaged, `TooLarge` beyond 48
    /// million pixels.
    pub(super) fn read(bytes: &[u8]) -> Result<Self> {
        match bytes {
            [0x89, b'P', b'N', b'G', ..] => png(bytes),
            [0xff, 0xd8, 0xff, ..] => jpeg(bytes),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => webp(bytes),
            _ => Err(unreadable()),
        }
    }

    /// The same with each block of `by` × `by` pixels as one.
    pub(super) fn smaller(&self, by: usize) -> Self {
        let (width, height) = (self.width / by, self.height / by);
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                let lines = (y * by..(y + 1) * by).filter_map(|line| {
                    let from = line * self.width + x * by;
                    self.pixels.get(from..from + by)
                });
                let sum: usize = lines.flatten().map(|pixel| usize::from(*pixel)).sum();
                pixels.push((sum / (by * by)) as u8);
            }
        }
        Self { width, height, pixels }
    }

    /// The negative: a light code on a dark ground is a code too.
    pub(super) fn inverted(mut self) -> Self {
        self.pixels.iter_mut().for_each(|pixel| *pixel = 255 - *pixel);
        self
    }
}

fn unreadable() -> Error {
    Error::new(ErrorCode::UnsupportedMedia, "not a picture that can be read")
}

/// The size, if it is one that is read.
fn bounded(width: usize, height: usize) -> Result<(usize, usize)> {
    if width.max(height) > LONGEST_SIDE || width.saturating_mul(height) > MOST_PIXELS {
        return Err(Error::new(ErrorCode::TooLarge, "the picture has too many pixels"));
    }
    if width == 0 || height == 0 { Err(unreadable()) } else { Ok((width, height)) }
}

fn png(bytes: &[u8]) -> Result<Grey> {
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), png::Limits { bytes: MOST_BYTES });
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(|_| unreadable())?;
    let (width, height) = reader.info().size();
    let (width, height) = bounded(width as usize, height as usize)?;
    let mut buffer = vec![0; reader.output_buffer_size().filter(|size| *size <= MOST_BYTES).ok_or_else(unreadable)?];
    let frame = reader.next_frame(&mut buffer).map_err(|_| unreadable())?;
    buffer.truncate(frame.buffer_size());
    shades(buffer, frame.color_type.samples(), width, height)
}

fn jpeg(bytes: &[u8]) -> Result<Grey> {
    // The size is looked at before anything is read: beyond it the decoder would only say that it failed.
    let mut headers = JpegDecoder::new(ZCursor::new(bytes));
    headers.decode_headers().map_err(|_| unreadable())?;
    let info = headers.info().ok_or_else(unreadable)?;
    let (width, height) = bounded(usize::from(info.width), usize::from(info.height))?;
    let options = DecoderOptions::default()
        .set_max_width(LONGEST_SIDE)
        .set_max_height(LONGEST_SIDE)
        .jpeg_set_out_colorspace(ColorSpace::Luma);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    let buffer = decoder.decode().map_err(|_| unreadable())?;
    shades(buffer, 1, width, height)
}

fn webp(bytes: &[u8]) -> Result<Grey> {
    let mut decoder = image_webp::WebPDecoder::new(Cursor::new(bytes)).map_err(|_| unreadable())?;
    decoder.set_memory_limit(MOST_BYTES);
    let (width, height) = decoder.dimensions();
    let (width, height) = bounded(width as usize, height as usize)?;
    let samples = if decoder.has_alpha() { 4 } else { 3 };
    let mut buffer = vec![0; decoder.output_buffer_size().filter(|size| *size <= MOST_BYTES).ok_or_else(unreadable)?];
    decoder.read_image(&mut buffer).map_err(|_| unreadable())?;
    shades(buffer, samples, width, height)
}

/// Shades of pixels of one (grey), two (with opacity), three (red, green, blue) or four samples of eight bits.
fn shades(buffer: Vec<u8>, samples: usize, width: usize, height: usize) -> Result<Grey> {
    let over_white = |shade: u32, opacity: u8| {
        let opacity = u32::from(opacity);
        ((shade * opacity + WHITE * (255 - opacity)) / 255) as u8
    };
    let brightness = |r: u8, g: u8, b: u8| (u32::from(r) * 299 + u32::from(g) * 587 + u32::from(b) * 114) / 1000;
    let pixels: Vec<u8> = if samples == 1 {
        buffer
    } else {
        let shade = |pixel: &[u8]| match *pixel {
            [grey, opacity] => over_white(u32::from(grey), opacity),
            [r, g, b] => brightness(r, g, b) as u8,
            [r, g, b, opacity] => over_white(brightness(r, g, b), opacity),
            _ => 0,
        };
        buffer.chunks_exact(samples).map(shade).collect()
    };
    if pixels.len() == width * height { Ok(Grey { width, height, pixels }) } else { Err(unreadable()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(width: u32, height: u32, color: png::ColorType, pixels: &[u8]) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, width, height);
        encoder.set_color(color);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.write_header().unwrap().write_image_data(pixels).unwrap();
        file
    }

    #[test]
    fn colours_are_shades_and_what_is_transparent_is_white() {
        let rgb = written(2, 1, png::ColorType::Rgb, &[255, 255, 255, 0, 255, 0]);
        assert_eq!(Grey::read(&rgb).unwrap().pixels, [255, 149]);
        let rgba = written(2, 1, png::ColorType::Rgba, &[0, 0, 0, 0, 0, 0, 0, 255]);
        assert_eq!(Grey::read(&rgba).unwrap().pixels, [255, 0]);
        let grey = Grey::read(&written(4, 2, png::ColorType::Grayscale, &[0, 0, 9, 9, 0, 4, 9, 9])).unwrap();
        let smaller = grey.smaller(2);
        assert_eq!((smaller.width, smaller.height, smaller.pixels.clone()), (2, 1, vec![1, 9]));
        assert_eq!(smaller.inverted().pixels, [254, 246]);
    }

    #[test]
    fn what_is_no_picture_or_claims_too_much_is_refused() {
        let code = |bytes: &[u8]| Grey::read(bytes).unwrap_err().code;
        for bytes in
            [&b""[..], b"%PDF-1.7", b"GIF89a", b"\x89PNG\r\n\x1a\nnot", b"\xff\xd8\xff\xe0", b"RIFF\0\0\0\0WEBPVP8 "]
        {
            assert_eq!(code(bytes), ErrorCode::UnsupportedMedia);
        }
        let whole = written(8, 8, png::ColorType::Grayscale, &[7; 64]);
        assert_eq!(code(&whole[..whole.len() - 24]), ErrorCode::UnsupportedMedia, "cut off");
        // The size stands in the header, before anything that would have to be there for it.
        let mut bomb = whole;
        bomb[16..24].copy_from_slice(&[0, 0, 0x2e, 0xe0, 0, 0, 0x2e, 0xe0]);
        let checksum = crc(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&checksum.to_be_bytes());
        assert_eq!(code(&bomb), ErrorCode::TooLarge);
    }

    /// The checksum of a PNG chunk (ISO/IEC 15948, annex D).
    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
        })
    }
}
