//! GIF (version 89a).

use super::input::Input;

pub(super) fn bare(bytes: &[u8]) -> Option<(u32, u32, Vec<u8>)> {
    let mut input = Input(bytes);
    let mut file = Vec::with_capacity(bytes.len());
    let header = input.take(13)?;
    file.extend_from_slice(header);
    let side = |low: u8, high: u8| u32::from(u16::from_le_bytes([low, high]));
    let size = (side(header[6], header[7]), side(header[8], header[9]));
    file.extend_from_slice(colours(&mut input, header[10])?);
    let mut has_picture = false;
    loop {
        match input.byte()? {
            // A picture.
            0x2c => {
                let descriptor = input.take(9)?;
                file.push(0x2c);
                file.extend_from_slice(descriptor);
                file.extend_from_slice(colours(&mut input, descriptor[8])?);
                file.push(input.byte()?);
                file.extend_from_slice(blocks(&mut input)?);
                has_picture = true;
            }
            0x21 => match input.byte()? {
                // How the next picture is shown.
                0xf9 => {
                    file.extend([0x21, 0xf9]);
                    file.extend_from_slice(blocks(&mut input)?);
                }
                0xff => {
                    let blocks = blocks(&mut input)?;
                    // How often it runs: the one of these data that is needed.
                    if matches!(blocks, [11, rest @ ..] if rest.starts_with(b"NETSCAPE2.0\x03\x01") || rest.starts_with(b"ANIMEXTS1.0\x03\x01"))
                        && blocks.len() >= 16
                    {
                        file.extend([0x21, 0xff]);
                        file.extend_from_slice(&blocks[..16]);
                        file.push(0);
                    }
                }
                _ => drop(blocks(&mut input)?),
            },
            0x3b => break,
            _ => return None,
        }
    }
    file.push(0x3b);
    has_picture.then_some((size.0, size.1, file))
}

/// A table of colours, if there is one.
fn colours<'a>(input: &mut Input<'a>, flags: u8) -> Option<&'a [u8]> {
    input.take(if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) })
}

/// Blocks of data up to the empty one that ends them, which is among them.
fn blocks<'a>(input: &mut Input<'a>) -> Option<&'a [u8]> {
    let begin = *input;
    let mut length = 0;
    loop {
        let block = usize::from(input.byte()?);
        input.take(block)?;
        length += 1 + block;
        if block == 0 {
            return begin.0.get(..length);
        }
    }
}
