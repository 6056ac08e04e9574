use super::samples::{BASELINE, GIF, LOSSY, MOVING, PROGRESSIVE, sample};
use super::{Bare, ImageKind, bare, is_image, png, shown_type};
use std::io::Cursor;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;

/// What must not leave the machine, whatever it hides in.
const SECRETS: &[&str] = &["GPS-31.2304N", "Canon EOS R5", "Wang Wei", "<x:xmpmeta", "ward 12"];
const XMP: &str = "http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>Wang Wei, GPS-31.2304N</x:xmpmeta>";

/// EXIF as a camera writes it: how it was held, its make, and where it was.
fn tiff(orientation: u16) -> Vec<u8> {
    let texts: &[(u16, &[u8])] =
        &[(0x010f, b"Canon EOS R5\0"), (0x8298, b"Wang Wei, ward 12\0"), (0x8825, b"GPS-31.2304N\0")];
    let fields = texts.len() + 1;
    let mut directory = vec![0x4d, 0x4d, 0, 42, 0, 0, 0, 8];
    let mut values = Vec::new();
    directory.extend((fields as u16).to_be_bytes());
    let begin = 8 + 2 + fields * 12 + 4;
    let mut field = |tag: u16, kind: u16, count: usize, value: [u8; 4]| {
        directory.extend(tag.to_be_bytes());
        directory.extend(kind.to_be_bytes());
        directory.extend((count as u32).to_be_bytes());
        directory.extend(value);
    };
    field(texts[0].0, 2, texts[0].1.len(), (begin as u32).to_be_bytes());
    values.extend_from_slice(texts[0].1);
    field(0x0112, 3, 1, [(orientation >> 8) as u8, orientation as u8, 0, 0]);
    for (tag, text) in &texts[1..] {
        field(*tag, 2, text.len(), ((begin + values.len()) as u32).to_be_bytes());
        values.extend_from_slice(text);
    }
    directory.extend([0; 4]);
    directory.append(&mut values);
    directory
}

fn holds_nothing(image: &Bare) {
    for secret in SECRETS {
        let found = image.bytes.windows(secret.len()).any(|piece| piece == secret.as_bytes());
        assert!(!found, "{secret} is still in the {:?}", image.kind);
    }
}

fn stripped(bytes: &[u8]) -> Bare {
    let image = bare(bytes).expect("an image");
    holds_nothing(&image);
    assert_eq!(bare(&image.bytes).as_ref(), Some(&image), "nothing is left to be taken off");
    image
}

fn jpeg_pixels(bytes: &[u8]) -> Vec<u8> {
    JpegDecoder::new(ZCursor::new(bytes)).decode().expect("a picture")
}

fn segment(marker: u8, contents: &[u8]) -> Vec<u8> {
    let length = (contents.len() as u16 + 2).to_be_bytes();
    [&[0xff, marker][..], &length, contents].concat()
}

/// A photograph of a telephone: EXIF, XMP, IPTC, a comment, a preview in its head, and a film behind it.
fn photograph(picture: &[u8], orientation: u16) -> Vec<u8> {
    let preview = [b"JFIF\0\x01\x01\0\0\x48\0\x48\x02\x02".as_slice(), b"ward 12 it."].concat();
    let mut film = b"ftypmp42 GPS-31.2304N".to_vec();
    film.extend(picture);
    [
        &[0xff, 0xd8][..],
        &segment(0xe0, &preview),
        &segment(0xe1, &[b"Exif\0\0".as_slice(), &tiff(orientation)].concat()),
        &segment(0xe1, XMP.as_bytes()),
        &segment(0xe2, b"ICC_PROFILE\0\x01\x01colours"),
        &segment(0xe2, b"MPF\0ward 12"),
        &segment(0xed, b"Photoshop 3.0\x008BIM Wang Wei"),
        &segment(0xef, b"Canon EOS R5"),
        &segment(0xfe, b"Wang Wei, ward 12"),
        // Behind the beginning and its own first segment.
        &picture[20..],
        &film,
    ]
    .concat()
}

#[test]
fn a_photograph_keeps_its_picture_and_how_it_was_held() {
    for picture in [sample(BASELINE), sample(PROGRESSIVE)] {
        let image = stripped(&photograph(&picture, 6));
        assert_eq!((image.kind, image.width, image.height), (ImageKind::Jpeg, 8, 16), "it lies on its side");
        assert_eq!(jpeg_pixels(&image.bytes), jpeg_pixels(&picture));
        assert!(
            image.bytes.windows(20).any(|piece| piece == b"ICC_PROFILE\0\x01\x01colour"),
            "its colours are as meant"
        );
        let exif = image.bytes.windows(6).position(|piece| piece == b"Exif\0\0").expect("how it was held");
        assert_eq!(super::exif::orientation(&image.bytes[exif + 6..]), Some(6));
        assert!(image.bytes.ends_with(&[0xff, 0xd9]));

        let upright = stripped(&photograph(&picture, 1));
        assert_eq!((upright.width, upright.height), (16, 8));
        assert!(!upright.bytes.windows(4).any(|piece| piece == b"Exif"));
    }
}

#[test]
fn comments_between_the_scans_of_a_jpeg_go_too() {
    let picture = sample(PROGRESSIVE);
    let scans: Vec<usize> = (0..picture.len() - 1).filter(|at| picture[*at..*at + 2] == [0xff, 0xda]).collect();
    assert!(scans.len() > 1, "a picture of several scans");
    let at = scans[1];
    let file = [&picture[..at], &segment(0xfe, b"Wang Wei"), &segment(0xe1, XMP.as_bytes()), &picture[at..]].concat();
    assert_eq!(jpeg_pixels(&stripped(&file).bytes), jpeg_pixels(&picture));
}

#[test]
fn a_plain_jpeg_stays_as_it_is() {
    for picture in [sample(BASELINE), sample(PROGRESSIVE)] {
        assert_eq!(stripped(&picture).bytes, picture);
    }
}

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let body = [kind.as_slice(), data].concat();
    [&(data.len() as u32).to_be_bytes()[..], &body, &png::checksum(&body).to_be_bytes()].concat()
}

fn png_pixels(bytes: &[u8]) -> Vec<u8> {
    let mut reader = ::png::Decoder::new(Cursor::new(bytes)).read_info().expect("a picture");
    let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
    reader.next_frame(&mut pixels).expect("pixels");
    pixels
}

#[test]
fn a_png_keeps_its_picture_alone() {
    let mut picture = Vec::new();
    let mut encoder = ::png::Encoder::new(&mut picture, 3, 2);
    encoder.set_color(::png::ColorType::Rgb);
    encoder.write_header().unwrap().write_image_data(&[9, 8, 7, 6, 5, 4, 3, 2, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9]).unwrap();
    let (head, rest) = picture.split_at(33);
    let zipped = [b"Raw profile\0\0".as_slice(), b"Wang Wei"].concat();
    let file = [
        head,
        &chunk(b"tEXt", b"Author\0Wang Wei"),
        &chunk(b"zTXt", &zipped),
        &chunk(b"iTXt", format!("XML:com.adobe.xmp\0\0\0\0\0{XMP}").as_bytes()),
        &chunk(b"tIME", &[7, 0xea, 11, 29, 21, 0, 0]),
        &chunk(b"eXIf", &tiff(8)),
        &chunk(b"prVt", b"ward 12"),
        rest,
        b"GPS-31.2304N behind its end",
    ]
    .concat();
    let image = stripped(&file);
    assert_eq!((image.kind, image.width, image.height), (ImageKind::Png, 3, 2));
    assert_eq!(png_pixels(&image.bytes), png_pixels(&picture));
    let expected = [head, &chunk(b"eXIf", &super::exif::tiff(8)), rest].concat();
    assert_eq!(image.bytes, expected, "how it is turned stays, and nothing else");
}

/// An image in the extended format with a chunk of its own for each secret.
fn with_chunks(picture: &[u8], flags: u8) -> Vec<u8> {
    let piece = |kind: &[u8], data: &[u8]| {
        let fill: &[u8] = if data.len() % 2 == 1 { &[0] } else { &[] };
        [kind, &(data.len() as u32).to_le_bytes(), data, fill].concat()
    };
    let mut chunks = b"WEBP".to_vec();
    if picture[12..16] != *b"VP8X" {
        chunks.extend(piece(b"VP8X", &[flags, 0, 0, 0, 15, 0, 0, 7, 0, 0]));
    }
    chunks.extend(&picture[12..]);
    chunks.extend(piece(b"EXIF", &tiff(3)));
    chunks.extend(piece(b"XMP ", XMP.as_bytes()));
    chunks.extend(piece(b"WARD", b"ward 12 "));
    [b"RIFF".as_slice(), &(chunks.len() as u32).to_le_bytes(), &chunks, b"GPS-31.2304N"].concat()
}

fn webp_pixels(bytes: &[u8]) -> Vec<u8> {
    let mut decoder = image_webp::WebPDecoder::new(Cursor::new(bytes)).expect("a picture");
    let mut pixels = vec![0; decoder.output_buffer_size().expect("a size")];
    if decoder.is_animated() {
        let mut frames = Vec::new();
        for _ in 0..decoder.num_frames() {
            decoder.read_frame(&mut pixels).expect("a frame");
            frames.extend_from_slice(&pixels);
        }
        return frames;
    }
    decoder.read_image(&mut pixels).expect("pixels");
    pixels
}

#[test]
fn a_webp_keeps_its_picture_alone() {
    let mut lossless = Vec::new();
    let pixels: Vec<u8> = (0..16 * 8 * 3).map(|n| (n * 7) as u8).collect();
    image_webp::WebPEncoder::new(&mut lossless).encode(&pixels, 16, 8, image_webp::ColorType::Rgb8).unwrap();
    for picture in [sample(LOSSY), lossless, sample(MOVING)] {
        let image = stripped(&with_chunks(&picture, 0x0c));
        assert_eq!((image.kind, image.width, image.height), (ImageKind::WebP, 16, 8));
        assert_eq!(webp_pixels(&image.bytes), webp_pixels(&picture));
        assert_eq!(image.bytes[20] & 0x0c, 0x08, "it says that there is EXIF, and no XMP");
        assert_eq!(stripped(&picture).bytes, picture, "a plain one stays as it is");
    }
}

#[test]
fn what_hides_in_a_frame_of_a_moving_webp_goes_too() {
    let picture = sample(MOVING);
    let at = picture.windows(4).position(|piece| piece == b"ANMF").unwrap();
    let length = u32::from_le_bytes(picture[at + 4..at + 8].try_into().unwrap());
    let hidden = [b"WARD".as_slice(), &8_u32.to_le_bytes(), b"ward 12 "].concat();
    let end = at + 8 + length as usize;
    let mut file =
        [&picture[..at + 4], &(length + 16).to_le_bytes(), &picture[at + 8..end], &hidden, &picture[end..]].concat();
    let whole = (file.len() as u32 - 8).to_le_bytes();
    file[4..8].copy_from_slice(&whole);
    assert_eq!(stripped(&file).bytes, picture);
}

#[test]
fn a_gif_keeps_its_pictures_and_how_often_they_run() {
    let picture = sample(GIF);
    assert_eq!(stripped(&picture).bytes, picture, "a plain one stays as it is");
    let blocks = |data: &[u8]| {
        let mut blocks = Vec::new();
        for piece in data.chunks(255) {
            blocks.push(piece.len() as u8);
            blocks.extend_from_slice(piece);
        }
        blocks.push(0);
        blocks
    };
    let colours = 3 << ((picture[10] & 7) + 1);
    let (head, rest) = picture.split_at(13 + colours);
    let file = [
        head,
        &[0x21, 0xfe],
        &blocks(b"Wang Wei, ward 12"),
        &[0x21, 0xff, 11],
        b"XMP DataXMP",
        &blocks(XMP.as_bytes()),
        &[0x21, 0xff, 11],
        b"ICCRGBG1012",
        &blocks(b"Canon EOS R5"),
        &[0x21, 0x01],
        &blocks(b"GPS-31.2304N"),
        rest,
        b"GPS-31.2304N",
    ]
    .concat();
    let image = stripped(&file);
    assert_eq!((image.kind, image.width, image.height), (ImageKind::Gif, 16, 8));
    assert_eq!(image.bytes, picture);
    assert!(image.bytes.windows(11).any(|piece| piece == b"NETSCAPE2.0"), "it goes on running");
}

#[test]
fn what_is_cut_off_or_made_up_is_no_image() {
    for picture in [sample(BASELINE), sample(PROGRESSIVE), sample(LOSSY), sample(MOVING), sample(GIF)] {
        for length in 0..picture.len() {
            assert_eq!(bare(&picture[..length]), None, "cut off after {length}");
        }
        // Whatever stands in it, the end comes.
        for at in 0..picture.len() {
            for value in [0, 0x7f, 0xff] {
                let mut file = picture.clone();
                file[at] = value;
                let _ = (bare(&file), shown_type(&file));
            }
        }
    }
    for made_up in [&b""[..], b"%PDF-1.7", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP", b"GIF89a"] {
        assert_eq!(bare(made_up), None);
    }
}

#[test]
fn exif_that_leads_nowhere_is_none() {
    assert_eq!(super::exif::orientation(&tiff(6)), Some(6));
    for turned in [0, 1, 9, 4_000] {
        assert_eq!(super::exif::orientation(&tiff(turned)), None);
    }
    let mut wild = tiff(6);
    wild[4..8].copy_from_slice(&[0xff; 4]);
    assert_eq!(super::exif::orientation(&wild), None);
    for length in 0..30 {
        assert_eq!(super::exif::orientation(&tiff(6)[..length]), None);
    }
    assert_eq!(super::exif::orientation(&super::exif::tiff(7)), Some(7));
}

#[test]
fn images_of_other_kinds_are_told_by_their_bytes_their_names_or_their_types() {
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0";
    for bytes in [
        &heic[..],
        b"II*\0\x08\0\0\0",
        b"MM\0*\0\0\0\x08",
        b"\xff\x0a..",
        b"8BPS\0\x01",
        b"<?xml version=\"1.0\"?>\n<svg a=''>",
    ] {
        assert!(is_image(bytes, "file", ""), "{bytes:?}");
        assert_eq!((bare(bytes), shown_type(bytes)), (None, None));
    }
    assert!(is_image(b"?", "IMG_2041.HEIC", ""));
    assert!(is_image(b"?", "scan", "image/tiff"));
    for (bytes, name, kind) in [
        (&b"%PDF-1.7"[..], "pathway.pdf", "application/pdf"),
        (b"PK\x03\x04", "table.xlsx", ""),
        (b"\0\0\0\x18ftypisom", "echo.mp4", "video/mp4"),
        (b"# readme <svg>", "notes.txt", "text/plain"),
        (b"<!doctype html>\n<html><svg></svg></html>", "report.html", "text/html"),
        (b"", "png", ""),
    ] {
        assert!(!is_image(bytes, name, kind), "{name}");
    }
}

#[test]
fn a_screen_is_handed_images_that_are_not_too_large_alone() {
    assert_eq!(shown_type(&sample(BASELINE)), Some("image/jpeg"));
    let whole = sample(BASELINE);
    assert_eq!(shown_type(&whole[..whole.len() - 30]), Some("image/jpeg"), "cut off, and shown as far as it goes");
    assert_eq!(shown_type(b"<svg onload='alert(1)'>"), None);
    let mut bomb = sample(GIF);
    bomb[6..10].copy_from_slice(&[0xff; 4]);
    assert_eq!(shown_type(&bomb), None);
}
