//! Ascending numbers in few bytes: the differences, seven bits to a byte (LEB128), or, where every eighth number and more
//! is there, one bit for each.

const DIFFERENCES: u8 = 0;
const BITS: u8 = 1;

/// `numbers` ascend.
pub(super) fn packed(numbers: &[u32]) -> Vec<u8> {
    let last = numbers.last().copied().unwrap_or_default() as usize;
    if numbers.len() > last / 8 {
        let mut bytes = vec![0; last / 8 + 2];
        for number in numbers {
            if let Some(byte) = bytes.get_mut(*number as usize / 8 + 1) {
                *byte |= 1 << (number % 8);
            }
        }
        if let Some(kind) = bytes.first_mut() {
            *kind = BITS;
        }
        return bytes;
    }
    let mut bytes = Vec::with_capacity(numbers.len() + numbers.len() / 2);
    bytes.push(DIFFERENCES);
    let mut before = 0;
    for number in numbers {
        let mut rest = number - before;
        before = *number;
        while rest >= 0x80 {
            bytes.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        bytes.push(rest as u8);
    }
    bytes
}

/// Calls `each` with every number, in their order. Bytes that nobody packed give some numbers, never more than bits.
pub(super) fn unpack(bytes: &[u8], mut each: impl FnMut(u32)) {
    match bytes.split_first() {
        Some((&BITS, bits)) => {
            for (byte, first) in bits.iter().zip((0_u32..).step_by(8)) {
                let mut rest = *byte;
                while rest != 0 {
                    each(first + rest.trailing_zeros());
                    rest &= rest - 1;
                }
            }
        }
        Some((_, differences)) => {
            let (mut number, mut step, mut shift) = (0_u32, 0_u32, 0_u32);
            for byte in differences {
                step |= u32::from(byte & 0x7f).wrapping_shl(shift);
                if byte & 0x80 != 0 {
                    shift += 7;
                    continue;
                }
                number = number.wrapping_add(step);
                each(number);
                (step, shift) = (0, 0);
            }
        }
        None => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_out_as_they_went_in() {
        let lists: [Vec<u32>; 7] = [
            vec![],
            vec![0],
            vec![u32::MAX],
            (0..1000).collect(),
            (0..1000).map(|n| n * 7).collect(),
            (0..1000).map(|n| n * n * 100 + 5).collect(),
            vec![0, 127, 128, 255, 16_511, 16_512, 3_000_000],
        ];
        for numbers in lists {
            let mut found = Vec::new();
            unpack(&packed(&numbers), |n| found.push(n));
            assert_eq!(found, numbers);
        }
    }

    #[test]
    fn what_is_dense_takes_a_bit_and_what_is_rare_a_byte_or_two() {
        assert!(packed(&(0..80_000).map(|n| n * 2).collect::<Vec<_>>()).len() < 21_000);
        assert!(packed(&(0..10_000).map(|n| n * 100).collect::<Vec<_>>()).len() < 10_100);
        unpack(&[DIFFERENCES, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], |_| {});
    }
}
