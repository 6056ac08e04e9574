//! The icon with a mark on it.

/// Red, green, blue: seen on light panels and on dark ones.
const MARK: [u8; 3] = [0xE5, 0x48, 0x3D];

/// A round mark in the lower right of a square picture of RGBA pixels, with a clear line around it.
pub fn marked(rgba: &[u8], side: u32) -> Vec<u8> {
    let side = i64::from(side);
    // In halves of a pixel, so that the middle of one has a place.
    let radius = side * 9 / 16;
    let centre = side * 2 - radius;
    let gap = radius + side / 6;
    let mut pixels = rgba.to_vec();
    for (at, pixel) in (0_i64..).zip(pixels.chunks_exact_mut(4)) {
        let (x, y) = (at % side * 2 + 1 - centre, at / side * 2 + 1 - centre);
        let distance = x * x + y * y;
        if distance <= radius * radius {
            pixel.copy_from_slice(&[MARK[0], MARK[1], MARK[2], u8::MAX]);
        } else if distance <= gap * gap {
            pixel.fill(0);
        }
    }
    pixels
}

#[cfg(test)]
mod tests {
    use super::marked;

    #[test]
    fn the_mark_is_at_the_lower_right_alone() {
        let side = 32;
        let plain = vec![200; 32 * 32 * 4];
        let marked = marked(&plain, side);
        assert_eq!(marked.len(), plain.len());
        let pixel = |x: usize, y: usize| &marked[(y * 32 + x) * 4..][..4];
        assert_eq!(pixel(23, 23), [0xE5, 0x48, 0x3D, 255], "the middle of the mark");
        assert_eq!(pixel(0, 0), [200; 4]);
        assert_eq!(pixel(31, 0), [200; 4]);
        assert!((0..32).any(|x| *pixel(x, 23) == [0; 4]), "a clear line around it");
    }
}
